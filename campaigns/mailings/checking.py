"""Checks of a draft of a mailing: what must be changed before anybody can submit it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.blocks.mailings import MailingBlock
from campaigns.petitions.texts import PLACEHOLDER

FILLED_IN = "{name}"
NEVER_FILLED_IN = _(
    "%(placeholder)s is not replaced with anything. In the text of a mailing, only {name} is, in "
    "small letters and without spaces."
)


def texts_of(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the texts that each field of a mailing shows to its readers."""
    texts = {name: [values.get(name) or ""] for name in ("subject", "preheader", "fallback")}
    return texts | {"body": MailingBlock().get_searchable_content(values.get("body") or ())}


def never_filled_in(texts: Iterable[str]) -> list[str]:
    """Return the placeholders in these texts that readers would see unreplaced."""
    found = (each for text in texts for each in PLACEHOLDER.findall(text))
    return [each for each in found if each != FILLED_IN]
