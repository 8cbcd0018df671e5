"""Alarms: record what is unusual about the signatures of a petition, from beginning to end.

The worker checks each minute, and reads the numbers of the last hours instead of signatures. An
alarm that is no longer seen ends by itself; one about few signatures when somebody signs again. An
alarm contains no name, no email address and no network.
"""

import re
from collections import defaultdict
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry

from campaigns.counting.keys import first_key
from campaigns.moderation import queue
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State, in_state, state_at
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import TYPED_BY_SIGNERS
from campaigns.signatures.signature import Signature
from campaigns.trends.baseline import Finding, Hour, findings
from campaigns.trends.hours import HOUR, TrendHour, begin_of, measure
from campaigns.trends.hours import STORED_FOR as HOURS_STORED_FOR

# An alarm ends when it has not been seen for QUIET (see also `is_silent`). It is deleted STORED_FOR
# after that.
QUIET, STORED_FOR = timedelta(hours=1), timedelta(days=30)
# Only petitions that somebody signed within this time are checked.
WATCHED = timedelta(hours=26)
# The entries in Wagtail's log about what was done at once, and at its time.
PUBLISHED = ("wagtail.publish", "wagtail.publish.scheduled")
UNPUBLISHED = ("wagtail.unpublish", "wagtail.unpublish.scheduled")


