"""Wagtail's page for one's own account, with the same checks of the avatar as of other images."""

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from wagtail.admin.forms.account import AvatarPreferencesForm
from wagtail.admin.views import account

from campaigns.cms.pages.images import WholeImageField
from campaigns.pages.images import without_metadata


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


class AvatarPanel(account.AvatarSettingsPanel):
    form_class = AvatarForm


class AccountView(account.AccountView):
    """Wagtail's page for one's own account, with our panel for the avatar."""

    def get_panels(self) -> list[account.BaseSettingsPanel]:
        """Wagtail's panels, with ours in the place of its panel for the avatar."""
        return [
            AvatarPanel(panel.request, panel.user, panel.profile)
            if isinstance(panel, account.AvatarSettingsPanel)
            else panel
            for panel in super().get_panels()
        ]
