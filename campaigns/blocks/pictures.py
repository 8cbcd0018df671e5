"""Visual blocks: images, galleries and films."""

import re
from urllib.parse import parse_qs, urlsplit

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup, StructBlockValidationError
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.images.models import AbstractImage

from campaigns.blocks.lines import LineBlock

# The number of a film on YouTube, and the path of a film on Vimeo that is not listed there.
YOUTUBE = re.compile(r"[\w-]{11}")
UNLISTED = re.compile(r"/(\d+)/([0-9a-f]{8,})/?")
# What stands in the paths of several films, before their number or in its place: those of Vimeo, of
# PeerTube, and of players of YouTube.
SEVERAL = {"showcase", "album", "event", "p", "playlist", "videoseries", "live_stream"}


def public_images() -> "QuerySet[AbstractImage]":
    """Return the images of public campaigns, the newest first, for the previews of blocks.

    All staff see the previews, and an upload that is not public belongs to its team.
    """
    campaigns = apps.get_model("campaigns", "CampaignPage").objects.live().public()
    shown = get_image_model().objects.filter(pk__in=campaigns.values("listing_image"))
    return shown.order_by("-created_at")


def newest_image() -> AbstractImage | None:
    """Return the newest image for the preview of a block; None if there is none."""
    return public_images().first()


class SizeBlock(blocks.ChoiceBlock):
    choices = [
        ("text", _("in the text")),
        ("wide", _("wide")),
        ("full", _("from edge to edge")),
    ]

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"label": _("Size"), "default": "text"} | kwargs)


class PictureBlock(ImageBlock):
    """Wagtail's ImageBlock with help texts that explain what its alternative text is for."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.child_blocks["alt_text"].field.help_text = _(
            "For readers who cannot see the picture: what it shows that matters here, in one "
            "sentence. “Police in helmets stand in a line before a church.” It begins as the "
            "description of the picture, and may differ from page to page."
        )
        self.child_blocks["decorative"].field.help_text = _(
            "Tick this only if the picture is purely decorative, such as a pattern: screen readers "
            "then skip it."
        )


class CaptionedImageValue(blocks.StructValue):
    @property
    def credit_text(self) -> str:
        """The credit written in the block, or else the one stored with the image."""
        return self.get("credit") or getattr(self.get("image"), "credit", "") or ""


class CaptionedImageBlock(blocks.StructBlock):
    image = PictureBlock(label=_("Image"))
    caption = LineBlock(
        label=pgettext_lazy("picture", "Caption"),
        required=False,
        help_text=_("Who and what can be seen, where and when."),
    )
    size = SizeBlock()
    credit = LineBlock(
        label=_("Credit"),
        required=False,
        help_text=_("Leave empty to show the credit stored with the image."),
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
        form_layout = BlockGroup(children=["image", "caption"], settings=["size", "credit"])


class GalleryImageBlock(blocks.StructBlock):
    image = PictureBlock(label=_("Image"))
    caption = LineBlock(label=pgettext_lazy("picture", "Caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        value_class = CaptionedImageValue


class GalleryBlock(blocks.StructBlock):
    images = blocks.ListBlock(GalleryImageBlock(), label=_("Pictures"), min_num=2)
    caption = LineBlock(label=_("Caption for all pictures"), required=False)
    size = SizeBlock(default="wide")
    shape = blocks.ChoiceBlock(
        label=_("Shape"),
        choices=[("landscape", _("landscape")), ("square", _("square"))],
        default="landscape",
        help_text=_("All pictures are cropped to this shape, around the focal point of each."),
    )

    def get_default(self) -> blocks.StructValue:
        """Return two empty images, the fewest that are valid.

        Wagtail starts a ListBlock with one child, so the editor would see an error at once.
        """
        value = super().get_default()
        value["images"].append(self.child_blocks["images"].child_block.get_default())
        return value

    def get_preview_value(self) -> blocks.StructValue:
        newest = public_images()[:3]
        images = [{"image": image, "caption": image.description} for image in newest]
        caption = _("Three days in January.")
        return self.normalize({"images": images, "caption": caption})

    class Meta:
        icon = "grip"
        label = _("Gallery")
        template = "blocks/gallery.html"
        description = _("Some pictures side by side, each with its caption and its credit.")
        form_layout = BlockGroup(children=["images", "caption"], settings=["size", "shape"])


class VideoValue(blocks.StructValue):
    @property
    def embed_url(self) -> str:
        """The player's URL, which browsers request only after a click; "" if unknown."""
        return player_url(self.get("url") or "")


def player_url(url: str) -> str:
    """Return the player's URL for a film on YouTube, Vimeo or a PeerTube server in VIDEO_HOSTS.

    Return "" for every other URL.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    above, last = ["", *parts.path.rstrip("/").split("/")][-2:]
    if SEVERAL & {above, last}:
        return ""
    if host in ("youtube.com", "youtu.be"):
        film = parse_qs(parts.query).get("v", [last])[0]
        return f"https://www.youtube-nocookie.com/embed/{film}" if YOUTUBE.fullmatch(film) else ""
    if host == "vimeo.com" and (found := UNLISTED.fullmatch(parts.path)):
        return f"https://player.vimeo.com/video/{found[1]}?h={found[2]}&dnt=1"
    if host == "vimeo.com" and last.isdigit():
        return f"https://player.vimeo.com/video/{last}?dnt=1"
    if host in settings.VIDEO_HOSTS and parts.path.startswith(("/w/", "/videos/watch/")) and last:
        return f"https://{host}/videos/embed/{last}"
    return ""


def check_film(url: str) -> None:
    """Raise ValidationError for a URL that is not that of one film on a supported site."""
    if not player_url(url):
        raise ValidationError(
            _("Give the web address of one film on YouTube, Vimeo or a PeerTube server.")
        )


class VideoBlock(blocks.StructBlock):
    url = blocks.URLBlock(
        label=_("Web address of the film"), help_text=_("On YouTube, Vimeo or a PeerTube server.")
    )
    title = blocks.CharBlock(label=_("Title"))
    poster = ImageChooserBlock(
        label=_("Still picture"),
        help_text=_(
            "Shown until the reader presses play. Nothing is loaded from the other site "
            "before then."
        ),
    )
    caption = LineBlock(label=pgettext_lazy("picture", "Caption"), required=False)
    size = SizeBlock()

    def get_preview_value(self) -> blocks.StructValue:
        film = {"url": "https://vimeo.com/1", "title": _("The march, in two minutes")}
        return self.normalize({**film, "poster": newest_image(), "caption": ""})

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        value = super().clean(value)
        if value.get("url"):
            try:
                check_film(value["url"])
            except ValidationError as error:
                raise StructBlockValidationError({"url": error}) from None
        return value

    class Meta:
        icon = "media"
        label = _("Video")
        template = "blocks/video.html"
        value_class = VideoValue
        description = _(
            "A film that plays only after a click. Readers are not tracked before then."
        )
        form_layout = BlockGroup(children=["url", "title", "poster", "caption"], settings=["size"])
