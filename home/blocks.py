"""The blocks of the navigation and the identity: links to pages and other URLs, and submenus."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListValue
from wagtail.blocks.struct_block import StructBlockValidationError


def check_address(text: str) -> None:
    """Raise ValidationError unless the text is an HTTPS URL, or "mailto:" and an email address.

    Browsers would mark a link by HTTP as unsafe, and run one that begins with "javascript:".
    """
    try:
        address = urlsplit(text)
        if address.scheme == "mailto":
            validate_email(address.path)
        elif address.username:
            raise ValidationError("")  # an email address without "mailto:", or a deception
        else:
            URLValidator(["https"])(text)
    except (ValidationError, ValueError) as wrong:
        message = gettext(
            "Write a web address that begins with https://, or an email address after mailto:, "
            "such as mailto:us@example.org."
        )
        raise ValidationError(message, code="invalid") from wrong


class AddressBlock(blocks.URLBlock):
    """An HTTPS URL, or an email address after "mailto:"; in migrations, Wagtail's URLBlock."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.field.validators = [check_address]

    def deconstruct(self) -> Any:
        _, args, kwargs = super().deconstruct()
        return "wagtail.blocks.URLBlock", args, kwargs


class NavigationItem(blocks.StructBlock):
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    url = AddressBlock(
        label=_("or another link"),
        required=False,
        help_text=_(
            "A page of another site, such as https://example.org/donate/, or an email address "
            "after mailto:, such as mailto:us@example.org."
        ),
    )
    label = blocks.CharBlock(
        label=_("Label"),
        required=False,
        max_length=40,
        help_text=_("If empty, the page’s title is used. Another link needs a label."),
    )

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        value = super().clean(value)
        if self.is_deferred_validation:
            return value
        wrong = {}
        if bool(value.get("page")) == bool(value.get("url")):
            wrong["page"] = ValidationError(_("Give either a page or another link."))
        elif value.get("url") and not value.get("label"):
            wrong["label"] = ValidationError(_("Say where the link leads."))
        if wrong:
            raise StructBlockValidationError(wrong)
        return value

    class Meta:
        icon = "link"
        label = _("Link")


class SubmenuBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("Label"), max_length=40)
    links = blocks.ListBlock(NavigationItem(), label=_("Links"), min_num=1, max_num=12)

    class Meta:
        icon = "list-ul"
        label = _("Submenu")


class SocialLink(blocks.StructBlock):
    label = blocks.CharBlock(label=_("Name"), max_length=40, help_text=_("“Mastodon”"))
    url = blocks.URLBlock(label=_("Web address"))

    class Meta:
        icon = "link"
        label = _("Link")


def without(labels: set[str], items: blocks.StreamValue) -> blocks.StreamValue:
    """Return the links and submenus that have none of these labels."""
    kept = []
    for item in items:
        value = item.value
        if item.block_type == "submenu":
            links = [link for link in value["links"] if link["label"] not in labels]
            value["links"] = ListValue(value["links"].list_block, values=links)
        if value["label"] not in labels and value.get("links", True):
            kept.append((item.block_type, value, item.id))
    return blocks.StreamValue(items.stream_block, kept)
