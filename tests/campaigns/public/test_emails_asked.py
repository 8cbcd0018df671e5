"""Limits of requests for new email addresses, and what is stored about waiting requests."""

from datetime import timedelta

import pytest

from campaigns.mail import sending
from campaigns.mail.new_emails import NewEmail
from campaigns.models import OutgoingMail, Signature, StoppedMailbox
from campaigns.privacy import access_report, erasing, retention
from campaigns.privacy.own_copy import own_copy
from campaigns.signatures.email_keys import email_key
from campaigns.signing import withdrawing
from tests.campaigns.public.test_emails import NEW, OLD, ask, link_to_new, mails, page_of
from tests.campaigns.signing.test_signing import sign
from tests.factories import days_ago, make_mail, make_petition, make_signature
from tests.new_emails import press

pytestmark = pytest.mark.django_db


def test_the_old_mailbox_is_told_first_for_an_hour(smtp_server, client):
    signature = make_signature(make_petition())
    ask(client, signature)
    OutgoingMail.objects.filter(kind="oldemail").update(attempts=1, leased_until=days_ago(-0.02))

    sending.deliver()
    assert smtp_server.messages == []

    OutgoingMail.objects.update(due_at=days_ago(0.05))
    sending.deliver()
    assert [message["To"] for message in smtp_server.messages] == [NEW]


def test_three_new_emails_can_be_asked_for_in_a_day(client):
    signature = make_signature(make_petition())

    statuses = [ask(client, signature, f"a{n}@example.org").status_code for n in range(4)]

    assert statuses == [303, 303, 303, 422]
    assert OutgoingMail.objects.filter(kind="oldemail").count() == 3


def test_a_request_that_is_replaced_does_not_write_to_the_other_mailbox(client, smtp_server):
    for number in range(3):
        signature = make_signature(make_petition(slug=f"p{number}"), email=f"b{number}@example.org")
        ask(client, signature, f"decoy{number}@example.org")
        ask(client, signature, "victim@example.net")

    assert len(mails(smtp_server)["victim@example.net"]) == 3


def test_many_mails_before_do_not_prevent_it_but_a_strangers_daily_allowance_does(
    client, smtp_server
):
    signature = make_signature(make_petition())
    for _ in range(3):
        make_mail(signature)
    for number in range(7):
        other = make_petition(slug=f"p{number}")
        ask(client, make_signature(other, email=f"b{number}@example.org"), "victim@example.net")
    ask(client, signature)

    got = mails(smtp_server)
    assert (len(got[NEW]), len(got[OLD]), len(got["victim@example.net"])) == (1, 1, 5)


def test_who_has_changed_the_email_still_gets_a_new_link_by_signing_again(client, smtp_server):
    petition = make_petition()
    signature = make_signature(petition)
    for kind in ("confirm", "thanks"):
        make_mail(signature, kind=kind)
    ask(client, signature)
    press(client, link_to_new(smtp_server))

    sign(petition, email=NEW)

    assert "Your signature is counted, once." in mails(smtp_server)[NEW][-1]


@pytest.mark.parametrize("stopped", [OLD, NEW])
def test_whoever_wants_no_mail_gets_none_and_the_answer_says_nothing_of_others(
    client, smtp_server, stopped
):
    signature = make_signature(make_petition())
    key = email_key(signature.tally_id, stopped)
    StoppedMailbox.objects.create(tally=signature.tally, email_key=key)

    answer = ask(client, signature)

    assert answer.status_code == (422 if stopped == OLD else 303)
    assert stopped not in mails(smtp_server)
    assert ("send the link" in client.get(page_of(signature)).content.decode().lower()) == (
        stopped == NEW
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Please give your email address."),
        ("no email", "This does not look like an email address"),
        (OLD, "This is the email address that we have."),
    ],
)
def test_bad_input_is_told_and_stays(client, typed, words):
    signature = make_signature(make_petition())

    answer = ask(client, signature, typed)

    page = answer.content.decode()
    assert (answer.status_code, words in page, f'value="{typed}"' in page or not typed) == (
        422,
        True,
        True,
    )
    assert not NewEmail.objects.exists()


def test_who_has_not_confirmed_signs_again_instead(client):
    signature = make_signature(make_petition(), confirmed_at=None)

    assert "Change the email address" not in client.get(page_of(signature)).content.decode()
    assert ask(client, signature).status_code == 422
    assert client.put(f"{page_of(signature)}email/").status_code == 405


def test_what_waits_is_erased_after_seven_days_and_its_link_ends(client, smtp_server):
    signature = make_signature(make_petition())
    ask(client, signature)
    address = link_to_new(smtp_server)
    NewEmail.objects.update(asked_at=days_ago(7) + timedelta(minutes=1))
    retention.run()
    assert client.get(address).status_code == 200

    NewEmail.objects.update(asked_at=days_ago(7))
    assert client.get(address).status_code == 400
    retention.run()
    assert not NewEmail.objects.exists()


def test_the_new_mailbox_finds_it_by_access_and_erasure_and_its_signer_in_their_copy(client):
    signature = make_signature(make_petition())
    ask(client, signature)

    report = access_report.export("A.da@new.example".replace(".d", "d"))
    assert [row["petition"] for row in report["waiting_emails"]] == ["Keep the river free"]
    assert report["signatures"] == []
    signature = Signature.objects.get()
    assert own_copy(signature)["new_email"]["email"] == NEW
    assert [mail["kind"] for mail in own_copy(signature)["mails"]] == ["oldemail"]
    assert "confirm your new email address:" not in client.get(page_of(signature)).content.decode()

    erasing.erase(NEW)
    assert (NewEmail.objects.count(), Signature.objects.count()) == (0, 1)


def test_withdrawing_erases_what_waits(client):
    signature = make_signature(make_petition())
    ask(client, signature)

    withdrawing.withdraw(signature.token("withdraw"))

    assert not NewEmail.objects.exists()
