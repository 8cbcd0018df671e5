import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a campaign page calls two of its fields. The database stays as it is."""

    dependencies = [
        ("campaigns", "0028_surveys_hold_figures"),
    ]

    operations = [
        migrations.AlterField(
            model_name="campaignpage",
            name="listing_summary",
            field=models.CharField(
                "lead",
                max_length=255,
                blank=True,
                help_text="One or two sentences, shown beside the title and in lists.",
            ),
        ),
        migrations.AlterField(
            model_name="campaignpage",
            name="listing_image",
            field=models.ForeignKey(
                verbose_name="picture",
                to="campaigns.customimage",
                on_delete=django.db.models.deletion.SET_NULL,
                null=True,
                blank=True,
                related_name="+",
                help_text="Shown at the top of the page and in lists. Readers who cannot see it are "
                "told its description, which you write with the picture.",
            ),
        ),
    ]
