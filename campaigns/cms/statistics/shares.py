"""Statistics that are not about time: numbers by country, source, state and so on."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_countries import countries

from campaigns.charts.shares import Shares
from campaigns.counting import arrivals, figures, weeks
from campaigns.petitions.state import is_too_late
from campaigns.petitions.tally import Tally
from campaigns.signatures.columns_in_words import language_name
from campaigns.signatures.signature import Signature

NAMES_OF_STATES = {
    "counted": _("counted"),
    "pending": _("awaiting confirmation"),
    "late": _("not confirmed in time"),
    "quarantined": _("quarantined"),
    "invalidated": _("invalidated"),
    "anonymised": _("anonymised, and not counted"),
}
NAMES_OF_STEPS = {
    "signed": _("signed"),
    "mailed": _("the email was sent"),
    "confirmed": _("confirmed"),
    "shared": _("came by a link that somebody shared, and count"),
}
YES_OR_NO = {"yes": _("yes"), "no": _("no")}


def compared(petitions: list[tuple[str, list[Tally]]]) -> list[Shares]:
    """Return the shares of one petition, of several together, or of two side by side.

    They have a fixed order; shares without a number are left out.
    """
    (_name, first), *others = petitions
    found = shares(first)
    for _name, second in others:
        names = [name for name, _tallies in petitions]
        both = zip(found, shares(second), strict=True)
        found = [each.with_other(other, names) for each, other in both]
    return [each for each in found if not each.is_empty]


def shares(tallies: list[Tally]) -> list[Shares]:
    surveyed = figures.surveyed(tallies)
    sources = figures.came_by(tallies)
    named: list[tuple[str, Any, Any, dict[Any, int], Callable[[Any], object]]] = [
        ("week", _("The last seven days"), _("Step"), funnel(tallies), NAMES_OF_STEPS.get),
        ("countries", _("By country"), _("Country"), surveyed.countries, country_name),
        ("sources", _("By source"), _("Source"), sources, source_name),
        (
            "generations",
            _("By how often the link was passed on"),
            _("Passed on"),
            figures.generations(sources),
            generation_name,
        ),
        ("languages", _("By language"), _("Language"), surveyed.languages, language_name),
        ("channels", _("By channel"), _("Channel"), surveyed.channels, channel_name),
        ("informed", _("Keep me informed"), _("Answer"), surveyed.updates, YES_OR_NO.get),
        ("states", _("By state"), _("State"), states(tallies), NAMES_OF_STATES.get),
    ]
    return [
        Shares(
            title=str(title),
            heading=str(heading),
            numbers=[(str(name(code)), number) for code, number in numbers.items()],
            slug=slug,
        )
        for slug, title, heading, numbers, name in named
    ]


def states(tallies: list[Tally]) -> dict[str, int]:
    """Return the numbers by state; those whom nobody can confirm any more are not pending."""
    late = [tally for tally in tallies if is_too_late(tally)]
    found = figures.surveyed([tally for tally in tallies if tally not in late]).states
    for state, number in figures.surveyed(late).states.items():
        name = "late" if state == "pending" else state
        found[name] = found.get(name, 0) + number
    return dict(sorted(found.items(), key=lambda row: -row[1]))


def funnel(tallies: list[Tally]) -> dict[str, int]:
    """Return the steps of those who signed in the last seven days; views are not tracked.

    Signers who came by a shared link are counted when they confirm, as all signers in `Arrival`
    are.
    """
    since = weeks.since().date()
    shared = figures.generations(figures.came_by(tallies, since=since))
    return {
        **weeks.of(tallies),
        "shared": sum(number for generation, number in shared.items() if generation),
    }


def country_name(code: str) -> str:
    return countries.name(code) if code else str(_("not given"))


def source_name(code: str) -> str:
    if code == arrivals.OTHERS:
        return str(_("Other sources"))
    return code or str(_("direct, or not known"))


def channel_name(code: str) -> str:
    return str(dict(Signature.Channel.choices)[code])


def generation_name(number: int) -> str:
    if not number:
        return str(_("never: not by a shared link"))
    if number == 9:
        return str(_("9 times or more"))
    return ngettext("%(number)s time", "%(number)s times", number) % {"number": number}
