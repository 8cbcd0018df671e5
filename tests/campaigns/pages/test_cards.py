"""Lists of cards take as many queries for many pictures as for few."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import caching
from tests.factories import make_article, make_campaign, make_image, make_petition

pytestmark = pytest.mark.django_db


def queries(client, url: str) -> int:
    """The number of queries for a page whose renditions exist, with empty caches."""
    client.get(url)
    cache.clear()
    caching.clear()
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


def test_many_pictures_take_as_many_queries_as_few(client):
    def another(number: int) -> None:
        picture = make_image()
        petition = make_petition(title=f"River {number}", slug=f"river-{number}")
        make_campaign(petition, title=f"River {number}", listing_image=picture)
        make_article(title=f"News {number}", listing_image=picture)

    for number in range(2):
        another(number)
    urls = ["/", "/campaigns/", "/news/"]
    few = [queries(client, url) for url in urls]
    for number in range(2, 4):
        another(number)

    assert [queries(client, url) for url in urls] == few
