"""A mailing reads few recipients for each of its emails, however many it has."""

import pytest
from django.db import connection

from campaigns.mailings import due_mailings, sending
from campaigns.models import Signature
from tests.campaigns.mailings.test_sending import approved, make_signers
from tests.factories import make_petition

pytestmark = pytest.mark.django_db

MANY = 2_000
# Signers like the first, with emails of their own.
OTHERS = {
    "id": "gen_random_uuid()",
    "email_key": "sha256(number::text::bytea)",
    "email": "number || '@example.org'",
}


def test_who_is_next_is_found_without_reading_all_recipients():
    river = make_petition()
    [first] = make_signers(river, 1)
    approved(river)
    columns = [field.column for field in Signature._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO campaigns_signature ({', '.join(columns)})"
            f" SELECT {', '.join(OTHERS.get(column, column) for column in columns)}"
            " FROM campaigns_signature, generate_series(1, %s) number WHERE id = %s",
            [MANY, first.pk],
        )
        due_mailings.begin()
        cursor.execute("ANALYZE campaigns_recipient")
        cursor.execute(f"EXPLAIN {sending.START}", [20])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on campaigns_recipient" not in plan, plan
