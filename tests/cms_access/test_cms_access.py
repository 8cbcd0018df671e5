"""Who may open what: every URL of the CMS, every role, GET and POST, the objects of both teams.

What the pages show is tested elsewhere. Here templates render to a dash, and the user is set
without a session, so that thousands of requests take seconds.
"""

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from wagtail import VERSION
from wagtail.admin.icons import get_icons
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.users.models import UserProfile

from campaigns.cms import packing
from campaigns.models import CustomImage
from staff.middleware import OPEN_VIEWS
from staff.models import Phone
from tests.cms_access.addresses import Address, addresses
from tests.cms_access.conftest import undone
from tests.cms_access.world import CANARY

pytestmark = pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")

TABLE = Path(__file__).with_name("table.txt")
PARTS = 4  # so that processes share the work
REFUSED = (403, 404, 405)
# Views of Wagtail that fail on an empty form, which no browser would send there. The first one
# exists in order to fail.
BREAKS = re.compile(
    "/failwhale/|/choose-external-link/|/snippets/choose/.*/create/|/redirects/import/process/"
)
Ask = Callable[..., HttpResponse]


def prepare(world: SimpleNamespace) -> None:
    world.broken = set()


@pytest.fixture
def ask(monkeypatch, world) -> Ask:
    """Return a function that sends a request as a user, rolls it back and notes broken views."""
    now: dict[str, User | AnonymousUser] = {}
    get_icons()  # Wagtail renders them once in a process, and other tests need the real ones.
    monkeypatch.setattr(packing, "_packed", {})  # other tests need the real inputs of blocks, too
    monkeypatch.setattr(
        "django.template.backends.django.Template.render", lambda *args, **kwargs: "-"
    )
    for user in filter(None, world.people.values()):
        look_up_rights(user)
    # A copy keeps the permissions that were looked up, and nothing that a request leaves behind.
    monkeypatch.setattr(
        "django.contrib.auth.middleware.get_user", lambda request: copy.copy(now["user"])
    )

    client = Client(raise_request_exception=False)

    def ask(user: User | None, method: str, path: str) -> HttpResponse:
        now["user"] = user or AnonymousUser()
        client.cookies.clear()
        with undone():
            response = getattr(client, method)(path)
        if response.status_code >= 500:
            world.broken.add(path)
        return response

    return ask


def look_up_rights(user: User) -> None:
    """Cache the user's permissions for all requests: here no request changes them for good."""
    user.get_all_permissions()
    UserProfile.get_for_user(user)
    for model in (Page, CustomImage):
        policy_registry.get_by_type(model).get_cached_permissions_for_user(user)


def gets_in(response: HttpResponse) -> bool:
    """Whether the view answered, if only with the errors of the empty form."""
    if response.status_code in REFUSED:
        return False
    if response.status_code != 302:
        return True
    errors = [m for m in get_messages(response.wsgi_request) if m.level == messages.ERROR]
    to = response["Location"]
    return not to.startswith("/admin/login/") and not (errors and to == "/admin/")


def letters(world: SimpleNamespace, ask: Ask, address: Address, method: str) -> str:
    """Who gets in. `r` may open only their own team's object, `R` both, `f` only the other's."""
    ours, theirs = (address.path(side) for side in world.sides)
    found = ""
    for who, user in world.people.items():
        is_in = gets_in(ask(user, method, ours))
        if who != "r":
            found += who if is_in else ""
            continue
        strays = is_in if theirs == ours else gets_in(ask(user, method, theirs))
        found += {(1, 0): "r", (1, 1): "R", (0, 1): "f", (0, 0): ""}[is_in, strays]
    return found or "-"


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
    expected = dict(table())

    found = {
        address.name: (letters(world, ask, address, "get"), letters(world, ask, address, "post"))
        for address in addresses()[part::PARTS]
    }

    wrong = {name: group for name, group in found.items() if expected.get(name) != group}
    assert not wrong, f"Not what the table says:\n{show(wrong)}"
    assert {path for path in world.broken if not BREAKS.search(path)} == set()


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


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_tells_a_team_of_another_or_of_the_screened(world, client, part):
    told = {}
    client.raise_request_exception = False
    gets = {name: get.lower() for name, (get, _) in table()}

    client.force_login(world.people["r"])
    for address in addresses()[part::PARTS]:
        if "r" not in gets.get(address.name, "r"):
            continue  # Another test has checked that they are refused.
        for path in dict.fromkeys(address.path(side) for side in world.sides):
            text = read(client.get(path))
            told[path] = [each for each in ("Grace", "Spare the forest", CANARY) if each in text]

    assert {page: names for page, names in told.items() if names} == {}


def read(response: HttpResponse) -> str:
    return (b"".join(response) if response.streaming else response.content).decode(errors="replace")
