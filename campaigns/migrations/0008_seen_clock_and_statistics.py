from django.db import migrations, models

# PostgreSQL copies values of columns into its statistics, where they outlive the rows. It collects
# none of these. tests/campaigns/signatures/test_statistics.py compares the list with the columns
# that are declared as personal.
WITHOUT_STATISTICS = {
    'campaigns_signature': [
        'comment', 'email', 'email_key', 'moderation_reason', 'name', 'network_key', 'postcode',
        'shown_as', 'shown_at', 'typed_digest',
    ],
    'campaigns_outgoingmail': ['recipient_key'],
    'campaigns_listentry': ['pattern', 'note'],
    'campaigns_decision': ['reason'],
    'campaigns_moderatedsignature': ['moderation_reason'],
    'campaigns_rememberedmoderation': ['email_key'],
    'campaigns_dailykey': ['key'],
}


def collect(target: int) -> str:
    return ''.join(
        f'ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target};'
        for table, columns in WITHOUT_STATISTICS.items()
        for column in columns
    )


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0007_memory_and_daily_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name='SeenClock',
            fields=[
                ('one', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('seen_at', models.DateTimeField()),
                ('jumped_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('one', 1)), name='one_seen_clock_at_most')],
            },
        ),
        migrations.RunSQL(collect(0), collect(-1)),
    ]
