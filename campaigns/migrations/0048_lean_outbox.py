import django.contrib.postgres.operations
from django.db import migrations, models

EMPTY = [
    'affiliation', 'comment', 'comment_as', 'comment_state', 'email', 'email_key', 'link_key', 'name', 'network_key', 'phone', 'postcode', 'sent_mails', 'shown_as', 'shown_at', 'typed_digest',
]
# Room for new versions of a row beside the old one, so that no index needs another entry; and a
# vacuum after each fiftieth of the rows, where PostgreSQL would wait for a fifth of ten million.
STORAGE = """
    ALTER TABLE campaigns_signature SET (
        fillfactor = 90,
        autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
        autovacuum_analyze_scale_factor = 0.02);
    ALTER TABLE campaigns_outgoingmail SET (
        fillfactor = 80,
        autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
        autovacuum_analyze_scale_factor = 0.05);
"""
AS_BEFORE = """
    ALTER TABLE campaigns_signature RESET (
        fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor,
        autovacuum_analyze_scale_factor);
    ALTER TABLE campaigns_outgoingmail RESET (
        fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor,
        autovacuum_analyze_scale_factor);
"""


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0047_caption_of_the_head"),
    ]

    operations = [
        migrations.AddField(
            model_name='signature',
            name='sent_mails',
            field=models.BinaryField(null=True),
        ),
        migrations.RunSQL(
            # PostgreSQL would copy values into its statistics, where they outlive their rows.
            'ALTER TABLE campaigns_signature ALTER COLUMN sent_mails SET STATISTICS 0',
            migrations.RunSQL.noop,
        ),
        migrations.RemoveConstraint(
            model_name='signature',
            name='anonymised_signature_is_empty',
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('anonymised_at__isnull', True), models.Q(*((f'{name}__isnull', True) for name in EMPTY)), _connector='OR'), name='anonymised_signature_is_empty'),
        ),
        migrations.RunSQL(STORAGE, AS_BEFORE),
    ]
