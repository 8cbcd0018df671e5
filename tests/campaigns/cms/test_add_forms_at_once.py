"""Two people who send an *Add* form at the same moment are both answered."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection

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


# What two people send at once: the table, the URL, what each typed, and what the second reads.
RIVALS = {
    "page": ("wagtailcore_page", add_page, [page_data] * 2, "is already in use within"),
    "petition": ("campaigns_petition", CASES["petition"].path, [CASES["petition"].data] * 2, ""),
    "petition for a page": (
        "campaigns_petition",
        lambda: reverse("wagtailsnippetchoosers_campaigns_petition:create"),
        [lambda: {"title": "Bees", "ask": "Save them.", "collection": top()}] * 2,
        '"step": "chosen"',
    ),
    "topic": (
        "campaigns_topic",
        CASES["topic"].path,
        [lambda: {"title": "Rivers", "slug": "rivers"}] * 2,
        "Another topic has this web address.",
    ),
    "entry": (
        "campaigns_listentry",
        lambda: reverse("wagtailsnippets_campaigns_listentry:add"),
        [lambda: {"kind": "domain", "pattern": "fake.example", "effect": "block", "note": ""}] * 2,
        "already exists",
    ),
}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_add_at_once_the_second_is_answered_and_keeps_what_was_typed(people, browse):
    make_campaign(make_petition(title="There already"))
    clients = [browse(people.administrator), browse(people.moderator)]
    for name, (table, path, typed, sentence) in RIVALS.items():
        data = [each() for each in typed]
        with ThreadPoolExecutor(2) as pool:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
                posts = [
                    pool.submit(add, *each)
                    for each in zip(clients, [path()] * 2, data, strict=True)
                ]
                until_they_wait(2)
            found = sorted((each.result() for each in posts), key=lambda it: -it.status_code)

        first = 200 if "chosen" in sentence else 302  # a dialog is answered with JSON
        assert [each.status_code for each in found] == [first, 200 if sentence else 302], name
        assert sentence in found[1].content.decode(), name
