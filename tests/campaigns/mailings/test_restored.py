"""After a restore, mailings go on as they were last approved, and withdrawn ones stay withdrawn."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.utils import timezone
from wagtail.rich_text import RichText

from campaigns.mailings import mailing_actions
from campaigns.mailings.mailing import Mailing, Recipient, State
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
