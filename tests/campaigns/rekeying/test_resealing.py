"""The secrets of receivers are encrypted again when SECRET_KEY is replaced."""

import pytest
from django.core.management import call_command

from campaigns.models import Known, Receiver
from campaigns.rekeying import resealing
from campaigns.sync import keys
from operations.doctor import database
from operations.doctor.findings import Asked
from operations.encryption import Damaged
from tests.campaigns.sync.conftest import make_receiver
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

NEW = "the new key of secrets, fifty characters and a few more"


@pytest.fixture
def hook() -> Receiver:
    """A web hook with two secrets; there is also a mailing list, which has a signer."""
    hook = make_receiver()
    keys.rotate(hook)
    login = {"url": "https://lists.example.org", "audience": "3", "only_opted_in": True}
    listmonk = make_receiver(kind="listmonk", credential=keys.sealed("token"), **login)
    Known.objects.create(
        receiver=listmonk,
        signature=make_signature(make_petition()).pk,
        remote=keys.sealed("7"),
        remote_key=b"key",
        is_ours=True,
    )
    return hook


def readable(hook: Receiver) -> list[str]:
    """The decrypted secrets of the receivers."""
    hook = Receiver.objects.get(pk=hook.pk)
    credential = Receiver.objects.get(kind="listmonk").credential
    sealed = (hook.secret, hook.old_secret, credential, Known.objects.get().remote)
    return [keys.read(each) for each in sealed if each]


def said() -> list[str]:
    return [each.what for each in resealing.look()]


def test_receivers_need_the_old_secret_key_until_all_is_encrypted_anew(hook, settings, capsys):
    old, before = settings.SECRET_KEY, readable(hook)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [old]

    call_command("rekey", "--status")
    asked, found = capsys.readouterr().out, said()
    call_command("rekey")
    done = capsys.readouterr().out
    call_command("rekey")
    again = capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = []

    [still] = found
    assert still == "Secrets of receivers are still encrypted with a key of SECRET_KEY_FALLBACKS."
    assert still in asked
    assert done.startswith("Secrets that were encrypted anew with SECRET_KEY: 4.")
    assert again.startswith("Secrets that were encrypted anew with SECRET_KEY: 0.")
    assert "Receivers and phones need no key of SECRET_KEY_FALLBACKS any more." in done
    assert readable(hook) == before
    assert said() == []


def test_without_the_old_secret_key_the_doctor_says_what_is_lost(hook, settings, capsys):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, ["another key that was there before"]

    call_command("rekey")

    lost = "Secrets of receivers, or by what mailing lists know people, cannot be read."
    out = capsys.readouterr().out
    assert out.startswith("Secrets that were encrypted anew with SECRET_KEY: 0.")
    assert "need no key" not in out
    assert lost in [each.what for each in database.check(Asked()) if each.is_fault]
    with pytest.raises(Damaged):
        readable(hook)
