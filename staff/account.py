"""Wagtail's account page, and its views of all users, with additional checks.

Avatars are validated, changes are logged and notified, and only superusers can change superusers.
Signing in stores the language of the browser in an account that has none, and the whole CMS speaks
the language of the account.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views import View
from django.views.csrf import csrf_failure
from wagtail.admin.forms.account import AvatarPreferencesForm
from wagtail.admin.views import account
from wagtail.log_actions import log
from wagtail.users.forms import GroupForm, UserForm
from wagtail.users.models import UserProfile
from wagtail.users.views import groups, users

from campaigns.cms.pages.images import WholeImageField
from campaigns.pages.images import without_metadata
from staff.middleware import page_of_form
from staff.users import changes
from staff.users.forms import (
    AddForm,
    EditForm,
    EmailForm,
    ForgottenPasswordForm,
    GroupEditForm,
    OwnPasswordForm,
)


class AvatarForm(AvatarPreferencesForm):
    """A form that rejects broken and very large images, and removes EXIF.

    Wagtail's form fails on a broken file, accepts any number of pixels, and leaves EXIF in the
    file.
    """

    avatar = WholeImageField(
        label=AvatarPreferencesForm.base_fields["avatar"].label, required=False
    )

    def clean_avatar(self) -> "File[bytes] | bool | None":
        file = super().clean_avatar()
        return without_metadata(file) if isinstance(file, UploadedFile) else file


def in_own_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a view of the CMS: what it says is in the language of the user's account.

    Wagtail activates that language within its own views alone. Their refusals, its 404 page and our
    decorators would speak that of the browser. It stays active for what comes after the view, such
    as the page about a broken form; LanguageMiddleware sets it anew for each request.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        profile = getattr(request.user, "wagtail_userprofile", None)  # it may have none yet
        if profile:
            translation.activate(profile.get_preferred_language())
        return view(request, *args, **kwargs)

    return answer


def refuse_without_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without the token against forgery: Django's CSRF_FAILURE_VIEW.

    This happens before the views of the CMS, which speak the language of the account.
    """
    is_of_cms = request.path_info.startswith("/admin/")
    request.form_page = page_of_form(request)  # type: ignore[attr-defined]  # read by the template
    return (in_own_language(csrf_failure) if is_of_cms else csrf_failure)(request, reason=reason)


# The forms that replace Wagtail's.
FORMS: dict[type, Any] = {
    account.AvatarSettingsPanel: AvatarForm,
    account.NameEmailSettingsPanel: EmailForm,
    account.ChangePasswordPanel: OwnPasswordForm,
}


@receiver(user_logged_in, dispatch_uid="staff.account")
def store_language(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Make the language of the browser that of the account, as long as its user has chosen none.

    Wagtail would show it all the same, but the worker, which sends emails, knows no browser.
    """
    if hasattr(request, "LANGUAGE_CODE"):  # a browser has asked, and not a program
        profile = UserProfile.get_for_user(user)
        unchosen = UserProfile.objects.filter(pk=profile.pk, preferred_language="")
        unchosen.update(preferred_language=profile.get_preferred_language())


class AccountView(account.AccountView):
    """Wagtail's account page, with our forms."""

    def get_panels(self) -> list[account.BaseSettingsPanel]:
        panels: list[account.BaseSettingsPanel] = super().get_panels()
        for panel in panels:
            if type(panel) in FORMS:
                panel.form_class = FORMS[type(panel)]
        return panels


class PasswordResetConfirmView(account.PasswordResetConfirmView):
    form_class = ForgottenPasswordForm


# --- all users ---


def may_change(administrator: User, user: User) -> bool:
    """Return whether an administrator may change a user, and reset the user's second factor.

    They need the permission to edit users, and only superusers may change a superuser.
    """
    return administrator.has_perm("auth.change_user") and (
        administrator.is_superuser or not user.is_superuser
    )


class SuperuserGuardMixin(View):
    """A view of users in which only superusers may change a superuser, or create one."""

    def get_object(self, *args: Any) -> User:
        user: User = super().get_object(*args)  # type: ignore[misc]  # this is a mixin
        if not may_change(cast(User, self.request.user), user):
            raise PermissionDenied
        return user

    def get_form(self, *args: Any) -> Any:
        form = super().get_form(*args)  # type: ignore[misc]  # as above
        if not cast(User, self.request.user).is_superuser and "is_superuser" in form.fields:
            form.fields["is_superuser"].disabled = True
        return form


class AddView(SuperuserGuardMixin, users.CreateView):
    def save_instance(self) -> User:
        """Save the user for Wagtail's view, and log it if they are an administrator."""
        user: User = super().save_instance()
        if user.is_superuser:
            log(user, "staff.made_administrator", user=cast(User, self.request.user))
        return user


class EditView(SuperuserGuardMixin, users.EditView):
    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save the user in a transaction, so that nobody else can save them in between."""
        with transaction.atomic():
            response: HttpResponse = super().post(*args, **kwargs)
            return response

    def save_instance(self) -> User:
        user: User = super().save_instance()
        by = cast(User, self.request.user)
        before = self.form.initial["email"]
        changes.follow(user, self.form.changed_data, by=by, email_before=before)
        return user


class GroupEditView(groups.EditView):
    """Wagtail's view, which saves the group and its permissions in one transaction."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().post(*args, **kwargs)
            return response


class GroupViewSet(groups.GroupViewSet):
    """Wagtail's views of groups with our form; named by `staff.apps.UsersConfig`."""

    edit_view_class = GroupEditView

    def get_form_class(self, for_update: bool = False) -> type[GroupForm]:
        form: type[GroupForm] = GroupEditForm if for_update else super().get_form_class()
        return form


class UserViewSet(users.UserViewSet):
    """Wagtail's views of users with our classes; named by `staff.apps.UsersConfig`."""

    add_view_class = AddView
    copy_view_enabled = False  # The form that Wagtail's view shows would change the copied user.
    edit_view_class = EditView

    def get_form_class(self, for_update: bool = False) -> type[UserForm]:
        return EditForm if for_update else AddForm
