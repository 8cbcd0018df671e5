"""What a process caches, and for how long."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from cachetools import TLRUCache
from django.utils import timezone

from campaigns import caching
from campaigns.models import Petition, Signature, Tally
from tests.campaigns.public.test_views import post
from tests.factories import make_petition


def test_what_was_read_is_read_again_when_its_time_is_over(settings, monkeypatch):
    settings.CACHE_SECONDS = 2
    now, answers = [100.0], iter("abc")
    monkeypatch.setattr(caching, "monotonic", lambda: now[0])
    clock = TLRUCache(caching.MOST_CACHED, caching._cache.ttu, timer=lambda: now[0])
    monkeypatch.setattr(caching, "_cache", clock)

    found = []
    for now[0] in (100.0, 101.9, 102.1, 104.0, 104.2):
        found.append(caching.cached("letter", lambda: next(answers)))

    assert found == ["a", "a", "b", "b", "c"]


def test_nothing_is_kept_where_the_setting_says_so(settings):
    answers = iter("ab")

    assert [caching.cached("letter", lambda: next(answers)) for _ in range(2)] == ["a", "b"]


def test_made_up_addresses_do_not_fill_the_memory(settings):
    settings.CACHE_SECONDS = 60

    for number in range(caching.MOST_CACHED * 2 + 10):
        caching.cached(number, lambda: None)

    assert len(caching._cache) == caching.MOST_CACHED


def test_made_up_addresses_do_not_drive_out_what_is_asked_for(settings):
    settings.CACHE_SECONDS = 60
    answers = iter("ab")

    found = set()
    for number in range(caching.MOST_CACHED * 2 + 10):
        caching.cached(number, lambda: None)
        found.add(caching.cached("letter", lambda: next(answers)))

    assert found == {"a"}


@pytest.fixture
def quick_switches() -> Iterator[None]:
    """Switch between threads thousands of times as often as usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("quick_switches")
def test_threads_that_read_and_forget_at_the_same_time_do_not_disturb_each_other(settings):
    settings.CACHE_SECONDS = 60

    def ask(start: int) -> set[bool]:
        found = set()
        for number in range(start, start + 3000):
            key = number % 1500
            found.add(caching.cached(key, lambda key=key: key) == key)
            if number % 7 == 0:
                caching.clear(key)
        return found

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(ask, range(0, 4000, 1000)))

    assert found == [{True}] * 4


# --- no decision depends on cached values ---

pytestmark = pytest.mark.django_db


def test_a_petition_is_kept_for_all_who_ask(client, settings, django_assert_num_queries):
    settings.CACHE_SECONDS = 60
    address = make_petition().url_path("count")
    client.get(address)

    with django_assert_num_queries(0):
        assert client.get(address).json()["count"] == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda now: Tally.objects.update(paused_at=now),
        lambda now: Tally.objects.update(won_at=now),
        lambda now: Petition.objects.update(closes_at=now),
    ],
    ids=["paused", "won", "closed"],
)
def test_who_comes_too_late_is_told_the_truth_though_it_is_kept_as_open(client, settings, change):
    settings.CACHE_SECONDS = 60
    petition = make_petition()
    client.get(petition.url_path())

    change(timezone.now())
    response = post(client, petition)

    assert response.status_code in (409, 410)
    assert "petition-form" not in response.content.decode()
    assert not Signature.objects.exists()


def test_what_was_opened_this_moment_takes_signatures_though_it_is_kept_as_paused(client, settings):
    settings.CACHE_SECONDS = 60
    petition = make_petition()
    Tally.objects.update(paused_at=timezone.now())
    client.get(petition.url_path())

    Tally.objects.update(paused_at=None)
    response = post(client, petition)

    assert (response.status_code, Signature.objects.count()) == (303, 1)


@pytest.mark.django_db
def test_a_petition_that_is_deleted_while_it_is_read_is_not_found(client):
    petition = make_petition()
    Petition.objects.update(translation_key=uuid4())  # so that there is no tally for it

    assert post(client, petition).status_code == 404
