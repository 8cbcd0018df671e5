"""A receiver that is narrowed in the CMS is told to delete what it may no longer have."""

from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset

from campaigns.mailings import suppression
from campaigns.models import Delivery, Known, Receiver, Tally
from campaigns.signing import signing
from campaigns.sync import keys
from tests.campaigns.cms.sync.test_receivers import form
from tests.campaigns.sync import doubles
from tests.campaigns.sync.conftest import make_list, make_receiver, state, work
from tests.factories import make_ended, make_petition, make_signature

pytestmark = pytest.mark.django_db


def test_a_receiver_that_is_narrowed_is_told_whom_to_delete(administrator):
    river, forest = make_petition(), make_petition(slug="forest")
    receiver = make_receiver(fields=())
    gone = make_signature(forest, updates=True)
    silent = make_signature(river, email="silent@example.org")
    make_signature(river, email="kept@example.org", updates=True)
    Delivery.objects.all().delete()
    edit = reverse("receivers:edit", args=[receiver.pk])

    answer = administrator.post(edit, form() | {"tallies": [river.tally.pk]})

    assert answer.status_code == 302
    before, receiver = receiver, Receiver.objects.get()
    assert receiver.noted_since > before.noted_since
    told = Delivery.objects.values_list("signature", "kind")
    assert sorted(told) == sorted([(gone.pk, "removed"), (silent.pk, "removed")])


def test_where_only_those_who_want_mail_are_sent_the_others_are_removed(administrator):
    """Nobody has proved one signer's email address, and emails to another bounced."""
    receiver = make_receiver(fields=())
    river, unconfirmed = make_petition(), make_petition(slug="other", confirms_by_email=False)
    stranger = make_signature(unconfirmed, email="victim@example.org", updates=True)
    bounced = make_signature(river, email="bounced@example.org", updates=True)
    make_signature(river, email="kept@example.org", updates=True)
    mailbox = suppression.keys_of("bounced@example.org")
    suppression.suppress(mailbox, signature=bounced, reason=suppression.Reason.BOUNCED)
    Delivery.objects.all().delete()

    administrator.post(reverse("receivers:edit", args=[receiver.pk]), form(all_petitions="on"))

    told = set(Delivery.objects.values_list("signature", "kind"))
    assert told == {(stranger.pk, "removed"), (bounced.pk, "removed")}


def test_whom_mailings_have_ceased_to_reach_is_removed_with_the_petition(administrator):
    river, forest = make_petition(), make_ended(slug="forest")
    receiver = make_receiver(None, river.tally, forest.tally, only_opted_in=True, fields=())
    signature = make_signature(forest, updates=True)
    Tally.objects.filter(pk=forest.tally.pk).update(held_at=timezone.now(), held_reason="A court")
    Delivery.objects.all().delete()
    edit = reverse("receivers:edit", args=[receiver.pk])

    administrator.post(edit, form() | {"tallies": [river.tally.pk]})

    assert list(Delivery.objects.values_list("signature", "kind")) == [(signature.pk, "removed")]


def test_another_list_is_another_receiver_while_this_one_holds_signers(administrator):
    login = {"user": "site", "credential": keys.sealed("key")}
    receiver = make_receiver(kind="listmonk", audience="3", only_opted_in=True, **login)
    edit = reverse("receivers:edit", args=[receiver.pk])
    same = {"kind": "listmonk", "audience": "3", "user": "site", "all_petitions": "on"}
    sent = form(**same, fields_sent=inline_formset([]))
    moves = {"url": "https://example.org/other"}, {"audience": "5"}
    known = Known.objects.create(
        receiver=receiver, signature=uuid4(), remote=b"r", remote_key=b"k", is_ours=True
    )

    refused = [administrator.post(edit, sent | each).context["form"].errors for each in moves]
    renamed = administrator.post(edit, sent | {"name": "Renamed", "user": "robot"})
    known.delete()
    moved = administrator.post(edit, sent | moves[1])

    assert [list(errors) for errors in refused] == [["url"], ["audience"]]
    assert (renamed.status_code, moved.status_code) == (302, 302)
    receiver.refresh_from_db()
    assert (receiver.url, receiver.audience) == ("https://example.org/hook", "5")


def test_who_deletes_a_receiver_reads_whom_it_still_holds(administrator):
    def asked(receiver):
        shown = administrator.get(reverse("receivers:delete", args=[receiver.pk]))
        return shown.context["view"].confirmation_message

    login = {"user": "site", "credential": keys.sealed("key"), "only_opted_in": True}
    empty, full = (make_receiver(kind="listmonk", audience=a, **login) for a in "23")
    hook, feed = make_receiver(), make_receiver(kind="feed")
    for key in (b"old", b"new"):  # one signer, whose email address has changed
        about = {"signature": UUID(int=1), "remote": b"r", "is_ours": True}
        Known.objects.create(receiver=full, remote_key=key, **about)
    for kind in ("removed", "changed"):
        for receiver in (full, hook):
            Delivery.objects.create(receiver=receiver, signature=uuid4(), kind=kind)
    question = "Are you sure you want to delete this receiver?"

    assert asked(empty) == question
    assert asked(full) == (
        "This list holds 1 signer. 1 removal has not arrived. First delete these people there: "
        f"the site cannot do this later. {question}"
    )
    always = (
        f"First delete there what it holds about signers: the site cannot do this later. {question}"
    )
    assert (asked(feed), asked(hook)) == (always, f"1 removal has not arrived. {always}")


def test_a_mailing_list_that_is_narrowed_deletes_whoever_signed_what_was_taken_away(
    administrator, settings
):
    settings.RECEIVERS_ON_LOOPBACK = True
    river, forest = make_petition(), make_petition(slug="forest")
    with doubles.running(doubles.Listmonk()) as listmonk:
        receiver = make_list(listmonk)
        make_signature(river, email="kept@example.org", updates=True)
        make_signature(forest, email="ticked@example.org", updates=True)
        left = make_signature(forest, email="left@example.org", updates=True)
        work()
        signing.correct(left.token("manage"), name="Left", updates=False)
        work()
        before = state(listmonk)
        same = {name: getattr(receiver, name) for name in ("kind", "url", "audience", "user")}
        changed = form(**same, fields_sent=inline_formset([])) | {"tallies": [river.tally.pk]}
        administrator.post(reverse("receivers:edit", args=[receiver.pk]), changed)
        work()
        after = state(listmonk)

    assert sorted(before) == ["kept@example.org", "left@example.org", "ticked@example.org"]
    assert after == {"kept@example.org": "subscribed"}
    assert Known.objects.count() == 1
