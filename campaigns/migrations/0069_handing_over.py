"""What is recorded of a handing over: day, receiver, place, words, picture, and the reply."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def text(name: str) -> "models.TextField[str, str]":
    return models.TextField(blank=True, db_default="", default="", verbose_name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0068_kinds_of_list_entries"),
    ]

    operations = [
        migrations.AddField(
            "tally",
            "handed_over_on",
            models.DateField(blank=True, null=True, verbose_name="day of the handover"),
        ),
        migrations.AddField(
            "tally",
            "handed_over_to",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=255,
                verbose_name="handed over to",
            ),
        ),
        migrations.AddField(
            "tally",
            "handed_over_in",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=120,
                verbose_name="place of the handover",
            ),
        ),
        migrations.AddField("tally", "handover_words", text("words on the handover")),
        migrations.AddField(
            "tally",
            "handover_image",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.WAGTAILIMAGES_IMAGE_MODEL,
                verbose_name="picture of the handover",
            ),
        ),
        migrations.AddField(
            "tally",
            "replied_at",
            models.DateTimeField(blank=True, null=True, verbose_name="reply recorded"),
        ),
        migrations.AddField(
            "tally",
            "replied_on",
            models.DateField(blank=True, null=True, verbose_name="day of the reply"),
        ),
        migrations.AddField("tally", "reply_words", text("reply")),
    ]
