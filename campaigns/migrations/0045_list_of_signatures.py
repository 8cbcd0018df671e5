from typing import Any

from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models.functions import Lower

# In the order of signing: of a petition, and of all. The others hold few rows, and cost no signer
# anything who is none of them.
INDEXES = {
    "signatures_of_a_petition": "(tally_id, signed_at)",
    "signatures_by_time": "(signed_at)",
    "moderated_by_time": "(signed_at) WHERE moderation > ''",
    "anonymised_by_time": "(signed_at) WHERE anonymised_at IS NOT NULL",
    "signatures_by_source": "(lower(source) text_pattern_ops) WHERE NOT source = ''",
}
MODELS = [
    models.Index(fields=["tally", "signed_at"], name="signatures_of_a_petition"),
    models.Index(fields=["signed_at"], name="signatures_by_time"),
    models.Index(
        fields=["signed_at"],
        name="moderated_by_time",
        condition=models.Q(("moderation__gt", "")),
    ),
    models.Index(
        fields=["signed_at"],
        name="anonymised_by_time",
        condition=models.Q(("anonymised_at__isnull", False)),
    ),
    models.Index(
        OpClass(Lower("source"), name="text_pattern_ops"),
        name="signatures_by_source",
        condition=models.Q(("source", ""), _negated=True),
    ),
]
# `campaigns.finding.traits` compares with this text.
TRAITS = """
    array_remove(ARRAY[
        'c' || country,
        'l' || language,
        'h' || channel,
        'p' || page_id::text,
        'f' || lower(nullif(framed_by, '')),
        'u' || CASE WHEN updates THEN '' END,
        'z' || upper(translate(postcode, ' -', '')),
        'd' || lower(substring(email from '[^@]*$'))
    ], NULL)
"""
# It holds postcodes and domains, so PostgreSQL must not copy them into its statistics.
BY_TRAIT: list[str | tuple[str, Any]] = [
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS signatures_by_trait ON campaigns_signature"
    f" USING gin (({TRAITS}))",
    "ALTER INDEX signatures_by_trait ALTER COLUMN 1 SET STATISTICS 0",
]


def create(index: models.Index) -> migrations.RunSQL:
    """Make an index while people sign. It can be run again after an interruption."""
    sql = f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index.name} ON campaigns_signature"
    return migrations.RunSQL(
        f"{sql} {INDEXES[index.name]}",
        f"DROP INDEX IF EXISTS {index.name}",
        state_operations=[migrations.AddIndex("signature", index)],
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("campaigns", "0044_curve_block"),
    ]

    operations = [
        *map(create, MODELS),
        migrations.RunSQL(BY_TRAIT, "DROP INDEX IF EXISTS signatures_by_trait"),
    ]
