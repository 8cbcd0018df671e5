"""Two people with one email address: only the data of the right one is handed out or erased."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns.appeals import message
from campaigns.appeals.message import Message
from campaigns.mail.new_emails import NewEmail
from campaigns.models import ListEntry
from campaigns.moderation.remembered_decisions import RememberedModeration
from campaigns.signatures.email_keys import email_key
from tests.campaigns.privacy.test_erasing import left
from tests.campaigns.privacy.test_people import export
from tests.factories import make_appeal, make_contact, make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def couple(river):
    river.shares_email = True
    river.save()
    return [
        make_signature(river, email="home@example.org", name=name, household_slot=household_slot)
        for household_slot, name in ((1, "Ada"), (2, "Ida"))
    ]


@pytest.mark.parametrize("command", ["export_person", "erase_person"])
def test_nobodys_data_goes_with_that_of_who_shares_their_email(couple, command):
    with pytest.raises(CommandError, match="Two people share this email address"):
        call_command(command, "home@example.org")

    assert len(left()) == 2


def test_one_of_two_is_named(couple, capsys):
    found = export("home@example.org", capsys, name="ida")
    call_command("erase_person", "home@example.org", name="Ida", yes=True)

    assert [row["name"] for row in found["signatures"]] == ["Ida"]
    assert left() == {couple[0].pk}


def test_what_may_be_the_others_is_neither_handed_out_nor_erased(couple, capsys):
    email, tally = "home@example.org", couple[0].tally
    written = {"appeal": make_appeal(), "mailbox_key": message.keys_of(email)[0], "email": email}
    for name in ("Ida", "Ada", ""):  # a message that has ended has no name
        Message.objects.create(name=name, recipient_email=f"{name}@parliament.example", **written)
    ListEntry.objects.create(kind="email", pattern=email, effect="block", note="Ida shouts.")
    RememberedModeration.objects.create(
        tally=tally, email_key=email_key(tally.pk, email), moderation="quarantined"
    )
    make_contact("Ida", email=email)
    User.objects.create(username="ida", email=email)
    stranger = make_signature(make_petition(slug="other"), email="sea@example.org")
    key = email_key(stranger.tally_id, email)
    NewEmail.objects.create(
        signature=stranger, email=email, email_key=key, key=b"k", asked_at=timezone.now()
    )
    kinds = ("messages", "list_entries", "remembered_moderations", "contacts", "staff_accounts")
    kinds += ("waiting_emails",)

    of_ada, of_both = (export(email, capsys, **who) for who in ({"name": "ada"}, {"both": True}))
    call_command("erase_person", email, name="Ada", yes=True)
    capsys.readouterr()
    left_over = export(email, capsys)

    assert [len(of_both[kind]) for kind in kinds] == [3, 1, 1, 1, 1, 1]
    assert [row["name"] for row in left_over["messages"]] == ["Ida", ""]
    assert [left_over[kind] for kind in kinds[1:]] == [of_both[kind] for kind in kinds[1:]]
    assert of_ada.keys() & {*kinds} == {"messages"}
    assert [row["name"] for row in of_ada["messages"]] == ["Ada"]


def test_both_go_when_both_are_meant(couple):
    call_command("erase_person", "home@example.org", both=True, yes=True)

    assert left() == set()
