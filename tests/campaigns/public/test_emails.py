"""A signer changes their email address: the new mailbox confirms it, the old one is notified."""

import re

import pytest
from django.db import connection
from django.test import Client
from wagtail.models import ModelLogEntry

from campaigns.cms.signatures import history
from campaigns.mail import sending
from campaigns.mail.new_emails import NewEmail
from campaigns.models import (
    ListEntry,
    OutgoingMail,
    RememberedModeration,
    Signature,
)
from campaigns.signatures import tokens
from campaigns.signatures.email_keys import email_key
from campaigns.signing import changing_emails, signing
from tests.campaigns.signing.test_signing import sign
from tests.factories import days_ago, make_petition, make_signature
from tests.new_emails import SEEN, change_email, press

pytestmark = pytest.mark.django_db

OLD, NEW = "ada@example.org", "ada@new.example"
LINK = re.compile(r"http://testserver(/signatures/email/\S+)")


def page_of(signature: Signature) -> str:
    signature.refresh_from_db()
    return f"/signatures/manage/{signature.token('manage')}/"


def ask(client: Client, signature: Signature, email: str = NEW, **more: object):
    return client.post(f"{page_of(signature)}email/", {"new_email": email} | more)


def mails(smtp_server) -> dict[str, list[str]]:
    """Send everything that is due; return the subjects by mailbox."""
    sending.deliver()
    OutgoingMail.objects.filter(outcome="").update(due_at=days_ago(0.01))
    sending.deliver()
    found: dict[str, list[str]] = {}
    for message in smtp_server.messages:
        found.setdefault(message["To"], []).append(message.get_body(("plain",)).get_content())
    return found


def link_to_new(smtp_server, to: str = NEW) -> str:
    return LINK.findall(mails(smtp_server)[to][-1])[0]


def test_nothing_changes_before_the_link_is_used_and_then_it_does(
    client, smtp_server, django_user_model
):
    signature = make_signature(make_petition())

    answer = ask(client, signature)
    got = mails(smtp_server)
    (address,) = LINK.findall(got[NEW][0])

    assert (answer.status_code, answer["Location"]) == (303, f"{page_of(signature)}#email")
    assert Signature.objects.get().email == OLD
    assert (
        "We have written to <bdi>ada@new.example</bdi>"
        in client.get(page_of(signature)).content.decode()
    )
    assert sorted(got) == [OLD, NEW]
    assert "somebody asked to use another email address" in got[OLD][0]
    assert NEW not in got[OLD][0]
    assert "Lovelace" not in got[NEW][0]

    asked = client.get(address).content.decode()
    assert ("ada@new.example" in asked, OLD in asked) == (True, False)
    assert Signature.objects.get().email == OLD

    done = press(client, address)
    changed = Signature.objects.get()
    key = email_key(changed.tally_id, NEW)
    assert (changed.email, bytes(changed.email_key), changed.name) == (NEW, key, "Ada Lovelace")
    assert done["Location"] == f"{page_of(signature)}?email=changed#email"
    assert (
        "now has the email address <bdi>ada@new.example</bdi>"
        in client.get(done["Location"]).content.decode()
    )
    assert not NewEmail.objects.exists()
    assert press(client, address)["Location"] == done["Location"]
    # Staff can see that it was changed, once. Neither email address is logged.
    (entry,) = ModelLogEntry.objects.filter(action="signature.change_email")
    assert (entry.object_id, entry.user, entry.data) == (str(changed.pk), None, {})
    assert "@" not in entry.label
    reader = django_user_model.objects.create_superuser("manager")
    told = [str(each.message) for each in history.entries(changed, reader)]
    assert "The signer has changed the email address, and the new mailbox has confirmed it" in told


def test_the_owner_of_the_new_mailbox_signs_only_what_they_have_read(client, smtp_server):
    petition = make_petition(comment_field="optional", shows_comments=True, shows_signers=True)
    said = {"comment": "Free the river.", "comment_as": "Ada", "comment_state": "waiting"}
    signature = make_signature(petition, shown_as="Ada L.", updates=True, **said)
    ask(client, signature)
    address = link_to_new(smtp_server)
    read = client.get(address).content.decode()
    [seen] = SEEN.findall(read)
    correction = {"name": "Ada Lovelace", "comment": "Burn the dam down."}
    client.post(page_of(signature), correction)

    refused = client.post(address, {"seen": seen})
    again = refused.content.decode()
    unread = client.post(address)

    for words in ("Ada Lovelace", "Free the river.", "Ada L.", "Keep me informed"):
        assert words in read, words
    assert (refused.status_code, unread.status_code) == (409, 409)
    assert "What is written here was changed a moment ago." in again
    assert "Burn the dam down." in again
    assert Signature.objects.get().email == OLD
    assert press(client, address).status_code == 303
    assert Signature.objects.get().email == NEW


def test_the_address_of_an_error_leads_back_to_the_page(client):
    signature = make_signature(make_petition(), email=OLD)

    wrong = ask(client, signature, "no email")
    again = client.get(f"{page_of(signature)}email/")

    assert (wrong.status_code, again.status_code) == (422, 302)
    assert again.url == f"{page_of(signature)}#email"


