"""Checks of a draft of a mailing: what must be changed before anybody can submit it."""

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.blocks.mailings import MailingBlock
from campaigns.mailings.mailing import Mailing
from campaigns.petitions.texts import PLACEHOLDER

LINES = ("subject", "preheader", "fallback")
FILLED_IN = "{name}"
NEVER_FILLED_IN = _(
    "%(placeholder)s is not replaced with anything. In the text of a mailing, only {name} is, in "
    "small letters and without spaces."
)
TOO_LATE = _("The time at which this mailing is to be sent has passed. Please change it.")


def faults(draft: Mailing) -> list[str | Promise]:
    """Return what must be changed before the draft can be submitted, in sentences."""
    values = {name: getattr(draft, name) for name in (*LINES, "body")}
    texts = itertools.chain.from_iterable(texts_of(values).values())
    raw: list[str | Promise] = [
        NEVER_FILLED_IN % {"placeholder": found} for found in never_filled_in(texts)
    ]
    return [TOO_LATE, *raw] if is_late(draft) else raw


def is_late(mailing: Mailing) -> bool:
    """Return whether the time at which the mailing is to be sent has passed."""
    return mailing.send_at is not None and mailing.send_at < timezone.now()


def texts_of(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the texts that each field of a mailing shows to its readers."""
    texts = {name: [values.get(name) or ""] for name in LINES}
    return texts | {"body": MailingBlock().get_searchable_content(values.get("body") or ())}


def never_filled_in(texts: Iterable[str]) -> list[str]:
    """Return the placeholders in these texts that readers would see unreplaced."""
    found = (each for text in texts for each in PLACEHOLDER.findall(text))
    return [each for each in found if each != FILLED_IN]
