"""Lookups by email address have the same results before, during and after a rotation."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.mailings import links, unsubscribing
from campaigns.models import RememberedModeration, Signature, StoppedMailbox, SuppressedMailbox
from campaigns.privacy import people
from campaigns.rekeying import mailboxes, moving
from campaigns.signatures import key_fingerprint
from campaigns.signatures.email_keys import email_key
from campaigns.signing import assisting, signing, withdrawing
from operations import keyring
from operations.keyring import Stored
from tests.campaigns.rekeying.world import World, answers, of, receivers, the_new_email
from tests.campaigns.signing.test_signing import sign
from tests.factories import make_mailing, make_petition, make_signature

pytestmark = pytest.mark.django_db


def keys_are_new() -> bool:
    """Whether each signature has the key that the new SIGNATURE_KEY makes."""
    return all(
        bytes(row.email_key or b"") == email_key(row.tally_id, row.email or "")
        for row in Signature.objects.all()
    )


def test_after_a_rotation_everything_is_found_as_before(replace, settings, monkeypatch, capsys):
    world = World()
    before = answers(world)
    assert before["signing_again"]["carol"] == (7, "quarantined")

    old = replace()
    restarted = answers(world)
    monkeypatch.setattr(moving, "BATCH", 2)
    really, moved = mailboxes.move, []

    def break_off(moves):
        moved.append(moves)
        if len(moved) == 2:
            raise KeyboardInterrupt
        return really(moves)

    monkeypatch.setattr(moving.mailboxes, "move", break_off)
    with pytest.raises(KeyboardInterrupt):
        call_command("rekey")
    monkeypatch.setattr(moving.mailboxes, "move", really)
    assert keyring.every()[0] == settings.SIGNATURE_KEY
    assert not keys_are_new()
    interrupted = answers(world)
    capsys.readouterr()
    call_command("rekey")
    done = answers(world)
    said = capsys.readouterr().out

    assert restarted == before
    assert interrupted == before
    assert done == before
    assert "rows were moved" in said
    assert keyring.fingerprint(old) in said
    assert "1 mailboxes without mailings, 1 receipts of erasures" in said
    settings.SIGNATURE_KEY_FALLBACKS = []
    assert keys_are_new()
    after = answers(world, of=(the_new_email, receivers))
    assert after == {name: before[name] for name in after}
    assert signing.confirm(world.links["confirm"]).petition == world.river


def test_who_comes_back_takes_all_that_is_known_along(replace, settings):
    world = World()
    replace()
    call_command("rekey")
    for name in ("carol", "dan"):
        sign(world.river, name=name, email=of(name))
    call_command("rekey")
    settings.SIGNATURE_KEY_FALLBACKS = []

    carol, dan = (people.find(of(name)).get() for name in ("carol", "dan"))

    assert (carol.moderation, assisting.is_stopped(dan)) == ("quarantined", True)
    assert list(RememberedModeration.objects.values_list("old_key").exclude(moderation="")) == [
        ("",)
    ]
    assert list(StoppedMailbox.objects.values_list("old_key")) == [("",)]
    assert SuppressedMailbox.objects.exclude(old_key="").count() == 1  # eve's


def test_what_is_kept_of_a_mailbox_under_two_old_keys_moves_to_the_third(settings, capsys):
    key_fingerprint.KeyFingerprint.objects.all().delete()
    petition, names = make_petition(), ["first", "second", "third"]
    first, second, third = (
        f"the {name} key, fifty characters and a few more, so" for name in names
    )
    values = {"email": "mal@example.org", "updates": True}

    def use(*keys: str) -> None:
        settings.SIGNATURE_KEY, settings.SIGNATURE_KEY_FALLBACKS = keys[0], list(keys[1:])
        key_fingerprint.verify()
        if len(keys) > 1:
            call_command("rekey")

    def leave() -> None:
        """Withdraw what is quarantined, and press the link of a mailing afterwards."""
        signature = make_signature(petition, moderation="quarantined", **values)
        url = links.unsubscribe_url(signature, make_mailing(petition))
        withdrawing.withdraw(signature.token("withdraw"))
        unsubscribing.unsubscribe(links.read(url.rstrip("/").rsplit("/", 1)[1]))

    use(first)
    leave()
    use(second, first)
    settings.SIGNATURE_KEY_FALLBACKS = []
    leave()
    make_signature(petition, **values)
    assert (RememberedModeration.objects.count(), SuppressedMailbox.objects.count()) == (2, 2)

    use(third, second, first)

    assert "Run it again" not in capsys.readouterr().out
    assert keys_are_new()
    for model in (RememberedModeration, SuppressedMailbox):
        assert model.objects.filter(old_key="").count() == 1


def test_without_a_rotation_signing_asks_for_no_key(replace, monkeypatch):
    petition = make_petition()
    asked: list[str] = []

    def ask() -> Stored | None:
        asked.append("the database")
        return key_fingerprint.ask()

    monkeypatch.setattr(keyring, "ASK", [ask])

    def locks() -> bool:
        asked.clear()
        with CaptureQueriesContext(connection) as queries:
            sign(petition)
        return any("advisory" in each["sql"] for each in queries)

    before = locks(), list(asked)
    replace()

    assert before == (False, [])
    assert (locks(), asked[:1]) == (True, ["the database"])
