"""The public count after a list was imported, and after the import was undone."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns.counting import counting, surveying
from campaigns.imports import undoing
from campaigns.models import Import, Milestone, Petition, Signature
from tests.campaigns.imports.test_importing import bring_in, upload
from tests.factories import days_ago, make_petition, make_signature

pytestmark = pytest.mark.django_db

PAPER = [[f"Signer {number}", f"{number}@example.org", "", "", ""] for number in range(20)]


def numbers():
    """Return the count, and how many of these people signed elsewhere, as the page shows them."""
    petition = Petition.objects.get()
    return petition.progress.count, surveying.elsewhere(petition)


def test_how_many_signed_on_paper_is_right_before_the_next_survey():
    petition = make_petition()
    for number in range(3):
        make_signature(petition, email=f"here{number}@example.org")
    counting.recount()
    surveying.survey()
    subject = upload(petition, PAPER)

    bring_in(subject)
    before_counting = numbers()
    counting.fold()
    imported = numbers()
    with transaction.atomic():
        undoing.undo(subject, by=None, advance=int)
    counting.fold()

    assert (before_counting, imported, numbers()) == ((3, 3), (23, 20), (3, 0))


def test_a_list_has_ended_when_nothing_is_left_that_takes_long(monkeypatch):
    """An export of what is new looks for lists that ended a minute before the last or later."""
    petition, surveyed = make_petition(), []
    monkeypatch.setattr(surveying, "survey_these", lambda due, day: surveyed.append(timezone.now()))

    bring_in(upload(petition, PAPER))

    assert Import.objects.get().ended_at > surveyed[0]


def test_no_more_are_from_paper_than_are_counted():
    petition = make_petition()
    bring_in(upload(petition, PAPER))
    Signature.objects.filter(pk__in=Signature.objects.values("pk")[:15]).delete()

    counting.recount()

    assert numbers() == (5, 5)


@pytest.mark.parametrize(("online", "imported"), [(3, 20), (12, 0)])
def test_a_list_reaches_a_goal_when_it_is_imported_whatever_day_is_on_its_sheets(online, imported):
    """A goal of 10: reached by the list, or by the tenth who signed here."""
    petition = make_petition(goal=10, opens_at=days_ago(5))
    moments = [days_ago(4) + timedelta(minutes=number) for number in range(online)]
    for number, moment in enumerate(moments):
        make_signature(petition, email=f"here{number}@example.org", confirmed_at=moment)
    rows = [[*row[:4], "2024-05-04"] for row in PAPER]
    bring_in(upload(petition, rows))
    Import.objects.update(ended_at=days_ago(2))

    counting.recount()

    expected = Import.objects.get().ended_at if imported else moments[9]
    assert Milestone.objects.get(number=10).reached_at == expected


def test_who_signs_after_a_list_reaches_what_the_list_leaves():
    petition = make_petition(goal=22, opens_at=days_ago(5))
    bring_in(upload(petition, PAPER))
    Import.objects.update(ended_at=days_ago(3))
    moments = [days_ago(days) for days in (4, 2, 1)]
    for number, moment in enumerate(moments):
        make_signature(petition, email=f"here{number}@example.org", confirmed_at=moment)

    counting.recount()

    assert Milestone.objects.get(number=22).reached_at == moments[1]


def test_what_a_list_has_reached_before_the_petition_opens_is_told_from_then_on():
    petition = make_petition(goal=10, opens_at=timezone.now() + timedelta(days=1))
    bring_in(upload(petition, PAPER))
    counting.recount()
    before = list(Milestone.objects.all())
    Import.objects.update(ended_at=days_ago(2))
    Petition.objects.update(opens_at=days_ago(1))

    counting.recount()

    assert before == []
    assert Milestone.objects.get().reached_at == Petition.objects.get().opens_at
