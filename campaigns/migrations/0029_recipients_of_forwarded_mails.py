from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0028_refusals_are_counted'),
    ]

    operations = [
        migrations.AddField(
            model_name='forwardedmail',
            name='contact',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='forwardedmail',
            name='words',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
    ]