class Alarm(models.Model):
    """Something unusual about the signatures of a petition, from `since` to `until`.

    `number`, `of`, `usual` and `hour` are those of the hour with the most unusual number, which is
    the smallest of FEW and the largest of the others (see `baseline.Finding`). Only `look` and
    `alarm_mails` write the rows.
    """

    class Kind(models.TextChoices):
        MANY = "many", _("more signatures than usual")
        FEW = "few", _("fewer signatures than usual")
        UNCONFIRMED = "unconfirmed", _("many without a confirmation")
        NETWORK = "network", _("many from one network")
        DOMAIN = "domain", _("many with one email domain")
        COUNTRY = "country", _("many from one country")
        SOURCE = "source", _("many by one source")
        SITE = "site", _("many on one embedding site")

    tally = models.ForeignKey(Tally, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    value = models.CharField(max_length=254, default="", blank=True)
    # A signature from the network, which has no name; the signature may have been deleted. For a
    # network, `value` is its first example.
    example = models.UUIDField(null=True)
    hour = models.DateTimeField(_("hour"))
    number = models.PositiveIntegerField(_("signatures"))
    of = models.PositiveIntegerField(_("of so many signatures"))
    usual = models.FloatField(_("usual"))
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    seen_at = models.DateTimeField(_("last seen"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    told_at = models.DateTimeField(_("told"), null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        constraints = [
            models.UniqueConstraint(
                fields=["tally", "kind", "value"],
                condition=Q(ended_at__isnull=True),
                name="one_open_alarm_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "many",
                        "few",
                        "unconfirmed",
                        "network",
                        "domain",
                        "country",
                        "source",
                        "site",
                    )
                ),
                name="alarm_is_known",
            ),
        ]

    def __str__(self) -> str:
        # Wagtail's log would store this text for ever.
        return str(self.pk)


def look() -> None:
    """Measure the last hours of all petitions, and open, extend and end their alarms."""
    look_at(timezone.now())


def look_at(now: datetime) -> None:
    measure(now)
    this_hour = begin_of(now)
    shut = shut_until_recently(now)
    for tally, hours in recorded(now).items():
        petition = tally.petition
        for finding in findings(
            hours,
            now=this_hour,
            confirms=petition.confirms_by_email,
            is_open=state_at(tally, now) == State.OPEN
            and has_opened(petition, now)
            and petition.pk not in shut,
        ):
            note(tally, finding, now)
    quiet = Alarm.objects.filter(ended_at=None, seen_at__lt=now - QUIET)
    quiet.exclude(is_silent(now)).update(ended_at=now)


def is_silent(now: datetime) -> Q:
    """Return the condition that nobody has signed an open petition since its alarm about few.

    Where nobody can sign, nothing is measured and so nothing is found, but nothing has ended.
    """
    signed = TrendHour.objects.filter(tally=OuterRef("tally"), hour__gte=OuterRef("until"))
    is_open = in_state(State.OPEN, "tally__translation_key", moment=now)
    return Q(is_open, ~Exists(signed), kind=Alarm.Kind.FEW)


def delete_old() -> None:
    """Delete the hours and the alarms that are no longer needed."""
    delete_old_at(timezone.now())


def delete_old_at(now: datetime) -> None:
    TrendHour.objects.filter(hour__lt=begin_of(now) - HOURS_STORED_FOR).delete()
    Alarm.objects.filter(ended_at__lt=now - STORED_FOR).delete()


def has_opened(petition: Petition, now: datetime) -> bool:
    """Return whether the petition was open for all of the last hours, so that people could sign."""
    return petition.opens_at is None or petition.opens_at < now - 2 * HOUR


def shut_until_recently(now: datetime) -> set[int]:
    """Return the petitions that staff have opened again within the last hours (primary keys).

    They were paused, won, closed or not published before.
    """
    entries = ModelLogEntry.objects.get_for_model(Petition)
    lately = entries.filter(timestamp__gte=now - 2 * HOUR)
    again = lately.filter(action__in=("petition.resume", "petition.undo_victory"))
    published = [each for each in lately.filter(action__in=PUBLISHED) if was_shut(each, entries)]
    return {int(each.object_id) for each in (*again, *published)}


def was_shut(published: ModelLogEntry, entries: QuerySet[ModelLogEntry]) -> bool:
    """Return whether a petition was closed, or not published, until this entry published it."""
    before = entries.filter(
        object_id=published.object_id,
        action__in=(*PUBLISHED, *UNPUBLISHED),
        timestamp__lt=published.timestamp,
    )
    last = before.select_related("revision").order_by("-timestamp", "-pk").first()
    if last is None or last.action in UNPUBLISHED:
        return True
    # `immediate_actions.close` has written its time into this revision, too.
    closes_at: str | None = last.revision.content["closes_at"] if last.revision else None
    return closes_at is not None and datetime.fromisoformat(closes_at) <= published.timestamp


def recorded(now: datetime) -> dict[Tally, list[Hour]]:
    """Return the hours of each recently signed petition, in two queries."""
    watched = TrendHour.objects.filter(hour__gte=now - WATCHED).values("tally")
    tallies = Tally.objects.filter(pk__in=watched).select_related("petition").in_bulk()
    columns = ("tally", "hour", "signed", "confirmed", "shared")
    rows = TrendHour.objects.filter(tally__in=tallies, hour__lte=now)
    found: dict[Tally, list[Hour]] = defaultdict(list)
    for key, *numbers in rows.values_list(*columns):
        found[tallies[key]].append(Hour(*numbers))
    return found


def note(tally: Tally, finding: Finding, now: datetime) -> None:
    """Open an alarm, or extend the open one."""
    hour, end = finding.hour, finding.hour + HOUR
    facts = {
        "hour": hour,
        "number": finding.number,
        "of": finding.of,
        "usual": finding.usual,
        "example": finding.example or None,
    }
    alarm, is_new = Alarm.objects.get_or_create(
        tally=tally,
        kind=finding.kind,
        value=value_of(tally, finding),
        ended_at=None,
        defaults={**facts, "since": hour, "until": end, "seen_at": now},
    )
    if is_new:
        return
    more = finding.number - alarm.number
    is_worse = more < 0 if finding.kind == Alarm.Kind.FEW else more > 0
    # The numbers of the same hour are always updated: they can grow, and they can fall.
    if alarm.hour == hour or is_worse:
        for name, fact in facts.items():
            setattr(alarm, name, fact)
    alarm.since, alarm.until = min(alarm.since, hour), max(alarm.until, end)
    alarm.seen_at = now
    alarm.save(update_fields=[*facts, "since", "until", "seen_at"])


def value_of(tally: Tally, finding: Finding) -> str:
    """Return the value of the alarm about a finding.

    An alarm about a network stays with it, since people read its signatures before they decide
    about them. Its value is the first example, which a later hour replaces with one of its own.
    """
    if finding.kind != Alarm.Kind.NETWORK:
        return finding.value
    network = Signature.objects.filter(pk=finding.example).values("network_key")[:1]
    examples = Signature.objects.filter(pk=OuterRef("example")).values("network_key")[:1]
    found = (
        Alarm.objects.filter(tally=tally, kind=finding.kind, ended_at=None)
        .alias(network=Subquery(examples))
        .filter(network=Subquery(network))
        .values_list("value", flat=True)
    )
    return found.first() or finding.example


def open_ones(tallies: QuerySet[Tally]) -> QuerySet[Alarm]:
    """Return the alarms of these petitions that have not ended, newest first."""
    found = Alarm.objects.filter(tally__in=tallies, ended_at=None)
    return found.select_related("tally__petition").order_by("-since", "pk")


def selection(signatures: QuerySet[Signature], key: str) -> QuerySet[Signature]:
    """Return the signatures that an alarm is about; none if the key does not exist.

    Imported signatures belong to no alarm, whatever their time. Users who may not see the
    signatures of the alarm's petition get no signatures, and learn nothing.
    """
    is_key = re.fullmatch("[0-9]{1,9}", key)
    alarm = Alarm.objects.filter(pk=int(key)).first() if is_key else None
    if alarm is None:
        return signatures.none()
    found = signatures.filter(
        tally=alarm.tally_id,
        pk__gte=first_key(alarm.since),
        signed_at__gte=alarm.since,
        signed_at__lt=alarm.until,
        channel__in=TYPED_BY_SIGNERS,
        anonymised_at=None,
    )
    match Alarm.Kind(alarm.kind):
        case Alarm.Kind.MANY | Alarm.Kind.FEW:
            return found
        case Alarm.Kind.UNCONFIRMED:
            return found.filter(confirmed_at=None)
        case Alarm.Kind.NETWORK:
            examples = signatures.filter(pk__in=[alarm.example], network_key__isnull=False)
            return found.filter(network_key__in=examples.values("network_key"))
        case Alarm.Kind.DOMAIN:
            return found.annotate(domain=queue.SHARED["domain"]).filter(domain=alarm.value)
        case Alarm.Kind.COUNTRY:
            return found.filter(country=alarm.value)
        case Alarm.Kind.SOURCE:
            return found.filter(source=alarm.value)
        case Alarm.Kind.SITE:
            return found.filter(framed_by=alarm.value)
