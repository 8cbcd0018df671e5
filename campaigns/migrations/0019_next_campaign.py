import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0018_showing'),
    ]

    operations = [
        migrations.AddField(
            model_name='petition',
            name='next_campaign',
            field=models.ForeignKey(blank=True, help_text='Who has signed is asked to sign there next, while it is open. Left empty, an open campaign on the same topic is taken, or else the newest.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.campaignpage', verbose_name='next campaign'),
        ),
    ]
