"""The worker counts where signers came from, and the CMS reads only the worker's numbers."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns import rounds
from campaigns.counting import arrivals, counting
from campaigns.counting.arrivals import Arrival, Day, Report, Row
from campaigns.models import Signature, Tally
from campaigns.privacy import anonymising
from tests.factories import make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 5, 4, 12, tzinfo=UTC)
TUESDAY = datetime(2026, 5, 5, 12, tzinfo=UTC)


def count() -> None:
    counting.recount()
    arrivals.roll_up()


def signed(petition, *sources, **fields):
    have = Signature.objects.count()
    return [
        make_signature(petition, email=f"{have + number}@example.org", source=source, **fields)
        for number, source in enumerate(sources)
    ]


def rows() -> list[tuple]:
    return list(Arrival.objects.order_by("day", "source", "site").values_list(*arrivals.CELLS))


def test_the_report_says_by_which_source_day_page_and_site_they_came():
    page = make_campaign()
    petition = page.petition
    signed(petition, "poster", "poster", "", confirmed_at=MONDAY, page=page)
    signed(petition, "poster", "whatsapp-2", confirmed_at=TUESDAY)
    embedded = {"channel": "embed", "confirmed_at": TUESDAY}
    signed(petition, "", "", framed_by="www.example.org", **embedded)
    signed(petition, "", **embedded)
    signed(petition, "mail", confirmed_at=None)
    signed(petition, "mail", moderation="quarantined", confirmed_at=MONDAY)

    count()

    assert arrivals.report(petition.tally) == Report(
        days=[
            Day(TUESDAY.date(), 5, [Row("poster", 1), Row("whatsapp-2", 1)]),
            Day(MONDAY.date(), 3, [Row("poster", 2)]),
        ],
        sources=[Row("", 4), Row("poster", 3), Row("whatsapp-2", 1)],
        pages=[Row("", 5), Row(page.title, 3)],
        sites=[Row("www.example.org", 2), Row("?", 1)],
    )


def test_nobody_of_an_imported_list_came_by_the_petitions_own_page():
    petition = make_petition()
    signed(petition, "", confirmed_at=MONDAY)
    for channel in ("paper", "import"):
        signed(petition, channel, confirmed_at=MONDAY, channel=channel)

    for _ in range(2):
        count()
        arrivals.roll_up(every=True)

    assert arrivals.report(petition.tally).pages == [Row("Imported lists", 2), Row("", 1)]
    assert {line[1] for line in arrivals.lines(petition.tally)} == {"", "Imported lists"}


def test_it_is_read_in_a_fixed_number_of_queries_without_signatures(django_assert_num_queries):
    petition = make_petition()
    for number in (1, 3):
        signed(petition, *(f"code-{number}-{place}" for place in range(number)))
        count()
        with django_assert_num_queries(6) as queries:
            arrivals.report(petition.tally)
        assert not [query for query in queries if "campaigns_signature" in query["sql"]]


def test_a_day_is_one_of_the_sites_time_zone(settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    signed(make_petition(), "poster", confirmed_at=MONDAY)

    count()

    assert rows() == [(date(2026, 5, 5), 0, "", "poster", 1)]


def test_what_signers_take_back_or_moderators_find_is_taken_out():
    petition = make_petition()
    gone, fake, _ = signed(petition, "poster", "mail", "mail", confirmed_at=MONDAY)
    count()
    gone.delete()
    Signature.objects.filter(pk=fake.pk).update(moderation="invalidated")

    count()

    assert rows() == [(MONDAY.date(), 0, "", "mail", 1)]


def test_the_numbers_outlive_the_names():
    petition = make_petition()
    (signature,) = signed(petition, "poster", confirmed_at=MONDAY)
    count()
    anonymising.anonymise([signature.pk])
    Arrival.objects.all().delete()

    count()

    assert rows() == [(MONDAY.date(), 0, "", "poster", 1)]


def test_codes_that_strangers_make_up_are_counted_together(monkeypatch):
    monkeypatch.setattr(arrivals, "MOST_CODES", 3)
    petition = make_petition()
    signed(petition, "poster", "poster", "mail", "mail", "x1", "x2", "x3", "", confirmed_at=MONDAY)

    count()

    assert [(source, number) for *_, source, number in rows()] == [
        ("", 1),
        ("*", 3),
        ("mail", 2),
        ("poster", 2),
    ]


def test_what_has_not_changed_is_not_counted_again():
    petition = make_petition()
    signed(petition, "poster", confirmed_at=MONDAY)
    count()
    Arrival.objects.update(source="untouched")

    count()

    assert [row[3] for row in rows()] == ["untouched"]


def test_once_a_day_is_found_that_as_many_came_as_went():
    petition = make_petition()
    (gone,) = signed(petition, "poster", confirmed_at=MONDAY)
    count()
    gone.delete()
    signed(petition, "mail", confirmed_at=MONDAY)
    count()
    before = rows()

    rounds.recount()

    assert before == [(MONDAY.date(), 0, "", "poster", 1)]
    assert rows() == [(MONDAY.date(), 0, "", "mail", 1)]


def test_each_petition_has_its_own_numbers():
    one, other = make_petition(), make_petition(title="Other", slug="other")
    signed(one, "poster", confirmed_at=MONDAY)
    signed(other, "mail", "mail", confirmed_at=MONDAY)

    count()

    assert arrivals.report(one.tally).sources == [Row("poster", 1)]
    assert arrivals.report(other.tally).sources == [Row("mail", 2)]


def test_the_report_has_the_last_14_days_on_which_somebody_confirmed():
    petition = make_petition()
    for passed in range(15):
        signed(petition, f"day{passed}", confirmed_at=TUESDAY - timedelta(days=2 * passed))

    count()

    days = [each.day for each in arrivals.report(petition.tally).days]
    assert days == [TUESDAY.date() - timedelta(days=2 * passed) for passed in range(14)]


def test_signatures_of_a_page_that_was_deleted_do_not_become_those_of_the_petition():
    page = make_campaign()
    petition = page.petition
    signed(petition, "", "", "poster", confirmed_at=MONDAY, page=page)
    own = signed(petition, "", confirmed_at=MONDAY)
    count()

    page.delete()
    signed(petition, "", "", confirmed_at=MONDAY)
    count()
    arrivals.roll_up(every=True)
    before = arrivals.report(petition.tally).pages
    Signature.objects.filter(pk__gte=own[0].pk).delete()
    Signature.objects.filter(source="").first().delete()
    count()

    assert before == [Row("", 3), Row("?", 3)]
    assert arrivals.report(petition.tally).pages == [Row("?", 2)]
    assert sum(row[-1] for row in rows()) == Tally.objects.get().total == 2
