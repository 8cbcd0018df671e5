"""The contacts of targets, and who may keep them."""

import django.db.models.deletion
import wagtail.fields
from django.db import migrations, models

from campaigns.migrations._rights import for_groups, model_rights

CONTACT = ("campaigns", "contact", "contact")


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0002_references_and_search"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("role", models.CharField(blank=True, max_length=120, verbose_name="office")),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="email"),
                ),
                (
                    "postal_address",
                    models.TextField(
                        blank=True,
                        help_text="Line by line, as on an envelope, without the name.",
                        max_length=500,
                        verbose_name="postal address",
                    ),
                ),
                (
                    "language",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text=(
                            "The language that they read. It is proposed where a pack is made."
                        ),
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailcore.locale",
                        verbose_name="language",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.AlterField(
            model_name="petition",
            name="targets",
            field=wagtail.fields.StreamField(
                [("target", 3)],
                blank=True,
                block_lookup={
                    0: ("wagtail.blocks.CharBlock", (), {"label": "Name", "max_length": 120}),
                    1: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Office", "max_length": 120, "required": False},
                    ),
                    2: (
                        "wagtail.snippets.blocks.SnippetChooserBlock",
                        ("campaigns.Contact",),
                        {
                            "help_text": (
                                "Where the letter goes. The public sees neither email nor postal "
                                "address. If you leave the name empty, the name and the office of "
                                "the contact are filled in."
                            ),
                            "label": "Contact",
                            "required": False,
                        },
                    ),
                    3: (
                        "wagtail.blocks.StructBlock",
                        [[("name", 0), ("role", 1), ("contact", 2)]],
                        {},
                    ),
                },
                verbose_name="addressed to",
            ),
        ),
        for_groups(
            {
                "Editors": model_rights(*CONTACT, "add", "change", "view"),
                "Moderators": model_rights(*CONTACT, "add", "change", "delete", "view"),
                "Campaign managers": model_rights(*CONTACT, "add", "change", "delete", "view"),
            }
        ),
    ]
