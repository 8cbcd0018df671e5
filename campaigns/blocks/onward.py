"""Blocks that lead readers on: to a petition, to other campaigns, to documents and links."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup, StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock

from campaigns.blocks import links
from campaigns.blocks.choosers import OwnPageChooserBlock, OwnSnippetChooserBlock
from campaigns.blocks.lines import LineBlock


class CallToActionValue(blocks.StructValue):
    @property
    def link_url(self) -> str:
        """The URL of the chosen page in the reader's language, or else the typed URL."""
        page = self.get("page")
        if not page:
            return self.get("url") or ""
        # `story.fetch` has cached the URLs of all pages of the story.
        return links.page_url(page)


class CallToActionBlock(blocks.StructBlock):
    text = LineBlock(label=_("Sentence"), required=False)
    label = blocks.CharBlock(label=_("Text on the button"), max_length=60)
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    url = blocks.URLBlock(label=_("or the web address of another site"), required=False)
    is_quiet = blocks.BooleanBlock(
        label=_("Quiet"),
        required=False,
        help_text=_(
            "Shows an outline only, so that this button does not compete with the one for signing."
        ),
    )

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        value = super().clean(value)
        if not self.is_deferred_validation and bool(value.get("page")) == bool(value.get("url")):
            message = _("Give either a page or a web address.")
            raise StructBlockValidationError({"page": ValidationError(message)})
        return value

    class Meta:
        icon = "redirect"
        label = _("Call to action")
        template = "blocks/call_to_action.html"
        value_class = CallToActionValue
        description = _("One sentence and a button with a link.")
        form_layout = BlockGroup(children=["text", "label", "page", "url"], settings=["is_quiet"])
        preview_value = {
            "text": _("The vote is on Thursday."),
            "label": _("Write to your member of parliament"),
            "page": None,
            "url": "https://example.org/",
        }


class DocumentValue(blocks.StructValue):
    @property
    def name(self) -> str:
        return self.get("title") or getattr(self.get("document"), "title", "") or ""

    @property
    def link_url(self) -> str:
        document = self.get("document")
        return links.document_url(document) if document else ""


class DocumentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    text = LineBlock(
        label=_("What it contains"),
        required=False,
        help_text=_("One sentence, for readers who are not sure whether to open it."),
    )
    title = LineBlock(
        label=_("Title"),
        required=False,
        help_text=_("Leave empty to show the title stored with the document."),
    )

    def get_preview_value(self) -> blocks.StructValue:
        # All staff see the preview, so that it shows no document of a team.
        text = _("What we found in the archives, on twelve pages.")
        return self.normalize({"document": None, "text": text, "title": _("The report")})

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "blocks/document.html"
        value_class = DocumentValue
        description = _("A file to download, with its type and its size.")
        form_layout = BlockGroup(children=["document", "text"], settings=["title"])


class RelatedCampaignsBlock(blocks.StructBlock):
    heading = LineBlock(label=_("Heading"), required=False, max_length=120)
    campaigns = blocks.ListBlock(
        OwnPageChooserBlock(page_type="campaigns.CampaignPage", label=_("Campaign")),
        label=_("Campaigns"),
        default=[],
        max_num=6,
        required=False,
        help_text=_("If you choose none, the newest open campaigns are shown."),
    )
    number = blocks.IntegerBlock(
        label=_("How many to show if none is chosen"), default=3, min_value=1, max_value=6
    )

    class Meta:
        icon = "link"
        label = _("Related campaigns")
        template = "blocks/related_campaigns.html"
        description = _("Other campaigns: those you choose, or else the newest open ones.")
        form_layout = BlockGroup(children=["heading", "campaigns"], settings=["number"])
        preview_value = {"heading": _("Related campaigns"), "campaigns": [], "number": 3}


class PetitionBlock(blocks.StructBlock):
    petition = OwnSnippetChooserBlock(
        "campaigns.Petition",
        label=_("Petition"),
        required=False,
        help_text=_("On a campaign page, leave empty to show the page’s own petition here."),
    )

    def get_preview_value(self) -> blocks.StructValue:
        petitions = apps.get_model("campaigns", "Petition").objects
        return self.normalize({"petition": petitions.filter(live=True).order_by("-pk").first()})

    class Meta:
        icon = "form"
        label = _("Petition")
        template = "blocks/petition.html"
        description = _("The letter, the count and the form, wherever you place this block.")


class ChosenPetitionBlock(PetitionBlock):
    """The petition block for an article, which has no petition of its own: editors choose one."""

    petition = OwnSnippetChooserBlock("campaigns.Petition", label=_("Petition"))


class AppealBlock(blocks.StructBlock):
    appeal = OwnSnippetChooserBlock("campaigns.Appeal", label=_("Appeal"))

    def get_preview_value(self) -> blocks.StructValue:
        appeals = apps.get_model("campaigns", "Appeal").objects
        return self.normalize({"appeal": appeals.filter(live=True).order_by("-pk").first()})

    class Meta:
        icon = "mail"
        label = _("Appeal")
        template = "blocks/appeal.html"
        description = _("Readers write to those who represent their area, from your words.")


class ActionsTakenBlock(blocks.StaticBlock):
    class Meta:
        icon = "group"
        label = _("Actions taken by people like you")
        template = "blocks/actions_taken.html"
        description = _(
            "The number of all signatures on this site. It is already shown at the top of every "
            "campaign page."
        )
        preview_value = None  # Wagtail offers no preview of a block without this attribute.
        admin_text = _(
            "Shows the number of all signatures on this site. It is already shown at the top of "
            "every campaign page; add this block only where the number should appear once more."
        )
