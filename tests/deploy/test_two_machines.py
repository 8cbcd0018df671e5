"""Two gunicorns with one database, as on two machines: sessions and limits hold on both."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from campaigns.models import Signature, Tally
from config.settings import base
from servers import gunicorn
from servers.nginx import HOST
from tests.deploy.conftest import fields
from tests.deploy.test_exports_at_once import TOKEN
from tests.factories import make_petition

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
LOGIN, NETWORK = "/admin/login/", "203.0.113.7"


class Local(http.client.HTTPConnection):
    """HTTP over the Unix socket of a pool, as nginx uses it."""

    def __init__(self, path: Path) -> None:
        super().__init__(HOST, timeout=30)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class Machine:
    """One of the machines, which gets the requests that its nginx would send."""

    def __init__(self, path) -> None:
        self.path = path

    def ask(self, path: str, *, session: str = "", **fields: object) -> http.client.HTTPResponse:
        cookies = {settings.CSRF_COOKIE_NAME: TOKEN, settings.SESSION_COOKIE_NAME: session}
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items() if value),
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": NETWORK,
            "Referer": f"https://{HOST}{path}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields}) if fields else None
        with closing(Local(self.path)) as asked:
            asked.request("POST" if fields else "GET", path, body, headers)
            answer = asked.getresponse()
            answer.read()
            return answer

    def sign_in(self, password: str) -> http.client.HTTPResponse:
        return self.ask(LOGIN, username="admin", password=password)


@pytest.fixture(scope="module")
def machines(application, loaded) -> Iterator[list[Machine]]:
    paths = [application.socket_path.with_name(f"{name}.sock") for name in ("one", "other")]
    with ExitStack() as stack:
        for path in paths:
            process = gunicorn.start(
                f"unix:{path}",
                environment=loaded.environment,
                log=application.log,
                workers=1,
                host=HOST,
                begin=loaded.start,
            )
            stack.enter_context(process)
        yield [Machine(path) for path in paths]


@pytest.fixture
def admin(transactional_db: None, settings) -> User:
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS  # not the fast hasher of the tests
    return User.objects.create_superuser("admin", password="password")


def test_who_has_signed_in_at_one_is_at_the_other_and_wrong_passwords_are_counted_together(
    machines, admin
):
    one, other = machines

    given = SimpleCookie("; ".join(one.sign_in("password").headers.get_all("Set-Cookie", [])))
    session = given[settings.SESSION_COOKIE_NAME].value
    known = other.ask("/admin/account/", session=session)
    other.ask("/admin/logout/", session=session, next="")
    after = one.ask("/admin/account/", session=session)
    tried = [machines[number % 2].sign_in("wrong").status for number in range(5)]
    late = [each.sign_in("password").status for each in machines]

    assert (known.status, known.headers["Location"]) == (200, None)
    assert (after.status, after.headers["Location"]) == (302, f"{LOGIN}?next=/admin/account/")
    assert (tried, late) == ([200, 200, 200, 200, 429], [429, 429])


def test_signatures_of_one_network_at_both_are_counted_together(machines):
    petition = make_petition()
    Tally.objects.update(burst_limit=3)

    for number in range(6):
        typed = fields(petition, email=f"{number}@example.org")
        assert machines[number % 2].ask(petition.url_path("sign"), **typed).status == 303

    found = Signature.objects.order_by("signed_at").values_list("moderation", flat=True)
    assert list(found) == ["", "", "", *["quarantined"] * 3]
