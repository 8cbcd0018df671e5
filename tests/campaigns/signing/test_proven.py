"""When a signer has shown that they read the mailbox: by a link from a mail, by nothing else."""

from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import NewEmail, Petition, Signature
from campaigns.signatures import tokens
from campaigns.signing import assisting, changing_emails, signing
from tests.factories import days_ago, make_petition, make_signature

pytestmark = pytest.mark.django_db


def sign(petition: Petition) -> Signature:
    signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)
    return Signature.objects.get()


def is_proven() -> bool:
    return Signature.objects.get().proven_at is not None


def test_a_link_proves_the_email_and_a_form_does_not():
    at_once = sign(make_petition(confirms_by_email=False))
    after_the_form = is_proven()
    Signature.objects.all().delete()
    pending = sign(make_petition(slug="asks"))
    while_pending = is_proven()
    signing.confirm(pending.token("confirm"))

    assert (at_once.confirmed_at is not None, after_the_form, while_pending) == (True, False, False)
    assert is_proven()


def test_what_staff_confirmed_by_hand_is_proven_by_the_link_in_the_mail(client):
    signature = sign(make_petition())
    link = f"/signatures/confirm/{signature.token('confirm')}/"
    assisting.confirm_by_hand(signature, reason="A phone call", by=None)
    confirmed_at = Signature.objects.get().confirmed_at

    asked = client.get(link)
    after_a_scanner = is_proven()
    client.post(link)

    assert (asked.status_code, after_a_scanner) == (200, False)
    assert "nothing will be counted" not in asked.content.decode()
    assert is_proven()
    assert Signature.objects.get().confirmed_at == confirmed_at
    assert client.get(link).status_code == 303


def test_the_signers_own_page_proves_what_is_confirmed_and_nothing_that_is_pending():
    signature = sign(make_petition())
    signing.correct(signature.token("manage"), name="Ada")
    while_pending = is_proven()
    assisting.confirm_by_hand(signature, reason="A phone call", by=None)
    signing.correct(signature.token("manage"), name="Ada")

    assert (while_pending, is_proven()) == (False, True)


def test_a_new_email_is_proven_by_its_own_link():
    signature = make_signature(make_petition(confirms_by_email=False))
    changing_emails.ask(signature, email="new@example.org")
    new = NewEmail.objects.get()
    changing_emails.change(tokens.make("email", signature.pk, bytes(new.key)))

    assert is_proven()


def test_the_migration_finds_who_had_proven_it_before():
    asks, at_once = make_petition(), make_petition(slug="at-once", confirms_by_email=False)
    by_link = make_signature(asks, confirmed_at=days_ago(3))
    make_signature(asks, email="b@example.org", confirmed_at=None)
    make_signature(asks, email="c@example.org", channel="paper")
    by_hand = make_signature(asks, email="d@example.org", confirmed_at=None)
    assisting.confirm_by_hand(by_hand, reason="A phone call", by=None)
    make_signature(at_once, email="e@example.org")
    changed = make_signature(at_once, email="f@example.org", link_key=b"k" * 8)
    Petition.objects.filter(pk=asks.pk).update(confirms_by_email=False)
    Signature.objects.update(proven_at=None)
    migration = import_module("campaigns.migrations.0020_emails_that_were_proven")

    for _run in range(2):
        with connection.schema_editor() as editor:
            migration.prove(None, editor)

    found = dict(Signature.objects.exclude(proven_at=None).values_list("pk", "proven_at"))
    assert found == {by_link.pk: by_link.confirmed_at, changed.pk: changed.confirmed_at}
    assert timezone.now() > by_link.confirmed_at
