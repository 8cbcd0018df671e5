from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0027_removals_outlive_their_petition'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='refusals',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
