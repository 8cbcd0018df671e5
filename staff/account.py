"""One's own account in the CMS: Wagtail's, but a face is looked at like any other picture."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from wagtail.admin.forms.account import AvatarPreferencesForm
from wagtail.admin.views import account

from campaigns.cms.pages.images import WholeImageField
from campaigns.pages.images import without_metadata


class FaceForm(AvatarPreferencesForm):
    """Wagtail's falls over a broken file, takes any number of pixels, and keeps EXIF."""

    avatar = WholeImageField(
        label=AvatarPreferencesForm.base_fields["avatar"].label, required=False
    )

    def clean_avatar(self) -> Any:
        file = super().clean_avatar()
        return without_metadata(file) if isinstance(file, UploadedFile) else file


class FacePanel(account.AvatarSettingsPanel):
    form_class = FaceForm


class AccountView(account.AccountView):
    def get_panels(self) -> list[account.BaseSettingsPanel]:
        return [
            FacePanel(panel.request, panel.user, panel.profile)
            if isinstance(panel, account.AvatarSettingsPanel)
            else panel
            for panel in super().get_panels()
        ]
