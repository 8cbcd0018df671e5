"""Only a link from an email proves that a signer reads the mailbox."""

import pytest

from campaigns.models import NewEmail, Petition, Signature
from campaigns.signatures import tokens
from campaigns.signing import assisting, changing_emails, signing
from tests.factories import make_petition, make_signature
from tests.new_emails import change_email

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
    change_email(tokens.make("email", signature.pk, bytes(new.key)))

    assert is_proven()
