from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0002_references_and_search'),
    ]

    operations = [
        migrations.AddField(
            model_name='import',
            name='digest',
            field=models.BinaryField(max_length=32, null=True),
        ),
    ]
