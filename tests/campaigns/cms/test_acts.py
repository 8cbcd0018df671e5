"""An action on signatures or on a person is done once, however often its button is pressed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry

from campaigns.cms import add_forms
from campaigns.models import (
    Decision,
    ErasureReceipt,
    OutgoingMail,
    SavedView,
    SentForm,
    Signature,
    Topic,
)
from tests.campaigns.cms.browsing import said
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.cms.test_add_forms import ANOTHER, TOKEN
from tests.campaigns.cms.test_idempotent_acts import until_they_wait
from tests.campaigns.sync.conftest import make_receiver
from tests.database import taken_back
from tests.factories import make_campaign, make_signature

pytestmark = pytest.mark.django_db

SAID = "perhaps by your own first click. Nothing is done twice."
REASON = {"reason": "A phone call"}
INVALIDATE = {**REASON, "moderation": "invalidated"}
TOPICS = "wagtailsnippets_campaigns_topic"


def about(name: str) -> Callable[[Signature], str]:
    return lambda signature: reverse(name, args=[signature.pk])


def listed(name: str) -> Callable[[Signature], str]:
    return lambda signature: f"{reverse(name)}?petition={signature.tally.petition_id}"


def at(name: str, subject: Model) -> str:
    return reverse(name, args=[subject.pk])


def make_topic() -> Topic:
    return Topic.objects.create(title="Air")


def make_view() -> SavedView:
    owner = User.objects.get(is_superuser=True)
    return SavedView.objects.create(name="Mine", filters="state=counted", owner=owner)


CASES: dict[str, tuple[Callable[[Signature], str], dict[str, Any]]] = {
    "resend": (about("resend_confirmation"), {}),
    "resend to all": (listed("resend_signatures"), REASON),
    "confirm": (about("confirm_by_hand"), REASON),
    "correct": (about("correct_name"), {**REASON, "name": "Augusta King"}),
    "stop": (about("stop_mail"), REASON),
    "note": (about("add_signature_note"), {"text": "She phoned."}),
    "delete": (about("signatures_modeladmin_delete"), {}),
    "moderate": (listed("moderate_signatures"), INVALIDATE),
    "erase": (lambda signature: reverse("erase_person"), {"email": "ida@example.org", "sure": "1"}),
    "new secret": (lambda signature: at("receiver", make_receiver()), {"do": "rotate"}),
    "send all": (lambda signature: at("receiver", make_receiver()), {"do": "all"}),
    "delete a topic": (lambda signature: at(f"{TOPICS}:delete", make_topic()), {}),
    "delete a view": (lambda signature: at("delete_signature_view", make_view()), {}),
    "delete a page": (
        lambda signature: at("wagtailadmin_pages:delete", make_campaign(signature.tally.petition)),
        {},
    ),
    "second step": (lambda signature: at("reset_second_factor", make_user("ann", "Editors")), {}),
    "lockout": (lambda signature: at("end_lockout", make_user("ann", "Editors")), {}),
}


@pytest.fixture
def pending(teams) -> Signature:
    old = {"confirmed_at": None, "signed_at": timezone.now() - timedelta(days=2)}
    return make_signature(teams.ours, name="Ida", email="ida@example.org", **old)


def press(client: Client, path: str, data: dict[str, Any], *, token: str = TOKEN) -> str:
    """Send the form; return the URL to which the response redirects."""
    try:
        return client.post(path, {**data, add_forms.TOKEN: token})["Location"]
    finally:
        if not connection.in_atomic_block:
            connection.close()


def traces() -> tuple[int, ...]:
    models = (ModelLogEntry, PageLogEntry, OutgoingMail, Decision, ErasureReceipt, SavedView)
    return tuple(model.objects.count() for model in models)


def test_pressed_twice_it_is_done_once(pending, people, browse):
    for name, (path, data) in CASES.items():
        client = browse(people.administrator)
        with taken_back():
            address = path(pending)

            before = traces()
            leads_to = [press(client, address, data)]
            once = traces()
            leads_to.append(press(client, address, data))

            assert once != before, name
            assert traces() == once, name
            assert leads_to[0] == leads_to[1], name
            assert SAID in said(client), name


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_double_click_while_the_database_is_slow(pending, people, browse):
    path, data = CASES["moderate"]
    clients = [browse(people.administrator) for _ in range(2)]

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            Signature.objects.select_for_update().get(pk=pending.pk)
            posts = [pool.submit(press, client, path(pending), data) for client in clients]
            until_they_wait(2)
        for each in posts:
            each.result()

    assert Decision.objects.count() == 1
    for text in (SAID, "signatures invalidated."):
        assert sorted(text in said(client) for client in clients) == [False, True]


def test_what_was_refused_may_be_sent_again(pending, people, browse):
    client, (path, data) = browse(people.administrator), CASES["resend"]
    Signature.objects.update(moderation=Signature.Moderation.QUARANTINED)

    press(client, path(pending), data)
    Signature.objects.update(moderation=Signature.Moderation.NONE)
    press(client, path(pending), data)

    assert OutgoingMail.objects.count() == 1
    assert SAID not in said(client)


def test_whoever_means_it_again_does_it_again(pending, people, browse):
    path, data = CASES["correct"]

    for change in ("later", "another form", "another reason"):
        client = browse(people.administrator)
        with taken_back():
            press(client, path(pending), data)
            before = ModelLogEntry.objects.count()

            if change == "later":
                SentForm.objects.update(sent_at=timezone.now() - timedelta(minutes=1))
            again = {**data, "reason": "A letter"} if change == "another reason" else data
            token = ANOTHER if change == "another form" else TOKEN
            press(client, path(pending), again, token=token)

            assert ModelLogEntry.objects.count() == before + 2, change
            assert SAID not in said(client), change


def test_each_name_is_that_of_a_url():
    resolver = get_resolver()
    spaces = [space.reverse_dict for _prefix, space in resolver.namespace_dict.values()]
    known = set(resolver.reverse_dict).union(*spaces)

    assert set(add_forms.ACTS) - known == set()


def test_who_may_not_delete_a_page_is_told_why_again(people, teams, browse):
    page = make_campaign(teams.ours, locked=True, locked_by=people.editor)
    client, address = browse(people.administrator), "wagtailadmin_pages:delete"

    for _ in range(2):
        press(client, reverse(address, args=[page.pk]), {})

    assert SAID not in said(client)
