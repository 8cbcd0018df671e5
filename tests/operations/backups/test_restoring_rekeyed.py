"""A backup from before SIGNATURE_KEY was replaced is restored, and gets the new key.

It may also be of an earlier release, and gets the tables of this one.
"""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.embeds.models import Embed

from campaigns.mailings import suppression
from campaigns.models import Signature, StoppedMailbox
from campaigns.rekeying import progress
from campaigns.signatures import key_fingerprint
from campaigns.signatures.email_keys import email_key
from campaigns.signing import withdrawing
from operations import health_readings
from operations.backups import erasure_ledger, hooks, scratch
from tests.campaigns.rekeying.conftest import NEW
from tests.factories import make_petition, make_signature
from tests.operations.backups.conftest import tried
from tests.operations.backups.test_restoring import backup, build, emails, go_on

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("nothing_left"),
]

# Undoes the last migration of Wagtail's embeds, on which no other depends.
AS_BEFORE = """
    ALTER TABLE wagtailembeds_embed DROP COLUMN cache_until;
    DELETE FROM django_migrations WHERE app = 'wagtailembeds' AND name = '0009_embed_cache_until';
"""


def test_who_left_after_an_update_and_a_new_key_stays_away(key, smtp_server, settings, capsys):
    key_fingerprint.verify()
    build()
    with connection.cursor() as cursor:
        cursor.execute(AS_BEFORE)
    file = backup("--untried")
    old, settings.SIGNATURE_KEY = settings.SIGNATURE_KEY, NEW
    settings.SIGNATURE_KEY_FALLBACKS = [old]
    call_command("rekey")
    go_on(smtp_server)
    settings.SIGNATURE_KEY_FALLBACKS = []
    with pytest.raises(CommandError, match="put that key into SIGNATURE_KEY_FALLBACKS"):
        call_command("restore", str(file), "--key", str(key))
    settings.SIGNATURE_KEY = old
    with pytest.raises(CommandError, match="those who were erased would be back"):
        call_command("restore", str(file), "--key", str(key))
    settings.SIGNATURE_KEY, settings.SIGNATURE_KEY_FALLBACKS = NEW, [old]

    call_command("restore", str(file), "--key", str(key))

    assert "3 entries of the ledger of erasures were carried out again" in capsys.readouterr().out
    assert health_readings.migrations() == (True, "All are applied.")
    assert not Embed.objects.filter(cache_until=None).exists()  # there is the column
    settings.SIGNATURE_KEY_FALLBACKS = []
    assert emails() == ["eve@example.org", "mary@example.org"]
    eve = Signature.objects.get(email="eve@example.org")
    assert bytes(eve.email_key or b"") == email_key(eve.tally_id, "eve@example.org")
    assert bytes(StoppedMailbox.objects.get().email_key) == eve.email_key
    assert suppression.of("eve@example.org")
    assert list(progress.look()) == []
    assert set(hooks.identities()) == {"SIGNATURE_KEY"}
    [database, folder] = [name for name, _since in scratch.set_aside()]  # the doctor names them
    assert (database.startswith(scratch.name()), Path(folder).is_dir()) == (True, True)


def test_a_new_machine_on_which_the_site_was_tried_needs_none_of_its_trial_keys(
    key, tmp_path, settings
):
    key_fingerprint.verify()
    petition = make_petition()
    for name in ("ada", "bob"):
        make_signature(petition, email=f"{name}@example.org")
    file, ledger = backup("--untried"), tmp_path / "ledger"
    withdrawing.withdraw(Signature.objects.get(email="ada@example.org").token("withdraw"))
    call_command("erasures", str(ledger))
    there = erasure_ledger.entries()
    ours = settings.SIGNATURE_KEY

    with scratch.instead(tried()):
        settings.SIGNATURE_KEY = NEW
        key_fingerprint.verify()
        trial = make_signature(make_petition(), email="operator@example.org")
        withdrawing.withdraw(trial.token("withdraw"))
        call_command("erasures")  # as the timer does
        settings.SIGNATURE_KEY = ours
        with pytest.raises(CommandError, match="was written with another SIGNATURE_KEY"):
            call_command("restore", str(file), "--key", str(key))
        call_command("restore", str(file), "--key", str(key), "--erasures", str(ledger))

        assert emails() == ["bob@example.org"]
        assert erasure_ledger.entries() == there
