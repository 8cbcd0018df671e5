import django.contrib.postgres.operations
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0029_lead_and_picture"),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='petition',
            name='questions',
            field=wagtail.fields.StreamField([('text', 4), ('choice', 7), ('checkbox', 9)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Question', 'max_length': 160}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': 'Shown in small letters below the question. May stay empty.', 'label': 'Explanation', 'max_length': 255, 'required': False}), 2: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Each question that must be answered costs signatures.', 'label': 'Everybody must answer', 'required': False}), 3: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'help_text': 'Personal answers are deleted when the signers’ data is anonymised. Untick this only where no answer can tell who somebody is: such answers stay, for the statistics.', 'label': 'The answer is personal', 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('label', 0), ('help', 1), ('is_required', 2), ('is_personal', 3)]], {}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Choice', 'max_length': 120}), 6: ('wagtail.blocks.ListBlock', (5,), {'default': ['', ''], 'label': 'Choices', 'max_num': 20, 'min_num': 2}), 7: ('wagtail.blocks.StructBlock', [[('label', 0), ('help', 1), ('choices', 6), ('is_required', 2), ('is_personal', 3)]], {}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Text beside the box', 'max_length': 160}), 9: ('wagtail.blocks.StructBlock', [[('label', 8), ('help', 1), ('is_required', 2), ('is_personal', 3)]], {})}, help_text='At most five, beside the fields above. A question that you remove is no longer asked, and the answers that were given stay with their signatures. To change its kind, remove it and add another.', verbose_name='questions of your own'),
        ),
        migrations.AddField(
            model_name='signature',
            name='replies',
            field=models.JSONField(null=True, verbose_name='answers'),
        ),
        migrations.AddField(
            model_name='tally',
            name='questions',
            field=models.JSONField(db_default=[], default=list, editable=False),
        ),
        # PostgreSQL's statistics would keep answers after their signatures are erased (0008).
        migrations.RunSQL(
            'ALTER TABLE campaigns_signature ALTER COLUMN replies SET STATISTICS 0',
            'ALTER TABLE campaigns_signature ALTER COLUMN replies SET STATISTICS -1',
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('anonymised_at__isnull', True), ('replies__isnull', True), models.Q(('replies__has_key', 'personal'), _negated=True), _connector='OR'), name='anonymised_signature_has_no_personal_reply'),
        ),
    ]
