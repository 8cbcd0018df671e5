"""Exports under nginx and gunicorn as deployed: others are answered, and the history is true."""

import contextlib
import http.client
import re
import signal
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from campaigns.models import Signature
from servers import gunicorn
from servers.gunicorn import Application
from servers.nginx import HOST, Site
from servers.processes import ROOT, Process
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_petition, make_signature
from tests.forks import Loaded
from tests.waiting import wait

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ROWS, WORKERS = 22_000, 2
EXPORT = f"{reverse('export_signatures')}?export=csv"
TOKEN = "a" * 32
UNIT = ROOT / "deploy/systemd/lastdrop@staff.service.d/exports.conf"
# Far more than the buffer of a socket, which the site can fill before anybody reads it.
SOW = """
    INSERT INTO campaigns_signature ({names})
    SELECT {values} FROM campaigns_signature, generate_series(2, %s) AS number
"""


class Staff:
    """The pool of the CMS behind nginx, and one person who is signed in."""

    def __init__(self, front: Site, process: Process, session: str) -> None:
        self.front, self.process = front, process
        cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
        self.headers = {
            "Cookie": cookies,
            "Referer": f"https://{HOST}/admin/",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def ask(
        self, path: str, **fields: str
    ) -> tuple[http.client.HTTPResponse, http.client.HTTPConnection]:
        """A response of which only the headers have been read, and its connection."""
        asked = http.client.HTTPConnection(HOST)
        asked.sock = self.front.connect()
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields}) if fields else None
        asked.request("POST" if fields else "GET", path, body, self.headers)
        return asked.getresponse(), asked

    def told(self, path: str, **fields: str) -> tuple[int, str]:
        answer, asked = self.ask(path, **fields)
        with contextlib.closing(asked):
            return answer.status, answer.read().decode()


def options() -> list[str]:
    """What the unit of the CMS adds to gunicorn.conf.py."""
    found = re.search(r'GUNICORN_CMD_ARGS=(.*)"', UNIT.read_text())
    assert found
    return found[1].split()


def sow() -> None:
    make_signature(make_petition(title="River", slug="river"), comment="It must run free. " * 20)
    with connection.cursor() as cursor:
        cursor.execute(sowing(), [ROWS])


def sowing() -> str:
    """The statement that makes many signatures from one."""
    columns = [field.column for field in Signature._meta.concrete_fields]
    given = {
        "id": "(lpad(to_hex(1700000000000 + number), 12, '0') || '70008000000000000000')::uuid",
        "email_key": "sha256(number::text::bytea)",
    }
    values = ", ".join(given.get(column, column) for column in columns)
    return SOW.format(names=", ".join(columns), values=values)


@pytest.fixture
def staff(
    front: Site, application: Application, loaded: Loaded, transactional_db: None
) -> Iterator[Staff]:
    sow()
    client = Client()
    client.force_login(make_user("admin", is_superuser=True))
    with gunicorn.start(
        f"unix:{application.staff_path}",
        *options(),
        environment=loaded.environment,
        log=application.log,
        workers=WORKERS,
        host=HOST,
        begin=loaded.start,
    ) as process:
        yield Staff(front, process, client.cookies[settings.SESSION_COOKIE_NAME].value)


def entries() -> list[dict]:
    logged = ModelLogEntry.objects.filter(action="petition.export").order_by("pk")
    return [entry.data for entry in logged]


def petition() -> int:
    return int(Signature.objects.values_list("tally__petition", flat=True)[0])


def is_any_locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')")
        [(any_lock,)] = cursor.fetchall()
    return bool(any_lock)


def test_a_second_press_is_told_that_the_first_runs_and_exports_held_open_or_killed_stop_nobody(
    staff,
):
    first, asked = staff.ask(EXPORT, shape="everything", purpose="Handover")
    question = staff.told(EXPORT)
    again = staff.told(EXPORT, shape="everything", purpose="Handover once more")
    other = staff.told(f"{EXPORT}&source=nobody", shape="everything", purpose="Another")
    second = staff.told(EXPORT, shape="everything", purpose="Handover", second="yes")
    first.close()
    asked.close()
    assert wait(lambda: 0 < entries()[0]["rows"] < 20_000)

    sentence = "You have started exactly this export already, and it is still running."
    assert (question[0], sentence in question[1]) == (200, True)
    assert (again[0], sentence in again[1], "Handover once more" in again[1]) == (409, True, True)
    assert (other[0], other[1].count("\r\n")) == (200, 1)
    assert (second[0], second[1].count("\r\n")) == (200, ROWS + 1)
    # The one who went away got some rows, and the history has an upper bound of their number.
    before = entries()
    assert [(data["counted"], data["rows"], data["finished"]) for data in before[1:]] == [
        (0, 0, True),
        (ROWS, ROWS, True),
    ]
    assert before[0]["finished"] is False
    assert sentence not in staff.told(EXPORT)[1]

    with contextlib.ExitStack() as stack:
        for number in range(2 * WORKERS):
            held = staff.ask(EXPORT, shape="everything", purpose=f"File {number}", second="yes")
            for each in held:
                stack.enter_context(contextlib.closing(each))
            assert held[0].status == 200
        home = staff.told(reverse("wagtailadmin_home"))
        history = staff.told(
            reverse("wagtailsnippets_campaigns_petition:history", args=[petition()])
        )
        running = entries()[len(before) :]

    assert home[0] == 200
    said = "Export not finished: at most 20,000 of 22,000 signatures left the site"
    assert history[1].count(said) == 2 * WORKERS
    assert [(data["rows"], data["finished"]) for data in running] == [(20_000, False)] * 2 * WORKERS
    assert wait(lambda: not is_any_locked())

    answer, asked = staff.ask(EXPORT, shape="everything", purpose="Handover")
    received = answer.read(1_000_000).count(b"\r\n")
    staff.process.signal(signal.SIGKILL)  # and its workers
    with contextlib.closing(asked), pytest.raises((http.client.IncompleteRead, OSError)):
        answer.read()

    assert [(data["rows"], data["finished"]) for data in entries()[-1:]] == [(20_000, False)]
    assert 0 < received < 20_000
    assert wait(lambda: not is_any_locked())


def test_the_container_has_the_same_options_as_the_unit():
    name, number = options()

    assert f'staff.sock", {name}, "{number}"]' in (ROOT / "deploy/compose.yaml").read_text()
