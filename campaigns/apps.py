from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from campaigns.mail import smtp


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        smtp.introduce()
        # A workflow task is a model, which Django must load at startup. This one is in the CMS
        # package.
        import_module("campaigns.cms.pages.approval")
        # It listens to the deletion of contacts, in whatever process that happens.
        import_module("campaigns.forwarding.stopping")
