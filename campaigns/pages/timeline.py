"""The timeline of a campaign: its updates, its milestones, its opening and its end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from wagtail.blocks import StreamValue, StructValue
from wagtail.rich_text import RichText, get_text_for_indexing

from campaigns import caching
from campaigns.blocks.pictures import CaptionedImageBlock
from campaigns.counting import milestones
from campaigns.dates import site_day
from campaigns.petitions.petition import Petition
from campaigns.petitions.signed_versions.parts import in_words
from campaigns.petitions.state import State

# The number of characters of the random id of an update's block; the id survives all edits.
KEY_LENGTH = 8


@dataclass(frozen=True)
class Entry:
    """One event of the timeline.

    `kind` is "update", "opened", "closed", "delivered", "replied", "won", "goal" or "number".
    `text` is the rich text of an update, and `words` the plain text of any other event. Updates and
    handovers may have a picture, with its caption and credit. Only updates have a `key`: the last
    part of their URL, "" before the page is saved.
    """

    day: date
    kind: str
    heading: str
    text: RichText | str = ""
    words: str = ""
    picture: StructValue | None = None
    key: str = ""

    @property
    def path(self) -> str:
        """The path of an update, relative to its page."""
        return f"updates/{self.key}/" if self.key else ""

    @property
    def summary(self) -> str:
        """The text as plain words on one line, cut to the length of a meta description."""
        source = self.text.source if isinstance(self.text, RichText) else self.text
        return Truncator(" ".join(get_text_for_indexing(source).split())).chars(255)


def timeline(petition: Petition | None, updates: StreamValue) -> list[Entry]:
    """Return the events of a campaign, the newest first.

    The list is empty as long as the opening is the only event.
    """
    entries = updates_of(updates)
    if petition is not None and petition.live:
        entries += reversed(milestone_entries(petition))
    if all(entry.kind == "opened" for entry in entries):
        return []
    return sorted(entries, key=lambda entry: entry.day, reverse=True)


def updates_of(updates: StreamValue) -> list[Entry]:
    """Return the updates as events, in the order in which they were written."""
    return [
        Entry(
            day=update.value["day"],
            kind="update",
            heading=update.value["heading"],
            text=update.value["text"],
            picture=next(iter(update.value.get("pictures") or ()), None),
            key=(update.id or "")[:KEY_LENGTH],
        )
        for update in updates
        if update.value["day"]
    ]


def update_at(updates: StreamValue, path: str) -> Entry | None:
    """Return the update at this path below its page, such as "/updates/ab12cd34/"."""
    if not path.startswith("/updates/"):
        return None
    return next((each for each in updates_of(updates) if path == f"/{each.path}"), None)


def milestone_entries(petition: Petition) -> list[Entry]:
    """Return the events other than updates (changes of state, milestones), the oldest first."""
    return entries_of(petition, sorted([*changes_of_state(petition), *numbers(petition)]))


def outcome_entries(petition: Petition) -> list[Entry]:
    """Return the handing over, the reply to it and the victory, as far as they are recorded."""
    outcomes = ("delivered", "replied", "won")
    return entries_of(
        petition, (each for each in changes_of_state(petition) if each[1] in outcomes)
    )


def entries_of(petition: Petition, found: Iterable[tuple[datetime, str, str]]) -> list[Entry]:
    return [
        Entry(
            site_day(moment),
            kind,
            heading,
            words=words_of(petition, kind),
            picture=handover_picture(petition) if kind == "delivered" else None,
        )
        for moment, kind, heading in found
    ]


def words_of(petition: Petition, kind: str) -> str:
    """Return the text of a handover, a reply or a victory; other events only have a heading."""
    if kind == "won":
        return victory_words(petition)
    if kind == "replied":
        return "" if petition.is_translation else petition.tally.reply_words
    return handover_words(petition) if kind == "delivered" else ""


def handover_words(petition: Petition) -> str:
    """Return the text about the handover. Staff wrote it in the language of the original."""
    tally = petition.tally
    if tally.handed_over_to and not petition.is_translation:
        text = gettext("The signatures were handed over to those who decide: %(names)s.")
        told = text % {"names": tally.handed_over_to}
        return "\n\n".join(filter(None, (told, tally.handed_over_in, tally.handover_words)))
    names = [target.value["name"] for target in petition.targets]
    if not names:
        return gettext("The signatures were handed over to those who decide.")
    return gettext("The signatures were handed over to those who decide: %(names)s.") % {
        "names": in_words(names)
    }


def handover_picture(petition: Petition) -> StructValue | None:
    """Return the picture as an update has it, with its description as the alternative text."""
    image = petition.tally.handover_image
    if image is None:
        return None
    image.contextual_alt_text, image.decorative = image.default_alt_text, False
    return CaptionedImageBlock().normalize({"image": image})


def changes_of_state(petition: Petition) -> Iterator[tuple[datetime, str, str]]:
    """Yield when the petition was opened, closed, handed over and won: (moment, kind, heading)."""
    original, tally, now = petition.original, petition.tally, timezone.now()
    moments = [
        (
            "opened",
            gettext("Opened for signatures"),
            original.opens_at or original.first_published_at,
        ),
        ("closed", gettext("Closed"), original.closes_at),
        ("delivered", gettext("Handed over"), on_day(tally.handed_over_at, tally.handed_over_on)),
        ("replied", gettext("A reply"), on_day(tally.replied_at, tally.replied_on)),
        ("won", gettext("Won"), on_day(tally.won_at, tally.won_on)),
    ]
    for kind, heading, moment in moments:
        if kind == "closed" and tally.won_at and moment and tally.won_at <= moment:
            continue  # a closing time after a victory closes nothing
        if moment and moment <= now:
            yield moment, kind, heading


def numbers(petition: Petition) -> Iterator[tuple[datetime, str, str]]:
    """Yield the milestones at round numbers and at the goal: (moment, kind, heading).

    There are none where the petition does not show its count.
    """
    for number, moment, is_goal in shown_milestones(petition):
        shown = {"number": intcomma(number)}
        if is_goal:
            yield moment, "goal", gettext("Goal reached: %(number)s") % shown
        else:
            text = ngettext("%s signature", "%s signatures", number)
            yield moment, "number", text % intcomma(number)


def victory_words(petition: Petition) -> str:
    """Return the text about the victory. Staff wrote it in the language of the original."""
    written = "" if petition.is_translation else petition.tally.won_words
    return written or str(petition.texts.won_notice)


def ended_words(petition: Petition) -> str:
    """Return what a signer is told in place of asking others; "" unless the petition has ended."""
    if petition.state not in (State.WON, State.CLOSED):
        return ""
    text = gettext("The petition has ended since you signed.")
    won = victory_words(petition) if petition.state == State.WON else ""
    return "\n\n".join(filter(None, (text, won)))


def newest_milestone(petition: Petition) -> tuple[int, datetime] | None:
    """Return the last milestone as (number, moment); None where there is none to show."""
    return next(((number, at) for number, at, _ in reversed(shown_milestones(petition))), None)


def shown_milestones(petition: Petition) -> list[tuple[int, datetime, bool]]:
    """Return the milestones at round numbers and at the goal: (number, moment, whether the goal).

    The smallest comes first. A goal that was lowered below the count was not reached on a day.
    """
    if petition.progress.count is None:
        return []
    found = [
        (number, moment, was_goal is not False and number == petition.original.goal)
        for number, moment, was_goal in reached(petition)
    ]
    return [each for each in found if each[2] or each[0] in milestones.ROUND]


def on_day(moment: datetime | None, day: date | None) -> datetime | None:
    """Return the moment of an event, or the end of its day if staff recorded it on a later day."""
    if not (moment and day) or day >= site_day(moment):
        return moment
    return timezone.make_aware(datetime.combine(day, time.max), timezone.get_default_timezone())


def reached(petition: Petition) -> list[tuple[int, datetime, bool | None]]:
    """Return the milestones as (number, moment, whether it was the goal), smallest first; cached.

    They are cached for a few seconds.
    """
    if petition.tally.pk is None:  # a preview of a petition that is not stored yet
        return []
    rows = milestones.Milestone.objects.filter(tally=petition.tally).order_by("number")
    return caching.cached(
        f"milestones-{petition.tally.pk}",
        lambda: list(rows.values_list("number", "reached_at", "was_goal")),
    )
