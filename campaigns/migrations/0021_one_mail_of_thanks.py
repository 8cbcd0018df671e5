from django.db import migrations, models

# Two requests at the same moment could thank somebody twice. The mail that was sent stays.
DELETE_SECOND = """
    DELETE FROM campaigns_outgoingmail mail USING (
        SELECT id, row_number() OVER (
            PARTITION BY signature_id ORDER BY outcome <> 'sent', id) AS place
        FROM campaigns_outgoingmail WHERE kind = 'thanks') AS found
    WHERE mail.id = found.id AND found.place > 1
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("campaigns", "0020_count_by_confirmation"),
    ]

    operations = [
        migrations.RunSQL(DELETE_SECOND, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    # What an attempt that failed left behind is no index yet.
                    "DROP INDEX CONCURRENTLY IF EXISTS one_mail_of_thanks_a_signature",
                    migrations.RunSQL.noop,
                ),
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY one_mail_of_thanks_a_signature"
                    " ON campaigns_outgoingmail (signature_id) WHERE kind = 'thanks'",
                    "DROP INDEX CONCURRENTLY one_mail_of_thanks_a_signature",
                ),
            ],
            [
                migrations.AddConstraint(
                    model_name='outgoingmail',
                    constraint=models.UniqueConstraint(condition=models.Q(('kind', 'thanks')), fields=('signature',), name='one_mail_of_thanks_a_signature'),
                ),
            ],
        ),
    ]
