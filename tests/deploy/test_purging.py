"""Proxies that cache pages for longer are notified of changes, if the settings name them."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.apps import apps
from django.db import connection
from wagtail.models import Page

from tests.factories import make_article, make_campaign

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

# tests/campaigns/test_freshness.py asks whether the proxies are notified late enough.
PUBLISH = """
from config import purging
from wagtail.models import Page, PageViewRestriction
purging.OLDEST = 0
published, private = (Page.objects.get(pk=pk).specific for pk in ({}, {}))
published.title = "Let it run"
published.save_revision().publish()
PageViewRestriction.objects.create(page=private, restriction_type="login")
"""


class Proxy(BaseHTTPRequestHandler):
    def do_PURGE(self) -> None:
        # What the proxy would fetch now, if somebody requested it.
        title = Page.objects.get(url_path__endswith=self.path).title
        connection.close()
        self.server.purged.append((self.headers["Host"], self.path, title))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@contextlib.contextmanager
def serving(port: int) -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", port), Proxy) as server:
        server.purged = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_where_no_proxy_is_named_nothing_purges():
    assert not apps.is_installed("wagtail.contrib.frontend_cache")


def test_each_named_proxy_is_told_what_was_published_and_what_was_made_private(loaded, purged):
    page, article = make_campaign(), make_article(title="Snow")
    news = article.get_parent()
    alias = news.create_alias(update_slug="alias")
    again = alias.create_alias(update_slug="alias-of-the-alias")

    with serving(purged[0]) as one, serving(purged[1]) as other:
        loaded.python("manage.py", "shell", "-c", PUBLISH.format(page.pk, news.pk))

    titles = {page.url: "Let it run", news.url: "News", article.url: "Snow"}
    titles |= {alias.url: "News", again.url: "News"}
    purged_pages = sorted((page.get_site().hostname, url, title) for url, title in titles.items())
    assert [sorted(proxy.purged) for proxy in (one, other)] == [purged_pages] * 2
