"""Confirmation emails sent again to many signers: to whom, how fast, and how to cancel them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.mail import resending, sending
from campaigns.models import OutgoingMail, Petition, Resending, ResentMails, Signature, Tally
from campaigns.privacy import retention
from campaigns.signing import assisting, signing
from tests.factories import make_mail, make_pending, make_petition

pytestmark = pytest.mark.django_db


def mailed_before(petition, name, *, mails=1, days=3.0, outcome="sent", **fields) -> Signature:
    signature = make_pending(petition, days=days, email=f"{name}@example.org", **fields)
    for _ in range(mails):
        make_mail(signature, outcome=outcome)
    return signature


def resend(*, already=0) -> dict[int, int]:
    keys = list(Signature.objects.order_by("pk").values_list("pk", flat=True))
    act = resending.begin(by=None)
    counts = resending.resend(act, keys, already=already)
    act.tallies.set(list(counts))
    return counts


def owed() -> list[str]:
    mails = OutgoingMail.objects.filter(outcome="", kind="confirm").order_by("due_at")
    return list(mails.values_list("signature__email", flat=True))


def test_who_can_still_confirm_gets_one_mail_and_nobody_else():
    petition = make_petition()
    mailed_before(petition, "pending")
    mailed_before(
        petition, "school", moderation="quarantined", moderation_reason="burst", confirmed_at=None
    )
    mailed_before(petition, "trap", moderation="quarantined", moderation_reason="honeypot")
    mailed_before(petition, "byhand", moderation="quarantined", moderation_reason="Looks odd")
    mailed_before(petition, "invalid", moderation="invalidated")
    mailed_before(petition, "confirmed", confirmed_at=timezone.now())
    mailed_before(petition, "today", days=0.5)
    mailed_before(petition, "soon-deleted", days=6.1)
    delayed = mailed_before(petition, "delayed", days=6.1)
    delayed.mails.update(due_at=timezone.now() - timedelta(days=2))
    mailed_before(petition, "thrice", mails=3)
    mailed_before(petition, "refused", outcome="refused")
    mailed_before(petition, "waiting", outcome="waiting")
    assisting.stop_mail(mailed_before(petition, "stopped"))
    others = {name: make_petition(title=name) for name in ("paused", "won", "closed", "draft")}
    for name, other in others.items():
        mailed_before(other, name)
    Tally.objects.filter(pk=others["paused"].tally.pk).update(paused_at=timezone.now())
    Tally.objects.filter(pk=others["won"].tally.pk).update(won_at=timezone.now())
    Petition.objects.filter(pk=others["closed"].pk).update(
        closes_at=timezone.now() - timedelta(days=2)
    )
    Petition.objects.filter(pk=others["draft"].pk).update(live=False)

    first, second = resend(), resend()

    assert (first, second) == ({petition.tally.pk: 3, others["paused"].tally.pk: 1}, {})
    asked = ("delayed", "paused", "pending", "school")
    assert sorted(owed()) == [f"{name}@example.org" for name in asked]


def test_they_follow_one_another_at_a_pace_beside_those_of_new_signers():
    petition = make_petition()
    for number in range(3):
        mailed_before(petition, f"{number}")

    resend(already=100)

    began = Resending.objects.get().made_at
    waits = [mail.due_at - began for mail in OutgoingMail.objects.filter(outcome="")]
    assert waits == [timedelta(seconds=20 + number / 5) for number in range(3)]
    assert sending.deliver().claimed == 0


def test_the_allowance_of_a_mailbox_holds_for_two_signers_too():
    petition = make_petition(shares_email=True)
    for slot in (1, 2):
        signature = make_pending(petition, days=3, email="both@example.org", household_slot=slot)
        make_mail(signature)

    resend()

    assert owed() == ["both@example.org"]


def test_what_has_not_been_sent_is_taken_back_once_and_nothing_else():
    petition = make_petition()
    for number in range(4):
        mailed_before(petition, f"{number}")
    resend()
    sent, claimed, *left = OutgoingMail.objects.filter(outcome="").order_by("due_at")
    OutgoingMail.objects.filter(pk=sent.pk).update(outcome="sent")
    OutgoingMail.objects.filter(pk=claimed.pk).update(attempts=1)
    new = make_mail(make_pending(petition, days=0, email="new@example.org"), outcome="")
    act = Resending.objects.get()

    undone = [resending.undo(act, by=None) for _ in range(2)]

    assert undone == [{petition.tally.pk: len(left)}, {}]
    assert set(OutgoingMail.objects.filter(outcome="")) == {claimed, new}


def test_whoever_confirms_before_it_is_sent_gets_the_thanks_alone(smtp_server):
    signature = mailed_before(make_petition(), "pending")
    resend()
    assisting.resend(mailed_before(signature.petition, "one"))
    by_hand = mailed_before(signature.petition, "by-hand")
    assisting.resend(by_hand)

    for row in Signature.objects.exclude(pk=by_hand.pk):
        signing.confirm(row.token("confirm"))
    assisting.confirm_by_hand(by_hand, reason="Has called.", by=None)
    sending.deliver()

    subjects = [message["Subject"] for message in smtp_server.messages]
    assert subjects == ["Thank you for signing: Keep the river free"] * 2


@pytest.mark.parametrize("change", ["won", "unpublished"])
def test_about_a_petition_that_is_won_or_a_draft_by_then_none_goes_out(smtp_server, change):
    petition = make_petition()
    mailed_before(petition, "resent")
    resend()
    new = make_mail(make_pending(petition, days=0, email="new@example.org"), outcome="")
    one = mailed_before(petition, "one")
    assisting.resend(one)
    if change == "won":
        Tally.objects.update(won_at=timezone.now())
    else:
        Petition.objects.update(live=False)

    sending.deliver()

    sent = {envelope.rcpt_tos[0] for envelope in smtp_server.envelopes}
    assert sent == {new.signature.email, one.email}  # they can still confirm


def test_a_week_later_nothing_is_kept_of_it():
    mailed_before(make_petition(), "pending")
    resend()
    Resending.objects.update(made_at=timezone.now() - timedelta(days=7, minutes=1))

    retention.run()

    assert (Resending.objects.count(), ResentMails.objects.count()) == (0, 0)
