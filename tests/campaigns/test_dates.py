"""Dates are understood as people type them, in their language, or refused with an example."""

from datetime import UTC, date, datetime, time

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st
from wagtail.admin.views.generic.history import HistoryFilterSet

from campaigns.blocks.story import UpdatesBlock
from campaigns.cms.imports.uploading import UploadForm, UploadView
from campaigns.cms.signatures.export_history import ExportFilters
from campaigns.dates import DayField, DaysField, EndOfDayInput, LastDayField, MomentField
from campaigns.petitions.actions import forms as actions
from tests.factories import day

LANGUAGES = ("en", "fr", "de", "es", "ru", "ar")
DAY = date(2027, 3, 31)


def another_zone() -> str:
    """A time zone in which it is already tomorrow, or still yesterday, for the site (in UTC)."""
    return "Pacific/Kiritimati" if timezone.now().hour >= 10 else "Pacific/Niue"


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        *[(each, text) for each in LANGUAGES for text in ("31/03/2027", "31.03.2027")],
        *[(each, text) for each in LANGUAGES for text in ("31 March 2027", "2027-03-31")],
        ("en", "31st Mar 2027"),
        ("en", "March 31, 2027"),
        ("en", "Mar. 31st 2027"),
        ("es", "marzo 31, 2027"),
        ("es", "marzo de 31 2027"),
        ("de", "März 31. 2027"),
        ("ar", "مارس ٣١، ٢٠٢٧"),
        ("fr", "31 mars 2027"),
        ("de", "31. März 2027"),
        ("es", "31 de marzo de 2027"),
        ("ru", "31 марта 2027 г."),
        ("ar", "31 مارس 2027"),
        ("ar", "٣١/٠٣/٢٠٢٧"),
    ],
)
def test_a_day_is_understood(language: str, typed: str):
    with translation.override(language):
        assert DayField().clean(typed) == DAY


def test_every_day_that_staff_type_is_read_like_that():
    update = UpdatesBlock().child_blocks["update"]
    filters = [ExportFilters.base_filters["timestamp"], HistoryFilterSet.base_filters["timestamp"]]
    asked = [
        *(form.base_fields["day"] for form in (actions.VictoryForm, actions.HandoverForm)),
        actions.ReplyForm.base_fields["day"],
        UploadForm.base_fields["signed_on"],
        update.child_blocks["day"].field,
        *(each.field.fields[0] for each in filters),
    ]

    with translation.override("ru"):
        read = [field.clean("31 марта 2027 г.") for field in asked]
        for field in asked:
            with pytest.raises(ValidationError, match=r"31 марта 2027 г\.'\]$"):
                field.clean("завтра")

    assert read == [DAY] * len(asked)


def test_a_day_of_a_list_is_one_of_the_site_where_staff_have_another():
    today, tomorrow = day(), day(1)

    with translation.override("en"), timezone.override(another_zone()):
        said = [
            UploadForm({"signed_on": each}).errors.get("signed_on") for each in (today, tomorrow)
        ]
        proposed = UploadView().get_initial()

    assert said == [None, ["This day is in the future."]]
    assert proposed == {"signed_on": today}


def test_the_day_comes_before_the_month():
    with translation.override("en"):
        assert DayField().clean("03/04/2027") == date(2027, 4, 3)


@pytest.mark.parametrize(
    "typed",
    [
        *("March 4, 2027", "March  4, 2027", "March\xa04,\xa02027", "March, 4 2027", "Mar.4.2027"),
        *("March-4-2027", "March/4/2027", "Mar. 4th, 2027", "4 March 2027"),
    ],
)
def test_a_month_in_words_is_never_taken_for_a_day(typed: str):
    with translation.override("en"):
        assert DayField().clean(typed) == date(2027, 3, 4)
        assert MomentField().clean(f"{typed} 18:00").hour == 18


@pytest.mark.parametrize(
    "typed", ["tomorrow", "31/03/27", "31/13/2027", "31 Marsh 2027", "now", " ", ",", "at"]
)
def test_what_is_no_date_is_refused_with_an_example(typed: str):
    said = []
    for language, field in (("en", DayField()), ("de", MomentField())):
        with translation.override(language), pytest.raises(ValidationError) as refused:
            field.clean(typed)
        said += refused.value.messages

    assert "31 March 2027" in said[0]
    assert "31. März 2027 18:00" in said[1]


