"""A suppressed signer who asks for emails again gets them; nothing reveals the suppression."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from campaigns.bounces import consequences
from campaigns.bounces.reports import Said
from campaigns.bounces.return_path import Returned
from campaigns.mailings import audience, suppression, unticking
from campaigns.mailings.suppression import Reason
from campaigns.models import Signature, SuppressedMailbox
from campaigns.privacy import access_report, erasing
from tests import forms
from tests.campaigns.public.test_manage import link
from tests.factories import days_ago, make_mailing, make_petition, make_signature

pytestmark = pytest.mark.django_db


def unsubscribe(signature: Signature, *, days: int, reason: Reason = Reason.UNSUBSCRIBED) -> None:
    keys = suppression.keys_of(signature.email or "")
    suppression.suppress(keys, signature=signature, reason=reason)
    SuppressedMailbox.objects.update(suppressed_at=days_ago(days))


def shown(client: Client, signature: Signature) -> dict[str, str]:
    """What the browser sends of the form on the signer's own page."""
    return sent_by(client.get(link(signature)))


def sent_by(answer: HttpResponse) -> dict[str, str]:
    page = forms.read(answer.content.decode())
    inputs = [each for each in page[0].fields if each.tag == "input"]
    is_sent = [each.get("type") != "checkbox" or "checked" in each.attributes for each in inputs]
    return {
        each.get("name"): each.get("value", "on")
        for each, sent in zip(inputs, is_sent, strict=True)
        if sent
    }


def why() -> list[str]:
    return list(SuppressedMailbox.objects.values_list("reason", flat=True))


@pytest.fixture
def ada() -> Signature:
    """A signature of Ada, who unsubscribed five days ago."""
    signature = make_signature(make_petition(), updates=True, confirmed_at=days_ago(9))
    unsubscribe(signature, days=5)
    return signature


def test_the_worker_forgets_a_wish_once_somebody_has_asked_anew(ada):
    others = make_petition(slug="others")
    make_signature(others, updates=True, channel="import", proven_at=None)
    unticking.AskedAnew().forget()
    after_an_import = why()
    Signature.objects.filter(tally=others.tally).delete()
    make_signature(others, updates=False)
    make_signature(others, email="b@example.org", updates=True)
    unticking.AskedAnew().forget()
    after_no_tick = why()
    make_signature(make_petition(slug="again"), email="ADA@example.org", updates=True)

    unticking.AskedAnew().forget()

    assert (after_an_import, after_no_tick) == (["unsubscribed"], ["unsubscribed"])
    assert access_report.export("ada@example.org")["unsubscribed_at"] is None


def test_the_worker_forgets_nothing_before_what_was_ticked_is_looked_at(ada):
    SuppressedMailbox.objects.update(may_be_ticked=True)
    make_signature(make_petition(slug="again"), updates=True)
    unticking.AskedAnew().forget()
    before = why()
    unticking.untick()
    unticking.AskedAnew().forget()

    assert (before, why()) == (["unsubscribed"], [])


def test_a_round_reads_only_what_was_not_compared_before(ada, monkeypatch):
    """A row that comes to be looked at later is compared with all that was proven since it."""
    make_signature(
        make_petition(slug="b"), email="b@example.org", updates=True, proven_at=days_ago(3)
    )
    keys_of, read = suppression.keys_of, []
    monkeypatch.setattr(
        suppression, "keys_of", lambda email, *keys: read.append(email) or keys_of(email, *keys)
    )
    asked_anew = unticking.AskedAnew()

    def those_read() -> list[str]:
        read.clear()
        asked_anew.forget()
        return sorted(read)

    first, second = those_read(), those_read()
    make_signature(make_petition(slug="c"), email="c@example.org", updates=True)
    third = those_read()
    SuppressedMailbox.objects.create(
        mailbox_key=keys_of("b@example.org")[0], suppressed_at=days_ago(4)
    )
    fourth, left = those_read(), len(why())

    assert (first, second, third) == (["b@example.org"], [], ["c@example.org"])
    assert (fourth, left) == (["b@example.org", "c@example.org"], 1)


def test_a_mail_that_comes_back_takes_the_place_of_a_wish_that_is_outdated(ada):
    forest = make_petition(slug="forest")
    again = make_signature(forest, updates=True)
    was_reached = audience.people(make_mailing(forest)) == [again.pk]

    consequences.act(Returned(again.pk, 0), Said.GONE)

    report = access_report.export("ada@example.org")
    assert was_reached
    assert (report["unsubscribed_at"], why()) == (None, ["bounced"])
    assert report["bounced_at"] > days_ago(1)
    assert audience.people(make_mailing(forest)) == []
    erasing.erase("ada@example.org")
    assert why() == []


def test_a_mail_that_comes_back_changes_no_wish_that_still_holds(ada):
    before = SuppressedMailbox.objects.get().suppressed_at

    consequences.act(Returned(ada.pk, 0), Said.GONE)

    row = SuppressedMailbox.objects.get()
    assert (row.reason, row.suppressed_at) == ("unsubscribed", before)
    assert before < timezone.now()


@pytest.mark.parametrize("is_ticked", [False, True])
def test_a_page_that_was_open_before_an_unsubscription_ends_no_wish(client, is_ticked):
    signature = make_signature(make_petition(), updates=is_ticked)
    typed = shown(client, signature) | {"name": "Ada King"}
    if not is_ticked:
        Signature.objects.update(updates=True)
    unsubscribe(signature, days=5)

    client.post(link(signature), {"name": "Ada", "updates": "on"})  # does not say what it showed
    client.post(link(signature), typed)
    stale = (Signature.objects.get().name, Signature.objects.get().updates, why())
    client.post(link(signature), shown(client, signature) | {"updates": "on"})

    assert stale == ("Ada King", False, ["unsubscribed"])
    assert (Signature.objects.get().updates, why()) == (True, [])


def test_a_page_that_was_open_before_a_tick_takes_it_away_no_more(client):
    signature = make_signature(make_petition(), updates=False)
    typed = shown(client, signature)
    Signature.objects.update(updates=True)

    client.post(link(signature), typed | {"name": "Ada King"})

    assert Signature.objects.values_list("name", "updates").get() == ("Ada King", True)


@pytest.mark.parametrize("is_ticked", [False, True])
def test_a_page_from_before_an_update_that_is_sent_with_an_error_changes_what_was_meant(
    client, is_ticked
):
    signature = make_signature(make_petition(), updates=is_ticked)
    typed = shown(client, signature) | {"name": ""} | ({} if is_ticked else {"updates": "on"})
    del typed["initial-updates"]
    if is_ticked:
        del typed["updates"]

    again = sent_by(client.post(link(signature), typed))
    client.post(link(signature), again | {"name": "Ada King"})

    assert again["initial-updates"] == str(is_ticked)
    assert Signature.objects.values_list("name", "updates").get() == ("Ada King", not is_ticked)
