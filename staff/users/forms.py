"""The forms in which users are changed. Changes are logged, and no stale form is saved."""

import hashlib
import json
from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.account import NameEmailForm
from wagtail.admin.forms.auth import PasswordChangeForm
from wagtail.users.forms import UserEditForm

from staff.users import changes

CHANGED = _(
    "The account was changed after you opened this form. Save again to replace that with what is "
    "entered here, or reload the page to see it."
)


def stamp(user: User) -> str:
    """Return a hash of all that the form shows: it changes if somebody else saves the user."""
    fields = ("username", "email", "first_name", "last_name", "is_active", "is_superuser")
    shown = [getattr(user, field) for field in fields]
    shown += sorted(user.groups.values_list("pk", flat=True))
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


class EditForm(UserEditForm):
    # The stamp of the user whom the form shows.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = stamp(self.instance)
        for name in ("first_name", "last_name"):  # Wagtail requires them; an account may have none.
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Refuse to save a stale form; it is then updated, so that saving it again is accepted."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        newest = stamp(User.objects.select_for_update().get(pk=self.instance.pk))
        if data.get("seen") not in ("", newest):
            assert isinstance(self.data, QueryDict)  # only submitted forms are validated
            self.data = self.data.copy()
            self.data["seen"] = newest
            raise ValidationError(CHANGED)
        return data


class Followed(forms.Form):
    """A mixin for the forms in which users change their own accounts."""

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)  # type: ignore[misc]  # this is a mixin
        before = self.initial.get("email", "")
        changes.follow(user, self.changed_data, by=user, email_before=before)
        return user


class EmailForm(Followed, NameEmailForm):
    """The name and the email address on a user's own account page."""


class OwnPasswordForm(Followed, PasswordChangeForm):
    """The password on a user's own account page."""


class ForgottenPasswordForm(Followed, SetPasswordForm):  # type: ignore[type-arg]  # no generic
    """The new password of a user who has forgotten the old one."""