@given(st.sampled_from(LANGUAGES), st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.times())
def test_what_the_site_writes_it_reads(language: str, day: date, hour: time):
    with translation.override(language), timezone.override(UTC):
        moment = datetime(day.year, day.month, day.day, hour.hour, hour.minute, tzinfo=UTC)

        read = DayField().clean(date_format(day, "DATE_FORMAT"))
        read_at = MomentField().clean(f"{date_format(day, 'DATE_FORMAT')} {hour:%H:%M}")

    assert (read, read_at) == (day, moment)


def test_without_an_hour_it_is_the_first_minute_of_the_day():
    with translation.override("en"), timezone.override(UTC):
        read = MomentField().clean("31 March 2027")

    assert read == datetime(2027, 3, 31, tzinfo=UTC)


def test_a_day_has_its_edges_where_the_clock_changes_at_midnight():
    with translation.override("en"):
        with timezone.override("Africa/Cairo"):
            closes, opens = (
                MomentField().clean(typed) for typed in ("28/10/2027 23:59", "30/04/2027")
            )
            is_kept = not MomentField().has_changed(closes, "2027-10-28 23:59")
            guided = LastDayField().clean("28/10/2027")
            filtered = DaysField().clean(["28/10/2027", "28/10/2027"])
            with pytest.raises(ValidationError, match="ambiguous"):
                MomentField().clean("28/10/2027 23:30")
        with timezone.override("America/Nuuk"):
            skipped = LastDayField().clean("27/03/2027")

    last = datetime(2027, 10, 28, 21, 59, tzinfo=UTC)
    assert (closes, guided, is_kept) == (last, last, True)
    assert opens == datetime(2027, 4, 29, 22, tzinfo=UTC)
    assert skipped == datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    assert filtered.stop.astimezone(UTC) == last.replace(second=59, microsecond=999999)


class Asked(forms.Form):
    at = MomentField()


@pytest.mark.parametrize(
    ("zone", "stored", "shown", "typed"),
    [
        ("America/New_York", datetime(2026, 11, 1, 5, tzinfo=UTC), "2026-11-01 01:00", "01:01"),
        ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC), "2026-11-01 01:00", "01:01"),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 13, 27, 5, UTC), "2026-10-25 02:13", "02:14"),
        ("America/Havana", datetime(2026, 11, 1, 5, tzinfo=UTC), "2026-11-01 00:00", "00:30"),
    ],
)
def test_a_stored_moment_of_an_hour_that_comes_twice_is_kept(zone, stored, shown, typed):
    with translation.override("en"), timezone.override(zone):
        kept = Asked({"at": shown}, initial={"at": stored})
        said = Asked({"at": f"{shown[:10]} {typed}"}, initial={"at": stored}).errors["at"]

        assert Asked(initial={"at": stored})["at"].value().strftime("%Y-%m-%d %H:%M") == shown
        assert (kept.errors, kept.changed_data) == ({}, [])
        assert kept.cleaned_data["at"] == stored.replace(second=0, microsecond=0)
        assert "may be ambiguous" in said[0]


def test_the_minute_of_a_stored_moment_is_no_change():
    stored = datetime(2027, 3, 31, 14, 3, 27, tzinfo=UTC)
    typed = ["2027-03-31 14:03", "2027-03-31 14:03:27", "2027-03-31 14:04", "2027-03-31", ""]

    with timezone.override(UTC):
        changed = [MomentField(required=False).has_changed(stored, each) for each in typed]

    assert changed == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2030-11-30", "2030-11-30 23:59"),
        ("31 March 2027", "31 March 2027 23:59"),
        ("31.03.2027 18:00", "31.03.2027 18:00"),
        ("soon", "soon"),
        ("", ""),
    ],
)
def test_a_closing_day_ends_with_its_last_minute(typed: str, kept: str):
    with translation.override("en"):
        assert EndOfDayInput().value_from_datadict({"closes_at": typed}, {}, "closes_at") == kept
