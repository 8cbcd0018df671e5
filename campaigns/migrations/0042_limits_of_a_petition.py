from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0041_moderated_signatures"),
    ]

    operations = [
        migrations.AddField(
            model_name='tally',
            name='burst_limit',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='tally',
            name='sustained_limit',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.CheckConstraint(condition=models.Q(('burst_limit__isnull', True), ('burst_limit__range', (1, 1000)), _connector='OR'), name='burst_limit_is_sensible'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.CheckConstraint(condition=models.Q(('sustained_limit__isnull', True), ('sustained_limit__range', (1, 5000)), _connector='OR'), name='sustained_limit_is_sensible'),
        ),
    ]
