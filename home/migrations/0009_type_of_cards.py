"""The help text of the type says that cards and posters have it, too. No table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("home", "0008_curve_block")]

    operations = [
        migrations.AlterField(
            model_name="identity",
            name="faces",
            field=models.CharField(
                choices=[
                    ("poster", "like a poster: Sofia Sans Extra Condensed and Literata"),
                    ("plain", "plain: Oswald and Noto Sans"),
                    ("device", "the fonts of the reader’s device, for the lightest pages"),
                ],
                default="poster",
                help_text="The fonts of headings and of text, on pages, sharing cards and posters. Mails have the fonts of the mail program.",
                max_length=6,
                verbose_name="type",
            ),
        ),
    ]
