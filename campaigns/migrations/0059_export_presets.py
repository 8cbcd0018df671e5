import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0058_grant_the_shapes'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ExportPreset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('shape', models.CharField(max_length=10, verbose_name='shape')),
                ('columns', models.JSONField(verbose_name='columns')),
                ('format', models.CharField(max_length=5, verbose_name='format')),
                ('is_new', models.BooleanField(verbose_name='only what is new since its last export')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='saved')),
                ('collection', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='shared with')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'preset',
                'verbose_name_plural': 'presets',
                'constraints': [models.CheckConstraint(condition=models.Q(('shape__in', ['handover', 'mailing', 'analysis', 'everything'])), name='preset_has_a_shape'), models.CheckConstraint(condition=models.Q(('columns', []), _negated=True), name='preset_has_columns')],
            },
        ),
        # PostgreSQL would copy what staff typed into its statistics, where it outlives the rows.
        migrations.RunSQL(
            "ALTER TABLE campaigns_exportpreset ALTER COLUMN name SET STATISTICS 0;",
            migrations.RunSQL.noop,
        ),
    ]
