"""Conditions of constraints."""

import pytest
from django.db import IntegrityError, connection, transaction

from campaigns.models import OutgoingMail, Signature
from operations.postgresql.checks import is_one_of
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db


def test_is_one_of_takes_these_values_and_no_others():
    make_signature(make_petition(), email="one@example.org")

    def finds(text: str) -> bool:
        condition = is_one_of("name", ["", "plain"])
        Signature.objects.update(name=text)
        return Signature.objects.filter(condition).exists()

    assert [finds(text) for text in ("", "plain")] == [True, True]
    others = ("plain ", "plain\n", "xplain", "PLAIN")
    assert [finds(text) for text in others] == [False] * len(others)


@pytest.mark.parametrize("column", ["moderation", "channel"])
def test_a_signature_has_no_unknown_value(column):
    make_signature(make_petition(), email="one@example.org")
    with pytest.raises(IntegrityError, match=f"{column}_is_known"), transaction.atomic():
        Signature.objects.update(**{column: "other"})


@pytest.mark.parametrize("column", ["kind", "outcome"])
def test_a_mail_has_no_unknown_value(column):
    signature = make_signature(make_petition(), email="one@example.org")
    values = {"kind": "confirm", "outcome": "", column: "other"}
    with pytest.raises(IntegrityError, match=f"{column}_is_known"), transaction.atomic():
        OutgoingMail.objects.create(signature=signature, due_at=signature.signed_at, **values)


def test_the_conditions_of_triggers_on_signatures_are_short():
    """PostgreSQL parses them for each statement that may fire a trigger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(length(tgqual)) FROM pg_trigger"
            " WHERE tgrelid = 'campaigns_signature'::regclass"
        )
        [length] = cursor.fetchone()
    assert length < 4_000
