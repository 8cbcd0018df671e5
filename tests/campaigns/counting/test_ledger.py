"""The count is the sum of the stored signatures and of the entries of the ledger, everywhere."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from campaigns.counting import arrivals, counting, figures, ledger, public_growth, surveying
from campaigns.counting.arrivals import roll_up
from campaigns.models import HasSignatures, LedgerEntry, Milestone, Petition, Signature, Tally
from campaigns.signing.thanks_page import thanked
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition() -> Petition:
    return make_petition(goal=500)


def enter(petition: Petition, number: int, kind: str = "paper", **fields: str) -> LedgerEntry:
    return ledger.enter(petition, kind=kind, number=number, reason="Counted.", by=None, **fields)


def test_each_reader_gets_the_sum(petition, client):
    signature = make_signature(petition)
    enter(petition, 412)
    enter(petition, 100, "partner")
    enter(petition, -12, "correction")
    counting.fold()
    roll_up()

    page = client.get(petition.get_absolute_url())
    told = client.get(petition.url_path("api_petition")).json()
    fresh = Petition.objects.get(pk=petition.pk)

    assert (fresh.tally.total, fresh.tally.elsewhere, fresh.tally.count) == (1, 500, 501)
    assert fresh.progress == (501, 1000)  # the goal has risen
    assert (told["count"], told["elsewhere"], told["goal"]) == (501, 500, 1000)
    assert client.get(petition.url_path("count")).json()["count"] == 501
    assert ">501</strong>" in page.content.decode()
    assert "500 of these signatures were made on paper or elsewhere" in page.content.decode()
    assert counting.site_total() == 501
    assert thanked(fresh, signature.pk, is_rank=False).number == 501
    assert public_growth.course(fresh)[-1] == (timezone.localdate(), 501)
    assert Milestone.objects.filter(number=500).exists()


def test_numbers_of_a_draft_are_public_once_it_is_published(client, admin_user):
    draft = make_petition(live=False)
    enter(draft, 412)
    client.force_login(admin_user)
    screen = f"/admin/snippets/campaigns/petition/ledger/{draft.pk}/"

    def told() -> tuple[int, bool]:
        text = client.get(screen).content.decode()
        return counting.site_total(), "once the petition is published" in text

    before = told()
    Petition.objects.update(live=True)

    assert (before, told()) == ((0, True), (412, False))


def test_the_page_explains_nothing_where_all_signed_here(petition, client):
    make_signature(petition)
    counting.fold()

    assert "or elsewhere" not in client.get(petition.get_absolute_url()).content.decode()


def test_a_hidden_count_hides_what_was_signed_elsewhere(client):
    petition = make_petition(count_from=1000)
    enter(petition, 412)

    told = client.get(petition.url_path("api_petition")).json()

    assert (told["count"], told["elsewhere"]) == (None, None)
    assert "or elsewhere" not in client.get(petition.get_absolute_url()).content.decode()


def test_an_entry_is_countered_once_and_both_stay(petition):
    entry = enter(petition, 412, sheets="1–21")

    results = [ledger.counter(petition, entry, reason="Twice.", by=None) for _ in range(2)]

    assert results == [True, False]
    assert list(ledger.entries(petition.tally).values_list("number", flat=True)) == [-412, 412]
    assert (petition.tally.elsewhere, ledger.parts(petition.tally)) == (0, [])
    assert ledger.counted_twice(petition.tally, {("", 7): None}) == set()


def test_no_more_is_taken_away_than_was_brought(petition):
    first = enter(petition, 10)
    enter(petition, -4, "correction")

    with pytest.raises(ledger.TooFew, match="6"):
        enter(petition, -7, "correction")
    with pytest.raises(ledger.TooFew, match="6"):
        ledger.counter(petition, first, reason="Wrong.", by=None)

    assert Tally.objects.get().elsewhere == 6


@pytest.mark.parametrize(
    "change",
    [
        lambda entries: entries.update(number=5),
        lambda entries: entries.update(reason="Another."),
        lambda entries: entries.create(
            tally=Tally.objects.get(), kind="paper", number=-1, reason="x"
        ),
        lambda entries: entries.create(
            tally=Tally.objects.get(), kind="paper", number=1, reason=""
        ),
        lambda entries: Tally.objects.update(elsewhere=-1),
    ],
    ids=["number", "reason", "less on paper", "without a reason", "less than nothing"],
)
def test_the_database_refuses_what_is_no_ledger(petition, change):
    enter(petition, 3)

    with pytest.raises(IntegrityError), transaction.atomic():
        change(LedgerEntry.objects)

    assert list(LedgerEntry.objects.values_list("number", flat=True)) == [3]


def test_a_petition_that_was_signed_elsewhere_stays_and_one_whose_entry_was_taken_back_goes():
    petition = make_petition()
    entry = enter(petition, 3)
    with pytest.raises(HasSignatures):
        petition.unpublish()
    with pytest.raises(HasSignatures):
        petition.delete()
    ledger.counter(petition, entry, reason="Another petition.", by=None)

    petition.delete()

    assert not LedgerEntry.objects.exists()


def test_the_nightly_check_heals_a_sum_that_was_changed_by_hand_and_says_so(
    petition, caplog, capsys
):
    enter(petition, 412)
    Tally.objects.update(elsewhere=5)

    call_command("recount")

    assert Tally.objects.get().elsewhere == 412
    assert f"[{petition.tally.pk}] did not equal their entries" in caplog.text
    assert "elsewhere: 5 was corrected to 412" in capsys.readouterr().out


@pytest.mark.parametrize(("before", "after"), [(1, 99), (99, 1)])
def test_a_milestone_has_the_moment_of_the_entry_or_signature_that_reached_it(before, after):
    """One entry of 1 or of 99 reaches a hundred, together with the signatures before it."""
    petition = make_petition(goal=100)
    hour = timedelta(hours=1)
    begun = timezone.now() - 300 * hour
    rows = [
        Signature(
            tally=petition.tally,
            language="en",
            version=petition.version,
            email_key=uuid4().bytes,
            name="Ada",
            signed_at=begun,
            confirmed_at=begun + number * hour,
        )
        for number in range(1, 121)
    ]
    petition.tally.signatures.bulk_create(rows)
    LedgerEntry.objects.create(
        tally=petition.tally,
        kind="paper",
        number=after,
        reason="x",
        entered_at=begun + (before + 0.5) * hour,
    )

    counting.fold()

    # The entry reaches 100 in both cases: 1 after the 99th signature, and 99 after the first.
    assert Milestone.objects.get(number=100).reached_at == begun + (before + 0.5) * hour


def test_a_milestone_after_an_entry_needs_as_many_signatures_as_it_leaves():
    petition = make_petition(goal=100)
    hour = timedelta(hours=1)
    begun = timezone.now() - 300 * hour
    for number in range(1, 5):
        moment = begun + number * hour
        make_signature(petition, email=f"{number}@example.org", confirmed_at=moment)
    for number, after in ((98, 0.5), (-1, 2.5)):
        LedgerEntry.objects.create(
            tally=petition.tally,
            kind="correction",
            number=number,
            reason="x",
            entered_at=begun + after * hour,
        )

    counting.fold()

    # 98, 99, and 100 with the second signature. The correction to 99 changes no reached milestone.
    assert Milestone.objects.get(number=100).reached_at == begun + 2 * hour


def test_what_needs_rows_has_only_those_that_are_stored_here(petition, client, admin_user):
    """Lists, files, countries and days, and texts about signers' data."""
    make_signature(petition, country="KE")
    enter(petition, 412)
    counting.fold()
    roll_up()
    surveying.survey()
    client.force_login(admin_user)

    screens = {
        name: client.get(reverse(name), {"petition": petition.pk}).content.decode()
        for name in ("signatures_modeladmin_index", "export_signatures", "signatures_statistics")
    }

    assert "1 signature" in screens["signatures_modeladmin_index"]
    assert "1 signature" in screens["export_signatures"]
    assert "413" in screens["signatures_statistics"]
    assert "<dt>Of these, signed elsewhere</dt><dd>412" in " ".join(
        screens["signatures_statistics"].split()
    ).replace("<dd> ", "<dd>")
    assert arrivals.report(petition.tally).days[0].number == 1
    assert figures.surveyed([petition.tally]).countries == {"KE": 1}
