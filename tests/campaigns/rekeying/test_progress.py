"""The operator and the doctor can see what still needs an old key, and what went wrong."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns.mailings import suppression
from campaigns.models import KeyFingerprint, Signature, SuppressedMailbox
from campaigns.rekeying import moving, progress, switching
from campaigns.signatures.email_keys import mailbox_keys
from operations.doctor import database
from operations.doctor.findings import Asked
from tests.factories import days_ago, make_petition, make_signature

pytestmark = pytest.mark.django_db


def said() -> list[str]:
    return [each.what for each in progress.look()]


def test_the_doctor_follows_a_rotation_from_its_beginning_to_its_end(replace, settings):
    make_signature(make_petition())
    suppression.suppress(suppression.keys_of("eve@example.org"), signature=None)
    assert said() == []

    replace()
    begun = said()
    switching.switch()
    unfinished = said()
    moving.run(rest=0)
    waits = said()
    SuppressedMailbox.objects.all().delete()
    recent = said()
    KeyFingerprint.objects.update(since=timezone.now() - switching.GOOD_FOR - timedelta(days=1))
    over = said()
    settings.SIGNATURE_KEY_FALLBACKS = []

    assert begun == ["SIGNATURE_KEY is new, and an old key still makes digests."]
    assert unfinished == ["Signatures still have the old key: re-keying was not finished."]
    assert (waits, recent) == ([], [])
    assert [each.partition(" (")[0] for each in over] == ["Key 1 of SIGNATURE_KEY_FALLBACKS"]
    assert "is needed by nothing any more" in over[0]
    assert said() == []


def test_the_doctor_finds_keys_that_are_not_named(replace, settings):
    make_signature(make_petition())
    suppression.suppress(suppression.keys_of("eve@example.org"), signature=None)
    replace()
    switching.switch()
    settings.SIGNATURE_KEY_FALLBACKS = []

    found = [each.what for each in database.check(Asked())]

    assert {
        "Made with a key that the settings do not name: 1 mailboxes without mailings.",
        "Signatures have a key that SIGNATURE_KEY and its fallbacks do not make.",
    } <= set(found)


def test_the_command_says_how_it_stands_and_changes_nothing_where_it_is_only_asked(replace, capsys):
    call_command("rekey")
    make_signature(make_petition())
    replace()
    call_command("rekey", "--status")
    asked = capsys.readouterr().out.splitlines()
    call_command("rekey")
    done = capsys.readouterr().out.splitlines()
    call_command("rekey", "--status")

    until = f"{timezone.localtime() + switching.GOOD_FOR:%Y-%m-%d}"
    end = [
        f"Key 1 of SIGNATURE_KEY_FALLBACKS ({progress.fallbacks()[0].fingerprint}) "
        "is needed by nothing that is stored.",
        f"Links to unsubscribe and codes in emails of before need it until {until}.",
    ]
    assert asked == [
        "SIGNATURE_KEY_FALLBACKS names no key: nothing is being replaced.",
        "SIGNATURE_KEY does not make digests yet: run lastdrop rekey.",
    ]
    assert done == [
        "From now on SIGNATURE_KEY makes the digests.",
        "1 rows were moved to SIGNATURE_KEY.",
        *end,
    ]
    assert capsys.readouterr().out.splitlines() == end


@pytest.mark.parametrize(
    ("shares_email", "names", "kept"),
    [
        (False, ("Ada", "Ada"), ["Ada"]),
        (False, ("Ada", "Ben"), ["Ada"]),
        (True, ("Ada", "ADA"), ["Ada"]),
        (True, ("Ada", "Ben"), ["Ada", "Ben"]),
    ],
)
def test_who_signed_under_both_keys_counts_once(replace, shares_email, names, kept):
    """A process that was not restarted has gone on with the old key."""
    petition = make_petition(shares_email=shares_email)
    first = make_signature(petition, name=names[0], signed_at=days_ago(2))
    replace()
    call_command("rekey")
    now, old = mailbox_keys(petition.tally.pk, first.email)
    make_signature(petition, name=names[1], email_key=old)

    call_command("rekey")

    rows = Signature.objects.order_by("household_slot")
    assert [(row.name, bytes(row.email_key), row.household_slot) for row in rows] == [
        (name, now, slot) for slot, name in enumerate(kept, 1)
    ]
