"""A backup is complete, or there is none; a restore brings back nobody who was deleted."""

import shutil
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from campaigns.mail import sending
from campaigns.mail.new_emails import NewEmail
from campaigns.mailings import suppression
from campaigns.models import (
    Import,
    Mailing,
    MailingCount,
    MailingNotice,
    OutgoingMail,
    Receiver,
    Recipient,
    RememberedModeration,
    Signature,
    StoppedMailbox,
    Tally,
)
from campaigns.privacy import erasing, trusted_clock
from campaigns.privacy.trusted_clock import SeenClock
from campaigns.signatures import tokens
from campaigns.signatures.email_keys import email_key
from campaigns.signing import signing, withdrawing
from campaigns.trends import weekly
from campaigns.trends.alarms import Alarm
from campaigns.workflow.mail_choices import MailChoice
from operations.backups import making, programs, scratch
from operations.backups.backup_record import Backup
from operations.doctor import upkeep
from operations.doctor.findings import Asked
from staff.models import Phone
from tests.campaigns.sync.conftest import make_receiver
from tests.factories import days_ago, make_image, make_mailing, make_petition, make_signature
from tests.operations.backups.conftest import beside, emptied

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("nothing_left"),
]


def emails() -> list[str]:
    return list(Signature.objects.order_by("email").values_list("email", flat=True))


def backup(*options: str) -> Path:
    call_command("backup", *options)
    return Path(settings.BACKUP_FOLDER) / Backup.objects.latest("made_at").file


def build() -> None:
    """Make four signatures. An email to the last is due, and eve asked for a new email address.

    One mailing is a draft, one waits for approval, and one is being sent. Notices to staff are due.
    """
    petition = make_petition()
    tally, now = petition.tally, timezone.now()
    for name in ("ada", "eve", "grace"):
        make_signature(petition, email=f"{name}@example.org")
    signing.sign(
        petition,
        name="Mary",
        email="mary@example.org",
        version=petition.version.pk,
        comment="secret",
    )
    NewEmail.objects.create(
        signature=Signature.objects.get(email="eve@example.org"),
        email="nina@example.org",
        email_key=email_key(tally.pk, "nina@example.org"),
        key=b"12345678",
        asked_at=now,
    )
    make_mailing(petition, subject="draft")
    waiting = make_mailing(petition, subject="waiting", state="waiting", text="old")
    begun = {"approved_at": now, "began_at": now, "addressed": 2}
    sending = make_mailing(petition, subject="sending", state="sending", **begun)
    MailingCount.objects.create(mailing=sending, outcome="sent", number=1)
    MailingNotice.objects.create(mailing=waiting, kind="submitted")
    editor = User.objects.create(username="editor")
    User.objects.create(username="left", is_active=False)
    Phone.objects.create(user=editor, name="phone")
    MailChoice.objects.create(user=editor, weekly=True)
    moments = dict.fromkeys(("hour", "since", "until", "seen_at"), now)
    make_receiver(kind="feed", url="", noted_since=days_ago(9))
    # A list with somebody who may be erased before it is imported after a restore.
    Import.objects.create(tally=tally, reason="x", consent="x", signed_on=now, channel="paper")
    SeenClock.objects.create(seen_at=days_ago(3), jumped_at=days_ago(0.5))
    Alarm.objects.create(tally=tally, kind="many", number=9, of=9, usual=1, **moments)


def mailings() -> dict[str, tuple[str, str, int]]:
    """The state, the text and the number of sent emails of each mailing, by its subject."""
    return {
        each.subject: (each.state, each.text, each.numbers["sent"])
        for each in Mailing.objects.order_by("pk")
    }


def go_on(smtp_server) -> None:
    """Act after the backup: two people are erased, one withdraws, one signs, emails are sent.

    Eve stops all emails.
    """
    assert sending.deliver().sent == 1
    erasing.erase("ada@example.org")
    grace = Signature.objects.get(email="grace@example.org")
    withdrawing.withdraw(tokens.make("withdraw", grace.pk))
    make_signature(Tally.objects.get().petition, email="zoe@example.org")
    (Path(settings.MEDIA_ROOT) / "documents" / "letter.pdf").unlink()
    erasing.erase("nina@example.org")
    eve = Signature.objects.get(email="eve@example.org")
    suppression.suppress(suppression.keys_of("eve@example.org"), signature=None)
    StoppedMailbox.objects.create(tally=eve.tally, email_key=eve.email_key)
    StoppedMailbox.objects.update(stopped_at=days_ago(1))
    begun = {"approved_at": days_ago(0.5), "began_at": days_ago(0.4), "addressed": 2}
    Mailing.objects.filter(subject="draft").update(text="new")
    Mailing.objects.filter(subject__in=("draft", "waiting")).update(state="sending", **begun)
    for each in Mailing.objects.exclude(subject="sending"):
        Recipient.objects.create(mailing=each, signature=eve, due_at=timezone.now())
        MailingCount.objects.create(mailing=each, outcome="sent", number=1)
    Mailing.objects.filter(subject="sending").update(state="sent", ended_at=timezone.now())
    MailingCount.objects.filter(mailing__subject="sending").update(number=2)


