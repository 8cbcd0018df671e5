import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("home", "0001_initial"),
        ("wagtailcore", "__latest__"),
    ]

    operations = [
        migrations.AddField(
            model_name="identity",
            name="contact_email",
            field=models.EmailField(
                blank=True,
                help_text="Shown at the foot of every page, where programs that collect emails find it.",
                max_length=254,
                verbose_name="email for questions",
            ),
        ),
        migrations.AddField(
            model_name="identity",
            name="imprint_page",
            field=models.ForeignKey(
                blank=True,
                help_text="Who is responsible for the site. Linked at the foot of every page.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="wagtailcore.page",
                verbose_name="imprint",
            ),
        ),
        migrations.AlterField(
            model_name="identity",
            name="privacy_page",
            field=models.ForeignKey(
                blank=True,
                help_text="Linked next to every form and at the foot of every page.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="wagtailcore.page",
                verbose_name="privacy notice",
            ),
        ),
    ]
