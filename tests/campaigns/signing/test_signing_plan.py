"""Signing reads few rows, however many people signed today, even with outdated statistics."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import Signature
from campaigns.signing.prepared_statements import SIGN
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", SIGN)
def test_only_a_networks_own_signatures_are_counted(kind):
    """PostgreSQL's statistics are those of a quiet petition, which nobody signed recently."""
    first = make_signature(make_petition(), email="first@example.org")
    table = Signature._meta.db_table
    columns = [field.column for field in Signature._meta.concrete_fields]
    long_ago = timezone.now() - timedelta(days=30)
    others = {
        "id": "gen_random_uuid()",
        "email_key": "sha256(number::text::bytea)",
        "network_key": "sha256(number::text::bytea)",
        "signed_at": f"timestamptz '{long_ago}' - number * interval '1h'",
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" SELECT {', '.join(others.get(column, column) for column in columns)}"
            f" FROM {table}, generate_series(1, 400) number WHERE id = '{first.pk}'"
        )
        cursor.execute(f"ANALYZE {table}")
        cursor.execute(b"EXPLAIN (GENERIC_PLAN) " + SIGN[kind].text)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "signatures_of_a_network" in plan
    for index in ("signatures_of_a_petition", "signatures_by_time", "Seq Scan on campaigns_signat"):
        assert index not in plan, plan
