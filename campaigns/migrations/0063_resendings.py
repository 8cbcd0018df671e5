import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0062_imports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Resending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='asked for')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='taken back')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tallies', models.ManyToManyField(related_name='+', to='campaigns.tally')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mails to confirm sent again',
                'verbose_name_plural': 'mails to confirm sent again',
            },
        ),
        migrations.CreateModel(
            name='ResentMails',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mails', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('signatures', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('resending', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='campaigns.resending')),
            ],
        ),
    ]
