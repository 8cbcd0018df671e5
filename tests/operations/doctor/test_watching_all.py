"""What the worker reports with its real checks: the site, emails that are stuck, old backups."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import OutgoingMail
from operations.backups.backup_record import Backup
from operations.doctor import watching
from operations.doctor.watching import Watch
from operations.heartbeat import Heart
from servers.ports import free_port
from servers.smtp import Mailbox
from tests.factories import make_petition, make_signature
from tests.operations.doctor.test_watching import pass_time

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def operator(settings, tmp_path) -> None:
    """An operator to notify, a live worker, a backup of today, and no server at the site's URL."""
    refused = free_port()
    settings.BASE_URL = f"http://127.0.0.1:{refused}"
    settings.OPERATOR_EMAIL = "op@example.org"
    settings.BACKUP_RECIPIENTS = ["age1key"]
    settings.BACKUP_FOLDER = tmp_path
    back_up()
    Heart().beat({"mail": 0.0})


def back_up() -> None:
    Backup.objects.create(file="today", size=1, tried_at=timezone.now())


def told(watch: Watch, smtp_server: Mailbox) -> str:
    """The worker's email about all that stays wrong, or is well again."""
    before = len(smtp_server.messages)
    watch.look()
    pass_time()
    watch.look()
    [mail] = smtp_server.messages[before:]
    return mail.get_content().replace("\r\n", "\n")


def again(text: str) -> bool:
    return text.startswith("These are well again:")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_site_that_does_not_answer_is_told_until_it_does(smtp_server, settings, live_server):
    watch, away = (
        Watch(),
        f"front on {watching.here()}: {settings.BASE_URL} does not answer as this site does.",
    )

    found = told(watch, smtp_server)
    settings.BASE_URL = live_server.url
    after = told(watch, smtp_server)

    assert f"{away}\nNobody can read or sign.\n→ systemctl status nginx" in found
    assert again(after)
    assert away in after


def test_mail_that_is_stuck_is_told_until_it_has_left(smtp_server):
    signature = make_signature(make_petition(), confirmed_at=None)
    due_at = timezone.now() - timedelta(minutes=11)
    mail = OutgoingMail.objects.create(signature=signature, kind="confirm", due_at=due_at)
    watch, stuck = Watch(), "worker: outbox: An email has been due for 11 minutes."

    found = told(watch, smtp_server)
    OutgoingMail.objects.filter(pk=mail.pk).update(outcome="sent", ended_at=timezone.now())
    after = told(watch, smtp_server)

    assert f"{stuck}\nSigners wait for the email that they must confirm.\n→ journalctl" in found
    assert again(after)
    assert stuck in after


def test_a_backup_that_is_too_old_is_told_until_there_is_a_new_one(smtp_server):
    Backup.objects.update(made_at=timezone.now() - timedelta(hours=37))
    watch, old = Watch(), "backups: The last backup is 37 hours old."

    found = told(watch, smtp_server)
    back_up()
    after = told(watch, smtp_server)

    assert f"{old}\nAll that was signed since would be lost with this machine.\n→" in found
    assert again(after)
    assert old in after
