"""Moderation outlives the row: withdrawing and signing again does not lift it."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from campaigns.counting import counting
from campaigns.mail import sending
from campaigns.mail.new_emails import NewEmail
from campaigns.models import ListEntry, Petition, RememberedModeration, Signature, Tally
from campaigns.moderation import moderating
from campaigns.privacy import access_report, erasing, retention
from campaigns.signing import changing_emails, signing, withdrawing
from tests.campaigns.test_dates import another_zone
from tests.factories import make_ended, make_petition, make_signature
from tests.new_emails import change_email

pytestmark = pytest.mark.django_db

EMAIL = "ada@example.org"


def sign(petition: Petition, **changes: object) -> None:
    values = {"name": "Ada", "email": EMAIL, "version": petition.version.pk}
    signing.sign(petition, **(values | changes))


def confirm() -> None:
    signing.confirm(Signature.objects.get().token("confirm"))


def decide(moderation: str) -> None:
    staff, _ = User.objects.get_or_create(username="moderator")
    rows = Signature.objects.all()
    moderating.moderate(rows, moderation=moderation, reason="It is Ada Byron.", by=staff)


def withdraw() -> None:
    withdrawing.withdraw(Signature.objects.get().token("withdraw"))


def state() -> tuple[str, str]:
    return Signature.objects.values_list("moderation", "moderation_reason").get()


@pytest.mark.parametrize("moderation", ["quarantined", "invalidated"])
def test_who_was_moderated_withdraws_and_signs_again_does_not_count(moderation):
    petition = make_petition()
    sign(petition)
    confirm()
    decide(moderation)

    withdraw()
    sign(petition, name="Somebody Else", email="ADA+again@example.org")
    confirm()

    counting.recount()
    assert state() == (moderation, "remembered")
    assert Tally.objects.get().total == 0


def test_nobody_is_written_to_before_a_moderator_has_looked_again(mailoutbox):
    petition = make_petition()
    sign(petition)
    decide("invalidated")
    withdraw()

    sign(petition)
    sending.deliver()

    assert mailoutbox == []


def test_who_withdraws_honestly_may_sign_again_and_leaves_the_day_alone():
    petition = make_petition()
    sign(petition)
    confirm()
    withdraw()
    left = RememberedModeration.objects.values_list("moderation", "reason", "withdrawn_on").get()

    sign(petition)
    retention.run()
    is_left_unconfirmed = RememberedModeration.objects.exists()
    confirm()
    counting.recount()
    retention.run()

    assert left == ("", "", timezone.localdate())
    assert Tally.objects.get().total == 1
    assert (is_left_unconfirmed, RememberedModeration.objects.exists()) == (True, False)


def test_whom_staff_delete_may_sign_again_unless_a_withdrawal_is_remembered(admin_client):
    """Staff who delete one signature decide nothing about the next; they leave the day alone."""
    admin = User.objects.get(pk=admin_client.session["_auth_user_id"])
    UserProfile.objects.create(user=admin, current_time_zone=another_zone())
    petition, found = make_petition(), []
    for moderation in ("invalidated", "quarantined"):
        signature = make_signature(petition, moderation=moderation, moderation_reason="burst")
        admin_client.post(reverse("signatures_modeladmin_delete", args=[signature.pk]))
        left = RememberedModeration.objects.values_list("moderation", "withdrawn_on").get()
        sign(petition)
        found.append((left, state()))
        Signature.objects.all().delete()
    make_signature(petition, moderation="invalidated")
    withdraw()
    sign(petition)

    admin_client.post(reverse("signatures_modeladmin_delete", args=[Signature.objects.get().pk]))
    sign(petition)

    assert found == [(("", timezone.localdate()), ("", ""))] * 2
    assert state() == ("invalidated", "remembered")


def test_what_was_released_is_remembered_no_longer():
    petition = make_petition()
    make_signature(petition, moderation="invalidated")
    withdraw()
    sign(petition)
    decide("")

    withdraw()
    sign(petition)

    assert state() == ("", "")


def test_what_a_moderator_typed_is_not_remembered():
    petition = make_petition()
    sign(petition)
    decide("invalidated")

    withdraw()

    remembered = RememberedModeration.objects.values("moderation", "reason").get()
    assert remembered == {"moderation": "invalidated", "reason": "remembered"}


def test_who_was_beyond_a_limit_gets_mail_again_and_waits_again(mailoutbox):
    petition = make_petition()
    make_signature(petition, moderation="quarantined", moderation_reason="burst")
    withdraw()

    sign(petition)
    sending.deliver()

    assert state() == ("quarantined", "burst")


def test_what_was_imported_without_an_email_key_can_be_withdrawn():
    make_signature(make_petition(), moderation="invalidated", channel="paper", email_key=None)

    withdraw()

    assert not RememberedModeration.objects.exists()


def test_another_petition_and_another_mailbox_know_nothing_of_it():
    petition, other = make_petition(), make_petition(title="Library")
    make_signature(petition, moderation="invalidated")
    withdraw()

    sign(other)
    sign(petition, email="grace@example.org")

    assert set(Signature.objects.values_list("moderation", flat=True)) == {""}


def test_the_other_person_of_a_shared_mailbox_is_looked_at_and_not_condemned():
    petition = make_petition(shares_email=True)
    make_signature(petition, name="Ben", moderation="invalidated")
    withdraw()

    sign(petition, name="Ada")

    assert state() == ("quarantined", "remembered")


@pytest.mark.parametrize(
    ("moderation", "reason"), [("", ""), ("quarantined", "proof")], ids=["untouched", "unproven"]
)
def test_the_other_person_of_a_shared_mailbox_does_not_wash_it_off(moderation, reason):
    petition = make_petition(shares_email=True)
    for name, decision in (("Ben", ("invalidated", "Fake")), ("Ada", (moderation, reason))):
        make_signature(petition, name=name, moderation=decision[0], moderation_reason=decision[1])
        withdraw()

    sign(petition, name="Ben")
    confirm()

    assert state() == ("quarantined", "remembered")


def test_who_is_on_the_allow_list_passes():
    petition = make_petition()
    make_signature(petition, moderation="invalidated")
    withdraw()
    ListEntry.objects.create(kind="email", pattern=EMAIL, effect="allow")

    sign(petition)

    assert state() == ("", "")


@pytest.mark.parametrize("moderation", ["", "invalidated"])
def test_it_ends_with_the_data_of_the_petitions_signers(moderation):
    for petition in (make_ended(days=91), make_ended(title="Library", days=89)):
        make_signature(petition, moderation=moderation)
        withdraw()

    assert retention.run().moderations == 1

    assert RememberedModeration.objects.get().tally.petition.title == "Library"


@pytest.mark.parametrize(
    ("moderation", "reason"), [("", ""), ("invalidated", "remembered")], ids=["counted", "not"]
)
def test_a_person_is_told_of_it_and_it_goes_when_they_are_erased(moderation, reason):
    make_signature(make_petition(), moderation=moderation)
    withdraw()
    told = access_report.export("ADA+x@example.org")["remembered_moderations"]

    receipt = erasing.erase("ADA+x@example.org")

    assert told == [
        {
            "moderation": moderation,
            "reason": reason,
            "withdrawn_on": None if moderation else timezone.localdate(),
            "petition": "Keep the river free",
        }
    ]
    assert receipt
    assert erasing.counted(receipt) == {erasing.REMEMBERED: 1}
    assert not RememberedModeration.objects.exists()


def test_whoever_was_released_at_a_second_mailbox_counts_still_back_at_the_first():
    quarantined = {"moderation": "quarantined", "moderation_reason": "listed"}
    ada = make_signature(make_petition(), email=EMAIL, **quarantined)

    for email in ("ada@example.net", EMAIL):
        changing_emails.ask(ada, email=email)
        ada.link_key = bytes(NewEmail.objects.get().key)
        ada = change_email(ada.token("email"))
        left = ada.moderation
        moderating.moderate(Signature.objects.all(), moderation="", reason="A neighbour", by=None)

    assert (ada.email, left) == (EMAIL, "")
