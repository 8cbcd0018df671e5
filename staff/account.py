"""Wagtail's page for one's own account: it checks the avatar, and tells of another email."""

from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from wagtail.admin.forms.account import AvatarPreferencesForm, NameEmailForm
from wagtail.admin.views import account

from campaigns.cms.pages.images import WholeImageField
from campaigns.pages.images import without_metadata
from staff import telling


class AvatarForm(AvatarPreferencesForm):
    """Refuses broken and very large images, and removes EXIF.

    Wagtail's form fails on a broken file, takes any number of pixels, and leaves EXIF in the file.
    """

    avatar = WholeImageField(
        label=AvatarPreferencesForm.base_fields["avatar"].label, required=False
    )

    def clean_avatar(self) -> "File[bytes] | bool | None":
        file = super().clean_avatar()
        return without_metadata(file) if isinstance(file, UploadedFile) else file


class EmailForm(NameEmailForm):
    """Tells the email of before that there is another one now."""

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        if "email" in self.changed_data:
            telling.tell(user, "email_changed", before=self.initial["email"])
        return user


# The forms that take the places of Wagtail's.
FORMS: dict[type, Any] = {
    account.AvatarSettingsPanel: AvatarForm,
    account.NameEmailSettingsPanel: EmailForm,
}


class AccountView(account.AccountView):
    """Wagtail's page for one's own account, with our forms."""

    def get_panels(self) -> list[account.BaseSettingsPanel]:
        panels: list[account.BaseSettingsPanel] = super().get_panels()
        for panel in panels:
            if type(panel) in FORMS:
                panel.form_class = FORMS[type(panel)]
        return panels
