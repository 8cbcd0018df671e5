import django.db.models.deletion
import django_countries.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models

from campaigns.migrations._database import KEEP_MAILINGS


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0059_export_presets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Pace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('next_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SuppressedMailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailbox_key', models.BinaryField(max_length=16, unique=True)),
                ('suppressed_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'unsubscribed mailbox',
                'verbose_name_plural': 'unsubscribed mailboxes',
            },
        ),
        migrations.AlterModelOptions(
            name='petition',
            options={'permissions': [('control_petition', 'Can pause, resume, close and move petitions, and declare victory'), ('view_signatures_petition', 'Can view signatures'), ('view_statistics_petition', 'Can view statistics'), ('moderate_signatures_petition', 'Can release and invalidate signatures'), ('export_handover_petition', 'Can export signatures for handing over'), ('export_mailing_petition', 'Can export a mailing list'), ('export_analysis_petition', 'Can export signatures for analysis'), ('export_everything_petition', 'Can export signatures with everything'), ('export_signatures_petition', 'Can hand out a person’s data'), ('delete_signatures_petition', 'Can delete signatures'), ('hold_signatures_petition', 'Can hold signers’ data beyond the retention period'), ('import_signatures_petition', 'Can bring in what was signed elsewhere'), ('mail_signers_petition', 'Can write to signers who want to be kept informed')], 'verbose_name': 'petition', 'verbose_name_plural': 'petitions'},
        ),
        migrations.CreateModel(
            name='Mailing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=120, verbose_name='subject')),
                ('preheader', models.CharField(blank=True, help_text='Most mail programs show it beside the subject in the list of mails.', max_length=150, verbose_name='preview text')),
                ('body', wagtail.fields.StreamField([('text', 0), ('heading', 1), ('image', 4), ('quote', 9), ('call_to_action', 15)], block_lookup={0: ('campaigns.blocks.words.StoryTextBlock', (), {}), 1: ('campaigns.blocks.words.HeadingBlock', (), {}), 2: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 3)]], {}), 5: ('wagtail.blocks.TextBlock', (), {'label': 'Quote'}), 6: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it', 'required': False}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Who this person is', 'required': False}), 8: ('wagtail.blocks.URLBlock', (), {'help_text': 'The web address of an article or a recording. The name then links to it.', 'label': 'Where it was said', 'required': False}), 9: ('wagtail.blocks.StructBlock', [[('text', 5), ('attribution', 6), ('role', 7), ('source_url', 8)]], {}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Sentence', 'required': False}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Text on the button', 'max_length': 60}), 12: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 13: ('wagtail.blocks.URLBlock', (), {'label': 'or the web address of another site', 'required': False}), 14: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Shows an outline only, so that this button does not compete with the one for signing.', 'label': 'Quiet', 'required': False}), 15: ('wagtail.blocks.StructBlock', [[('text', 10), ('label', 11), ('page', 12), ('url', 13), ('is_quiet', 14)]], {})}, verbose_name='text')),
                ('fallback', models.CharField(help_text='{name} in the text becomes the signer’s first name, or what you type here, such as “friend”, where the name has none that we can tell.', max_length=60, verbose_name='in place of a missing first name')),
                ('language', models.CharField(max_length=12, verbose_name='language')),
                ('reaches_all_languages', models.BooleanField(default=False, verbose_name='also those who signed in another language')),
                ('countries', django_countries.fields.CountryField(blank=True, max_length=1000, multiple=True, verbose_name='only from these countries')),
                ('signed_since', models.DateField(blank=True, null=True, verbose_name='only who signed since')),
                ('send_at', models.DateTimeField(blank=True, help_text='If empty, it is sent as soon as it is approved.', null=True, verbose_name='send at')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('waiting', 'waits for approval'), ('approved', 'approved'), ('sending', 'being sent'), ('paused', 'paused'), ('stopped', 'stopped'), ('sent', 'sent')], default='draft', max_length=8, verbose_name='state')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('text', models.TextField(blank=True, editable=False)),
                ('html', models.TextField(blank=True, editable=False)),
                ('submitted_at', models.DateTimeField(editable=False, null=True)),
                ('approved_at', models.DateTimeField(editable=False, null=True)),
                ('addressed', models.PositiveIntegerField(editable=False, null=True)),
                ('began_at', models.DateTimeField(editable=False, null=True)),
                ('ended_at', models.DateTimeField(editable=False, null=True)),
                ('approved_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tallies', models.ManyToManyField(related_name='+', to='campaigns.tally', verbose_name='signers of')),
                ('writers', models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mailing to signers',
                'verbose_name_plural': 'mailings to signers',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='MailingCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('sent', 'sent'), ('refused', 'refused by the mail server'), ('unclear', 'perhaps sent'), ('stopped', 'not sent, since the mailing was stopped'), ('unsub', 'unsubscribed by the link in it')], max_length=8)),
                ('number', models.PositiveIntegerField(default=0)),
                ('mailing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='campaigns.mailing')),
            ],
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('mailing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='campaigns.mailing')),
                ('signature', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='mailings_due', to='campaigns.signature')),
            ],
        ),
        migrations.AddConstraint(
            model_name='mailing',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'waiting', 'approved', 'sending', 'paused', 'stopped', 'sent'))), name='state_of_a_mailing_is_known'),
        ),
        migrations.AddConstraint(
            model_name='mailing',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'waiting')), ('approved_at__isnull', False), _connector='OR'), name='no_mailing_leaves_without_approval'),
        ),
        migrations.AddConstraint(
            model_name='mailingcount',
            constraint=models.UniqueConstraint(fields=('mailing', 'outcome'), name='one_count_an_outcome_of_a_mailing'),
        ),
        migrations.AddIndex(
            model_name='recipient',
            index=models.Index(fields=['mailing', 'id'], name='recipients_of_a_mailing'),
        ),
        migrations.AddIndex(
            model_name='recipient',
            index=models.Index(condition=models.Q(('started_at__isnull', False)), fields=['started_at'], name='started_recipients'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(fields=('signature', 'mailing'), name='one_mail_of_a_mailing_a_signature'),
        ),
        KEEP_MAILINGS,
    ]
