"""No untrusted text is emailed before it is screened, and nobody loses their email."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.mail import get_connection
from django.utils import timezone

from campaigns.mail import composing, reminders, sending
from campaigns.mail.leases import Held
from campaigns.models import ListEntry, OutgoingMail, Petition, Signature
from campaigns.moderation import moderating
from campaigns.signing import signing
from tests.factories import days_ago, make_mail, make_pending, make_petition, make_signature

pytestmark = pytest.mark.django_db

SCHOOL = "203.0.113.7/32"
HOME = "198.51.100.9/32"
NAME = "Canary Sings-for-Money"


def sign(petition: Petition, number: int = 1, **changes: object) -> None:
    values = {
        "name": NAME,
        "email": f"signer{number}@example.org",
        "version": petition.version.pk,
        "network": SCHOOL,
    }
    signing.sign(petition, **(values | changes))


def block(pattern: str) -> None:
    ListEntry.objects.create(kind="domain", pattern=pattern, effect="block")


def decide(moderation: str, **which: object) -> object:
    staff, _ = User.objects.get_or_create(username="moderator")
    rows = Signature.objects.filter(**which)
    return moderating.moderate(rows, moderation=moderation, reason="We looked.", by=staff)


def outcomes() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("outcome", flat=True))


def delays() -> list[int]:
    """The seconds from the first signature until each email is due, to five: signing takes time."""
    rows = OutgoingMail.objects.order_by("pk").values_list("due_at", "signature__signed_at")
    first = Signature.objects.order_by("pk").values_list("signed_at", flat=True)[0]
    return [5 * round((due_at - first).total_seconds() / 5) for due_at, _ in rows]


# --- the text of emails ---


@pytest.mark.parametrize(
    ("kind", "confirms", "is_confirmed"),
    [
        ("confirm", True, False),
        ("reminder", True, False),
        ("thanks", False, True),
        ("already", False, True),
    ],
)
def test_no_mail_to_somebody_unproven_carries_what_was_typed(kind, confirms, is_confirmed):
    petition = make_petition(confirms_by_email=confirms, comment_field="optional")
    fields = {} if is_confirmed else {"confirmed_at": None}
    signature = make_signature(petition, name=NAME, comment="Buy it", postcode="C0DE", **fields)

    message = composing.compose(make_mail(signature, kind=kind))

    everything = message.subject + message.body + message.alternatives[0].content
    assert [word for word in (*NAME.split(), "Buy it", "C0DE") if word in everything] == []
    assert "Dear" not in everything


def test_who_has_confirmed_is_called_by_name():
    signature = make_signature(make_petition(), name=NAME)

    message = composing.compose(make_mail(signature, kind="already"))

    assert f"Dear {NAME}," in message.body
    assert f"Dear {NAME}," in message.alternatives[0].content


# --- what waits for a moderator ---


@pytest.mark.parametrize("confirms", [True, False])
@pytest.mark.parametrize("trap", ["", "https://spam.example"], ids=["listed", "trapped"])
def test_what_was_quarantined_for_what_was_typed_is_mailed_only_when_released(
    mailoutbox, trap, confirms
):
    if not trap:
        block("example.org")
    sign(make_petition(confirms_by_email=confirms), trap=trap)

    sending.deliver(), sending.deliver()
    assert (len(mailoutbox), outcomes()) == (0, ["waiting"])

    decide("")
    sending.deliver()
    assert (len(mailoutbox), outcomes()) == (1, ["sent"])


def test_a_release_while_the_worker_holds_the_mail_is_not_lost(mailoutbox):
    sign(make_petition(), trap="x")
    (mail,) = sending.claim(1)
    decide("")

    sending.send(mail, get_connection(), Held())
    sending.deliver()

    assert (len(mailoutbox), outcomes()) == (1, ["sent"])


def test_undoing_a_quarantine_sends_what_waited(mailoutbox):
    sign(make_petition())
    decision = decide("quarantined")
    sending.deliver()
    assert outcomes() == ["waiting"]

    moderating.undo(decision, by=None)
    sending.deliver()

    assert len(mailoutbox) == 1


def test_what_was_invalidated_is_not_mailed(mailoutbox):
    sign(make_petition())
    decide("invalidated")

    sending.deliver()

    assert (len(mailoutbox), outcomes()) == (0, ["waiting"])


@pytest.mark.parametrize("moderation", ["quarantined", "invalidated"])
def test_who_has_confirmed_gets_mail_whatever_was_decided(mailoutbox, moderation):
    signature = make_signature(make_petition(), moderation=moderation, moderation_reason="A fake")
    make_mail(signature, kind="already", outcome="")

    sending.deliver()

    assert [mail.to for mail in mailoutbox] == [["ada@example.org"]]


def test_what_waits_is_one_mail_and_uses_up_no_allowance(mailoutbox):
    petition = make_petition()
    for _ in range(7):
        sign(petition, trap="x")
    sending.deliver()
    assert outcomes() == ["waiting"]

    for _ in range(4):
        sign(petition)
    sending.deliver()

    assert len(mailoutbox) == 3
    assert outcomes() == ["waiting", "sent", "sent", "sent"]


def test_nobody_is_reminded_of_what_waits():
    make_mail(make_pending(make_petition(), days=3), outcome="waiting")

    assert not reminders.remindable().exists()


# --- signing again ---


def state() -> tuple[str, str]:
    return Signature.objects.values_list("moderation", "moderation_reason").get()


def test_what_a_program_typed_holds_up_nobody_who_signs_afterwards(mailoutbox):
    petition = make_petition()
    sign(petition, trap="x")
    sending.deliver()

    sign(petition, network=HOME)
    sending.deliver()

    assert state() == ("", "")
    assert len(mailoutbox) == 1


def test_what_a_program_types_over_a_signature_is_quarantined():
    petition = make_petition()
    sign(petition, network=HOME)

    sign(petition, trap="x")

    assert state() == ("quarantined", "honeypot")


def test_nobody_is_quarantined_by_a_flood_that_signs_with_their_email(settings):
    settings.SIGNING_BURST = 1
    petition = make_petition()
    sign(petition, 1, network=HOME)
    sign(petition, 2)

    sign(petition, 1)

    assert Signature.objects.filter(moderation="").count() == 2


@pytest.mark.parametrize("moderation", ["", "invalidated"])
def test_what_moderators_decided_stays_whatever_is_typed(moderation):
    petition = make_petition()
    sign(petition, trap="x")
    decide(moderation)

    for trap in ("x", ""):
        sign(petition, trap=trap)

    assert state() == (moderation, "We looked.")


# --- beyond the limit of a network ---


def test_45_posts_of_one_network_are_20_mails_now_and_the_others_one_by_one(mailoutbox):
    petition = make_petition()
    for number in range(45):
        sign(petition, number)

    sending.deliver()

    assert len(mailoutbox) == 20
    assert delays() == [0] * 20 + [30 * place for place in range(1, 26)]


def test_nobody_of_a_school_loses_their_mail(mailoutbox):
    petition = make_petition()
    for number in range(45):
        sign(petition, number)
    OutgoingMail.objects.update(due_at=timezone.now())

    sending.deliver()

    assert len({mail.to[0] for mail in mailoutbox}) == 45


def test_beyond_the_limit_of_a_day_mails_follow_as_fast_as_the_day_allows(settings):
    settings.SIGNING_SUSTAINED = 2
    petition = make_petition()

    for number in range(4):
        sign(petition, number)

    assert delays() == [0, 0, 12 * 3600, 24 * 3600]


def test_another_network_does_not_wait_behind_it(settings):
    settings.SIGNING_BURST = 1
    petition = make_petition()
    for number in range(3):
        sign(petition, number)

    sign(petition, 4, network=HOME)

    assert delays()[-1] == 0


def test_when_a_school_is_released_its_mails_are_sent_at_once(mailoutbox):
    petition = make_petition()
    for number in range(25):
        sign(petition, number)

    decide("", moderation_reason="burst")
    sending.deliver()

    assert len(mailoutbox) == 25
    sign(petition, 26)
    assert OutgoingMail.objects.get(outcome="").due_at < timezone.now() + timedelta(seconds=31)


def test_a_release_does_not_hurry_what_the_mail_server_did_not_take():
    petition = make_petition()
    sign(petition, trap="x")
    later = timezone.now() + timedelta(hours=1)
    OutgoingMail.objects.update(due_at=later, attempts=3)

    decide("")

    assert OutgoingMail.objects.get().due_at == later


def test_reminders_keep_the_distance_of_the_mails_before_them():
    petition = make_petition()
    for days in (2.1, 1.9):
        signature = make_pending(petition, days=8, email=f"{days}@example.org")
        OutgoingMail.objects.create(
            signature=signature, kind="confirm", outcome="sent", due_at=days_ago(days)
        )

    assert [row.email for row in reminders.remindable()] == ["2.1@example.org"]
