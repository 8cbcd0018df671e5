"""Blocks for the lists in a petition's letter: its demands and its targets."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from campaigns.blocks.choosers import OwnSnippetChooserBlock
from campaigns.blocks.words import name_input

LONGEST_DEMAND = 300


class DemandBlock(blocks.StreamBlock):
    # A demand may be longer than the editor's one-line input shows.
    demand = blocks.TextBlock(label=_("Demand"), max_length=LONGEST_DEMAND, rows=1, icon="tick")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        name_input(self.child_blocks["demand"])


class ContactChooserBlock(OwnSnippetChooserBlock):
    """A chooser whose value is a contact's primary key: public pages must load no private data.

    Overrides the methods of Wagtail's ChooserBlock, whose values are model instances.
    """

    def to_python(self, value: int | None) -> int | None:
        return value

    def bulk_to_python(self, values: list[int | None]) -> list[int | None]:
        return values

    def normalize(self, value: Model | int | None) -> int | None:
        return key_of(value)

    def get_prep_value(self, value: Model | int | None) -> int | None:
        return key_of(value)

    def value_from_form(self, value: Model | int | str | None) -> int | None:
        return key_of(value)

    def get_form_state(self, value: int | None) -> dict[str, Any] | None:
        """Return the contact for the chooser; None if it has been deleted."""
        # A new target has no contact: its form needs no query.
        contact = value and self.model_class.objects.filter(pk=value).first()
        state: dict[str, Any] | None = super().get_form_state(contact)
        return state

    def render_basic(self, value: int | None, context: Any = None) -> str:
        """Return the name and the office for the comparison of two versions."""
        return str(self.model_class.objects.filter(pk=value).first() or "")

    def extract_references(self, value: int | None) -> Iterator[tuple[type[Model], str, str, str]]:
        if value is not None:
            yield self.model_class, str(value), "", ""

    def get_translatable_segments(self, value: int | None) -> list[Any]:
        """Return nothing for wagtail-localize: a translation has the contact of the original."""
        return []

    def restore_translated_segments(self, value: int | None, segments: list[Any]) -> int | None:
        return value


class AddresseeBlock(blocks.StructBlock):
    """How the letter names a target, and the contact from which an empty name is filled in."""

    name = blocks.CharBlock(label=_("Name"), max_length=120)
    role = blocks.CharBlock(label=_("Office"), max_length=120, required=False)
    contact = ContactChooserBlock(
        "campaigns.Contact",
        label=_("Contact"),
        required=False,
        help_text=_(
            "Where the letter goes. The public sees neither the email address nor the postal "
            "address. If you leave the name empty, the name and the office of the contact are "
            "filled in."
        ),
    )

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        contacts = self.child_blocks["contact"].model_class.objects
        if not value["name"] and (contact := contacts.filter(pk=value["contact"]).first()):
            filled = {"name": contact.name, "role": value["role"] or contact.role}
            value = blocks.StructValue(self, {**value, **filled})
        return super().clean(value)

    class Meta:
        label = pgettext_lazy("addressee", "Target")
        icon = "user"


class TargetBlock(blocks.StreamBlock):
    target = AddresseeBlock()


def key_of(value: Model | int | str | None) -> int | None:
    """Return the primary key of an instance or of a submitted value; None if it is not a number."""
    found = value.pk if isinstance(value, Model) else value
    return int(found) if found is not None and str(found).isdecimal() else None
