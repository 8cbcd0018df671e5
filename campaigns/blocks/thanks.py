"""Blocks for the page that thanks a signer: what to do next."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.fields import StreamField

from campaigns.blocks.choosers import OwnPageChooserBlock
from campaigns.blocks.onward import CallToActionBlock, CallToActionValue
from campaigns.blocks.pictures import CaptionedImageBlock
from campaigns.blocks.story import fetch
from campaigns.blocks.words import HeadingBlock, StoryTextBlock
from campaigns.sharing import links


class NextCallValue(CallToActionValue):
    def onward_url(self, source: str = "") -> str:
        """Return the URL with the source code by which a signer came, for one of our own pages.

        The URL of another site stays as editors wrote it; a placeholder in it says where the code
        goes.
        """
        if self.get("page"):
            return links.sourced(self.link_url, source)
        return str(self.get("url") or "").replace("{source}", source)


class NextCallBlock(CallToActionBlock):
    """A call to action whose link passes on the source by which the signer came."""

    url = blocks.URLBlock(
        label=_("or the web address of another site"),
        required=False,
        help_text=_(
            "The web address is used exactly as you type it. {source} is replaced with the code of "
            "the link through which the signer came, such as poster."
        ),
    )

    class Meta:
        label = _("Call to action")
        template = "blocks/next_call.html"
        value_class = NextCallValue
        description = _("A button that leads on: donate, join, come to an event.")
        preview_value = {
            "text": _("Letters need stamps, and meetings need rooms."),
            "label": _("Donate"),
            "page": None,
            "url": "https://example.org/donate/",
        }


class NextCampaignBlock(blocks.StructBlock):
    campaign = OwnPageChooserBlock(
        page_type="campaigns.CampaignPage",
        label=_("Campaign"),
        required=False,
        help_text=_(
            "Shown while it can be signed. If empty, the site chooses: the petition’s next "
            "campaign, or else an open one on the same topic, or else the newest."
        ),
    )

    class Meta:
        icon = "form"
        label = _("Another campaign")
        template = "blocks/next_campaign.html"
        description = _("A campaign that has not been signed yet, with its picture and a button.")
        preview_value = {"campaign": None}


class ShareBlock(blocks.StaticBlock):
    class Meta:
        icon = "mail"
        label = _("Ways to share")
        template = "blocks/share.html"
        description = _("The buttons and links with which people pass the petition on.")
        preview_value = None  # Wagtail offers no preview of a block without this attribute.
        admin_text = _("Shows the ways to share the petition’s campaign.")


class RecentUpdateBlock(blocks.StaticBlock):
    class Meta:
        icon = "date"
        label = _("Recent update")
        template = "blocks/recent_update.html"
        description = _("The newest update of the petition’s campaign page.")
        preview_value = None
        admin_text = _("Shows the newest update of the campaign page, where it has one.")


class ThanksBlock(blocks.StreamBlock):
    """The blocks below the thanks."""

    share = ShareBlock()
    call_to_action = NextCallBlock()
    campaign = NextCampaignBlock()
    update = RecentUpdateBlock()
    heading = HeadingBlock()
    text = StoryTextBlock()
    image = CaptionedImageBlock()

    class Meta:
        # Each of these blocks queries the database, or would only repeat itself.
        block_counts = {
            "share": {"max_num": 1},
            "campaign": {"max_num": 2},
            "update": {"max_num": 1},
        }

    def render(self, value: blocks.StreamValue, context: dict[str, Any] | None = None) -> str:
        fetch(value)
        return super().render(value, context)


class WithThanksBlocks(models.Model):
    """The blocks on the thanks page, below its words.

    Without blocks, that page shows the ways to share and the campaigns to sign next.
    """

    thanks_blocks = StreamField(
        ThanksBlock(required=False),
        verbose_name=_("what follows the thanks"),
        blank=True,
        help_text=_(
            "If empty, people find the ways to share and the campaigns to sign next. If you add "
            "blocks, they find these alone, in this order."
        ),
    )

    class Meta:
        abstract = True
