"""Refuses the rows of people whom nobody may import, whatever the rows say."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from campaigns.canonical_emails import normalise
from campaigns.dates import site_day
from campaigns.imports import checking
from campaigns.imports.checking import Row, Wrong
from campaigns.imports.imported import Import
from campaigns.mail.outbox import StoppedMailbox
from campaigns.moderation import screening
from campaigns.moderation.lists import ListEntry
from campaigns.moderation.remembered_decisions import RememberedModeration
from campaigns.privacy import dependent_rows, receipts
from campaigns.privacy.receipts import ErasureReceipt
from operations import keyring


def refused(subject: Import, rows: Iterable[Row]) -> dict[int, str]:
    """Return the numbers of the rows that are refused, each with a text that says why."""
    named = [row for row in rows if row.email_key]
    if not named:
        return {}
    remembered, erased = remembered_of(subject, named), erased_on(subject, named)
    # The other kinds of entries are about networks and sites, which a list does not tell.
    kinds = (ListEntry.Kind.EMAIL, ListEntry.Kind.DOMAIN)
    entries = [entry for entry in screening.entries() if entry.kind in kinds]
    found: dict[int, str] = {}
    for row in named:
        moderation, withdrawn_on = remembered.get(row.email_key, ("", None))
        left_on = max(filter(None, (withdrawn_on, erased.get(row.number))), default=None)
        if moderation:
            found[row.number] = moderated()
        elif is_blocked(row, entries):
            found[row.number] = gettext("This email address or its domain is on the block list.")
        elif left_on and not (row.has_own_day and site_day(row.signed_at) > left_on):
            # Nobody knows the hour at which somebody signed on paper. The day of a list may be that
            # on which it was uploaded, and says nothing of a single person.
            found[row.number] = gettext(
                "Somebody with this email address withdrew, or their data was deleted, and the row "
                "has no later day of signing."
            )
    return found


def moderated() -> str:
    return gettext("A signature with this email address was quarantined or invalidated before.")


def in_general(wrong: Wrong) -> Wrong:
    """Return a refused row with a reason that reveals neither list entries nor erasures.

    For users who may not view the block list: a list could ask about any email address.
    """
    if not wrong.is_refused or wrong.why == moderated():
        return wrong
    text = gettext(
        "This email address is blocked, or somebody with it withdrew, or their data was deleted."
    )
    return wrong._replace(why=text)


def remembered_of(subject: Import, rows: list[Row]) -> dict[bytes | None, tuple[str, date | None]]:
    """Return what is remembered of these rows' withdrawn signatures, by the email keys of the rows.

    It is the moderation, or else ("") the day on which the signature was withdrawn.
    """
    keys = checking.keys_of(subject.tally_id, rows)
    these = dependent_rows.among([*keys])
    found = RememberedModeration.objects.filter(tally=subject.tally_id, email_key__in=these)
    values = found.values_list("email_key", "moderation", "withdrawn_on")
    return {keys[bytes(key)]: (moderation, day) for key, moderation, day in values}


def is_blocked(row: Row, entries: list[ListEntry]) -> bool:
    """Return whether the block list names the email address, and the allow list does not."""
    where: dict[str, Any] = {"network": None, "hashed": None, "site": ""}
    mailbox = normalise(row.email or "")
    effects = {entry.effect for entry in entries if entry.fits(mailbox=mailbox, **where)}
    return effects == {ListEntry.Effect.BLOCK}


def erased_on(subject: Import, rows: list[Row]) -> dict[int, date]:
    """Return on which day the data of these people was erased last, by the numbers of their rows.

    Erasures that were about other petitions, or about the other person who shares the mailbox, do
    not matter.
    """
    secrets = keyring.every()
    keys = {row.number: receipts.keys_of(row.email or "", secrets) for row in rows}
    these = dependent_rows.among([key for each in keys.values() for key in each])
    is_about_us = Q(tallies__isnull=True) | Q(tallies__contains=subject.tally_id)
    found = ErasureReceipt.objects.filter(is_about_us, mailbox_key__in=these)
    erasures = defaultdict[bytes, list[ErasureReceipt]](list)
    for receipt in found:
        erasures[bytes(receipt.mailbox_key)].append(receipt)
    days: dict[int, date] = {}
    for row in rows:
        its = [receipt for key in keys[row.number] for receipt in erasures.get(key, ())]
        names = receipts.name_keys(row.email or "", row.name, secrets) if its else []
        about = [each.made_at for each in its if each.name_key in (None, *names)]
        if about:
            days[row.number] = site_day(max(about))
    return days


def stopped(subject: Import, rows: list[Row]) -> set[int]:
    """Return the numbers of the rows whose mailboxes get no more emails about the petition."""
    if not rows:
        return set()
    keys = checking.keys_of(subject.tally_id, rows)
    these = dependent_rows.among([*keys])
    found = StoppedMailbox.objects.filter(tally=subject.tally_id, email_key__in=these)
    ended = {keys[bytes(key)] for key in found.values_list("email_key", flat=True)}
    return {row.number for row in rows if row.email_key in ended}
