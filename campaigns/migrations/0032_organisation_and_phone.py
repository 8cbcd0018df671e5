import django.contrib.postgres.operations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0031_validate_questions"),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='signature',
            name='anonymised_signature_is_empty',
        ),
        migrations.AddField(
            model_name='defaulttexts',
            name='phone_label',
            field=models.CharField(blank=True, max_length=255, verbose_name='consent to be called'),
        ),
        migrations.AddField(
            model_name='petition',
            name='affiliation_field',
            field=models.CharField(choices=[('off', 'do not ask'), ('optional', 'ask'), ('required', 'ask and require')], default='off', help_text='For open letters. If recent signers are named on the page, the organisations of those who agreed are listed apart from the people.', max_length=8, verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='petition',
            name='asks_phone',
            field=models.BooleanField(default=False, help_text='A number is stored only if the signer ticks the box below it. Its text is under “Texts of each step”.', verbose_name='ask for a phone number'),
        ),
        migrations.AddField(
            model_name='petition',
            name='phone_label',
            field=models.CharField(blank=True, max_length=255, verbose_name='consent to be called'),
        ),
        migrations.AddField(
            model_name='signature',
            name='affiliation',
            field=models.CharField(max_length=120, null=True, verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='signature',
            name='phone',
            field=models.CharField(max_length=30, null=True, verbose_name='phone'),
        ),
        # PostgreSQL's statistics would keep them after their signatures are erased (0008).
        migrations.RunSQL(
            'ALTER TABLE campaigns_signature ALTER COLUMN affiliation SET STATISTICS 0,'
            ' ALTER COLUMN phone SET STATISTICS 0',
            'ALTER TABLE campaigns_signature ALTER COLUMN affiliation SET STATISTICS -1,'
            ' ALTER COLUMN phone SET STATISTICS -1',
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('anonymised_at__isnull', True), models.Q(('affiliation__isnull', True), ('comment__isnull', True), ('email__isnull', True), ('email_key__isnull', True), ('name__isnull', True), ('network_key__isnull', True), ('phone__isnull', True), ('postcode__isnull', True), ('shown_as__isnull', True), ('shown_at__isnull', True), ('typed_digest__isnull', True)), _connector='OR'), name='anonymised_signature_is_empty'),
        ),
    ]
