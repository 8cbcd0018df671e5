"""The text of an alarm, for emails and for the CMS."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_countries import countries

from campaigns.trends.alarms import Alarm
from campaigns.trends.baseline import UNKNOWN
from campaigns.trends.hours import HOUR

Kind = Alarm.Kind


def what(alarm: Alarm) -> str:
    """Return one sentence with the numbers of the alarm's most unusual hour."""
    number, of = intcomma(alarm.number), intcomma(alarm.of)
    usual = intcomma(round(alarm.usual)) if alarm.kind in (Kind.MANY, Kind.FEW) else ""
    values = {
        "number": number,
        "of": of,
        "usual": usual or round(100 * alarm.usual),
        "time": span(alarm),
        "value": name(alarm),
    }
    return sentence(alarm) % values


def sentence(alarm: Alarm) -> str:
    if alarm.kind == Kind.UNCONFIRMED and alarm.usual == UNKNOWN:
        return _(
            "%(time)s: %(number)s of %(of)s signatures were not confirmed within some hours. What "
            "is usual for this petition is not known yet."
        )
    return SENTENCES[Kind(alarm.kind)]()


SENTENCES = {
    Kind.MANY: lambda: _(
        "%(time)s: %(number)s signatures. In nine of ten hours there are at most %(usual)s."
    ),
    Kind.FEW: lambda: _(
        "%(time)s: fewer signatures than usual, %(number)s in all. At this time of the day there "
        "are usually at least %(usual)s. Does the form work, and do the links to it?"
    ),
    Kind.UNCONFIRMED: lambda: _(
        "%(time)s: %(number)s of %(of)s signatures were not confirmed within some hours. The "
        "usual share is %(usual)s %%."
    ),
    Kind.NETWORK: lambda: _("%(time)s: %(number)s of %(of)s signatures came from one network."),
    Kind.DOMAIN: lambda: _(
        "%(time)s: %(number)s of %(of)s signatures have the email domain %(value)s. The usual "
        "share is at least %(usual)s %%: hours with fewer than five are not counted."
    ),
    Kind.COUNTRY: lambda: _(
        "%(time)s: %(number)s of %(of)s signatures came from one country: %(value)s. The usual "
        "share is %(usual)s %%."
    ),
    Kind.SOURCE: lambda: _(
        "%(time)s: %(number)s of %(of)s signatures came by the source %(value)s. The usual "
        "share is %(usual)s %%."
    ),
    Kind.SITE: lambda: _(
        "%(time)s: %(number)s of %(of)s signatures came through the form on %(value)s. The "
        "usual share is %(usual)s %%."
    ),
}


def name(alarm: Alarm) -> str:
    return countries.name(alarm.value) if alarm.kind == Kind.COUNTRY else alarm.value


def span(alarm: Alarm) -> str:
    """Return the hour of the most unusual number, in the reader's time zone."""
    begin, end = map(timezone.localtime, (alarm.hour, alarm.hour + HOUR))
    return _("%(day)s, from %(begin)s to %(end)s") % {
        "day": date_format(begin, "DATE_FORMAT"),
        "begin": date_format(begin, "TIME_FORMAT"),
        "end": date_format(end, "TIME_FORMAT"),
    }
