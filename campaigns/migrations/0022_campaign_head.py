from django.db import migrations, models

import campaigns.pages.campaign


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0021_one_mail_of_thanks"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaignpage",
            name="film",
            field=models.URLField(
                blank=True,
                help_text="The web address of a film on YouTube, Vimeo or a PeerTube server. It plays in the place of the picture after a click; until then readers see the picture.",
                validators=[campaigns.pages.campaign.check_film],
                verbose_name="film",
            ),
        ),
        migrations.AddField(
            model_name="defaulttexts",
            name="total_taken",
            field=models.CharField(
                blank=True, max_length=60, verbose_name="“Total Actions taken”"
            ),
        ),
    ]
