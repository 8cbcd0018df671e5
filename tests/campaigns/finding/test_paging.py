"""Keyset pagination: forwards, backwards, and from the end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.finding import paging
from campaigns.finding.paging import FIRST, LAST, Page, Place, place_of
from campaigns.models import Signature
from tests.factories import make_petition, make_signature

SIZE = 2


@pytest.fixture
def seven(db):
    """Seven signatures, the oldest first. Two are of the same moment, and ordered by key."""
    petition, now = make_petition(), timezone.now()
    ages = [7, 6, 5, 5, 3, 2, 1]
    made = [
        make_signature(petition, email=f"{n}@example.org", signed_at=now - timedelta(days=age))
        for n, age in enumerate(ages)
    ]
    return sorted(made, key=lambda signature: (signature.signed_at, signature.pk))


@pytest.fixture(params=["few", "many"])
def number(request, monkeypatch):
    """Few signatures are fetched at once; for many, the list is walked page by page."""
    if request.param == "many":
        monkeypatch.setattr(paging, "MOST", 3)
    return request.param


def page(place: Place, *, newest_first: bool = True) -> Page:
    return paging.page(Signature.objects.all(), place, newest_first=newest_first, size=SIZE)


def after(signature: Signature) -> Place:
    return Place(False, signature.signed_at, signature.pk)


def before(signature: Signature) -> Place:
    return Place(True, signature.signed_at, signature.pk)


def keys(signatures: list[Signature]) -> list[object]:
    return [signature.pk for signature in signatures]


@pytest.mark.parametrize("newest_first", [True, False])
def test_page_after_page_shows_each_signature_once(newest_first, seven, number):
    order = seven[::-1] if newest_first else seven
    by_key = {signature.pk: signature for signature in seven}

    place, pages = FIRST, []
    while place:
        pages.append(page(place, newest_first=newest_first))
        place = after(by_key[pages[-1].keys[-1]]) if pages[-1].has_next else None

    assert [each.keys for each in pages] == [keys(order[n : n + 2]) for n in (0, 2, 4, 6)]
    assert [each.has_previous for each in pages] == [False, True, True, True]


@pytest.mark.parametrize("newest_first", [True, False])
def test_back_from_the_end_to_the_first_page(newest_first, seven, number):
    order = seven[::-1] if newest_first else seven

    last = page(LAST, newest_first=newest_first)
    previous = page(before(order[5]), newest_first=newest_first)
    first = page(before(order[2]), newest_first=newest_first)
    fewer = page(before(order[1]), newest_first=newest_first)

    assert (last.keys, last.has_previous, last.has_next) == (keys(order[5:]), True, False)
    assert (previous.keys, previous.has_previous) == (keys(order[3:5]), True)
    assert (first.keys, first.has_previous, first.has_next) == (keys(order[:2]), False, True)
    # If only one signature is before a place, the first page is full all the same.
    assert fewer == page(FIRST, newest_first=newest_first)


def test_the_number_is_exact_up_to_a_limit_and_the_places_are_known(seven, monkeypatch):
    exact = [page(FIRST), page(after(seven[5])), page(LAST)]
    monkeypatch.setattr(paging, "MOST", 6)
    more = page(FIRST)

    assert [(each.count, each.is_more, each.start) for each in exact] == [
        (7, False, 1),
        (7, False, 3),
        (7, False, 6),
    ]
    assert (more.count, more.is_more, more.start) == (6, True, None)


def test_an_empty_list_has_one_empty_page(db):
    for place in (FIRST, LAST, Place(False, timezone.now(), make_petition().translation_key)):
        found = page(place)
        assert (found.keys, found.count, found.has_next) == ([], 0, False)
    assert paging.page(Signature.objects.none(), FIRST, newest_first=True, size=SIZE) == Page()


def test_a_place_goes_through_an_address(seven):
    for place in (FIRST, LAST, after(seven[0]), before(seven[6])):
        assert place_of(str(place)) == place


NONE = [
    "",
    "2",
    "first",
    "after",
    "after.1",
    "after.x.y",
    "after.1.y",
    "\0",
    "last.1",
    "after.1.2.3",
]
FAR = ["before.²." + "0" * 32, "after." + "9" * 40 + "." + "0" * 32]


@pytest.mark.parametrize("text", [*NONE, *FAR])
def test_what_is_no_place_is_the_beginning(text):
    assert place_of(text) == FIRST


def test_of_what_was_thought_to_be_many_and_is_not_the_number_is_exact(seven):
    found = paging.page(Signature.objects.all(), FIRST, newest_first=True, size=9, is_many=True)

    assert (found.count, found.is_more, found.start) == (7, False, 1)
