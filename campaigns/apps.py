from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        # This Task subclass belongs to the CMS, outside models.py, so nothing else would import it
        # here.
        import_module("campaigns.cms.pages.approval")
