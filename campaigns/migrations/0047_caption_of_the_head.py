from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0046_search_of_signatures")]

    operations = [
        migrations.AddField(
            model_name="campaignpage",
            name="caption",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Who and what the picture shows, where and when. It stands below the lead; the credit stands on the picture itself.",
                max_length=500,
                verbose_name="caption",
            ),
        ),
        migrations.AlterField(
            model_name="petition",
            name="asks_phone",
            field=models.BooleanField(
                default=False,
                help_text="A number is stored only if the signer ticks the box below it. Its text is “Consent to be called”, under “The form”.",
                verbose_name="ask for a phone number",
            ),
        ),
    ]
