from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        # A task of a workflow is a model; this one stands on the floor of the CMS.
        import_module("campaigns.cms.pages.approval")
