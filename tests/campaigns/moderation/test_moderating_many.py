"""A decision about very many signatures, and undoing it: for all of them, or for none."""

import threading
import time
from collections import Counter

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from campaigns.models import Decision, ModeratedSignature, Petition, Signature
from campaigns.moderation import moderating
from campaigns.moderation.seen import Seen
from campaigns.privacy import dependent_rows
from tests import database
from tests.factories import make_petition, make_signature

FILL = """
    INSERT INTO campaigns_signature (
        id, tally_id, email_key, household_slot, name, email, updates, language, signed_at,
        confirmed_at, moderation, moderation_reason, channel, source, version_id)
    SELECT gen_random_uuid(), %(tally)s, sha256(number::text::bytea), 1, 'Fake ' || number,
        number || '@fake.example', false, 'en', now(), now(),
        CASE number %% 2 WHEN 0 THEN 'quarantined' ELSE '' END,
        CASE number %% 2 WHEN 0 THEN 'burst' ELSE '' END, 'form', '', %(version)s
    FROM generate_series(1, %(many)s) AS number
"""


def fill(petition: Petition, many: int) -> None:
    with connection.cursor() as cursor:
        values = {"tally": petition.tally.pk, "version": petition.version.pk, "many": many}
        cursor.execute(FILL, values)
        # Otherwise autovacuum would analyse the tables, find them empty (it cannot see these rows),
        # and PostgreSQL would compare each signature with each other.
        cursor.execute("ANALYZE campaigns_signature")
        cursor.execute("LOCK TABLE campaigns_moderatedsignature IN SHARE UPDATE EXCLUSIVE MODE")


def run_into_the_time_limit(_done: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
        cursor.execute("SELECT pg_sleep(1)")


def moderations() -> Counter:
    return Counter(Signature.objects.values_list("moderation", "moderation_reason"))


@pytest.mark.storm
@pytest.mark.django_db
def test_a_decision_over_very_many_signatures_is_undone_in_all_of_them(size, monkeypatch):
    # In part, the batches are smaller too, so that there are as many.
    monkeypatch.setattr(moderating, "BATCH", size(moderating.BATCH, 50))
    petition, many = make_petition(), size(200_000, 50)
    assert many > 5 * moderating.BATCH
    fill(petition, many)
    before = moderations()
    everything = Signature.objects.all()
    first = moderating.moderate(everything, moderation="invalidated", reason="A flood", by=None)
    some = Signature.objects.filter(email__startswith="1")
    later = moderating.moderate(some, moderation="", reason="A school", by=None)
    again = some.count()

    undone = moderating.undo(first, by=None)
    left = moderations()
    rest = moderating.undo(later, by=None)

    assert undone == {petition.tally.pk: many - again}
    assert left[("", "A school")] == again
    assert left[("invalidated", "A flood")] == 0
    assert rest == {petition.tally.pk: again}
    assert moderations() == before


@pytest.mark.django_db
def test_a_decision_and_its_undoing_are_of_the_moment_at_which_all_is_done():
    """So an export that is made in the meantime, and does not see the decision, is older."""
    make_signature(make_petition())
    keys, moments = list(Signature.objects.values_list("pk", flat=True)), []

    def meanwhile(_done: int) -> None:
        moments.append(timezone.now())

    about = {"moderation": "invalidated", "reason": "A flood", "by": None, "seen": Seen.now()}
    decision = moderating.moderate_in_batches([keys], **about, advance=meanwhile)
    moderating.undo(decision, by=None, advance=meanwhile)

    decision.refresh_from_db()
    assert decision.made_at > moments[0]
    assert decision.undone_at > moments[1]


@pytest.mark.django_db
def test_undoing_that_is_interrupted_changes_nothing(monkeypatch):
    monkeypatch.setattr(moderating, "BATCH", 10)
    fill(make_petition(), 30)
    every = Signature.objects.all()
    decision = moderating.moderate(every, moderation="invalidated", reason="A flood", by=None)
    before = moderations()

    with pytest.raises(OperationalError):
        moderating.undo(decision, by=None, advance=run_into_the_time_limit)

    assert moderations() == before
    assert Decision.objects.get().undone_at is None
    assert moderating.undo(decision, by=None) != {}


@pytest.mark.django_db(transaction=True)
def test_undoing_waits_for_a_decision_that_is_being_made_and_leaves_it():
    make_signature(make_petition())
    every = Signature.objects.all()
    first = moderating.moderate(every, moderation="quarantined", reason="Odd", by=None)
    undone: list[dict[int, int]] = []

    def undo() -> None:
        undone.append(moderating.undo(first, by=None))
        connections.close_all()

    other = threading.Thread(target=undo)
    with transaction.atomic():
        later = moderating.moderate(every, moderation="invalidated", reason="A fake", by=None)
        other.start()
        while not database.waiting():
            time.sleep(0.01)
    other.join()

    assert undone == [{}]
    assert moderations() == {("invalidated", "A fake"): 1}
    moderating.undo(later, by=None)
    assert moderations() == {("", ""): 1}


@pytest.mark.django_db
@pytest.mark.parametrize("is_first", [True, False], ids=["first", "last"])
def test_two_decisions_at_once_are_undone_in_any_order(is_first):
    """A large decision has the lower primary key, and reaches some of its signatures later."""
    petition = make_petition()
    keys = sorted(make_signature(petition, email=f"{each}@example.org").pk for each in range(2))
    made: list[Decision] = []

    def meanwhile(done: int) -> None:
        if done == 1:
            last = Signature.objects.filter(pk=keys[1])
            made.append(moderating.moderate(last, moderation="invalidated", reason="", by=None))

    about = {"moderation": "quarantined", "reason": "Odd", "by": None, "seen": Seen.now()}
    large = moderating.moderate_in_batches([[key] for key in keys], **about, advance=meanwhile)
    both = moderations()
    for decision in [large, *made] if is_first else [*made, large]:
        moderating.undo(decision, by=None)

    assert both == {("quarantined", "Odd"): 1, ("invalidated", ""): 1}
    assert moderations() == {("", ""): 2}


@pytest.mark.django_db(transaction=True)
def test_a_decision_waits_for_one_that_is_being_made_and_leaves_what_it_changes():
    make_signature(make_petition())
    every = Signature.objects.all()
    made: list[Decision] = []

    def quarantine() -> None:
        made.append(moderating.moderate(every, moderation="quarantined", reason="Odd", by=None))
        connections.close_all()

    other = threading.Thread(target=quarantine)
    with transaction.atomic():
        moderating.moderate(every, moderation="invalidated", reason="A fake", by=None)
        other.start()
        while not database.waiting():
            time.sleep(0.01)
    other.join()

    assert moderations() == {("invalidated", "A fake"): 1}
    assert moderating.counts(made[0]) == {}


@pytest.mark.django_db(transaction=True)
def test_deleting_waits_for_a_decision_that_is_being_made_and_leaves_nothing_of_it():
    signature = make_signature(make_petition())
    every = Signature.objects.all()

    def delete() -> None:
        with transaction.atomic():
            dependent_rows.delete([signature.pk])
            signature.delete()
        connections.close_all()

    other = threading.Thread(target=delete)
    with transaction.atomic():
        moderating.moderate(every, moderation="invalidated", reason="Ada, a fake", by=None)
        other.start()
        while not database.waiting():
            time.sleep(0.01)
    other.join()

    assert (Signature.objects.exists(), ModeratedSignature.objects.exists()) == (False, False)
    assert Decision.objects.get().reason == ""
