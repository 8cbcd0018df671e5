import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0049_indexes_of_what_is_due'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SignatureNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=1000, verbose_name='note')),
                ('written_at', models.DateTimeField(auto_now_add=True, verbose_name='written')),
                ('signature', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='campaigns.signature')),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'note',
                'verbose_name_plural': 'notes',
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('filters', models.TextField(verbose_name='filters')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='saved')),
                ('collection', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='shared with')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
                'constraints': [models.CheckConstraint(condition=models.Q(('filters', ''), _negated=True), name='saved_view_has_filters')],
            },
        ),
        # PostgreSQL would copy what staff typed into its statistics, where it outlives the rows.
        migrations.RunSQL(
            "ALTER TABLE campaigns_signaturenote ALTER COLUMN text SET STATISTICS 0;"
            "ALTER TABLE campaigns_savedview ALTER COLUMN name SET STATISTICS 0;",
            migrations.RunSQL.noop,
        ),
    ]
