"""The conditions for counting a signature are written for the ORM and in SQL: both agree."""

from itertools import product

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import Signature
from campaigns.signatures import conditions
from tests.factories import make_petition, make_signature
from tests.plans import OTHER_SIGNATURES, copy, explained

FORMS = {
    "counted": (conditions.COUNTED, conditions.COUNTED_SQL),
    "pending": (conditions.PENDING, conditions.PENDING_SQL),
    "showable": (conditions.SHOWABLE, conditions.SHOWABLE_SQL),
}


@pytest.fixture
def every_signature():
    """A signature for each combination of confirming, moderation, anonymising, mailings, naming."""
    petition, now = make_petition(), timezone.now()
    moments, moderations = (None, now), Signature.Moderation.values
    kinds = product(moments, moderations, moments, moments, (None, "", "Ada L."))
    for number, (confirmed_at, moderation, anonymised_at, since, shown_as) in enumerate(kinds):
        if (anonymised_at or since) and shown_as is not None:
            continue  # the database does not allow this combination
        signature = make_signature(
            petition,
            email=f"{number}@example.org",
            confirmed_at=confirmed_at,
            moderation=moderation,
            shown_as=shown_as,
            for_mailings_since=since,
        )
        if anonymised_at:
            empty = dict.fromkeys(("name", "email", "email_key", "postcode", "comment"))
            Signature.objects.filter(pk=signature.pk).update(anonymised_at=anonymised_at, **empty)


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
def test_the_orm_and_sql_find_the_same_signatures(name, every_signature):
    in_orm, in_sql = FORMS[name]

    found = set(Signature.objects.filter(in_orm).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT s.id FROM campaigns_signature s WHERE {in_sql}")
        same = {pk for (pk,) in cursor.fetchall()}

    assert found == same
    assert 0 < len(found) < Signature.objects.count()


@pytest.mark.django_db
def test_each_signature_is_in_one_state_the_same_in_python_and_for_the_orm(every_signature):
    for signature in Signature.objects.all():
        states = [
            state
            for state, condition in conditions.IN_STATE.items()
            if Signature.objects.filter(condition, pk=signature.pk).exists()
        ]

        assert states == [signature.state]
    assert {signature.state for signature in Signature.objects.all()} == set(conditions.STATES)


@pytest.mark.django_db
def test_who_is_confirmed_and_quarantined_is_counted(every_signature):
    rows = Signature.objects.filter(moderation="quarantined", anonymised_at=None)

    number = conditions.confirmed_and_quarantined(Signature.objects.all())

    assert number == rows.filter(confirmed_at__isnull=False).count() > 0


@pytest.mark.django_db
def test_who_is_confirmed_and_quarantined_is_counted_in_indexes_alone():
    petition = make_petition()
    for number, confirmed_at in enumerate((None, timezone.now(), timezone.now())):
        for moderation in ("", "invalidated", "quarantined"):
            fields = {"confirmed_at": confirmed_at, "moderation": moderation}
            make_signature(petition, email=f"{number}{moderation}@example.org", **fields)
    copy(Signature, 200, OTHER_SIGNATURES | {"email_key": "sha256(gen_random_uuid()::text::bytea)"})
    signatures = petition.tally.signatures.all()
    with connection.cursor() as cursor:  # PostgreSQL does not know yet that all rows are visible.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")

    with explained() as plans:
        number = conditions.confirmed_and_quarantined(signatures)

    assert number == 402
    assert ["Bitmap Index Scan" in plan for plan in plans] == [True, True]
    assert ["Filter" in plan for plan in plans] == [False, False]  # The indexes know it all.
