from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0051_codes_are_stored_nowhere'),
    ]

    operations = [
        migrations.CreateModel(
            name='SpentProof',
            fields=[
                ('nonce', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('ends_at', models.DateTimeField(db_index=True, verbose_name='ends')),
            ],
            options={
                'verbose_name': 'spent proof',
                'verbose_name_plural': 'spent proofs',
            },
        ),
        migrations.AddField(
            model_name='tally',
            name='proof_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='proof of work since'),
        ),
        migrations.AlterField(
            model_name='rememberedmoderation',
            name='reason',
            field=models.CharField(choices=[('honeypot', 'filled in a field that is hidden from people'), ('listed', 'on the block list'), ('burst', 'many signatures from one network within minutes'), ('sustained', 'many signatures from one network within a day'), ('wide', 'many signatures from neighbouring networks'), ('proof', 'without a proof of work'), ('remembered', 'moderated before it was withdrawn')], max_length=10),
        ),
    ]
