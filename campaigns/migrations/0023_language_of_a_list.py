from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0022_log_names_no_contact'),
    ]

    operations = [
        migrations.AddField(
            model_name='import',
            name='language',
            field=models.CharField(db_default='', default='', max_length=12, verbose_name='language'),
        ),
    ]
