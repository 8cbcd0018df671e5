"""A backup from before SIGNATURE_KEY was replaced is restored, and gets the new key."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from campaigns.mailings import suppression
from campaigns.models import Signature, StoppedMailbox
from campaigns.rekeying import progress
from campaigns.signatures import key_fingerprint
from campaigns.signatures.email_keys import email_key
from operations.backups import hooks, scratch
from tests.campaigns.rekeying.conftest import NEW
from tests.operations.backups.test_restoring import backup, build, emails, go_on

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("nothing_left"),
]


def test_who_left_after_the_key_was_replaced_stays_away(key, smtp_server, settings, capsys):
    key_fingerprint.verify()
    build()
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
