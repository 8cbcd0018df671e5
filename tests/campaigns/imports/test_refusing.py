"""People who were blocked, invalidated or erased, or withdrew, do not come back with a list."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.cms.jobs import imports as jobs
from campaigns.imports import corrected, importing, reading, undoing
from campaigns.models import ErasureReceipt, ListEntry, RememberedModeration, Signature, Tally
from campaigns.privacy import erasing, retention
from campaigns.privacy.people import Scope
from campaigns.signing import signing, withdrawing
from tests.campaigns.imports.test_importing import bring_in, upload
from tests.factories import days_ago, make_petition, make_signature

pytestmark = pytest.mark.django_db

GRACE = ["Grace Hopper", "Grace@example.org", "", "1", ""]
ERASED = (
    "Somebody with this email address withdrew, or their data was deleted, and the row has no "
    "later day of signing."
)


def whys(wrong) -> dict[int, str]:
    return {each.number: each.why for each in wrong if each.is_refused}


def test_the_block_and_allow_lists_hold_for_lists_too():
    for kind, pattern, effect in (
        ("email", "grace@example.org", "block"),
        ("domain", "spam.example", "block"),
        ("email", "ada@spam.example", "allow"),
    ):
        ListEntry.objects.create(kind=kind, pattern=pattern, effect=effect)
    rows = [GRACE, ["Xu", "x@spam.example", "", "", ""], ["Ada", "ada@spam.example", "", "", ""]]

    counts, wrong = bring_in(upload(make_petition(), rows))

    assert counts == (1, 0, 0, 2)
    text = "This email address or its domain is on the block list."
    assert whys(wrong) == {2: text, 3: text}
    assert Signature.objects.get().name == "Ada"
    assert jobs.told(counts, is_done=True).startswith(
        "1 signature has been imported. 2 rows are not imported, since the email addresses are"
    )


def test_who_was_invalidated_is_not_imported_again_after_undoing():
    petition = make_petition()
    subject = upload(petition, [GRACE, ["Ada", "ada@example.org", "", "1", ""]])
    bring_in(subject)
    Signature.objects.filter(name="Grace Hopper").update(
        moderation="invalidated", moderation_reason="fake"
    )

    with transaction.atomic():
        undoing.undo(subject, by=None, advance=int)
    counts, wrong = bring_in(upload(petition, [GRACE, ["Ada", "ada@example.org", "", "1", ""]]))

    assert RememberedModeration.objects.get().reason == "remembered"
    assert counts == (1, 0, 0, 1)
    text = "A signature with this email address was quarantined or invalidated before."
    assert whys(wrong) == {2: text}


def test_who_was_erased_comes_back_only_if_they_signed_afterwards():
    petition = make_petition()
    make_signature(petition, email="grace@example.org")
    erasing.erase("grace@example.org")
    ErasureReceipt.objects.update(made_at=days_ago(10))
    days = [str(timezone.localdate() - timedelta(days=days)) for days in (10, 9)]

    before, wrong = bring_in(upload(petition, [[*GRACE[:4], days[0]]]))
    after, _wrong = bring_in(upload(petition, [[*GRACE[:4], days[1]]]))

    assert (before, whys(wrong)) == ((0, 0, 0, 1), {2: ERASED})
    assert after == (1, 0, 0, 0)


def withdraw(signature: Signature, client: Client) -> None:
    withdrawing.withdraw(signature.token("withdraw"))


def delete(signature: Signature, client: Client) -> None:
    client.post(reverse("signatures_modeladmin_delete", args=[signature.pk]))


@pytest.mark.parametrize("leave", [withdraw, delete])
def test_who_withdrew_or_was_deleted_by_staff_comes_back_only_if_they_signed_afterwards(
    leave, admin_client
):
    petition = make_petition()
    days = [str(timezone.localdate() - timedelta(days=days)) for days in (10, 9)]
    ada = ["Ada", "ada@example.org", "", "1", ""]
    rows = [[*GRACE[:4], days[0]], ada]
    bring_in(upload(petition, rows))
    leave(Signature.objects.get(name="Grace Hopper"), admin_client)
    RememberedModeration.objects.update(withdrawn_on=days[0])

    again, wrong = bring_in(upload(petition, rows))
    undated, wrong_too = bring_in(upload(petition, [GRACE, ada], signed_on=timezone.localdate()))
    elsewhere, _wrong = bring_in(upload(make_petition(title="Library"), rows))
    after, _wrong = bring_in(upload(petition, [[*GRACE[:4], days[1]]]))

    assert (again, whys(wrong)) == ((0, 1, 0, 1), {2: ERASED})
    assert (undated, whys(wrong_too)) == (again, whys(wrong))
    assert (elsewhere, after) == ((2, 0, 0, 0), (1, 0, 0, 0))


def test_who_withdrew_may_sign_again_and_is_known_then():
    petition = make_petition()
    withdraw(make_signature(petition, email="grace@example.org"), Client())

    signing.sign(petition, name="Grace", email="Grace@example.org", version=petition.version.pk)
    unconfirmed, wrong = bring_in(upload(petition, [GRACE]))
    signing.confirm(Signature.objects.get().token("confirm"))
    confirmed, _wrong = bring_in(upload(petition, [GRACE]))

    assert (unconfirmed, whys(wrong)) == ((0, 0, 0, 1), {2: ERASED})
    assert confirmed == (0, 1, 0, 0)
    assert not Signature.objects.get().moderation


def test_where_two_people_share_an_email_address_a_withdrawal_holds_for_both_and_stays():
    petition = make_petition(shares_email=True)
    for slot, name in ((1, "Ann"), (2, "Bob")):
        make_signature(petition, email="home@example.org", name=name, household_slot=slot)
    withdraw(Signature.objects.get(name="Ann"), Client())
    retention.run()
    names = ("Ann", "Bob", "Charles")

    counts, wrong = bring_in(
        upload(petition, [[name, "home@example.org", "", "1", ""] for name in names])
    )

    assert (counts, whys(wrong)) == ((0, 1, 0, 2), {2: ERASED, 4: ERASED})


def test_an_erasure_holds_for_the_petitions_and_the_person_that_it_was_about():
    """A team deletes in its own petitions alone, and two people may share an email address."""
    ours, theirs = make_petition(title="Ours"), make_petition(title="Theirs", shares_email=True)
    make_signature(ours, email="grace@example.org")
    make_signature(theirs, email="home@example.org", name="Ann Lee")
    of_ours = Tally.objects.filter(pk=ours.tally.pk)
    erasing.erase("grace@example.org", scope=Scope(tallies=of_ours, contacts=False))
    erasing.erase("home@example.org", name="ann lee")
    rows = [
        GRACE,
        ["Ann  Lee", "home@example.org", "", "1", ""],
        ["Bob Lee", "home@example.org", "", "1", ""],
    ]

    in_ours, wrong_in_ours = bring_in(upload(ours, rows[:1]))
    in_theirs, wrong_in_theirs = bring_in(upload(theirs, rows))

    assert (in_ours, whys(wrong_in_ours)) == ((0, 0, 0, 1), {2: ERASED})
    assert (in_theirs, whys(wrong_in_theirs)) == ((2, 0, 0, 1), {3: ERASED})


def test_the_file_says_why_a_row_was_refused():
    make_signature(petition := make_petition(), email="grace@example.org")
    erasing.erase("grace@example.org")
    subject = upload(petition, [GRACE])
    _counts, wrong = importing.check(subject, advance=int)

    content = b"".join(corrected.file_of_wrong(subject, wrong))

    assert reading.read(content).rows[1] == ["2", ERASED, *GRACE[:2], "", "1"]
