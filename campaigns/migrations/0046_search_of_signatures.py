import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import campaigns.finding.searches
from campaigns.finding import trigrams


def prepare(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index for parts of names and emails, or those for their beginnings."""
    trigrams.prepare(schema_editor.connection)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("campaigns", "0045_list_of_signatures"),
    ]

    operations = [
        migrations.RunPython(prepare, migrations.RunPython.noop),
        migrations.CreateModel(
            name='TypedSearch',
            fields=[
                ('key', models.CharField(default=campaigns.finding.searches.new_key, editable=False, max_length=22, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=200)),
                ('kind', models.CharField(blank=True, choices=[('number', 'the number of a signature'), ('email', 'an email'), ('domain', 'the domain of emails'), ('country', 'a country'), ('postcode', 'a postcode'), ('source', 'a source'), ('part', 'part of a name or an email')], default='', max_length=8)),
                ('made_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'search',
                'verbose_name_plural': 'searches',
            },
        ),
        # PostgreSQL would copy what was typed into its statistics, where it outlives the rows.
        migrations.RunSQL(
            'ALTER TABLE campaigns_typedsearch ALTER COLUMN text SET STATISTICS 0,'
            ' ALTER COLUMN key SET STATISTICS 0;',
            migrations.RunSQL.noop,
        ),
    ]
