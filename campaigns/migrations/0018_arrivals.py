import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0017_wording"),
    ]

    operations = [
        migrations.AddField(
            model_name='signature',
            name='framed_by',
            field=models.CharField(blank=True, db_default='', default='', max_length=80, verbose_name='embedding site'),
        ),
        migrations.AlterField(
            model_name='signature',
            name='source',
            field=models.CharField(blank=True, default='', max_length=81, verbose_name='source'),
        ),
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('page', models.PositiveIntegerField(default=0, verbose_name='page')),
                ('site', models.CharField(blank=True, default='', max_length=80, verbose_name='embedding site')),
                ('source', models.CharField(blank=True, default='', max_length=81, verbose_name='source')),
                ('number', models.PositiveIntegerField(verbose_name='signatures')),
                ('tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='arrivals', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'arrival',
                'verbose_name_plural': 'arrivals',
                'constraints': [models.UniqueConstraint(fields=('tally', 'day', 'page', 'site', 'source'), name='one_arrival_a_kind')],
            },
        ),
    ]
