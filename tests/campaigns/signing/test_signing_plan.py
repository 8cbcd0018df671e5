"""Signing reads few rows, however many people signed today, even with outdated statistics."""

import pytest
from django.db import connection

from campaigns.models import Signature, SigningTry
from campaigns.signing.prepared_statements import SIGN
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

TABLES = (Signature._meta.db_table, SigningTry._meta.db_table)
# 400 more signatures, each of a network of its own.
OTHERS = {
    "id": "gen_random_uuid()",
    "email_key": "sha256(number::text::bytea)",
    "network_key": "sha256(number::text::bytea)",
    "signed_at": "signed_at - interval '30 days' - number * interval '1h'",
}


@pytest.mark.parametrize("kind", SIGN)
def test_only_a_networks_own_tries_are_counted(kind):
    """PostgreSQL's statistics are those of a quiet petition, which nobody signed recently."""
    first = make_signature(make_petition(), email="first@example.org")
    columns = [field.column for field in Signature._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLES[0]} ({', '.join(columns)})"
            f" SELECT {', '.join(OTHERS.get(column, column) for column in columns)}"
            f" FROM {TABLES[0]}, generate_series(1, 400) number WHERE id = '{first.pk}'"
        )
        cursor.execute(
            f"INSERT INTO {TABLES[1]} (tally_id, network_key, tried_at, due_at)"
            f" SELECT {first.tally_id}, sha256(number::text::bytea), now(), now()"
            " FROM generate_series(1, 400) number"
        )
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")
        cursor.execute(b"EXPLAIN (GENERIC_PLAN) " + SIGN[kind].text)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "campaigns_signingtry_pkey" in plan
    for index in ("signatures_of_", "_by_time", "Seq Scan on campaigns_si"):
        assert index not in plan, plan
