"""A proxy that keeps pages for longer is told when one changes, if it is named."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings

from tests.deploy.servers import ROOT, database_url
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PUBLISH = (
    "from wagtail.models import Page; Page.objects.get(pk={}).specific.save_revision().publish()"
)


@pytest.fixture
def proxy() -> Iterator[HTTPServer]:
    class Proxy(BaseHTTPRequestHandler):
        def do_PURGE(self) -> None:
            self.server.purged.append((self.headers["Host"], self.path))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Proxy) as server:
        server.purged = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("is_named", [True, False])
def test_a_named_proxy_is_told_what_was_published(proxy, is_named):
    page = make_campaign()
    address = f"http://127.0.0.1:{proxy.server_port}" if is_named else ""

    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", PUBLISH.format(page.pk)],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": database_url(),
            "SIGNATURE_KEY": settings.SIGNATURE_KEY,
            "PURGED_PROXY": address,
        },
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert proxy.purged == ([(page.get_site().hostname, page.url)] if is_named else [])
