"""The two teams are made once for these files; each test works in a transaction of its own."""

import contextlib
import copy
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test import TestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.users.models import UserProfile

from campaigns.models import CustomImage
from tests import arranged, indexing
from tests.cms_access.world import make_world

READS = re.compile(r"\s*SELECT\b(?!.*set_config)", re.IGNORECASE | re.DOTALL)


@contextlib.contextmanager
def kept(
    blocker: DjangoDbBlocker, make: Callable[[], SimpleNamespace]
) -> Iterator[SimpleNamespace]:
    """What `make` makes, with its indexes, until it is rolled back."""
    arranged.clear()
    with blocker.unblock(), translation.override("en"), arranged.rolled_back():
        with TestCase.captureOnCommitCallbacks(execute=True):  # Wagtail's index of references
            world = make()
        indexing.catch_up()
        with blocker.block():
            yield world


@pytest.fixture(scope="package")
def two_teams(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[SimpleNamespace]:
    with kept(django_db_blocker, make_world) as world:
        yield world


@pytest.fixture(scope="module")
def made(
    request: pytest.FixtureRequest, two_teams: SimpleNamespace, django_db_blocker: DjangoDbBlocker
) -> Iterator[SimpleNamespace]:
    """The world of two teams, and what `prepare` of this file makes of it."""

    def prepare() -> SimpleNamespace:
        world = copy.deepcopy(two_teams)
        request.module.prepare(world)
        return world

    with kept(django_db_blocker, prepare) as world:
        yield world


@pytest.fixture
def world(made: SimpleNamespace, django_db_blocker: DjangoDbBlocker) -> Iterator[SimpleNamespace]:
    with django_db_blocker.unblock(), arranged.rolled_back():
        yield copy.deepcopy(made)


@pytest.fixture
def come_in(monkeypatch: pytest.MonkeyPatch, world: SimpleNamespace) -> Callable[..., None]:
    """A function that says who sends the next requests, without a session."""
    now: dict[str, User | AnonymousUser] = {}
    for user in filter(None, world.people.values()):
        look_up_rights(user)
    # A copy keeps the permissions that were looked up, and nothing that a request leaves behind.
    monkeypatch.setattr(
        "django.contrib.auth.middleware.get_user", lambda request: copy.copy(now["user"])
    )
    return lambda user: now.update(user=user or AnonymousUser())


def look_up_rights(user: User) -> None:
    """Cache the user's permissions for all requests: here no request changes them for good."""
    user.get_all_permissions()
    UserProfile.get_for_user(user)
    for model in (Page, CustomImage):
        policy_registry.get_by_type(model).get_cached_permissions_for_user(user)


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Undo what a request writes, with a savepoint before its first statement that is no SELECT.

    Most requests write nothing, and a savepoint takes three statements.
    """
    begun: list[str] = []

    def notice(execute: Callable[..., object], sql: object, *args: object) -> object:
        if not begun and not READS.match(str(sql)):
            begun.append("")  # the next statement is the savepoint itself
            begun[0] = connection.savepoint()
        return execute(sql, *args)

    hooks = len(connection.run_on_commit)
    connection.execute_wrappers.append(notice)
    try:
        yield
    finally:
        # By name: the request may have added one (tests/indexing.py), which is now the last.
        connection.execute_wrappers.remove(notice)
        if begun:
            connection.savepoint_rollback(begun[0])
            connection.savepoint_commit(begun[0])
        connection.needs_rollback = False
        del connection.run_on_commit[hooks:]
        indexing.forget()  # what the request would have written there is undone, too
