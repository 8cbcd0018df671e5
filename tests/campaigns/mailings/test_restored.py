"""After a restore, mailings go on as they were last approved, and withdrawn ones stay withdrawn."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.utils import timezone
from wagtail.rich_text import RichText

from campaigns.cms.mailings.showing import MailingView
from campaigns.mailings import due_mailings, mailing_actions
from campaigns.mailings.mailing import Mailing, Recipient, State
from campaigns.models import Signature
from campaigns.restore_hooks import sent
from tests.campaigns.mailings.test_sending import approved, make_signers, recipients, work
from tests.factories import make_mailing, make_petition

pytestmark = pytest.mark.django_db


def replaced() -> SimpleNamespace:
    """What the database that is replaced says of its mailings."""
    with connection.cursor() as cursor:
        cursor.execute(sent.MAILINGS)
        rows = cursor.fetchall()
    return SimpleNamespace(execute=lambda query: rows)


def test_what_was_withdrawn_after_the_backup_does_not_leave(smtp_server, settings):
    settings.MAILING_RATE = 12  # one within five seconds
    river = make_petition()
    make_signers(river, 3)
    later = timezone.now() + timedelta(hours=6)
    kept = approved(river, subject="kept", send_at=later)
    returned = approved(river, subject="returned", send_at=later)
    deleted = approved(river, subject="deleted", send_at=later)
    submitted = make_mailing(river, subject="submitted")
    mailing_actions.submit(submitted, seen=submitted.stamp)
    wrong = [("text", RichText("<p>WRONG NUMBER 5</p>"))]
    corrected = approved(river, subject="corrected", send_at=later, body=wrong)
    backup = transaction.savepoint()
    for each in (returned, deleted, submitted, corrected):
        assert mailing_actions.take_back(each)
    deleted.delete()
    corrected.refresh_from_db()
    corrected.body, corrected.send_at = [("text", RichText("<p>RIGHT NUMBER 6</p>"))], None
    corrected.save()
    corrected = Mailing.objects.get(pk=corrected.pk)
    mailing_actions.submit(corrected, seen=corrected.stamp)
    corrected.refresh_from_db()
    approver = Mailing.objects.get(pk=kept.pk).approved_by
    assert mailing_actions.approve(corrected, seen=corrected.submitted_at, by=approver)
    work()
    assert len(recipients(smtp_server)) == 1
    old = replaced()
    transaction.savepoint_rollback(backup)
    ada = Signature.objects.first()
    Recipient.objects.create(mailing=corrected, signature=ada, due_at=later)  # copied from it

    sent.copy_mailings(old)
    Mailing.objects.filter(state=State.DRAFT).update(send_at=None)
    work(3)

    assert len(recipients(smtp_server)) == 1
    states = dict(Mailing.objects.values_list("subject", "state"))
    assert states.pop("kept") == State.APPROVED
    assert states.pop("corrected") == State.STOPPED
    assert states == dict.fromkeys(("returned", "deleted", "submitted"), State.DRAFT)
    assert "RIGHT NUMBER 6" in Mailing.objects.get(subject="corrected").text
    assert not Recipient.objects.exists()
    assert Mailing.objects.get(subject="corrected").numbers["stopped"] == 1


def test_where_nothing_says_what_was_sent_the_others_have_perhaps_got_it():
    river = make_petition()
    make_signers(river, 3)
    mailing = approved(river)
    due_mailings.begin()

    sent.suppose_all_was_sent()

    view = MailingView()
    view.mailing = Mailing.objects.get(pk=mailing.pk)
    numbers = {str(label): number for label, number in view.numbers() if number}
    assert view.mailing.state == State.STOPPED
    assert numbers == {"people addressed": 3, "perhaps sent": 3}
