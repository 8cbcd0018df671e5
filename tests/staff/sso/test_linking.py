"""An account is linked to an identity once its second step was shown, and not before."""

import json

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from wagtail.models import ModelLogEntry

from staff.sso import entering
from tests.staff.conftest import code, enters
from tests.staff.sso.conftest import SECOND_STEP, sign_in
from tests.staff.sso.test_entering import ODD, UNKNOWN, told

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:.*get_jwt_config:DeprecationWarning"),  # the provider's own
]


def linked() -> list[tuple]:
    return list(SocialAccount.objects.values_list("user", "uid"))


def test_who_only_has_the_email_of_an_account_is_not_linked_to_it(
    client, manager, knows, phone, settings
):
    settings.SECOND_FACTOR = True
    device = phone(manager)
    thief, owner = Client(), client

    knows("thief", email="ada@example.org", email_verified=True)
    asked = sign_in(thief, "thief")
    before = linked()
    knows("owner", email="ada@example.org", email_verified=True)
    sign_in(owner, "owner")
    owner.post(SECOND_STEP, {"code": code(device)})
    late = thief.post(SECOND_STEP, {"code": code(device, steps=1)})

    assert (asked["Location"], before) == (SECOND_STEP, [])
    assert (enters(owner), enters(thief)) == (True, False)
    assert linked() == [(manager.pk, "owner")]
    assert UNKNOWN in told(thief, late)
    assert ModelLogEntry.objects.filter(action="staff.sso_linked").count() == 1


def test_who_has_an_email_that_only_looks_like_that_of_an_account_gets_in_nowhere(
    client, manager, knows
):
    manager.email = "kirk@unions.example"
    manager.save()
    looks_alike = ["kırk@unions.example", "kirk@unıons.example", "kirk@union\u017f.example"]
    looks_alike += ["\u212airk@unions.example", "KİRK@UNIONS.EXAMPLE"]

    for email in looks_alike:
        knows("stranger", email=email, email_verified=True)
        assert UNKNOWN in told(client, sign_in(client, "stranger")), email
    knows("kirk", email="Kirk@UNIONS.example", email_verified=True)
    sign_in(client, "kirk")

    assert linked() == [(manager.pk, "kirk")]
    assert enters(client)


ADA = {"email": "ada@example.org"}
VERIFIED = {"email": "stranger@example.org", "email_verified": True}


def test_of_two_answers_the_email_counts_that_the_same_one_says_is_verified(
    client, manager, knows, monkeypatch
):
    def come(*, token: dict[str, object], userinfo: dict[str, object]):
        subject = knows("stranger", **token)
        name = "staff.sso.provider.Client._fetch_user_info"
        monkeypatch.setattr(name, lambda self, access: {"sub": subject} | userinfo)
        return sign_in(client, subject)

    assert UNKNOWN in told(client, come(token=ADA, userinfo=VERIFIED))
    assert UNKNOWN in told(client, come(token=VERIFIED, userinfo=ADA))
    assert linked() == []
    come(token={}, userinfo=VERIFIED | ADA)
    assert enters(client)


def test_an_answer_that_cannot_be_read_or_stored_is_refused_kindly(
    client, manager, knows, monkeypatch
):
    name = "staff.sso.provider.Client._fetch_user_info"
    subject = knows("ada", **ADA)
    for answer in ("[" * 200_000, '{"sub": "ada", "email": "a\\u0000", "email_verified": true}'):
        monkeypatch.setattr(name, lambda self, access, answer=answer: json.loads(answer))
        assert ODD in told(client, sign_in(client, subject)), answer[:9]


def test_an_identity_that_is_linked_to_somebody_else_is_linked_to_nobody_else(manager, client):
    other = type(manager).objects.create_user("other")

    answers = [entering.link(manager, "ada"), entering.link(manager, "ada")]
    refused = [entering.link(other, "ada"), entering.link(manager, "ada2")]

    assert (answers, refused) == ([True, True], [False, False])
    assert linked() == [(manager.pk, "ada")]
