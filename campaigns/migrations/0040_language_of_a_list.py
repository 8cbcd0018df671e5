from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0015_ended_of_a_signature'),
    ]

    operations = [
        migrations.AddField(
            model_name='import',
            name='language',
            field=models.CharField(db_default='', default='', max_length=12, verbose_name='language'),
        ),
    ]
