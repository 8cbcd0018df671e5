"""Who may open what: every URL of the CMS, every role, GET and POST, the objects of both teams.

Of what the pages show only that is read which a team's manager is shown by GET. For all others
templates render to a dash, and the user is set without a session, so that thousands of requests
take seconds.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.template.backends.django import Template
from django.test import Client
from wagtail import VERSION
from wagtail.admin.icons import get_icons

from campaigns.cms import packing
from staff.middleware import OPEN_VIEWS
from staff.models import Phone
from tests.cms_access.addresses import Address, addresses
from tests.cms_access.conftest import undone
from tests.cms_access.world import CANARY

pytestmark = pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")

TABLE = Path(__file__).with_name("table.txt")
PARTS = 4  # so that processes share the work
NO_SUCH_METHOD = 405
REFUSED = (403, 404, NO_SUCH_METHOD)
REDIRECTS = "wagtail.contrib.redirects.middleware.RedirectMiddleware"  # asked by each 404
# Views of Wagtail that fail on an empty form, which no browser would send there. The first one
# exists in order to fail.
BREAKS = re.compile(
    "/failwhale/|/choose-external-link/|/snippets/choose/.*/create/|/redirects/import/process/"
)
# What no page tells the manager of the petitions in River: who signed Forest's, what it is called,
# and whom the site screens.
SECRETS = ("Grace", "Spare the forest", CANARY)
Ask = Callable[..., HttpResponse]


def prepare(world: SimpleNamespace) -> None:
    world.broken, world.told = set(), {}


@pytest.fixture
def ask(monkeypatch, settings, world, come_in) -> Ask:
    """A function that sends a request as a user, rolls it back and notes broken views.

    With `is_read` the page is rendered, and it notes what is told of the other team.
    """
    now = {"read": False}
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != REDIRECTS]
    get_icons()  # Wagtail renders them once in a process, and other tests need the real ones.
    # The inputs of blocks are packed once in a process, with dashes or without.
    packed = {True: packing._packed, False: {}}
    render = Template.render
    monkeypatch.setattr(
        Template, "render", lambda *args, **kwargs: render(*args, **kwargs) if now["read"] else "-"
    )
    client = Client(raise_request_exception=False)

    def ask(user: User | None, method: str, path: str, *, is_read: bool = False) -> HttpResponse:
        come_in(user)
        now["read"] = is_read
        monkeypatch.setattr(packing, "_packed", packed[is_read])
        client.cookies.clear()
        with undone():
            response = getattr(client, method)(path)
            text = read(response) if is_read else ""
        if response.status_code >= 500:
            world.broken.add(path)
        if told := [each for each in SECRETS if each in text]:
            world.told[path] = told
        return response

    return ask


def gets_in(response: HttpResponse) -> bool:
    """Whether the view answered, if only with the errors of the empty form."""
    if response.status_code in REFUSED:
        return False
    if response.status_code != 302:
        return True
    errors = [m for m in get_messages(response.wsgi_request) if m.level == messages.ERROR]
    to = response["Location"]
    return not to.startswith("/admin/login/") and not (errors and to == "/admin/")


def letters(world: SimpleNamespace, ask: Ask, address: Address, method: str, row: str) -> str:
    """Who gets in. `r` may open only their own team's object, `R` both, `f` only the other's.

    Nobody else asks for a method that the view does not have, as administrators are told. By GET,
    editors ask for nothing that they read elsewhere, as the `row` of the table says.
    """
    is_read_elsewhere = method == "get" and "e" in row and is_read_by_editors(address)
    ours, theirs = (address.path(side) for side in world.sides)
    administrators = ask(world.people["a"], method, ours)
    if administrators.status_code == NO_SUCH_METHOD:
        return "-"
    found, is_read = "", method == "get" and not address.is_part
    for who, user in world.people.items():
        if who == "r":
            is_in = {
                path: gets_in(ask(user, method, path, is_read=is_read)) for path in {ours, theirs}
            }
            found += {(1, 0): "r", (1, 1): "R", (0, 1): "f", (0, 0): ""}[is_in[ours], is_in[theirs]]
        elif who == "a":
            found += who if gets_in(administrators) else ""
        elif (who == "e" and is_read_elsewhere) or gets_in(ask(user, method, ours)):
            found += who
    return found or "-"


def is_read_by_editors(address: Address) -> bool:
    """Whether test_words_before_the_public.py asks who may read it: there, files are in use."""
    return not address.is_part and not address.name.startswith(("wagtailimages", "wagtaildocs"))


def table() -> Iterator[tuple[str, tuple[str, str]]]:
    """Who gets in by GET and by POST, for each URL that this version of Wagtail has."""
    group, is_there = ("", ""), True
    for line in TABLE.read_text().splitlines():
        if line.startswith(" ") and is_there:
            yield from ((name, group) for name in line.split())
        elif line and line[0] not in " #":
            get, post, *versions = line.split()
            group, is_there = (get, post), all(map(is_of, versions))


def is_of(version: str) -> bool:
    """Whether this version of Wagtail is "8.1" or newer, or older than "<8.1"."""
    number = tuple(map(int, version.removeprefix("<").split(".")))
    return (VERSION[:2] < number) if version.startswith("<") else VERSION[:2] >= number


def show(rows: dict[str, tuple[str, str]]) -> str:
    """Format rows as table.txt has them."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name, group in rows.items():
        groups.setdefault(group, []).append(name)
    return "\n".join(
        f"{get} {post}\n" + "\n".join(f"    {name}" for name in names)
        for (get, post), names in sorted(groups.items())
    )


def test_the_table_names_every_address_and_no_other():
    known = {address.name for address in addresses()}

    assert known - dict(table()).keys() == set(), "The next test prints their rows for table.txt."
    assert sorted(dict(table())) == sorted(known)


@pytest.mark.parametrize("part", range(PARTS))
def test_everybody_gets_in_where_the_table_says_and_nowhere_else(world, ask, part):
    """And no page tells a team of another, or of those whom the site screens."""
    expected = dict(table())

    found = {}
    for address in addresses()[part::PARTS]:
        get, post = expected.get(address.name, ("", ""))
        found[address.name] = (
            letters(world, ask, address, "get", get),
            letters(world, ask, address, "post", post),
        )

    wrong = {name: group for name, group in found.items() if expected.get(name) != group}
    assert not wrong, f"Not what the table says:\n{show(wrong)}"
    assert {path for path in world.broken if not BREAKS.search(path)} == set()
    assert world.told == {}


def test_before_the_second_factor_every_address_leads_to_the_door(world, ask, settings):
    settings.SECOND_FACTOR = True
    administrator = world.people["a"]
    administrator.is_verified = lambda: False
    Phone.objects.create(user=administrator, name="phone")
    reached = set()

    for address in addresses():
        path = address.path(world.sides[0])
        if gets_in(ask(administrator, "post", path)):
            reached.add(address.name)
        response = ask(administrator, "get", path)
        if not (response.status_code == 302 and "second-factor" in response["Location"]):
            assert address.name in OPEN_VIEWS, address.name

    assert reached <= OPEN_VIEWS


def read(response: HttpResponse) -> str:
    return (b"".join(response) if response.streaming else response.content).decode(errors="replace")