def test_links_to_the_old_email_stop_working_and_those_in_the_new_mail_begin(client, smtp_server):
    petition = make_petition()
    sign(petition)
    signature = Signature.objects.get()
    signing.confirm(signature.token("confirm"))
    old = [
        f"/signatures/{purpose}/{signature.token(purpose)}/"
        for purpose in ("confirm", "manage", "withdraw")
    ]
    ask(client, signature)
    (mail,) = mails(smtp_server)[NEW]
    new = re.findall(r"http://testserver(/signatures/(?:manage|withdraw)/\S+)", mail)
    assert [client.get(address).status_code for address in new] == [400, 400]
    assert [client.get(address).status_code for address in old] == [303, 200, 200]

    press(client, link_to_new(smtp_server))

    assert [client.get(address).status_code for address in old] == [400, 400, 400]
    assert [client.post(address).status_code for address in old] == [400, 400, 400]
    assert [client.get(address).status_code for address in new] == [200, 200]
    code = re.findall(r"[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}", mails(smtp_server)[OLD][0])[0]
    assert client.post("/code/", {"email": OLD, "code": code}).status_code == 422


def test_the_old_email_is_free_again_and_the_new_one_is_not(client, smtp_server):
    petition = make_petition()
    ask(client, make_signature(petition))
    press(client, link_to_new(smtp_server))

    sign(petition, email=OLD)
    sign(petition, email="ada+x@new.example")

    assert sorted(Signature.objects.values_list("email", flat=True)) == [OLD, NEW]


def test_where_the_new_email_has_signed_nothing_changes_and_only_its_mailbox_reads_why(
    client, smtp_server
):
    petition = make_petition()
    signature = make_signature(petition)
    other = make_signature(petition, email=NEW, name="Grace Hopper")

    told = ask(client, signature)
    address = link_to_new(smtp_server)
    before = client.get(page_of(signature)).content.decode()
    answer = press(client, address)

    assert told.status_code == 303
    assert (answer.status_code, "Hopper" in answer.content.decode()) == (409, False)
    assert "Somebody has already signed with this email address" in answer.content.decode()
    assert client.get(page_of(signature)).content.decode() == before
    emails = dict(Signature.objects.values_list("pk", "email"))
    assert emails == {signature.pk: OLD, other.pk: NEW}


def test_two_people_who_may_share_an_email_do(client, smtp_server):
    petition = make_petition(shares_email=True)
    signature = make_signature(petition)
    make_signature(petition, email=NEW, name="Grace Hopper")
    same = make_signature(petition, email="grace@example.org", name="grace hopper")

    ask(client, signature)
    press(client, link_to_new(smtp_server))
    ask(client, same, NEW)

    changed = Signature.objects.get(pk=signature.pk)
    assert (changed.email, changed.household_slot) == (NEW, 2)
    assert press(client, link_to_new(smtp_server)).status_code == 409


@pytest.mark.parametrize("moderation", ["quarantined", "invalidated"])
def test_what_is_remembered_of_the_new_mailbox_applies(client, smtp_server, moderation):
    signature = make_signature(make_petition())
    RememberedModeration.objects.create(
        tally=signature.tally,
        email_key=email_key(signature.tally_id, NEW),
        moderation=moderation,
        reason="remembered",
    )

    ask(client, signature)
    press(client, link_to_new(smtp_server))

    changed = Signature.objects.get()
    assert (changed.moderation, changed.moderation_reason) == (moderation, "remembered")


def test_a_blocked_mailbox_quarantines_and_an_invalid_signature_leaves_its_mark(
    client, smtp_server
):
    ListEntry.objects.create(kind="email", pattern=NEW, effect="block")
    petition = make_petition()
    signature = make_signature(petition)
    fake = make_signature(petition, email="eve@example.org", moderation="invalidated")

    ask(client, signature)
    press(client, link_to_new(smtp_server))
    ask(client, fake, "eve@new.example")
    press(client, link_to_new(smtp_server, "eve@new.example"))
    sign(petition, email="eve@example.org")

    assert dict(Signature.objects.values_list("email", "moderation")) == {
        NEW: "quarantined",
        "eve@new.example": "invalidated",
        "eve@example.org": "invalidated",
    }


def test_the_email_can_be_left_as_it_is_and_a_second_request_replaces_the_first(
    client, smtp_server
):
    signature = make_signature(make_petition())
    ask(client, signature)
    first = link_to_new(smtp_server)
    ask(client, signature, "ada@third.example")
    second = link_to_new(smtp_server, "ada@third.example")

    assert [client.get(address).status_code for address in (first, second)] == [400, 200]
    ask(client, signature, "", cancel="yes")
    assert press(client, second).status_code == 400
    assert Signature.objects.get().email == OLD


def test_an_old_link_that_is_pressed_while_the_address_changes_has_ended(client):
    """The owner of the new mailbox may be somebody else, who has read what they sign."""
    posts = {
        "": {"name": "Victor Arsonist", "comment": "Burn it down."},
        "email/": {"new_email": "third@example.org"},
        "email/?cancel": {"cancel": "yes"},
        "withdraw": {},
    }
    for number, (path, sent) in enumerate(posts.items()):
        signature = make_signature(make_petition(title=f"Petition {number}"), name="Victor")
        address = f"{page_of(signature)}{path}"
        if path == "withdraw":
            address = f"/signatures/withdraw/{signature.token('withdraw')}/"
        changing_emails.ask(signature, email=NEW)
        asked, changed = NewEmail.objects.get(signature=signature), []

        def change(execute, sql, *rest, asked=asked, changed=changed):
            if sql.startswith("SAVEPOINT") and not changed:
                changed.append(True)
                change_email(tokens.make("email", asked.signature_id, bytes(asked.key)))
                asked.email = OLD  # what the new owner asks for next
                asked.save(force_insert=True)
            return execute(sql, *rest)

        with connection.execute_wrapper(change):
            answer = client.post(address, sent)

        left = Signature.objects.get(pk=signature.pk)
        waiting = NewEmail.objects.get(signature=signature).email
        assert (changed, answer.status_code) == ([True], 400), path
        assert (left.name, left.comment, left.email, waiting) == ("Victor", None, NEW, OLD), path
