"""Nothing that somebody types gets into the log of gunicorn, whatever its level."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from campaigns.models import Signature
from servers.gunicorn import Application
from servers.nginx import HOST, Site
from tests.deploy.conftest import fields
from tests.deploy.test_exports_at_once import TOKEN
from tests.factories import make_petition
from tests.forks import Loaded

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
TYPED = {
    "name": "Canary Lovelace",
    "email": "canary@example.org",
    "postcode": "C4NARY 1",
    "affiliation": "Canary Choir",
    "phone": "+44 20 7946 0958",
    "phone_consent": "on",
    "comment": "a canary sings",
    "source": "canary-leaflet",
}
HEADERS = {
    "Cookie": f"{settings.CSRF_COOKIE_NAME}={TOKEN}",
    "Referer": f"https://{HOST}/admin/login/?next=canary",
    "User-Agent": "Canary browser",
}
SAID = ("anary", "c4n", "7946", "lovelace", "sings", "leaflet")


@pytest.fixture
def talkative(
    application: Application,
    newer: Loaded,
    certificate: Path,
    transactional_db: None,
    tmp_path: Path,
) -> Iterator[Site]:
    """The site with a log of its own, of the lowest level and in both formats."""
    own = Application(
        application.socket_path.with_name("talkative.sock"),
        host=application.host,
        static=application.static,
        media=application.media,
        log=tmp_path / "gunicorn.log",
        environment=newer.environment,
        begin=newer.start,
    )
    own.start()
    front = Site(tmp_path, app=own, certificate=certificate)
    yield front
    front.process.end()
    own.stop()


def test_of_all_that_is_typed_on_the_way_from_signing_to_withdrawing_nothing_is_logged(talkative):
    asked = dict.fromkeys(("postcode_field", "affiliation_field", "comment_field"), "optional")
    petition = make_petition(asks_phone=True, **asked)
    typed = fields(petition, **TYPED)
    statuses = []

    def post(path: str, data: dict) -> None:
        sent = {"csrfmiddlewaretoken": TOKEN, **data}
        statuses.append(talkative.post(path, sent, headers=HEADERS).status)

    def of(purpose: str) -> str:
        return f"/signatures/{purpose}/{Signature.objects.get().token(purpose)}/"

    post(petition.url_path("sign"), typed | {"email": "canary at example.org", "country": "C4N"})
    post(petition.url_path("sign"), typed)
    assert Signature.objects.get().postcode == TYPED["postcode"]
    post(of("confirm"), {})
    post(of("manage"), {"name": "Canary Byron", "comment": "the canary sings"})
    post(f"{of('manage')}email/", {"new_email": "new-canary@example.org"})
    post(of("withdraw"), {})
    post("/admin/login/", {"username": "canary", "password": "canary-secret"})
    statuses.append(talkative.ask("/search/?query=canary").status)
    statuses.append(talkative.ask("/signatures/confirm/canary/").status)

    assert statuses == [422, 303, 303, 303, 303, 200, 200, 200, 400]
    log = (talkative.folder / "gunicorn.log").read_text()
    refused = [line for line in log.splitlines() if "Bad Request: /signatures/confirm/*/" in line]
    assert [line.startswith("{") for line in refused] == [False, True]
    assert [word for word in SAID if word in log.casefold()] == []
