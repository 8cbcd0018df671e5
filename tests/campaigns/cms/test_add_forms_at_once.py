"""Two people who take the same name at the same moment are both answered."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection

from campaigns.models import CampaignPage, Topic
from tests.campaigns.cms.browsing import form_data, url
from tests.campaigns.cms.pages import test_publishing as pages
from tests.campaigns.cms.test_add_forms import CASES, TOKEN, add_page, page_data
from tests.campaigns.cms.test_idempotent_acts import until_they_wait
from tests.factories import make_campaign, make_petition


def add(client: Client, path: str, data: dict[str, Any]) -> HttpResponse:
    try:
        return client.post(path, data | {"csrfmiddlewaretoken": TOKEN})
    finally:
        connection.close()


def top() -> int:
    root: Collection = Collection.get_first_root_node()
    return root.pk


Sent = tuple[str, dict[str, Any]]


def both(path: Callable[[], str], data: Callable[[], dict[str, Any]]) -> Callable[[], list[Sent]]:
    return lambda: [(path(), data()), (path(), data())]


def drafts() -> list[CampaignPage]:
    return [make_campaign(make_petition(live=False), live=False) for _ in range(2)]


def of_page(page: CampaignPage, view: str) -> str:
    return reverse(f"wagtailadmin_pages:{view}", args=[page.pk])


def rename_pages() -> list[Sent]:
    return [
        (of_page(page, "edit"), pages.form_data(page.petition, title=page.title, slug="rivers"))
        for page in drafts()
    ]


def rename_petitions() -> list[Sent]:
    petitions = [make_petition(live=False) for _ in range(2)]
    return [(url("edit", petition.pk), form_data(slug="rivers")) for petition in petitions]


def rename_topics() -> list[Sent]:
    topics = [Topic.objects.create(title=name, slug=name) for name in ("lakes", "seas")]
    data = {"title": "Waters", "slug": "waters"}
    return [
        (reverse("wagtailsnippets_campaigns_topic:edit", args=[each.pk]), data) for each in topics
    ]


def copy_pages() -> list[Sent]:
    fields = {"new_title": "A copy", "new_slug": "a-copy"}
    return [
        (of_page(page, "copy"), fields | {"new_parent_page": page.get_parent().pk})
        for page in drafts()
    ]


# What two people send at once: the table, their forms, and what the second reads.
RIVALS = {
    "page": ("wagtailcore_page", both(add_page, page_data), "is already in use within"),
    "petition": ("campaigns_petition", both(CASES["petition"].path, CASES["petition"].data), ""),
    "petition for a page": (
        "campaigns_petition",
        both(
            lambda: reverse("wagtailsnippetchoosers_campaigns_petition:create"),
            lambda: {"title": "Bees", "ask": "Save them.", "collection": top()},
        ),
        '"step": "chosen"',
    ),
    "topic": (
        "campaigns_topic",
        both(CASES["topic"].path, lambda: {"title": "Rivers", "slug": "rivers"}),
        "Another topic has this web address.",
    ),
    "entry": (
        "campaigns_listentry",
        both(
            lambda: reverse("wagtailsnippets_campaigns_listentry:add"),
            lambda: {"kind": "domain", "pattern": "fake.example", "effect": "block", "note": ""},
        ),
        "already exists",
    ),
    "address of pages": ("wagtailcore_page", rename_pages, "is already in use within"),
    "address of petitions": (
        "campaigns_petition",
        rename_petitions,
        "Another petition has this web address.",
    ),
    "address of topics": (
        "campaigns_topic",
        rename_topics,
        "Another topic has this web address.",
    ),
    "copies": ("wagtailcore_page", copy_pages, "is already in use within"),
}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_at_once_the_second_is_answered_and_keeps_what_was_typed(people, browse):
    make_campaign(make_petition(title="There already"))
    clients = [browse(people.administrator), browse(people.moderator)]
    for name, (table, forms, sentence) in RIVALS.items():
        sent = forms()
        with ThreadPoolExecutor(2) as pool:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
                posts = [
                    pool.submit(add, client, *each)
                    for client, each in zip(clients, sent, strict=True)
                ]
                until_they_wait(2)
            found = sorted((each.result() for each in posts), key=lambda it: -it.status_code)

        first = 200 if "chosen" in sentence else 302  # a dialog is answered with JSON
        assert [each.status_code for each in found] == [first, 200 if sentence else 302], name
        assert sentence in found[1].content.decode(), name
