from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0050_notes_and_saved_views"),
    ]

    operations = [
        migrations.DeleteModel(
            name='LinkCode',
        ),
    ]
