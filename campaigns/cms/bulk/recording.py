"""Log entries about acts on many signatures, in the histories of their petitions."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.log_actions import LogFormatter, log
from wagtail.models import ModelLogEntry

from campaigns.petitions.tally import Tally


def log_each(action: str, counts: Mapping[int, int], *, by: User | None, **data: Any) -> None:
    """Add an entry to the history of each petition, with its number of signatures.

    `counts` are these numbers for each tally, by its primary key.
    """
    tallies = Tally.objects.filter(pk__in=counts).select_related("petition").order_by("pk")
    for tally in tallies:
        log(tally.petition, action, user=by, data={"count": counts[tally.pk], **data})


def taken_back(count: int) -> str:
    """Return how many emails were cancelled, in words."""
    text = ngettext("%s email has been cancelled", "%s emails have been cancelled", count)
    return text % intcomma(count)


class UndoneEntry(LogFormatter):
    """Write the message about cancelled emails in the history of a petition."""

    label = _("Cancel emails")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the text of a log entry, for Wagtail's history."""
        return taken_back(log_entry.data["count"])
