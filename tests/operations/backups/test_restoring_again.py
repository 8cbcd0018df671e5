"""A backup is restored over another restore, for example since that one was of the wrong day."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import Collection

from campaigns.mailings import suppression
from campaigns.mailings.suppression import SuppressedMailbox
from campaigns.models import (
    ErasureReceipt,
    OutgoingMail,
    Petition,
    RememberedModeration,
    Signature,
)
from campaigns.privacy import erasing
from campaigns.signing import withdrawing
from operations.backups import scratch
from staff.models import Phone
from tests.factories import make_petition, make_signature
from tests.operations.backups.conftest import emptied
from tests.operations.backups.test_restoring import backup, emails

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("nothing_left"),
]

LATER = "The database of before was itself restored on "
NOT_LAST = "the database of before and the backup have gone separate ways"


def change_password(password: str) -> None:
    anna = User.objects.get()
    anna.set_password(password)
    anna.save()


def passwords() -> list[str]:
    """Those of these passwords that fit."""
    known = ("leaked", "new", "newest", "there")
    return [each for each in known if User.objects.get().check_password(each)]


def unsubscribe(name: str) -> None:
    suppression.suppress(suppression.keys_of(f"{name}@example.org"), signature=None)


def unsubscribed() -> list[str]:
    return [n for n in ("cara", "dora", "finn") if suppression.of(f"{n}@example.org")]


def two_backups(*, meanwhile: Callable[[Path], object]) -> list[Path]:
    """Make two backups. Between them people leave, and staff lose a password and a phone.

    `meanwhile` is called with the first one when it has been made.
    """
    teams = [Collection.get_first_root_node().add_child(name=name) for name in ("A", "B")]
    User.objects.create_user("anna", "stolen@example.org", "leaked")
    petition = make_petition(collection=teams[0])
    for name in ("ada", "bob", "cara", "dora", "finn", "mal", "ned"):
        make_signature(petition, email=f"{name}@example.org")
    moderated = ("mal@example.org", "ned@example.org")
    Signature.objects.filter(email__in=moderated).update(moderation="invalidated")
    Phone.objects.create(user=User.objects.get(), name="stolen phone")
    unsubscribe("cara")
    bounced = {"reason": "bounced", "suppressed_at": timezone.now()}
    [mailbox] = suppression.keys_of("bob@example.org")
    SuppressedMailbox.objects.create(mailbox_key=mailbox, **bounced)
    first = backup("--untried")
    first = first.rename(first.with_name("first"))  # names of the same second are the same
    meanwhile(first)
    for name in ("ada", "mal"):
        withdrawing.withdraw(Signature.objects.get(email=f"{name}@example.org").token("withdraw"))
    with transaction.atomic():
        withdrawing.delete(Signature.objects.get(email="ned@example.org").pk, by_staff=True)
    erasing.erase("bob@example.org")
    unsubscribe("dora")
    make_signature(petition, email="gus@example.org")
    change_password("new")
    User.objects.update(email="anna@example.org")
    Phone.objects.all().delete()
    Petition.objects.update(collection=teams[1])
    return [first, backup("--untried")]


def state() -> tuple[object, ...]:
    anna = User.objects.get()
    due = OutgoingMail.objects.filter(outcome="").exists()
    team = Petition.objects.get().collection.name
    return passwords(), anna.email, Phone.objects.exists(), team, due


def test_over_a_restore_of_an_older_backup_nothing_is_lost_and_what_parted_is_not_the_last_state(
    key, tmp_path, capsys
):
    ledger = tmp_path / "ledger"
    rehearsed, empty = f"{scratch.name()}_empty_rehearsed", emptied()
    scratch.create(rehearsed)

    def restore(file: Path, *options: str) -> str:
        call_command("restore", str(file), "--key", str(key), *options)
        return capsys.readouterr().out

    def rehearse(first: Path) -> None:
        due = {"kind": "thanks", "due_at": timezone.now() + timedelta(hours=1)}
        OutgoingMail.objects.create(signature=Signature.objects.latest("pk"), **due)
        with scratch.instead(rehearsed):
            restore(first, "--without-erasures")
        OutgoingMail.objects.update(outcome="sent", ended_at=timezone.now())

    first, second = two_backups(meanwhile=rehearse)
    call_command("erasures", str(ledger))

    # On an empty machine, nothing is lost that the second backup has.
    said, remembered, bounced = [], [], []
    with scratch.instead(empty):
        for file, options in (
            (first, ["--without-erasures"]),
            (first, ["--erasures", str(ledger)]),
            (second, ["--erasures", str(ledger)]),
        ):
            out = restore(file, *options)
            rows = RememberedModeration.objects.values_list("moderation", flat=True)
            remembered.append(sorted(rows))
            bounced.append(bool(suppression.of("bob@example.org")))
            said.append((LATER in out, NOT_LAST in out))
            unsubscribe("finn")  # the site runs for a moment

        assert said == [(False, False), (True, False), (False, True)]
        assert remembered == [[], ["", "", "invalidated"], ["", "", "invalidated"]]
        assert unsubscribed() == ["cara", "dora", "finn"]
        assert bounced == [True, False, False]
        assert ErasureReceipt.objects.count() == 1
        assert emails() == [f"{name}@example.org" for name in ("cara", "dora", "finn", "gus")]
        assert state() == (["new"], "anna@example.org", False, "B", False)

    # A machine on which the first was tried, when it was the only one, is not the last state.
    with scratch.instead(rehearsed):
        said_there = restore(second, "--without-erasures")
        moved = state()
        change_password("there")
        third = backup("--untried")
        third = third.rename(third.with_name("third"))
    assert NOT_LAST in said_there
    assert moved == (["new"], "anna@example.org", False, "B", False)

    # On the site, its last state stays.
    change_password("newest")
    unsubscribe("finn")
    withdrawing.withdraw(Signature.objects.get(email="finn@example.org").token("withdraw"))
    said_here = [restore(file, "--without-erasures") for file in (first, second)]
    assert passwords() == ["newest"]
    assert unsubscribed() == ["cara", "dora", "finn"]
    assert not any(NOT_LAST in each or LATER in each for each in said_here)
    # Signed between both backups, so the first has nothing to say of it.
    lacking = "signatures of the backup that the database of before does not have: 1."
    assert [lacking in each for each in said_here] == [False, True]

    # Nor is the site the last state of the machine that went on from the rehearsal.
    assert NOT_LAST in restore(third, "--without-erasures")
    assert state() == (["there"], "anna@example.org", False, "B", False)
