from django.db import migrations, models

import campaigns.sync.delivery


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0026_email_addresses_of_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='deleted_petition',
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='tally',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=campaigns.sync.delivery.outlive, related_name='+', to='campaigns.tally'),
        ),
    ]
