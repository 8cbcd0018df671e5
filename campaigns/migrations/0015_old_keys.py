"""Which key made a digest is marked where only the digest is stored, while SIGNATURE_KEY changes."""

from django.db import migrations, models

TABLES = (
    *("erasurereceipt", "failingmailbox", "message"),
    *("rememberedmoderation", "stoppedmailbox", "suppressedmailbox"),
)


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0014_mailing_days_checked'),
    ]

    operations = [
        migrations.AddField(
            model_name='keyfingerprint',
            name='since',
            field=models.DateTimeField(null=True),
        ),
        *(
            migrations.AddField(
                model_name=name,
                name='old_key',
                field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=16),
            )
            for name in TABLES
        ),
    ]
