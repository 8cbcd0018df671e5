"""After a restore: nothing is handed out again that staff have switched off since the backup.

A restore switches nothing on. It names what it leaves off, so that staff decide about it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from wagtail.models import Collection

from campaigns.pages.preview_links import PreviewLink
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.restore_hooks.sent import BEGUN
from campaigns.sync import upkeep
from campaigns.sync.receiver import Receiver, ReceiverField
from operations.backups.hooks import Old

COLUMNS = [each.attname for each in Receiver._meta.concrete_fields if not each.primary_key]
RECEIVERS = f"SELECT id, {', '.join(COLUMNS)} FROM campaigns_receiver"
FIELDS = "SELECT receiver_id, field, called, sort_order FROM campaigns_receiverfield"
SELECTED = "SELECT receiver_id, tally_id FROM campaigns_receiver_tallies"
# A contact that is changed or deleted stops the emails. Those that were started again since may go
# to other mailboxes than those of the backup.
FORWARDED = """
    SELECT t.id, t.forwarding_at FROM campaigns_tally t
    JOIN campaigns_petition p ON p.id = t.petition_id AND p.live AND p.forwards <> 'off'
    WHERE t.forwarding_at IS NOT NULL
"""
COLLECTIONS = "SELECT id, collection_id FROM campaigns_petition"
LINKS = "SELECT digest FROM campaigns_previewlink"

OFF = "Receivers that are off until staff switch them on again"
NEW = "Receivers that were set up since, and have to be set up again"
NOT_FORWARDED = "Petitions whose emails to the targets are off until staff start them again"
NOT_MOVED = "Petitions that were moved since, and have to be moved again"


@dataclass
class Last:
    """What was handed out by the replaced database; nothing, if it cannot say."""

    receivers: dict[int, dict[str, Any]] = field(default_factory=dict)
    fields: list[tuple[int, str, str, int]] = field(default_factory=list)
    selected: list[tuple[int, int]] = field(default_factory=list)
    forwarded: dict[int, datetime] = field(default_factory=dict)
    collections: dict[int, int] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)


def keep_back(made_at: datetime, old: Old) -> str:
    """Take over what the replaced database hands out; return a notice about what is off now."""
    last = read(old)
    PreviewLink.objects.exclude(digest__in=last.links).delete()
    found = {OFF: update_receivers(last), NEW: set_up_since(last)}
    found |= {NOT_FORWARDED: stop_forwarding(last), NOT_MOVED: move(last)}
    return "\n".join(f"{said}: {', '.join(sorted(each))}." for said, each in found.items() if each)


def read(old: Old) -> Last:
    try:
        if not (old and old.execute(BEGUN).fetchone()):
            return Last()
        return Last(
            receivers={
                key: dict(zip(COLUMNS, row, strict=True))
                for key, *row in old.execute(RECEIVERS).fetchall()
            },
            fields=old.execute(FIELDS).fetchall(),
            selected=old.execute(SELECTED).fetchall(),
            forwarded=dict(old.execute(FORWARDED).fetchall()),
            collections=dict(old.execute(COLLECTIONS).fetchall()),
            links=[digest for (digest,) in old.execute(LINKS).fetchall()],
        )
    except psycopg.Error:
        return Last()


def update_receivers(last: Last) -> list[str]:
    """Make receivers as they were last, but switch none on; return the names of those now off."""
    off = []
    for receiver in Receiver.objects.all():
        values = last.receivers.get(receiver.pk, {"name": receiver.name, "is_on": False})
        is_on = receiver.is_on and values["is_on"]
        if not is_on and (receiver.is_on or values["is_on"]):
            off.append(values["name"])
        before = upkeep.scope(receiver.pk)
        Receiver.objects.filter(pk=receiver.pk).update(**values | {"is_on": is_on})
        if receiver.pk in last.receivers:
            copy_selection(receiver, last)
            upkeep.remove_others(receiver.pk, before=before)
    return off


def copy_selection(receiver: Receiver, last: Last) -> None:
    ReceiverField.objects.filter(receiver=receiver).delete()
    ReceiverField.objects.bulk_create(
        ReceiverField(receiver=receiver, field=name, called=called, sort_order=order)
        for key, name, called, order in last.fields
        if key == receiver.pk
    )
    selected = [tally for key, tally in last.selected if key == receiver.pk]
    receiver.tallies.set(Tally.objects.filter(pk__in=selected))


def set_up_since(last: Last) -> list[str]:
    ours = set(Receiver.objects.values_list("pk", flat=True))
    return [values["name"] for key, values in last.receivers.items() if key not in ours]


def stop_forwarding(last: Last) -> list[str]:
    """Stop the emails to targets, unless they were never stopped; return the petitions' titles."""
    off = []
    for tally in Tally.objects.select_related("petition"):
        if tally.forwarding_at != last.forwarded.get(tally.pk):
            Tally.objects.filter(pk=tally.pk).update(forwarding_at=None)
            off.append(tally.petition.title)
    return off


def move(last: Last) -> list[str]:
    """Move petitions to the teams that saw their signatures last.

    Return the titles of those whose collection is not there.
    """
    left, there = [], set(Collection.objects.values_list("pk", flat=True))
    for key, title in Petition.objects.values_list("pk", "title"):
        if last.collections.get(key) in there:
            Petition.objects.filter(pk=key).update(collection=last.collections[key])
        elif key in last.collections:
            left.append(title)
    return left
