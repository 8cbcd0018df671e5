"""The ledger of a petition: what was signed elsewhere. The database itself keeps the sum."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# Statements, and not rows, are added up: the entries of a petition that is deleted go together, and
# the sum is never below zero in between.
KEEP_SUM = migrations.RunSQL(
    """
    CREATE FUNCTION campaigns_sum_entries() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE campaigns_tally AS tally
        SET elsewhere = tally.elsewhere + CASE TG_OP WHEN 'INSERT' THEN e.sum ELSE -e.sum END
        FROM (SELECT tally_id, sum(number) AS sum FROM changed GROUP BY tally_id) e
        WHERE tally.id = e.tally_id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER entries_are_added AFTER INSERT ON campaigns_ledgerentry
        REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION campaigns_sum_entries();
    CREATE TRIGGER entries_are_taken_away AFTER DELETE ON campaigns_ledgerentry
        REFERENCING OLD TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION campaigns_sum_entries();
    CREATE FUNCTION campaigns_protect_entry() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'An entry of the ledger is never changed.' USING ERRCODE = '23000';
    END $$;
    CREATE TRIGGER entry_is_never_changed
        BEFORE UPDATE OF tally_id, kind, number, sheets, collected, reason, counters_id, entered_at
        ON campaigns_ledgerentry FOR EACH ROW EXECUTE FUNCTION campaigns_protect_entry();
    """,
    """
    DROP TRIGGER entry_is_never_changed ON campaigns_ledgerentry;
    DROP TRIGGER entries_are_taken_away ON campaigns_ledgerentry;
    DROP TRIGGER entries_are_added ON campaigns_ledgerentry;
    DROP FUNCTION campaigns_protect_entry();
    DROP FUNCTION campaigns_sum_entries();
    """,
)


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0054_count_from_help"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='petition',
            options={'permissions': [('control_petition', 'Can pause, resume, close and move petitions, and declare victory'), ('view_signatures_petition', 'Can view signatures'), ('moderate_signatures_petition', 'Can release and invalidate signatures'), ('export_signatures_petition', 'Can export signatures'), ('delete_signatures_petition', 'Can delete signatures'), ('hold_signatures_petition', 'Can hold signers’ data beyond the retention period'), ('import_signatures_petition', 'Can bring in what was signed elsewhere')], 'verbose_name': 'petition', 'verbose_name_plural': 'petitions'},
        ),
        migrations.AddField(
            model_name='tally',
            name='elsewhere',
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name='signed elsewhere'),
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('paper', 'on paper'), ('partner', 'with a partner organisation'), ('import', 'on another site'), ('correction', 'correction')], max_length=12, verbose_name='kind')),
                ('number', models.IntegerField(verbose_name='number')),
                ('sheets', models.CharField(blank=True, max_length=80, verbose_name='sheets')),
                ('collected', models.CharField(blank=True, max_length=160, verbose_name='collected')),
                ('reason', models.TextField(verbose_name='reason')),
                ('entered_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='entered')),
                ('counters', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='countered_by', to='campaigns.ledgerentry', verbose_name='counters the entry')),
                ('entered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tally', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ledger', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'entry of the ledger',
                'verbose_name_plural': 'entries of the ledger',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='entry_has_a_reason'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['paper', 'partner', 'import', 'correction'])), name='entry_kind_is_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('number__gt', 0), ('number__lte', 10000000)), models.Q(('kind', 'correction'), ('number__gte', -10000000), ('number__lt', 0)), models.Q(('counters__isnull', False), ('number__gte', -10000000), ('number__lt', 0)), _connector='OR'), name='entry_number_is_sensible'),
                ],
            },
        ),
        KEEP_SUM,
    ]
