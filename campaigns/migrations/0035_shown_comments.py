import django.contrib.postgres.operations
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

EMPTY = [
    'affiliation', 'comment', 'comment_as', 'comment_state', 'email', 'email_key', 'name', 'network_key', 'phone', 'postcode', 'shown_as', 'shown_at', 'typed_digest',
]


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0034_index_organisations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CommentDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'waits for a moderator'), ('shown', 'is shown'), ('hidden', 'is not shown')], max_length=7, verbose_name='decision')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='decided on')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='undone on')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'decision on comments',
                'verbose_name_plural': 'decisions on comments',
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('shown', 'hidden'))), name='comment_decision_is_known')],
            },
        ),
        migrations.CreateModel(
            name='DecidedComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_outdated', models.BooleanField(default=False)),
                ('decision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='decided', to='campaigns.commentdecision')),
                ('signature', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decided_comments', to='campaigns.signature')),
            ],
            options={
                'verbose_name': 'decided comment',
                'verbose_name_plural': 'decided comments',
                'constraints': [models.UniqueConstraint(fields=('decision', 'signature'), name='one_comment_a_decision')],
            },
        ),
        migrations.AddField(
            model_name='petition',
            name='shows_comments',
            field=models.BooleanField(default=False, help_text='Under “Why people sign”. Only comments of people who tick a separate box, and only after a moderator has approved them. The first word of the name stands beside them. Everybody can read this, and what has been public may have been copied.', verbose_name='show comments on the page'),
        ),
        migrations.AddField(
            model_name='signature',
            name='comment_as',
            field=models.CharField(max_length=40, null=True, verbose_name='comment may be shown with the name'),
        ),
        migrations.AddField(
            model_name='signature',
            name='comment_state',
            field=models.CharField(choices=[('waiting', 'waits for a moderator'), ('shown', 'is shown'), ('hidden', 'is not shown')], max_length=7, null=True, verbose_name='showing the comment'),
        ),
        migrations.RunSQL(
            # PostgreSQL would copy personal values into its statistics (0008_seen_clock_and_statistics).
            'ALTER TABLE campaigns_signature ALTER COLUMN comment_as SET STATISTICS 0;'
            'ALTER TABLE campaigns_signature ALTER COLUMN comment_state SET STATISTICS 0;',
            migrations.RunSQL.noop,
        ),
        migrations.RemoveConstraint(
            model_name='signature',
            name='anonymised_signature_is_empty',
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('anonymised_at__isnull', True), models.Q(*((f'{name}__isnull', True) for name in EMPTY)), _connector='OR'), name='anonymised_signature_is_empty'),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment_as__isnull', True), ('comment_state__isnull', True)), models.Q(('comment__gt', ''), ('comment__isnull', False), ('comment_as__isnull', False), ('comment_state__in', ('waiting', 'shown', 'hidden')), ('comment_state__isnull', False)), _connector='OR'), name='comment_to_show_is_agreed_to'),
        ),
    ]
