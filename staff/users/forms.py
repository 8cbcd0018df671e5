"""The forms in which users and groups are changed. Changes of users are logged."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.account import NameEmailForm
from wagtail.admin.forms.auth import PasswordChangeForm
from wagtail.users.forms import GroupForm, UserCreationForm, UserEditForm

from campaigns.workflow.seen_forms import SeenForm
from staff import second_factor
from staff.users import changes


class UniqueEmail(forms.ModelForm):  # type: ignore[type-arg]  # no generic
    """A mixin for the forms of users: an email address belongs to one active user alone.

    Users who come from the provider of sign-ins for the first time are found by it. Those who have
    had the same one before can still be changed otherwise.
    """

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        email = cleaned.get("email")
        is_active = cleaned.get("is_active", self.instance.is_active)
        if email and is_active and {"email", "is_active"} & set(self.changed_data):
            others = User.objects.filter(is_active=True).exclude(pk=self.instance.pk)
            if others.filter(email__iexact=email).exists():
                text = _(
                    "This email address cannot be used here: it must belong to one account alone. "
                    "Please enter another one."
                )
                self.add_error("email", text)
        return cleaned


class AddForm(UniqueEmail, UserCreationForm):
    """The form in which an administrator creates a user."""


class EditForm(UniqueEmail, SeenForm, UserEditForm):
    changed = _(
        "The account was changed after you opened this form. Save again to replace that with what "
        "is entered here, or reload the page to see it."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):  # Wagtail requires them; an account may have none.
            self.fields[name].required = False


class GroupEditForm(SeenForm, GroupForm):
    """The form of a group, whose permissions below pages and collections are forms beside it."""

    def shown(self, row: Group) -> dict[str, Any]:
        pages = row.page_permissions.values_list("page", "permission")
        collections = row.collection_permissions.values_list("collection", "permission")
        return {**super().shown(row), "pages": sorted(pages), "collections": sorted(collections)}


class Followed(forms.Form):
    """A mixin for the forms in which users change their own accounts."""

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)  # type: ignore[misc]  # this is a mixin
        before = self.initial.get("email", "")
        changes.follow(user, self.changed_data, by=user, email_before=before)
        return user


class EmailForm(Followed, UniqueEmail, NameEmailForm):
    """The name and the email address on a user's own account page.

    A new password can be had at the email address, so whoever changes that at a colleague's
    computer would have the account. Those who have a second factor are asked for that
    (`recent_second_factor`), and the others for their password here.
    """

    current_password = forms.CharField(
        label=_("Current password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Only needed to change the email address."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_asked_again = settings.SECOND_FACTOR and second_factor.is_verified(self.instance)
        has_password = self.instance.has_usable_password()
        if "email" not in self.fields or is_asked_again or not has_password:
            del self.fields["current_password"]

    def clean_current_password(self) -> None:
        """Refuse a new email address without the password.

        To show that, Wagtail makes the form again, of a user who has the new address already.
        """
        stored, typed = User.objects.get(pk=self.instance.pk), self.cleaned_data["current_password"]
        is_new = self.cleaned_data.get("email", stored.email) != stored.email
        if is_new and not stored.check_password(typed):
            raise ValidationError(_("To change the email address, type your current password."))


class OwnPasswordForm(Followed, PasswordChangeForm):
    """The password on a user's own account page."""


class ForgottenPasswordForm(Followed, SetPasswordForm):  # type: ignore[type-arg]  # no generic
    """The new password of a user who has forgotten the old one."""