def test_who_left_stays_away_and_no_mail_leaves_twice_on_the_site_and_on_an_empty_machine(
    key, smtp_server, tmp_path, capsys
):
    build()
    file, ledger = backup(), tmp_path / "ledger"
    written = file.read_bytes()
    assert not any(word in written for word in (b"mary@example.org", b"secret", b"a letter"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Backup.objects.get().tried_at
    assert not Backup.objects.get().opened_at
    go_on(smtp_server)
    call_command("erasures", str(ledger))

    # The database of an empty machine knows nothing, so the ledger comes from its file.
    found = []
    with scratch.instead(emptied()):
        for _ in ("no tables", "tables, no signatures, and another account of the same number"):
            call_command("restore", str(file), "--key", str(key), "--erasures", str(ledger))
            assert list(upkeep.backups(Asked())) == []  # it knows of the backup
            assert list(Phone.objects.values_list("user__username", flat=True)) == ["editor"]
            said = capsys.readouterr().out
            assert "Deactivate whoever has left since: editor\n" in said
            found.append(
                (emails(), sending.deliver().claimed, Tally.objects.get().total, mailings())
            )
            Signature.objects.all().delete()
            MailingCount.objects.all().delete()
            User.objects.update(date_joined=timezone.now(), is_active=False)

    states = {"draft": ("draft", "", 0), "waiting": ("waiting", "old", 0)}
    states["sending"] = ("stopped", "", 1)
    assert found == [(["eve@example.org", "mary@example.org"], 0, 1, states)] * 2

    call_command("restore", str(file), "--key", str(key))

    assert emails() == ["eve@example.org", "mary@example.org"]
    assert RememberedModeration.objects.get().withdrawn_on == timezone.localdate()
    assert Tally.objects.get().total == 1
    assert sending.deliver().claimed == 0
    assert list(OutgoingMail.objects.values_list("kind", "outcome")) == [("confirm", "sent")]
    assert (Path(settings.MEDIA_ROOT) / "documents" / "letter.pdf").read_bytes() == b"a letter"
    assert "3 entries of the ledger of erasures were carried out again" in capsys.readouterr().out
    assert mailings() == {
        "draft": ("stopped", "new", 1),
        "waiting": ("stopped", "old", 1),
        "sending": ("sent", "", 2),
    }
    assert not Mailing.objects.filter(subject="waiting").exclude(approved_at=F("began_at")).exists()
    owed = (Recipient, MailingNotice, NewEmail)
    assert [model.objects.count() for model in owed] == [0, 0, 0]
    assert not Alarm.objects.filter(told_at=None).exists()
    assert MailChoice.objects.get().weekly_on == weekly.monday(timezone.now())
    assert Receiver.objects.get().noted_since > days_ago(1)
    assert suppression.of("eve@example.org")
    assert not Import.objects.exists()
    assert trusted_clock.is_right()  # data whose retention is over is anonymised within the hour
    assert StoppedMailbox.objects.get().stopped_at < days_ago(0.9)
    [before] = beside("before%")
    with programs.connect(before) as old:
        rows = old.execute("SELECT email FROM campaigns_signature ORDER BY 1").fetchall()
    assert rows == [("eve@example.org",), ("mary@example.org",), ("zoe@example.org",)]
    assert (beside("new%"), beside("try%")) == ([], [])


def test_a_dump_that_fails_leaves_no_file_and_deletes_no_good_one(key, tmp_path, monkeypatch):
    build()
    good = Path(settings.BACKUP_FOLDER) / f"{making.PREFIX}2020-01-01-000000{making.SUFFIX}"
    good.parent.mkdir()
    good.write_bytes(b"good")
    fakes = tmp_path / "fakes"
    fakes.mkdir()
    real = programs.folder()
    (fakes / "pg_restore").symlink_to(real / "pg_restore")
    dump = fakes / "pg_dump"
    monkeypatch.setattr(programs, "folder", lambda: fakes)

    said = []
    for end in ("echo 'no space' >&2; exit 1", "exit 0"):
        dump.write_text(f"#!/bin/sh\necho PGDMP half a dump\n{end}\n")
        dump.chmod(0o755)
        with pytest.raises(CommandError) as caught:
            call_command("backup", "--keep-days", "0")
        said.append(str(caught.value))

    make_image()
    shutil.rmtree(settings.MEDIA_ROOT)
    with pytest.raises(CommandError, match=r"None of the files that the database names \(1\)"):
        call_command("backup")
    assert said[0] == "pg_dump failed: no space"
    assert said[1].startswith("pg_restore failed: ")
    assert [path.name for path in good.parent.iterdir()] == [good.name]
    assert not Backup.objects.exists()
    assert beside("%") == []
