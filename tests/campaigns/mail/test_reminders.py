"""Who is reminded to confirm, and how. The tests set times in columns and never wait."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.mail import sending
from campaigns.models import OutgoingMail, Petition, Signature, Tally
from campaigns.moderation import moderating
from campaigns.privacy import own_page, retention
from campaigns.signatures.daily_keys import daily_hash
from campaigns.signing import signing
from tests.campaigns.public.test_manage import link
from tests.factories import make_mail, make_pending, make_petition, make_signature

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def reminded() -> list[str]:
    """The email addresses of signers for whom a reminder is due."""
    owed = OutgoingMail.objects.filter(kind="reminder").order_by("signature__email")
    return list(owed.values_list("signature__email", flat=True))


def test_the_unconfirmed_are_reminded_once_after_two_days():
    petition = make_petition()
    for name, days in {"one": 1.9, "two": 2.1, "five": 5.9, "six": 6.1}.items():
        make_mail(make_pending(petition, days=days, email=f"{name}@example.org"))

    first, second = retention.run(), retention.run()

    assert (first.reminded, second.reminded) == (2, 0)
    assert reminded() == ["five@example.org", "two@example.org"]


def test_only_those_are_reminded_who_have_something_to_confirm():
    petition = make_petition()
    states = {
        "confirmed": {"confirmed_at": timezone.now() - DAY},
        "invalidated": {"moderation": "invalidated"},
        # Reminded like everybody: no reminder would reveal the quarantine.
        "quarantined": {"moderation": "quarantined", "moderation_reason": "burst"},
        "pending": {},
    }
    for name, fields in states.items():
        make_pending(petition, days=3, email=f"{name}@example.org", **fields)

    retention.run()

    assert reminded() == ["pending@example.org", "quarantined@example.org"]


@pytest.mark.parametrize(
    ("chosen", "tally", "expected"),
    [
        ({}, {}, 1),
        ({"closes_at": timezone.now() + DAY}, {}, 1),
        ({"closes_at": timezone.now() - 23 * HOUR}, {}, 1),
        ({"closes_at": timezone.now() - 25 * HOUR}, {}, 0),
        ({}, {"won_at": timezone.now()}, 0),
        ({}, {"paused_at": timezone.now()}, 1),
    ],
    ids=["open", "closes soon", "closed, in grace", "closed", "won", "paused"],
)
def test_nobody_is_reminded_of_what_leads_nowhere(chosen, tally, expected):
    make_pending(make_petition(**chosen), days=3)
    Tally.objects.update(**tally)

    assert retention.run().reminded == expected


@pytest.mark.parametrize(("sent", "expected"), [(2, 1), (3, 0)])
def test_a_reminder_counts_among_the_three_mails_to_a_mailbox(sent, expected):
    signature = make_pending(make_petition(), days=3)
    for _ in range(sent):
        make_mail(signature)

    assert retention.run().reminded == expected


def test_two_who_share_an_email_share_its_allowance():
    petition = make_petition(shares_email=True)
    first = make_pending(petition, days=3, name="Ada")
    make_pending(petition, days=3, name="Ida", household_slot=2)
    make_mail(first), make_mail(first)

    assert retention.run().reminded == 1


@pytest.mark.parametrize(("sent", "expected"), [(4, 1), (5, 0)])
def test_a_reminder_counts_among_the_five_mails_of_a_day(sent, expected):
    key = daily_hash("recipient", "ada@example.org", timezone.now().date())
    elsewhere = make_signature(make_petition(title="Elsewhere"))
    for _ in range(sent):
        OutgoingMail.objects.create(
            signature=elsewhere, kind="confirm", due_at=timezone.now(), recipient_key=key
        )
    make_pending(make_petition(), days=3, email="ADA@example.org")

    assert retention.run().reminded == expected
    assert OutgoingMail.objects.filter(recipient_key=key).count() == 5


def test_the_allowance_of_a_day_holds_within_one_batch():
    for number in range(7):
        make_pending(make_petition(title=f"Petition {number}"), days=3)

    assert [retention.run().reminded for _ in range(2)] == [5, 0]


@pytest.mark.parametrize(
    ("outcome", "expected"), [("", 0), ("refused", 0), ("abandoned", 1), ("dropped", 1)]
)
def test_no_reminder_follows_a_mail_that_is_on_its_way_or_was_refused(outcome, expected):
    make_mail(make_pending(make_petition(), days=3), outcome=outcome)

    assert retention.run().reminded == expected


def test_signing_anew_starts_the_two_days_again():
    petition = make_petition()
    make_pending(petition, days=3)
    signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)

    assert retention.run().reminded == 0


def test_the_reminder_asks_to_confirm_and_says_that_it_is_the_only_one(client, smtp_server):
    petition = make_petition()
    signature = make_signature(petition, confirmed_at=None, signed_at=timezone.now() - 3 * DAY)
    retention.run()

    sending.deliver()

    (message,) = smtp_server.messages
    text = message.get_body(("plain",)).get_content()
    assert message["Subject"] == "Your signature is waiting for you: Keep the river free"
    day = timezone.localdate(signature.signed_at)
    said = f"On {day.day} {day:%B} {day.year}, somebody signed with this email address"
    assert f"{said} and has not confirmed the signature yet." in " ".join(text.split())
    assert "we will not remind you again" in " ".join(text.split())
    assert f"http://testserver{link(signature, 'confirm')}" in text


@pytest.mark.parametrize(
    "change", [{"confirmed_at": timezone.now()}, {"moderation": "invalidated"}]
)
def test_a_reminder_that_comes_too_late_is_not_sent(smtp_server, change):
    made = make_signature(make_petition(), confirmed_at=None, signed_at=timezone.now() - 3 * DAY)
    retention.run()
    Signature.objects.update(**change)

    sending.deliver()

    assert smtp_server.messages == []
    told = [words[:2] for words in own_page.first_emails(made)]
    assert told == [("Reminder to confirm", "not sent, as it was no longer needed")]


def test_no_reminder_that_waits_goes_out_about_a_petition_that_is_won(smtp_server):
    make_signature(make_petition(), confirmed_at=None, signed_at=timezone.now() - 3 * DAY)
    retention.run()
    Tally.objects.update(won_at=timezone.now())

    sending.deliver()

    assert smtp_server.messages == []


@pytest.mark.parametrize(("hours", "outcome"), [(23, "sent"), (25, "dropped")])
def test_nobody_is_asked_to_confirm_once_it_is_too_late(mailoutbox, hours, outcome):
    """A day after the petition has closed, the link would be refused, whoever is released."""
    signature = make_pending(make_petition(), days=3, moderation="quarantined")
    mail = make_mail(signature, outcome="waiting")
    Petition.objects.update(closes_at=timezone.now() - hours * HOUR)

    moderating.moderate(Signature.objects.all(), moderation="", reason="A school", by=None)
    sending.deliver()

    mail.refresh_from_db()
    assert (mail.outcome, len(mailoutbox)) == (outcome, 1 if outcome == "sent" else 0)
