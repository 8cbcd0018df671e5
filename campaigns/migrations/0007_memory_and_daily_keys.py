import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0006_validate_constraints"),
    ]

    operations = [
        migrations.CreateModel(
            name='DailyKey',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('key', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='RememberedModeration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email_key', models.BinaryField(max_length=32)),
                ('moderation', models.CharField(choices=[('', 'none'), ('quarantined', 'quarantined'), ('invalidated', 'invalidated')], max_length=12)),
                ('reason', models.CharField(choices=[('honeypot', 'filled in a field that is hidden from people'), ('listed', 'on the block list'), ('burst', 'many signatures from one network within minutes'), ('sustained', 'many signatures from one network within a day'), ('wide', 'many signatures from neighbouring networks'), ('remembered', 'moderated before it was withdrawn')], max_length=10)),
                ('tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tally', 'email_key'), name='one_remembered_moderation_a_mailbox'), models.CheckConstraint(condition=models.Q(('moderation__in', ('quarantined', 'invalidated'))), name='remembered_moderation_is_known')],
            },
        ),
    ]
