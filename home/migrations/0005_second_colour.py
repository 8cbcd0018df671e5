from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("home", "0004_addresses_and_submenus")]

    operations = [
        migrations.RenameField("identity", "accent", "colour"),
        migrations.AlterField(
            "identity",
            "colour",
            models.CharField(
                blank=True,
                help_text="For large areas, headings and links. If empty, the default blue is used.",
                max_length=7,
                verbose_name="colour",
            ),
        ),
        migrations.AddField(
            "identity",
            "second_colour",
            models.CharField(
                blank=True,
                default="",
                help_text="For buttons and for the level that rises as people sign. If empty, the "
                "default orange is used.",
                max_length=7,
                verbose_name="second colour",
            ),
            preserve_default=False,
        ),
    ]
