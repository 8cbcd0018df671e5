"""Wagtail's form of a user, which does not overwrite what a colleague has changed meanwhile."""

import hashlib
import json
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserEditForm

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
