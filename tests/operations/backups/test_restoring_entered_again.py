"""After a restore, what was entered again after an erasure is there, and who was erased is not."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns.appeals.appeal import Appeal, Representative
from campaigns.mailings import suppression
from campaigns.mailings.suppression import SuppressedMailbox
from campaigns.models import RememberedModeration
from campaigns.petitions.petition import Petition
from campaigns.privacy import erasing, trusted_clock
from campaigns.signing import withdrawing
from operations.backups import erasure_ledger, last_state, scratch
from operations.backups.backup_record import Backup
from operations.backups.erasure_ledger import Erasure
from tests.factories import days_ago, make_appeal, make_petition, make_signature
from tests.operations.backups.test_restoring import backup

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("nothing_left"),
]

NAMES = ("mal@example.org", "bob@example.org", "one@parliament.example", "two@parliament.example")
SINCE = tuple(f"since.{name}" for name in NAMES)
STAYS, GONE = (["invalidated"], True, [NAMES[2]]), ([], False, [])


def enter(petition: Petition, appeal: Appeal, names: tuple[str, ...]) -> None:
    """Enter mal's invalidated signature, which he withdraws; bob's bounce; two representatives."""
    mal = make_signature(petition, email=names[0], moderation="invalidated")
    withdrawing.withdraw(mal.token("withdraw"))
    [bob] = suppression.keys_of(names[1])
    bounced = {"reason": "bounced", "suppressed_at": timezone.now()}
    SuppressedMailbox.objects.create(mailbox_key=bob, **bounced)
    for email in names[2:]:
        Representative.objects.create(appeal=appeal, area="Area", name=email, email=email)


def forget() -> None:
    SuppressedMailbox.objects.all().delete()
    RememberedModeration.objects.all().delete()


def erase_all_long_ago() -> None:
    for email in (*NAMES, *SINCE):
        erasing.erase(email)
    Erasure.objects.update(erased_on=timezone.now().date() - timedelta(days=100))


def entered(petition: Petition, names: tuple[str, ...]) -> tuple[list[str], bool, list[str]]:
    """What is remembered of mal, whether bob's emails bounced, and the representatives."""
    remembered = RememberedModeration.objects.filter(tally__petition=petition)
    there = Representative.objects.filter(email__in=names).order_by("email")
    return (
        list(remembered.values_list("moderation", flat=True)),
        bool(suppression.of(names[1])),
        list(there.values_list("email", flat=True)),
    )


def test_what_was_entered_again_before_the_backup_or_since_where_the_last_state_knows_it_stays(
    key, tmp_path, capsys
):
    appeal, petition, other = make_appeal(areas=0), make_petition(), make_petition(slug="since")
    enter(petition, appeal, NAMES)
    enter(other, appeal, SINCE)
    erase_all_long_ago()
    ledger, empty = tmp_path / "ledger", f"{scratch.name()}_empty"
    call_command("erasures", str(ledger))
    enter(petition, appeal, NAMES)
    make_signature(other)  # a database without any has nothing to say
    file = backup("--untried")
    forget()  # so that the last state has nothing to say of the first four
    enter(other, appeal, SINCE)
    erasing.erase(NAMES[3])  # for the second time
    call_command("erasures", str(ledger))
    scratch.create(empty)
    found, bob = [], SINCE[1]

    def restore() -> None:
        call_command("restore", str(file), "--key", str(key), "--erasures", str(ledger))
        is_doubted = "The clock cannot be trusted." in capsys.readouterr().out
        found.append((entered(petition, NAMES), entered(other, SINCE), is_doubted))

    with scratch.instead(empty):
        restore()
    restore()
    known, bounces = erasure_ledger.entries(), [*SuppressedMailbox.objects.all()]
    erasing.erase(bob)
    call_command("erasures", str(ledger))
    Erasure.objects.all().delete()  # as in a database that knows nothing of this second erasure
    erasure_ledger.write(known)
    SuppressedMailbox.objects.all().delete()
    SuppressedMailbox.objects.bulk_create(bounces)
    restore()
    trusted_clock.SeenClock.objects.update(seen_at=days_ago(3))
    forget()
    restore()
    gap = {"made_at": days_ago(50), "unknown_until": days_ago(49)}
    Backup.objects.create(file="another", size=1, **gap)  # both have gone separate ways
    restore()

    assert found == [
        (STAYS, GONE, False),
        (STAYS, (["invalidated"], True, []), False),
        (STAYS, (["invalidated"], False, []), False),
        (GONE, GONE, True),
        (GONE, GONE, False),
    ]


def test_an_entry_of_the_day_of_the_backup_or_of_a_gap_may_be_unknown_to_it():
    made_at, day = timezone.now().replace(hour=12), timedelta(days=1)
    gap = {"made_at": made_at - 9 * day, "unknown_until": made_at - 7 * day}
    Backup.objects.create(file="gap", size=1, **gap)
    ledger = {bytes([ago]): (made_at - ago * day).date() for ago in range(12)}

    unknown = last_state.unknown(ledger, made_at)
    at_midnight = last_state.unknown(ledger, made_at.replace(hour=0, minute=30))

    assert [*map(ord, unknown)] == [0, 7, 8, 9]
    assert [*map(ord, at_midnight)] == [0, 1, 7, 8, 9]


def test_what_was_erased_twice_has_the_later_day(tmp_path):
    path, today = tmp_path / "ledger", timezone.now().date()
    long_ago = today - timedelta(days=100)
    erasure_ledger.note("representative", [NAMES[2]])
    erasure_ledger.save(path)
    Erasure.objects.update(erased_on=long_ago)
    before = erasure_ledger.entries()

    erasure_ledger.save(path)
    in_file = [*erasure_ledger.load(path).values()]
    erasure_ledger.note("representative", [NAMES[2]])
    erasure_ledger.write(before)

    assert in_file == [*erasure_ledger.entries().values()] == [today]
