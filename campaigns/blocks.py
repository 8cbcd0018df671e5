"""What editors compose stories, demands and targets with."""

from urllib.parse import parse_qs, urlsplit

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup, StructBlockValidationError
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.images.models import AbstractImage
from wagtail.snippets.blocks import SnippetChooserBlock

STORY_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul", "hr"]


def newest_image() -> AbstractImage | None:
    """Something of the house's own to show in a preview."""
    return get_image_model().objects.order_by("-created_at").first()


def name_input(block: blocks.FieldBlock) -> None:
    """Give the input of a block in a stream the name that Wagtail gives to its frame only."""
    block.field.widget.attrs["aria-label"] = block.label


class HeadingBlock(blocks.CharBlock):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        name_input(self)

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "blocks/heading.html"
        description = _("A title inside the story. Screen-reader users jump from one to the next.")
        preview_value = _("What the new laws do")


class StoryTextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(features=STORY_FEATURES, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "blocks/rich_text.html"
        description = _("Paragraphs, lists and links.")
        preview_value = (
            "<p>Since spring, four laws have passed. Between them they</p>"
            "<ul><li>ban most street protests</li><li>punish insults to belief</li></ul>"
        )


class CaptionedImageValue(blocks.StructValue):
    @property
    def credit_text(self) -> str:
        """The credit written here, or else the one kept with the image."""
        return self.get("credit") or getattr(self.get("image"), "credit", "")


class CaptionedImageBlock(blocks.StructBlock):
    image = ImageBlock(label=_("Image"))
    caption = blocks.CharBlock(
        label=_("Caption"), required=False, help_text=_("Who and what is seen, where and when.")
    )
    credit = blocks.CharBlock(
        label=_("Credit"),
        required=False,
        help_text=_("Leave empty to show the credit kept with the image."),
    )

    def get_preview_value(self) -> blocks.StructValue:
        caption = _("The line of police at the march, seen from the church.")
        return self.normalize({"image": newest_image(), "caption": caption, "credit": ""})

    class Meta:
        icon = "image"
        label = _("Captioned image")
        template = "blocks/captioned_image.html"
        value_class = CaptionedImageValue
        description = _("A photograph with its caption and its credit.")
        form_layout = BlockGroup(children=["image", "caption"], settings=["credit"])


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quote"))
    attribution = blocks.CharBlock(label=_("Who said it"), required=False)
    role = blocks.CharBlock(label=_("Who that is"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "blocks/quote.html"
        description = _("Somebody's own words, with who said them.")
        preview_value = {
            "text": _("They came for the snowballs. We laughed, until they came back."),
            "attribution": _("A student"),
            "role": _("who was there in January"),
        }


class VideoValue(blocks.StructValue):
    @property
    def embed_url(self) -> str:
        """The address of the player, which is asked for only after a click; "" if unknown."""
        return player_url(self.get("url") or "")


def player_url(url: str) -> str:
    """The player behind a film's address at YouTube, Vimeo or a PeerTube server we know."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    last = parts.path.rstrip("/").rpartition("/")[2]
    if host == "youtube.com":
        film = parse_qs(parts.query).get("v", [last])[0]
        return f"https://www.youtube-nocookie.com/embed/{film}" if film else ""
    if host == "youtu.be" and last:
        return f"https://www.youtube-nocookie.com/embed/{last}"
    if host == "vimeo.com" and last.isdigit():
        return f"https://player.vimeo.com/video/{last}?dnt=1"
    if host in settings.VIDEO_HOSTS and parts.path.startswith(("/w/", "/videos/watch/")) and last:
        return f"https://{host}/videos/embed/{last}"
    return ""


class VideoBlock(blocks.StructBlock):
    url = blocks.URLBlock(
        label=_("Address of the film"), help_text=_("At YouTube, Vimeo or a PeerTube server.")
    )
    title = blocks.CharBlock(label=_("Title"))
    poster = ImageChooserBlock(
        label=_("Poster"),
        help_text=_(
            "Shown until the reader presses play; nothing is fetched from elsewhere before."
        ),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    def get_preview_value(self) -> blocks.StructValue:
        film = {"url": "https://vimeo.com/1", "title": _("The march, in two minutes")}
        return self.normalize({**film, "poster": newest_image(), "caption": ""})

    def clean(self, value: dict) -> dict:
        value = super().clean(value)
        if value.get("url") and not player_url(value["url"]):
            message = _("Give the address of one film at YouTube, Vimeo or a PeerTube server.")
            raise StructBlockValidationError({"url": ValidationError(message)})
        return value

    class Meta:
        icon = "media"
        label = _("Video")
        template = "blocks/video.html"
        value_class = VideoValue
        description = _("A film that plays only after a click: readers are not tracked before it.")


class CallToActionValue(blocks.StructValue):
    @property
    def link_url(self) -> str:
        page = self.get("page")
        return (page.localized.url or "") if page else self.get("url") or ""


class CallToActionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Sentence"), required=False)
    label = blocks.CharBlock(label=_("Words on the button"), max_length=60)
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    url = blocks.URLBlock(label=_("or an address elsewhere"), required=False)

    def clean(self, value: dict) -> dict:
        value = super().clean(value)
        if not self.is_deferred_validation and bool(value.get("page")) == bool(value.get("url")):
            message = _("Choose a page or give an address: one of the two.")
            raise StructBlockValidationError({"page": ValidationError(message)})
        return value

    class Meta:
        icon = "redirect"
        label = _("Call to action")
        template = "blocks/call_to_action.html"
        value_class = CallToActionValue
        description = _("One sentence and one button that leads somewhere.")
        preview_value = {
            "text": _("The vote is on Thursday."),
            "label": _("Write to your deputy"),
            "page": None,
            "url": "https://example.org/",
        }


class PetitionBlock(blocks.StructBlock):
    petition = SnippetChooserBlock(
        "campaigns.Petition",
        label=_("Petition"),
        required=False,
        help_text=_("On a campaign page, leave empty to show the page's own petition here."),
    )

    def get_preview_value(self) -> blocks.StructValue:
        petitions = apps.get_model("campaigns", "Petition").objects
        return self.normalize({"petition": petitions.filter(live=True).order_by("-pk").first()})

    class Meta:
        icon = "form"
        label = _("Petition")
        template = "blocks/petition.html"
        description = _("The letter, the count and the form to sign, wherever you put it.")


class ChosenPetitionBlock(PetitionBlock):
    """The same in an article, which has no petition of its own: one must be chosen."""

    petition = SnippetChooserBlock("campaigns.Petition", label=_("Petition"))


class ActionsTakenBlock(blocks.StaticBlock):
    class Meta:
        icon = "group"
        label = _("Actions taken by people like you")
        template = "blocks/actions_taken.html"
        description = _("The number of all signatures on this site.")
        admin_text = _("Shows the number of all signatures on this site.")


class StoryBlock(blocks.StreamBlock):
    """The story of a campaign page, which has a petition of its own."""

    heading = HeadingBlock()
    text = StoryTextBlock()
    image = CaptionedImageBlock()
    quote = QuoteBlock()
    video = VideoBlock()
    call_to_action = CallToActionBlock()
    petition = PetitionBlock()
    actions_taken = ActionsTakenBlock()


class ArticleBlock(StoryBlock):
    """The story of a page without a petition of its own."""

    petition = ChosenPetitionBlock()


class DemandBlock(blocks.StreamBlock):
    demand = blocks.CharBlock(label=_("Demand"), max_length=300, icon="tick")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        name_input(self.child_blocks["demand"])


class TargetBlock(blocks.StreamBlock):
    target = blocks.StructBlock(
        [
            ("name", blocks.CharBlock(label=_("Name"), max_length=120)),
            ("role", blocks.CharBlock(label=_("Office"), max_length=120, required=False)),
        ],
        label=_("Target"),
        icon="user",
    )
