"""A table that grows fast is analyzed before autovacuum looks for it."""

import pytest
from django.db import connection

from campaigns.signing import signing
from operations.postgresql.analyzing import FEWEST, analyze_grown
from tests.factories import make_petition

TRIES = """
    INSERT INTO campaigns_signingtry (tally_id, network_key, tried_at, due_at)
    SELECT 0, sha256(number::text::bytea), now(), now() FROM generate_series(1, %s) number
"""
READS = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'campaigns_signingtry'"


@pytest.mark.django_db(transaction=True)
def test_a_signer_in_a_flood_does_not_read_all_its_tries():
    petition = make_petition()

    def reads_all_tries(email: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(READS)
            [before] = cursor.fetchone()
            signing.sign(
                petition,
                name="Ada Lovelace",
                email=email,
                version=petition.version.pk,
                network="203.0.113.7/32",
            )
            cursor.execute("SELECT pg_stat_force_next_flush()")
            cursor.execute(READS)
            return cursor.fetchone() != (before,)

    with connection.cursor() as cursor:
        # As it is left after a quiet day.
        cursor.execute("VACUUM (ANALYZE) campaigns_signingtry")
        found = [reads_all_tries("a@example.org")]
        cursor.execute(TRIES, [FEWEST])
        found.append(reads_all_tries("b@example.org"))

    analyze_grown()

    found.append(reads_all_tries("c@example.org"))
    assert found == [True, True, False]
