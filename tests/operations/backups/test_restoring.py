"""A backup is complete, or there is none; a restore brings back nobody who was deleted."""

import shutil
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
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
from operations.backups import hooks, making, programs, scratch
from operations.backups.backup_record import Backup
from operations.doctor import upkeep
from operations.doctor.findings import Asked
from tests.campaigns.sync.conftest import make_receiver
from tests.factories import days_ago, make_image, make_mailing, make_petition, make_signature
from tests.operations.backups.conftest import beside

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
    MailChoice.objects.create(user=User.objects.create(username="editor"), weekly=True)
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


def test_who_left_stays_away_and_no_mail_leaves_twice(key, smtp_server, capsys):
    build()
    file = backup()
    written = file.read_bytes()
    assert not any(word in written for word in (b"mary@example.org", b"secret", b"a letter"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Backup.objects.get().tried_at
    assert not Backup.objects.get().opened_at
    go_on(smtp_server)

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


def test_on_an_empty_machine_the_ledger_comes_from_its_file(key, smtp_server, tmp_path):
    build()
    file, ledger = backup("--untried"), tmp_path / "ledger"
    go_on(smtp_server)
    call_command("erasures", str(ledger))
    empty = f"{scratch.name()}_empty"
    scratch.create(empty)

    found = []
    with scratch.instead(empty):
        for _ in ("no tables", "tables and no rows"):
            call_command("restore", str(file), "--key", str(key), "--erasures", str(ledger))
            assert list(upkeep.backups(Asked())) == []  # it knows of the backup
            found.append(
                (emails(), sending.deliver().claimed, Tally.objects.get().total, mailings())
            )
            Signature.objects.all().delete()
            MailingCount.objects.all().delete()

    states = {"draft": ("draft", "", 0), "waiting": ("waiting", "old", 0)}
    states["sending"] = ("stopped", "", 1)
    assert found == [(["eve@example.org", "mary@example.org"], 0, 1, states)] * 2


def test_what_cannot_be_restored_is_refused_and_changes_nothing(key, tmp_path):
    build()
    file = backup("--untried")
    whole = file.read_bytes()
    other = tmp_path / "other"
    call_command("backup", "--new-key", str(other))
    middle = len(whole) // 2
    broken = {
        "cut": whole[:-20],
        "cut at a piece": whole[: 65_552 * 2],
        "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "empty": b"",
        "nothing of ours": b"hello" * 1000,
    }
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
    Signature.objects.filter(email="ada@example.org").update(name="Changed since")

    refused = {}
    for name, key_file in [*((tmp_path / name, key) for name in broken), (file, other)]:
        with pytest.raises(CommandError) as caught:
            call_command("restore", str(name), "--key", str(key_file))
        refused[name.name] = str(caught.value)

    assert refused.pop(file.name) == "None of the keys opens this backup. Nothing was changed."
    assert all(said.endswith("Nothing was changed.") for said in refused.values()), refused
    assert Signature.objects.get(email="ada@example.org").name == "Changed since"
    assert (Path(settings.MEDIA_ROOT) / "documents" / "letter.pdf").exists()
    assert beside("%") == []
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["backups", "media"]


def test_a_restore_asks_for_the_ledger_for_its_key_and_for_a_site_that_is_stopped(
    key, tmp_path, monkeypatch
):
    build()
    MigrationRecorder(connection).record_applied("operations", "9999_of_later")
    file = backup("--untried")

    def refusal(*options: str) -> str:
        with pytest.raises(CommandError) as caught:
            call_command("restore", str(file), "--key", str(key), *options)
        return str(caught.value)

    assert refusal("--erasures", str(tmp_path / "none")).startswith(
        "There is no ledger of erasures"
    )
    assert "ledger of erasures" in refusal("--erasures", str(key))
    with programs.connect(scratch.name()):
        said = refusal()
    assert "Stop the site first (systemctl stop" in said
    assert "PgBouncer where there is one (systemctl stop pgbouncer)" in said
    settings_key = settings.SIGNATURE_KEY
    settings.SIGNATURE_KEY = "another key, with which nobody would be found any more"
    try:
        assert refusal().startswith("The backup was made with another SIGNATURE_KEY")
    finally:
        settings.SIGNATURE_KEY = settings_key
    assert refusal().startswith("The backup was made by a newer version, which has operations.9999")
    # A later version leaves the rows of one more table out of backups.
    monkeypatch.setattr(hooks, "LEFT_OUT", [*hooks.LEFT_OUT, "campaigns_outgoingmail"])
    call_command("restore", str(file), "--key", str(key), "--try")
    assert Backup.objects.get().tried_at
    assert Backup.objects.get().opened_at
    assert len(emails()) == 4


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
