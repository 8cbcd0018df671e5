from django.db import migrations

# Decisions that were made before know their petitions by their signatures only. Running it twice
# changes nothing.
PETITIONS_OF_DECISIONS = migrations.RunSQL(
    """
    INSERT INTO campaigns_decision_tallies (decision_id, tally_id)
    SELECT DISTINCT m.decision_id, s.tally_id
    FROM campaigns_moderatedsignature m JOIN campaigns_signature s ON s.id = m.signature_id
    ON CONFLICT DO NOTHING
    """,
    migrations.RunSQL.noop,
)


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0012_decisions_in_histories"),
    ]

    operations = [PETITIONS_OF_DECISIONS]
