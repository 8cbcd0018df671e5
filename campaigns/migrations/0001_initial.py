import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import django_countries.fields
import modelcluster.fields
import modelsearch.index
import taggit.managers
import uuid6
import wagtail.fields
import wagtail.images.models
import wagtail.models.media
import wagtail.models.preview
from django.conf import settings
from django.db import migrations, models

import campaigns.finding.searches
import campaigns.pages.campaign
import campaigns.pages.composing
import campaigns.petitions.settings
import campaigns.petitions.texts
import campaigns.petitions.versions
from campaigns.migrations import _database, _groups, _workflow


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('wagtailimages', '0023_add_choose_permissions'),
        # They give every group that enters the CMS a right to choose files: not to managers.
        ('wagtaildocs', '0011_add_choose_permissions'),
        ('wagtailadmin', '0001_create_admin_access_permissions'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CodeTry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network_key', models.BinaryField(max_length=32, null=True)),
                ('tried_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'try of a code',
                'verbose_name_plural': 'tries of codes',
            },
        ),
        migrations.CreateModel(
            name='DailyKey',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('key', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='FailingMailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailbox_key', models.BinaryField(max_length=16, unique=True)),
                ('mailings', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('failed_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'failing mailbox',
                'verbose_name_plural': 'failing mailboxes',
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                ('email_key', models.BinaryField(max_length=32, null=True)),
                ('household_slot', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('email', models.CharField(max_length=254, null=True, verbose_name='email')),
                ('country', django_countries.fields.CountryField(max_length=2, null=True, verbose_name='country')),
                ('postcode', models.CharField(max_length=20, null=True, verbose_name='postcode')),
                ('affiliation', models.CharField(max_length=120, null=True, verbose_name='organisation')),
                ('phone', models.CharField(max_length=30, null=True, verbose_name='phone')),
                ('comment', models.TextField(null=True, verbose_name='comment')),
                ('comment_as', models.CharField(max_length=40, null=True, verbose_name='comment may be shown with the name')),
                ('comment_state', models.CharField(choices=[('waiting', 'waits for a moderator'), ('shown', 'is shown'), ('hidden', 'is not shown')], max_length=7, null=True, verbose_name='showing the comment')),
                ('updates', models.BooleanField(default=False, verbose_name='keep me informed')),
                ('replies', models.JSONField(null=True, verbose_name='answers')),
                ('shown_as', models.CharField(max_length=40, null=True, verbose_name='shown as')),
                ('shown_at', models.DateTimeField(null=True, verbose_name='shown since')),
                ('language', models.CharField(max_length=12, verbose_name='language')),
                ('signed_at', models.DateTimeField(verbose_name='signed')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed')),
                ('typed_digest', models.BinaryField(max_length=8, null=True)),
                ('link_key', models.BinaryField(max_length=8, null=True)),
                ('sent_mails', models.BinaryField(null=True)),
                ('anonymised_at', models.DateTimeField(null=True, verbose_name='anonymised')),
                ('moderation', models.CharField(blank=True, choices=[('', 'none'), ('quarantined', 'quarantined'), ('invalidated', 'invalidated')], default='', max_length=12, verbose_name='moderation')),
                ('moderation_reason', models.CharField(blank=True, default='', max_length=255, verbose_name='reason for moderation')),
                ('channel', models.CharField(choices=[('form', 'form'), ('embed', 'embedded form'), ('paper', 'paper'), ('import', 'import')], default='form', max_length=6, verbose_name='channel')),
                ('source', models.CharField(blank=True, default='', max_length=81, verbose_name='source')),
                ('framed_by', models.CharField(blank=True, db_default='', default='', max_length=80, verbose_name='embedding site')),
                ('network_key', models.BinaryField(max_length=32, null=True)),
                ('times_signed', models.PositiveIntegerField(db_default=1, editable=False)),
                ('page', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.WAGTAIL_PAGE_MODEL, verbose_name='page')),
            ],
            options={
                'verbose_name': 'signature',
                'verbose_name_plural': 'signatures',
            },
        ),
        migrations.CreateModel(
            name='KnownHeading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('meaning', models.CharField(blank=True, max_length=12)),
            ],
            options={
                'verbose_name': 'known heading',
                'verbose_name_plural': 'known headings',
            },
        ),
        migrations.CreateModel(
            name='MailChoice',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('alarms', models.BooleanField(db_default=True, default=True, help_text='A mail when the signatures of a petition that you moderate are not as usual.', verbose_name='Alarms')),
                ('weekly', models.BooleanField(db_default=False, default=False, help_text='Each Monday a mail with the numbers of the petitions whose signatures you may view.', verbose_name='Weekly mail')),
                ('weekly_on', models.DateField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'choice of mails',
                'verbose_name_plural': 'choices of mails',
            },
        ),
        migrations.CreateModel(
            name='Pace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('next_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SentForm',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('content', models.CharField(max_length=64)),
                ('location', models.TextField(blank=True)),
                ('told', models.JSONField(null=True)),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='SpentProof',
            fields=[
                ('nonce', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('ends_at', models.DateTimeField(db_index=True, verbose_name='ends')),
            ],
            options={
                'verbose_name': 'spent proof',
                'verbose_name_plural': 'spent proofs',
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(editable=False, unique=True)),
                ('total', models.PositiveIntegerField(default=0, verbose_name='signatures')),
                ('elsewhere', models.PositiveIntegerField(db_default=0, default=0, verbose_name='signed elsewhere')),
                ('pending', models.PositiveIntegerField(default=0, verbose_name='awaiting confirmation')),
                ('settled', models.PositiveIntegerField(default=0)),
                ('settled_at', models.DateTimeField(null=True)),
                ('paused_at', models.DateTimeField(blank=True, null=True, verbose_name='paused')),
                ('won_at', models.DateTimeField(blank=True, null=True, verbose_name='won')),
                ('won_words', models.TextField(blank=True, verbose_name='words on the victory')),
                ('won_on', models.DateField(blank=True, null=True, verbose_name='day of the victory')),
                ('handed_over_at', models.DateTimeField(blank=True, null=True, verbose_name='handed over')),
                ('handed_over_on', models.DateField(blank=True, null=True, verbose_name='day of the handover')),
                ('handed_over_to', models.CharField(blank=True, db_default='', default='', max_length=255, verbose_name='handed over to')),
                ('handed_over_in', models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='place of the handover')),
                ('handover_words', models.TextField(blank=True, db_default='', default='', verbose_name='words on the handover')),
                ('replied_at', models.DateTimeField(blank=True, null=True, verbose_name='reply recorded')),
                ('replied_on', models.DateField(blank=True, null=True, verbose_name='day of the reply')),
                ('reply_words', models.TextField(blank=True, db_default='', default='', verbose_name='reply')),
                ('held_at', models.DateTimeField(blank=True, help_text='While this is set, signers’ data is not anonymised, for example because a court needs it.', null=True, verbose_name='on hold since')),
                ('held_reason', models.TextField(blank=True, verbose_name='reason for the hold')),
                ('burst_limit', models.PositiveIntegerField(blank=True, null=True)),
                ('sustained_limit', models.PositiveIntegerField(blank=True, null=True)),
                ('proof_at', models.DateTimeField(blank=True, null=True, verbose_name='proof of work since')),
                ('questions', models.JSONField(db_default=[], default=list, editable=False)),
            ],
            options={
                'verbose_name': 'tally',
                'verbose_name_plural': 'tallies',
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('task_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.task')),
                ('groups', models.ManyToManyField(help_text='Pages/snippets at this step in a workflow will be moderated or approved by these groups of users', to='auth.group', verbose_name='groups')),
            ],
            options={
                'verbose_name': 'Approval of pages and petitions',
                'verbose_name_plural': 'Approvals of pages and petitions',
            },
            bases=('wagtailcore.task',),
        ),
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
            },
        ),
        migrations.CreateModel(
            name='CustomImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=255, verbose_name='title')),
                ('file', wagtail.images.models.WagtailImageField(height_field='height', upload_to=wagtail.images.models.get_upload_to, verbose_name='file', width_field='width')),
                ('description', models.CharField(blank=True, default='', max_length=255, verbose_name='description')),
                ('width', models.IntegerField(editable=False, verbose_name='width')),
                ('height', models.IntegerField(editable=False, verbose_name='height')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='created at')),
                ('focal_point_x', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_y', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_width', models.PositiveIntegerField(blank=True, null=True)),
                ('focal_point_height', models.PositiveIntegerField(blank=True, null=True)),
                ('file_size', models.PositiveIntegerField(editable=False, null=True)),
                ('file_hash', models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
                ('credit', models.CharField(blank=True, help_text='Photographer and agency, as they want to be named: © Name/Agency.', max_length=255, verbose_name='credit')),
                ('collection', models.ForeignKey(default=wagtail.models.media.get_root_collection_id, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='collection')),
                ('tags', taggit.managers.TaggableManager(blank=True, help_text=None, through='taggit.TaggedItem', to='taggit.Tag', verbose_name='tags')),
                ('uploaded_by_user', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='uploaded by user')),
            ],
            options={
                'verbose_name': 'image',
                'verbose_name_plural': 'images',
                'abstract': False,
            },
            bases=(wagtail.images.models.ImageFileMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='CampaignPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('social_text', models.CharField(blank=True, help_text='If empty, the summary is used.', max_length=255, verbose_name='text for sharing')),
                ('listing_summary', models.CharField(blank=True, help_text='One or two sentences, shown beside the title and in lists.', max_length=255, verbose_name='lead')),
                ('caption', models.CharField(blank=True, db_default='', default='', help_text='Who and what the picture shows, where and when. It stands below the lead; the credit stands on the picture itself.', max_length=500, verbose_name='caption')),
                ('published_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('film', models.URLField(blank=True, help_text='The web address of a film on YouTube, Vimeo or a PeerTube server. It plays in the place of the picture after a click; until then readers see the picture.', validators=[campaigns.pages.campaign.check_film], verbose_name='film')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('image', 6), ('gallery', 12), ('quote', 17), ('fact', 22), ('video', 26), ('table', 32), ('accordion', 39), ('document', 43), ('call_to_action', 49), ('petition', 51), ('related', 56), ('actions_taken', 57), ('curve', 60)], blank=True, block_lookup={0: ('campaigns.blocks.words.HeadingBlock', (), {}), 1: ('campaigns.blocks.words.StoryTextBlock', (), {}), 2: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 3: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who and what can be seen, where and when.', 'label': 'Caption', 'required': False}), 4: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('text', 'in the text'), ('wide', 'wide'), ('full', 'from edge to edge')], 'label': 'Size'}), 5: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the credit stored with the image.', 'label': 'Credit', 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 3), ('size', 4), ('credit', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 7)]], {}), 9: ('wagtail.blocks.ListBlock', (8,), {'label': 'Pictures', 'min_num': 2}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Caption for all pictures', 'required': False}), 11: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('landscape', 'landscape'), ('square', 'square')], 'help_text': 'All pictures are cropped to this shape, around the focal point of each.', 'label': 'Shape'}), 12: ('wagtail.blocks.StructBlock', [[('images', 9), ('caption', 10), ('size', 4), ('shape', 11)]], {}), 13: ('wagtail.blocks.TextBlock', (), {'label': 'Quote'}), 14: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Who this person is', 'required': False}), 16: ('wagtail.blocks.URLBlock', (), {'help_text': 'The web address of an article or a recording. The name then links to it.', 'label': 'Where it was said', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('text', 13), ('attribution', 14), ('role', 15), ('source_url', 16)]], {}), 18: ('wagtail.blocks.CharBlock', (), {'help_text': '“40,000”, “4 in 5”, “−38 %”.', 'label': 'Number', 'max_length': 16}), 19: ('wagtail.blocks.TextBlock', (), {'help_text': 'One sentence.', 'label': 'What the number shows'}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who counted this, and when.', 'label': 'Source', 'required': False}), 21: ('wagtail.blocks.URLBlock', (), {'label': 'Web address of the source', 'required': False}), 22: ('wagtail.blocks.StructBlock', [[('figure', 18), ('text', 19), ('source', 20), ('source_url', 21)]], {}), 23: ('wagtail.blocks.URLBlock', (), {'help_text': 'On YouTube, Vimeo or a PeerTube server.', 'label': 'Web address of the film'}), 24: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 25: ('wagtail.images.blocks.ImageChooserBlock', (), {'help_text': 'Shown until the reader presses play. Nothing is loaded from the other site before then.', 'label': 'Still picture'}), 26: ('wagtail.blocks.StructBlock', [[('url', 23), ('title', 24), ('poster', 25), ('caption', 7), ('size', 4)]], {}), 27: ('wagtail.blocks.CharBlock', (), {'icon': 'pilcrow', 'label': 'Text', 'required': False}), 28: ('wagtail.blocks.CharBlock', (), {'icon': 'decimal', 'label': 'Numbers', 'required': False}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 27), ('figure', 28)]], {'label': 'Table', 'required': False}), 30: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'label': 'The first column holds the row headings', 'required': False}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'required': False}), 32: ('wagtail.blocks.StructBlock', [[('table', 29), ('names_rows', 30), ('source', 31)]], {}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Line that is always visible', 'max_length': 160}), 34: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ol', 'ul', 'hr'], 'label': 'Text that it opens'}), 35: ('wagtail.blocks.StructBlock', [[('heading', 33), ('text', 34)]], {}), 36: ('wagtail.blocks.ListBlock', (35,), {'label': 'Parts', 'min_num': 1}), 37: ('wagtail.blocks.BooleanBlock', (), {'label': 'The first part is open', 'required': False}), 38: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Opening one part closes the others, so readers cannot compare two parts.', 'label': 'Only one part open at a time', 'required': False}), 39: ('wagtail.blocks.StructBlock', [[('parts', 36), ('opens_first', 37), ('one_at_a_time', 38)]], {}), 40: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 41: ('wagtail.blocks.CharBlock', (), {'help_text': 'One sentence, for readers who are not sure whether to open it.', 'label': 'What it contains', 'required': False}), 42: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the title stored with the document.', 'label': 'Title', 'required': False}), 43: ('wagtail.blocks.StructBlock', [[('document', 40), ('text', 41), ('title', 42)]], {}), 44: ('wagtail.blocks.CharBlock', (), {'label': 'Sentence', 'required': False}), 45: ('wagtail.blocks.CharBlock', (), {'label': 'Text on the button', 'max_length': 60}), 46: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 47: ('wagtail.blocks.URLBlock', (), {'label': 'or the web address of another site', 'required': False}), 48: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Shows an outline only, so that this button does not compete with the one for signing.', 'label': 'Quiet', 'required': False}), 49: ('wagtail.blocks.StructBlock', [[('text', 44), ('label', 45), ('page', 46), ('url', 47), ('is_quiet', 48)]], {}), 50: ('wagtail.snippets.blocks.SnippetChooserBlock', ('campaigns.Petition',), {'help_text': 'On a campaign page, leave empty to show the page’s own petition here.', 'label': 'Petition', 'required': False}), 51: ('wagtail.blocks.StructBlock', [[('petition', 50)]], {}), 52: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 120, 'required': False}), 53: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Campaign', 'page_type': ['campaigns.CampaignPage']}), 54: ('wagtail.blocks.ListBlock', (53,), {'default': [], 'help_text': 'If you choose none, the newest open campaigns are shown.', 'label': 'Campaigns', 'max_num': 6, 'required': False}), 55: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'How many to show if none is chosen', 'max_value': 6, 'min_value': 1}), 56: ('wagtail.blocks.StructBlock', [[('heading', 52), ('campaigns', 54), ('number', 55)]], {}), 57: ('campaigns.blocks.ways.ActionsTakenBlock', (), {}), 58: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'A table of the countries from which ten people or more have signed.', 'label': 'Show the countries', 'required': False}), 59: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Borders are political. The map has those of Natural Earth, which draws who controls a territory: Crimea, for example, as a part of Russia. Look at it before you choose it. The table of countries stands beside it.', 'label': 'Show a map', 'required': False}), 60: ('wagtail.blocks.StructBlock', [[('petition', 50), ('heading', 52), ('shows_countries', 58), ('shows_map', 59)]], {})}, verbose_name='story')),
                ('updates', wagtail.fields.StreamField([('update', 7)], blank=True, block_lookup={0: ('wagtail.blocks.DateBlock', (), {'label': 'Day'}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'What has happened', 'max_length': 160}), 2: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ol', 'ul', 'hr'], 'label': 'Short text', 'required': False}), 3: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 5: ('wagtail.blocks.StructBlock', [[('image', 3), ('caption', 4)]], {}), 6: ('wagtail.blocks.ListBlock', (5,), {'default': [], 'label': 'Picture', 'max_num': 1}), 7: ('wagtail.blocks.StructBlock', [[('day', 0), ('heading', 1), ('text', 2), ('pictures', 6)]], {'icon': 'date', 'label': 'Update'})}, help_text='Shown after the story, the newest first, together with what the page adds by itself: the opening and the closing, milestones from 1,000 signatures on, the goal, the handover and the victory.', verbose_name='updates')),
                ('is_template', models.BooleanField(db_default=False, default=False, help_text='Whoever presses “New campaign” can then begin from this one: with its story, its topics, and the settings and texts of its petition.', verbose_name='offer as a template')),
                ('successor', models.ForeignKey(blank=True, help_text='Once this campaign has ended, its page links to the campaign that you choose here.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.campaignpage', verbose_name='continues as')),
                ('listing_image', models.ForeignKey(blank=True, help_text='Shown at the top of the page and in lists. Readers who cannot see it are told its description, which you write with the picture.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture')),
                ('social_image', models.ForeignKey(blank=True, help_text='If empty, the picture for lists is used.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for sharing')),
            ],
            options={
                'verbose_name': 'campaign page',
                'verbose_name_plural': 'campaign pages',
            },
            bases=(campaigns.pages.composing.WithPetition, 'wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='CampaignIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('listing_summary', models.CharField(blank=True, help_text='One or two sentences, shown under the title and in lists.', max_length=255, verbose_name='summary')),
                ('social_text', models.CharField(blank=True, help_text='If empty, the summary is used.', max_length=255, verbose_name='text for sharing')),
                ('introduction', wagtail.fields.RichTextField(blank=True, verbose_name='introduction')),
                ('listing_image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for lists')),
                ('social_image', models.ForeignKey(blank=True, help_text='If empty, the picture for lists is used.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for sharing')),
            ],
            options={
                'verbose_name': 'campaign index',
                'verbose_name_plural': 'campaign indexes',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('moderation', models.CharField(blank=True, choices=[('', 'none'), ('quarantined', 'quarantined'), ('invalidated', 'invalidated')], default='', max_length=12, verbose_name='moderation')),
                ('reason', models.CharField(max_length=255, verbose_name='reason')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='decided on')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='undone on')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
            },
        ),
        migrations.CreateModel(
            name='DefaultTexts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('button', models.CharField(blank=True, max_length=60, verbose_name='button')),
                ('updates_label', models.CharField(blank=True, max_length=255, verbose_name='“keep me informed”')),
                ('phone_label', models.CharField(blank=True, max_length=255, verbose_name='consent to be called')),
                ('check_email_heading', models.CharField(blank=True, max_length=120, verbose_name='heading: check your email')),
                ('check_email_text', models.TextField(blank=True, verbose_name='text: check your email')),
                ('thanks_heading', models.CharField(blank=True, max_length=120, verbose_name='heading: thanks')),
                ('thanks_text', models.TextField(blank=True, verbose_name='text: thanks')),
                ('scheduled_notice', models.TextField(blank=True, verbose_name='notice: not open yet')),
                ('paused_notice', models.TextField(blank=True, verbose_name='notice: paused')),
                ('closed_notice', models.TextField(blank=True, verbose_name='notice: closed')),
                ('won_notice', models.TextField(blank=True, verbose_name='notice: won')),
                ('confirm_subject', models.CharField(blank=True, max_length=120, verbose_name='subject: confirm')),
                ('confirm_text', models.TextField(blank=True, verbose_name='mail: confirm')),
                ('reminder_subject', models.CharField(blank=True, max_length=120, verbose_name='subject: reminder')),
                ('reminder_text', models.TextField(blank=True, verbose_name='mail: reminder')),
                ('already_subject', models.CharField(blank=True, max_length=120, verbose_name='subject: already signed')),
                ('already_text', models.TextField(blank=True, verbose_name='mail: already signed')),
                ('thanks_subject', models.CharField(blank=True, max_length=120, verbose_name='subject: thanks')),
                ('thanks_mail_text', models.TextField(blank=True, verbose_name='mail: thanks')),
                ('share_subject', models.CharField(blank=True, max_length=160, verbose_name='sharing: subject of a mail')),
                ('share_mail', models.TextField(blank=True, verbose_name='sharing: text of a mail')),
                ('share_message', models.CharField(blank=True, max_length=400, verbose_name='sharing: message')),
                ('share_post', models.CharField(blank=True, max_length=240, verbose_name='sharing: public post')),
                ('thanks_blocks', wagtail.fields.StreamField([('share', 0), ('call_to_action', 6), ('campaign', 8), ('update', 9), ('heading', 10), ('text', 11), ('image', 16)], blank=True, block_lookup={0: ('campaigns.blocks.thanks.ShareBlock', (), {}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Sentence', 'required': False}), 2: ('wagtail.blocks.CharBlock', (), {'label': 'Text on the button', 'max_length': 60}), 3: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 4: ('wagtail.blocks.URLBlock', (), {'help_text': 'Kept as you write it. Where you write {source}, the code of the link by which the signer came is put in, such as poster.', 'label': 'or the web address of another site', 'required': False}), 5: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Shows an outline only, so that this button does not compete with the one for signing.', 'label': 'Quiet', 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('text', 1), ('label', 2), ('page', 3), ('url', 4), ('is_quiet', 5)]], {}), 7: ('wagtail.blocks.PageChooserBlock', (), {'help_text': 'Shown while it can be signed. If empty, the site chooses: the petition’s next campaign, or else an open one on the same topic, or else the newest.', 'label': 'Campaign', 'page_type': ['campaigns.CampaignPage'], 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('campaign', 7)]], {}), 9: ('campaigns.blocks.thanks.RecentUpdateBlock', (), {}), 10: ('campaigns.blocks.words.HeadingBlock', (), {}), 11: ('campaigns.blocks.words.StoryTextBlock', (), {}), 12: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 13: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who and what can be seen, where and when.', 'label': 'Caption', 'required': False}), 14: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('text', 'in the text'), ('wide', 'wide'), ('full', 'from edge to edge')], 'label': 'Size'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the credit stored with the image.', 'label': 'Credit', 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('image', 12), ('caption', 13), ('size', 14), ('credit', 15)]], {})}, help_text='If empty, people find the ways to share and the campaigns to sign next. If you add blocks, they find these alone, in this order.', verbose_name='what follows the thanks')),
                ('actions_taken', models.CharField(blank=True, max_length=60, verbose_name='“Actions taken”')),
                ('total_taken', models.CharField(blank=True, max_length=60, verbose_name='“Total Actions taken”')),
                ('by_people', models.CharField(blank=True, max_length=60, verbose_name='“by people like you”')),
                ('consent', models.TextField(blank=True, help_text='The text that new petitions start with. Existing petitions keep their own.', verbose_name='consent')),
                ('footer', wagtail.fields.RichTextField(blank=True, verbose_name='footer')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'default texts',
                'verbose_name_plural': 'default texts',
                'abstract': False,
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
        migrations.CreateModel(
            name='ErasureReceipt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('mailbox_key', models.BinaryField(max_length=32)),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='deleted on')),
                ('petitions', models.JSONField(default=list)),
                ('others', models.JSONField(default=dict)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'receipt of an erasure',
                'verbose_name_plural': 'receipts of erasures',
            },
        ),
        migrations.CreateModel(
            name='ExportPreset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('shape', models.CharField(max_length=10, verbose_name='shape')),
                ('columns', models.JSONField(verbose_name='columns')),
                ('format', models.CharField(max_length=5, verbose_name='format')),
                ('is_new', models.BooleanField(verbose_name='only what is new since its last export')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='saved')),
                ('collection', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='shared with')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'preset',
                'verbose_name_plural': 'presets',
            },
        ),
        migrations.CreateModel(
            name='ImportedSignature',
            fields=[
                ('signature', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='imported', serialize=False, to='campaigns.signature')),
                ('row', models.PositiveIntegerField(verbose_name='row')),
                ('sheet', models.CharField(blank=True, max_length=40, verbose_name='sheet')),
            ],
            options={
                'verbose_name': 'imported signature',
                'verbose_name_plural': 'imported signatures',
            },
        ),
        migrations.CreateModel(
            name='HandConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=255, verbose_name='reason')),
                ('confirmed_at', models.DateTimeField(auto_now_add=True, verbose_name='confirmed')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signature', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='hand_confirmation', to='campaigns.signature')),
            ],
            options={
                'verbose_name': 'confirmation by hand',
                'verbose_name_plural': 'confirmations by hand',
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
            },
        ),
        migrations.CreateModel(
            name='KeyFingerprint',
            fields=[
                ('one', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('value', models.CharField(max_length=16)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('one', 1)), name='one_fingerprint_at_most')],
            },
        ),
        migrations.CreateModel(
            name='ListEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('domain', 'email domain'), ('network', 'network'), ('email', 'email'), ('site', 'embedding site'), ('day', 'network for a day')], max_length=7, verbose_name='kind')),
                ('pattern', models.CharField(help_text='A domain (*.example.org for all its subdomains), a network (203.0.113.0/24), an email or the domain of an embedding site. The queue fills in a network for a day.', max_length=254, verbose_name='pattern')),
                ('effect', models.CharField(choices=[('block', 'block'), ('allow', 'allow')], default='block', max_length=5, verbose_name='effect')),
                ('note', models.CharField(blank=True, help_text='The reason for this entry, for colleagues.', max_length=255, verbose_name='note')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='added on')),
            ],
            options={
                'verbose_name': 'block or allow list entry',
                'verbose_name_plural': 'block and allow lists',
                'ordering': ['kind', 'pattern'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'pattern'), name='one_list_entry_a_pattern')],
            },
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
                ('outcome', models.CharField(choices=[('sent', 'sent'), ('refused', 'refused by the mail server'), ('unclear', 'perhaps sent'), ('stopped', 'not sent, since the mailing was stopped'), ('unsub', 'unsubscribed'), ('bounced', 'came back'), ('spam', 'reported as spam')], max_length=8)),
                ('number', models.PositiveIntegerField(default=0)),
                ('mailing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='campaigns.mailing')),
            ],
        ),
        migrations.CreateModel(
            name='MailingNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('submitted', 'submitted'), ('approved', 'approved'), ('back', 'made a draft again'), ('sent', 'sent')], max_length=9)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('acted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mailing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.mailing')),
            ],
        ),
        migrations.CreateModel(
            name='ModeratedSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('moderation', models.CharField(blank=True, default='', max_length=12)),
                ('moderation_reason', models.CharField(blank=True, default='', max_length=255)),
                ('decision', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='moderated', to='campaigns.decision')),
                ('signature', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moderated', to='campaigns.signature')),
            ],
            options={
                'verbose_name': 'moderated signature',
                'verbose_name_plural': 'moderated signatures',
            },
        ),
        migrations.CreateModel(
            name='NewEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=254)),
                ('email_key', models.BinaryField(max_length=32)),
                ('key', models.BinaryField(max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('signature', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='new_email', to='campaigns.signature')),
            ],
            options={
                'verbose_name': 'new email',
                'verbose_name_plural': 'new emails',
            },
        ),
        migrations.CreateModel(
            name='NewsIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('listing_summary', models.CharField(blank=True, help_text='One or two sentences, shown under the title and in lists.', max_length=255, verbose_name='summary')),
                ('social_text', models.CharField(blank=True, help_text='If empty, the summary is used.', max_length=255, verbose_name='text for sharing')),
                ('introduction', wagtail.fields.RichTextField(blank=True, verbose_name='introduction')),
                ('listing_image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for lists')),
                ('social_image', models.ForeignKey(blank=True, help_text='If empty, the picture for lists is used.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for sharing')),
            ],
            options={
                'verbose_name': 'news index',
                'verbose_name_plural': 'news indexes',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('confirm', 'please confirm'), ('thanks', 'thank you'), ('already', 'you have already signed'), ('reminder', 'reminder to confirm'), ('newemail', 'please confirm your new email'), ('oldemail', 'a new email was asked for')], max_length=8)),
                ('due_at', models.DateTimeField()),
                ('leased_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('outcome', models.CharField(blank=True, choices=[('', 'due'), ('sent', 'sent'), ('refused', 'refused by the mail server'), ('abandoned', 'could not be delivered'), ('waiting', 'waits for a moderator')], default='', max_length=9)),
                ('ended_at', models.DateTimeField(null=True)),
                ('recipient_key', models.BinaryField(max_length=32, null=True)),
                ('signature', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='campaigns.signature')),
            ],
            options={
                'verbose_name': 'outgoing mail',
                'verbose_name_plural': 'outgoing mails',
            },
        ),
        migrations.CreateModel(
            name='Petition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('locked', models.BooleanField(default=False, editable=False, verbose_name='locked')),
                ('locked_at', models.DateTimeField(editable=False, null=True, verbose_name='locked at')),
                ('button', models.CharField(blank=True, max_length=60, verbose_name='button')),
                ('updates_label', models.CharField(blank=True, max_length=255, verbose_name='“keep me informed”')),
                ('phone_label', models.CharField(blank=True, max_length=255, verbose_name='consent to be called')),
                ('check_email_heading', models.CharField(blank=True, max_length=120, verbose_name='heading: check your email')),
                ('check_email_text', models.TextField(blank=True, verbose_name='text: check your email')),
                ('thanks_heading', models.CharField(blank=True, max_length=120, verbose_name='heading: thanks')),
                ('thanks_text', models.TextField(blank=True, verbose_name='text: thanks')),
                ('scheduled_notice', models.TextField(blank=True, verbose_name='notice: not open yet')),
                ('paused_notice', models.TextField(blank=True, verbose_name='notice: paused')),
                ('closed_notice', models.TextField(blank=True, verbose_name='notice: closed')),
                ('won_notice', models.TextField(blank=True, verbose_name='notice: won')),
                ('confirm_subject', models.CharField(blank=True, max_length=120, verbose_name='subject: confirm')),
                ('confirm_text', models.TextField(blank=True, verbose_name='mail: confirm')),
                ('reminder_subject', models.CharField(blank=True, max_length=120, verbose_name='subject: reminder')),
                ('reminder_text', models.TextField(blank=True, verbose_name='mail: reminder')),
                ('already_subject', models.CharField(blank=True, max_length=120, verbose_name='subject: already signed')),
                ('already_text', models.TextField(blank=True, verbose_name='mail: already signed')),
                ('thanks_subject', models.CharField(blank=True, max_length=120, verbose_name='subject: thanks')),
                ('thanks_mail_text', models.TextField(blank=True, verbose_name='mail: thanks')),
                ('share_subject', models.CharField(blank=True, max_length=160, verbose_name='sharing: subject of a mail')),
                ('share_mail', models.TextField(blank=True, verbose_name='sharing: text of a mail')),
                ('share_message', models.CharField(blank=True, max_length=400, verbose_name='sharing: message')),
                ('share_post', models.CharField(blank=True, max_length=240, verbose_name='sharing: public post')),
                ('thanks_blocks', wagtail.fields.StreamField([('share', 0), ('call_to_action', 6), ('campaign', 8), ('update', 9), ('heading', 10), ('text', 11), ('image', 16)], blank=True, block_lookup={0: ('campaigns.blocks.thanks.ShareBlock', (), {}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Sentence', 'required': False}), 2: ('wagtail.blocks.CharBlock', (), {'label': 'Text on the button', 'max_length': 60}), 3: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 4: ('wagtail.blocks.URLBlock', (), {'help_text': 'Kept as you write it. Where you write {source}, the code of the link by which the signer came is put in, such as poster.', 'label': 'or the web address of another site', 'required': False}), 5: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Shows an outline only, so that this button does not compete with the one for signing.', 'label': 'Quiet', 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('text', 1), ('label', 2), ('page', 3), ('url', 4), ('is_quiet', 5)]], {}), 7: ('wagtail.blocks.PageChooserBlock', (), {'help_text': 'Shown while it can be signed. If empty, the site chooses: the petition’s next campaign, or else an open one on the same topic, or else the newest.', 'label': 'Campaign', 'page_type': ['campaigns.CampaignPage'], 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('campaign', 7)]], {}), 9: ('campaigns.blocks.thanks.RecentUpdateBlock', (), {}), 10: ('campaigns.blocks.words.HeadingBlock', (), {}), 11: ('campaigns.blocks.words.StoryTextBlock', (), {}), 12: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 13: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who and what can be seen, where and when.', 'label': 'Caption', 'required': False}), 14: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('text', 'in the text'), ('wide', 'wide'), ('full', 'from edge to edge')], 'label': 'Size'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the credit stored with the image.', 'label': 'Credit', 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('image', 12), ('caption', 13), ('size', 14), ('credit', 15)]], {})}, help_text='If empty, people find the ways to share and the campaigns to sign next. If you add blocks, they find these alone, in this order.', verbose_name='what follows the thanks')),
                ('goal', models.PositiveIntegerField(blank=True, help_text='If empty, no goal is shown.', null=True, verbose_name='goal')),
                ('goal_rises', models.BooleanField(default=True, help_text='Once the goal is reached, the next round number is shown: 1,000, 2,000, 5,000 …', verbose_name='the goal rises by itself')),
                ('count_from', models.PositiveIntegerField(default=0, help_text='Below this number, the public sees neither the count nor the goal. The page asks readers instead to be among the first to sign.', verbose_name='show the count from')),
                ('opens_at', models.DateTimeField(blank=True, null=True, verbose_name='opens')),
                ('closes_at', models.DateTimeField(blank=True, help_text='From this time on, nobody can sign. The page stays, with the final count.', null=True, verbose_name='closes')),
                ('country_field', models.CharField(choices=[('off', 'do not ask'), ('optional', 'ask'), ('required', 'ask and require')], default='optional', max_length=8, verbose_name='country')),
                ('postcode_field', models.CharField(choices=[('off', 'do not ask'), ('optional', 'ask'), ('required', 'ask and require')], default='off', max_length=8, verbose_name='postcode')),
                ('affiliation_field', models.CharField(choices=[('off', 'do not ask'), ('optional', 'ask'), ('required', 'ask and require')], default='off', help_text='For open letters. If recent signers are named on the page, the organisations of those who agreed are listed apart from the people.', max_length=8, verbose_name='organisation')),
                ('asks_phone', models.BooleanField(default=False, help_text='A number is stored only if the signer ticks the box below it. Its text is “Consent to be called”, under “The form”.', verbose_name='ask for a phone number')),
                ('comment_field', models.CharField(choices=[('off', 'do not ask'), ('optional', 'ask'), ('required', 'ask and require')], default='off', max_length=8, verbose_name='comment')),
                ('shows_comments', models.BooleanField(default=False, help_text='Under “Why people sign”. Only comments of people who tick a separate box, and only after a moderator has approved them. The first word of the name stands beside them. Everybody can read this, and what has been public may have been copied.', verbose_name='show comments on the page')),
                ('offers_updates', models.BooleanField(default=True, verbose_name='offer “keep me informed”')),
                ('shows_signers', models.BooleanField(default=False, help_text='Only people who tick a separate box are named: the first word of the name, the first letter of the last word, and the country, five or more people at a time. Everybody can read this, and what has been public may have been copied. Leave it off if a signature can put somebody in danger from a state, an employer or a family. A first name and a country can be enough to find a person.', verbose_name='name recent signers on the page')),
                ('confirms_by_email', models.BooleanField(default=True, help_text='Without confirmation, anybody can sign in anybody’s name, and a flood of fake signatures counts at once. The count then means less to those who receive it.', verbose_name='signatures are confirmed by email')),
                ('sends_thanks', models.BooleanField(default=True, help_text='It thanks each signer once and tells them how to pass the petition on. Without confirmation by email it is always sent, since it also says how to withdraw.', verbose_name='a mail of thanks follows the confirmation')),
                ('shares_email', models.BooleanField(default=False, help_text='For example a couple with one mailbox: the second person signs under another name.', verbose_name='two people may share one email')),
                ('retention_days', models.PositiveSmallIntegerField(default=90, help_text='Counted from the end of the petition, 365 at most. Names, emails and all other personal data are then removed, and the count stays. Once people have signed, this can be shortened, but not lengthened.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='days until signers’ data is anonymised')),
                ('embed_sites', models.TextField(blank=True, help_text='One site per line, such as https://www.example.org, or https://*.example.org for all its subdomains. No other site can show this petition on its own pages.', validators=[campaigns.petitions.settings.check_sites], verbose_name='sites that may show the petition')),
                ('questions', wagtail.fields.StreamField([('text', 4), ('choice', 7), ('checkbox', 9)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Question', 'max_length': 160}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': 'Shown in small letters below the question. May stay empty.', 'label': 'Explanation', 'max_length': 255, 'required': False}), 2: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Each question that must be answered costs signatures.', 'label': 'Everybody must answer', 'required': False}), 3: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'help_text': 'Personal answers are deleted when the signers’ data is anonymised. Untick this only where no answer can tell who somebody is: such answers stay, for the statistics.', 'label': 'The answer is personal', 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('label', 0), ('help', 1), ('is_required', 2), ('is_personal', 3)]], {}), 5: ('wagtail.blocks.CharBlock', (), {'label': 'Choice', 'max_length': 120}), 6: ('wagtail.blocks.ListBlock', (5,), {'default': ['', ''], 'label': 'Choices', 'max_num': 20, 'min_num': 2}), 7: ('wagtail.blocks.StructBlock', [[('label', 0), ('help', 1), ('choices', 6), ('is_required', 2), ('is_personal', 3)]], {}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Text beside the box', 'max_length': 160}), 9: ('wagtail.blocks.StructBlock', [[('label', 8), ('help', 1), ('is_required', 2), ('is_personal', 3)]], {})}, help_text='At most five, beside the fields above. A question that you remove is no longer asked, and the answers that were given stay with their signatures. To change its kind, remove it and add another.', verbose_name='questions of your own')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('slug', models.SlugField(blank=True, help_text='The last part of the petition’s web address. It cannot change after the first publication.', max_length=80, verbose_name='web address')),
                ('ask', models.CharField(help_text='One sentence that says who should do what: “Call on the President to repeal …”', max_length=255, verbose_name='ask')),
                ('salutation', models.CharField(help_text='“Dear Mayor,”', max_length=160, verbose_name='salutation')),
                ('opening', models.TextField(verbose_name='opening')),
                ('demands', wagtail.fields.StreamField([('demand', 0)], blank=True, block_lookup={0: ('wagtail.blocks.TextBlock', (), {'icon': 'tick', 'label': 'Demand', 'max_length': 300, 'rows': 1})}, verbose_name='demands')),
                ('close', models.TextField(blank=True, verbose_name='close')),
                ('targets', wagtail.fields.StreamField([('target', 2)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Name', 'max_length': 120}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Office', 'max_length': 120, 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('name', 0), ('role', 1)]], {'icon': 'user', 'label': 'Target'})}, verbose_name='addressed to')),
                ('consent', models.TextField(default=campaigns.petitions.texts.default_consent, help_text='What people agree to by ticking the box. The exact text is stored with each signature.', verbose_name='consent')),
                ('collection', models.ForeignKey(default=wagtail.models.media.get_root_collection_id, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='collection')),
                ('latest_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision')),
                ('live_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
                ('locked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='locked_%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='locked by')),
                ('next_campaign', models.ForeignKey(blank=True, help_text='People who have signed are asked to sign this campaign next, while it is open. If empty, an open campaign on the same topic is used, or else the newest one.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.campaignpage', verbose_name='next campaign')),
                ('share_image', models.ForeignKey(blank=True, help_text='What Facebook and others show beside a link to the petition or to its campaign page, unless that page has a picture for sharing of its own. If empty, it is a card with the title and the count.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for sharing')),
            ],
            options={
                'verbose_name': 'petition',
                'verbose_name_plural': 'petitions',
                'permissions': [('control_petition', 'Can pause, resume, close and move petitions, and declare victory'), ('view_signatures_petition', 'Can view signatures'), ('view_statistics_petition', 'Can view statistics'), ('moderate_signatures_petition', 'Can release and invalidate signatures'), ('export_handover_petition', 'Can export signatures for handing over'), ('export_mailing_petition', 'Can export a mailing list'), ('export_analysis_petition', 'Can export signatures for analysis'), ('export_everything_petition', 'Can export signatures with everything'), ('export_signatures_petition', 'Can hand out a person’s data'), ('delete_signatures_petition', 'Can delete signatures'), ('hold_signatures_petition', 'Can hold signers’ data beyond the retention period'), ('import_signatures_petition', 'Can bring in what was signed elsewhere'), ('mail_signers_petition', 'Can write to signers who want to be kept informed')],
                'abstract': False,
            },
            bases=(wagtail.models.preview.PreviewableMixin, campaigns.petitions.versions.WithVersions, models.Model, modelsearch.index.Indexed),
        ),
        migrations.AddField(
            model_name='campaignpage',
            name='petition',
            field=models.ForeignKey(help_text='Required for publishing. Several pages may carry the same petition, which has a single count.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='campaign_pages', to='campaigns.petition', verbose_name='petition'),
        ),
        migrations.CreateModel(
            name='ActionRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=30, verbose_name='action')),
                ('values', models.JSONField(blank=True, default=dict)),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='requested at')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('granted', models.BooleanField(null=True, verbose_name='granted')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('petition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='campaigns.petition', verbose_name='petition')),
            ],
            options={
                'verbose_name': 'request for an action',
                'verbose_name_plural': 'requests for actions',
            },
        ),
        migrations.CreateModel(
            name='PreviewLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'preview link',
                'verbose_name_plural': 'preview links',
            },
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
        migrations.CreateModel(
            name='Rendition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filter_spec', models.CharField(db_index=True, max_length=255)),
                ('file', wagtail.images.models.WagtailImageField(height_field='height', storage=wagtail.images.models.get_rendition_storage, upload_to=wagtail.images.models.get_rendition_upload_to, width_field='width')),
                ('width', models.IntegerField(editable=False)),
                ('height', models.IntegerField(editable=False)),
                ('focal_point_key', models.CharField(blank=True, default='', editable=False, max_length=16)),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='campaigns.customimage')),
            ],
            bases=(wagtail.images.models.ImageFileMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Resending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='asked for')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='taken back')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mails to confirm sent again',
                'verbose_name_plural': 'mails to confirm sent again',
            },
        ),
        migrations.CreateModel(
            name='ResentMails',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mails', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('signatures', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('resending', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='campaigns.resending')),
            ],
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('filters', models.TextField(verbose_name='filters')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='saved')),
                ('collection', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='shared with')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
            },
        ),
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
        migrations.CreateModel(
            name='SignatureNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=1000, verbose_name='note')),
                ('written_at', models.DateTimeField(auto_now_add=True, verbose_name='written')),
                ('signature', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='campaigns.signature')),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'note',
                'verbose_name_plural': 'notes',
            },
        ),
        migrations.CreateModel(
            name='StaffNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('task', 'to be approved'), ('submitted', 'submitted'), ('approved', 'approved'), ('rejected', 'changes requested'), ('comments', 'comments')], max_length=9)),
                ('comments', models.JSONField(null=True)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('acted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('page', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.WAGTAIL_PAGE_MODEL)),
                ('readers', models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task_state', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.taskstate')),
                ('workflow_state', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.workflowstate')),
            ],
            options={
                'verbose_name': 'notice to staff',
                'verbose_name_plural': 'notices to staff',
            },
        ),
        migrations.CreateModel(
            name='SuppressedMailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailbox_key', models.BinaryField(max_length=16, unique=True)),
                ('suppressed_at', models.DateTimeField()),
                ('reason', models.CharField(choices=[('unsubscribed', 'unsubscribed'), ('complained', 'reported as spam'), ('bounced', 'mails came back')], db_default='unsubscribed', default='unsubscribed', max_length=12)),
            ],
            options={
                'verbose_name': 'mailbox without mailings',
                'verbose_name_plural': 'mailboxes without mailings',
                'constraints': [models.CheckConstraint(condition=models.Q(('reason__in', ('unsubscribed', 'complained', 'bounced'))), name='reason_of_suppression_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('tally', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='survey', serialize=False, to='campaigns.tally')),
                ('counted', models.PositiveIntegerField(verbose_name='total at that time')),
                ('day', models.DateField(verbose_name='day')),
                ('today', models.PositiveIntegerField(verbose_name='signatures on that day')),
                ('pending', models.PositiveIntegerField(default=0, verbose_name='awaiting confirmation')),
                ('figures', models.JSONField(default=dict, verbose_name='signatures by kind')),
                ('week', models.JSONField(db_default={}, default=dict, verbose_name='last seven days')),
            ],
            options={
                'verbose_name': 'survey',
                'verbose_name_plural': 'surveys',
            },
        ),
        migrations.AddField(
            model_name='tally',
            name='handover_image',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture of the handover'),
        ),
        migrations.AddField(
            model_name='tally',
            name='petition',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.petition', verbose_name='original'),
        ),
        migrations.AddField(
            model_name='tally',
            name='won_image',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture of the victory'),
        ),
        migrations.CreateModel(
            name='StoppedMailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email_key', models.BinaryField(max_length=32)),
                ('stopped_at', models.DateTimeField(auto_now_add=True)),
                ('tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'stopped mailbox',
                'verbose_name_plural': 'stopped mailboxes',
            },
        ),
        migrations.AddField(
            model_name='signature',
            name='tally',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='campaigns.tally'),
        ),
        migrations.AddField(
            model_name='resending',
            name='tallies',
            field=models.ManyToManyField(related_name='+', to='campaigns.tally'),
        ),
        migrations.CreateModel(
            name='RememberedModeration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email_key', models.BinaryField(max_length=32)),
                ('moderation', models.CharField(choices=[('', 'none'), ('quarantined', 'quarantined'), ('invalidated', 'invalidated')], max_length=12)),
                ('reason', models.CharField(choices=[('honeypot', 'filled in a field that is hidden from people'), ('listed', 'on the block list'), ('burst', 'many signatures from one network within minutes'), ('sustained', 'many signatures from one network within a day'), ('wide', 'many signatures from neighbouring networks'), ('proof', 'without a proof of work'), ('remembered', 'moderated before it was withdrawn')], max_length=10)),
                ('tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally')),
            ],
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('reached_at', models.DateTimeField(verbose_name='reached')),
                ('tally', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'milestone',
                'verbose_name_plural': 'milestones',
            },
        ),
        migrations.AddField(
            model_name='mailing',
            name='tallies',
            field=models.ManyToManyField(related_name='+', to='campaigns.tally', verbose_name='signers of'),
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('paper', 'on paper'), ('partner', 'with a partner organisation'), ('import', 'on another site'), ('correction', 'correction')], max_length=12, verbose_name='kind')),
                ('number', models.IntegerField(verbose_name='number')),
                ('sheets', models.CharField(blank=True, max_length=80, verbose_name='sheets')),
                ('collected', models.CharField(blank=True, max_length=160, verbose_name='collected')),
                ('reason', models.TextField(verbose_name='reason')),
                ('entered_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='entered')),
                ('counters', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='countered_by', to='campaigns.ledgerentry', verbose_name='counters the entry')),
                ('entered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tally', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ledger', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'entry of the ledger',
                'verbose_name_plural': 'entries of the ledger',
            },
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=6, verbose_name='channel')),
                ('file_name', models.CharField(max_length=120, verbose_name='file')),
                ('reason', models.TextField(verbose_name='source')),
                ('consent', models.TextField(verbose_name='what they agreed to')),
                ('signed_on', models.DateField(verbose_name='signed on')),
                ('day_first', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded')),
                ('state', models.CharField(choices=[('draft', 'not checked yet'), ('checked', 'checked, not imported'), ('done', 'imported'), ('undone', 'undone')], default='draft', max_length=7, verbose_name='state')),
                ('content', models.BinaryField(null=True)),
                ('salt', models.BinaryField(null=True)),
                ('found', models.JSONField(default=dict)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('meanings', models.JSONField(default=list)),
                ('result', models.JSONField(default=dict)),
                ('ended_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tally', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='tallies',
            field=models.ManyToManyField(related_name='+', to='campaigns.tally'),
        ),
        migrations.CreateModel(
            name='CountChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('confirmed_at', models.DateTimeField(verbose_name='confirmed')),
                ('number', models.SmallIntegerField(verbose_name='more or less')),
                ('tally', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'change of a count',
                'verbose_name_plural': 'changes of counts',
            },
        ),
        migrations.CreateModel(
            name='ChangeReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('is_slip', models.BooleanField(db_default=False, default=False, verbose_name='corrects a slip')),
                ('locale', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.locale')),
                ('tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally')),
            ],
        ),
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('page', models.PositiveIntegerField(default=0, verbose_name='page')),
                ('site', models.CharField(blank=True, default='', max_length=80, verbose_name='embedding site')),
                ('source', models.CharField(blank=True, default='', max_length=81, verbose_name='source')),
                ('number', models.PositiveIntegerField(verbose_name='signatures')),
                ('tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='arrivals', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'arrival',
                'verbose_name_plural': 'arrivals',
            },
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('many', 'more signatures than usual'), ('few', 'fewer signatures than usual'), ('unconfirmed', 'many without a confirmation'), ('network', 'many from one network'), ('domain', 'many with one email domain'), ('country', 'many from one country'), ('source', 'many by one source'), ('site', 'many on one embedding site')], max_length=11, verbose_name='kind')),
                ('value', models.CharField(blank=True, default='', max_length=254)),
                ('example', models.UUIDField(null=True)),
                ('hour', models.DateTimeField(verbose_name='hour')),
                ('number', models.PositiveIntegerField(verbose_name='signatures')),
                ('of', models.PositiveIntegerField(verbose_name='of so many signatures')),
                ('usual', models.FloatField(verbose_name='usual')),
                ('since', models.DateTimeField(verbose_name='since')),
                ('until', models.DateTimeField(verbose_name='until')),
                ('seen_at', models.DateTimeField(verbose_name='last seen')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('told_at', models.DateTimeField(null=True, verbose_name='told')),
                ('tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'alarm',
                'verbose_name_plural': 'alarms',
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('title', models.CharField(max_length=60, verbose_name='title')),
                ('slug', models.SlugField(blank=True, help_text='The name of the topic in the web addresses of the search. If empty, it is made from the title.', max_length=60, verbose_name='web address')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['title'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='campaignpage',
            name='topics',
            field=modelcluster.fields.ParentalManyToManyField(blank=True, related_name='%(class)ss', to='campaigns.topic', verbose_name='topics'),
        ),
        migrations.CreateModel(
            name='ArticlePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('listing_summary', models.CharField(blank=True, help_text='One or two sentences, shown under the title and in lists.', max_length=255, verbose_name='summary')),
                ('social_text', models.CharField(blank=True, help_text='If empty, the summary is used.', max_length=255, verbose_name='text for sharing')),
                ('published_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('image', 6), ('gallery', 12), ('quote', 17), ('fact', 22), ('video', 26), ('table', 32), ('accordion', 39), ('document', 43), ('call_to_action', 49), ('petition', 51), ('related', 56), ('actions_taken', 57), ('curve', 60)], blank=True, block_lookup={0: ('campaigns.blocks.words.HeadingBlock', (), {}), 1: ('campaigns.blocks.words.StoryTextBlock', (), {}), 2: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 3: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who and what can be seen, where and when.', 'label': 'Caption', 'required': False}), 4: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('text', 'in the text'), ('wide', 'wide'), ('full', 'from edge to edge')], 'label': 'Size'}), 5: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the credit stored with the image.', 'label': 'Credit', 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 3), ('size', 4), ('credit', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 7)]], {}), 9: ('wagtail.blocks.ListBlock', (8,), {'label': 'Pictures', 'min_num': 2}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Caption for all pictures', 'required': False}), 11: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('landscape', 'landscape'), ('square', 'square')], 'help_text': 'All pictures are cropped to this shape, around the focal point of each.', 'label': 'Shape'}), 12: ('wagtail.blocks.StructBlock', [[('images', 9), ('caption', 10), ('size', 4), ('shape', 11)]], {}), 13: ('wagtail.blocks.TextBlock', (), {'label': 'Quote'}), 14: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Who this person is', 'required': False}), 16: ('wagtail.blocks.URLBlock', (), {'help_text': 'The web address of an article or a recording. The name then links to it.', 'label': 'Where it was said', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('text', 13), ('attribution', 14), ('role', 15), ('source_url', 16)]], {}), 18: ('wagtail.blocks.CharBlock', (), {'help_text': '“40,000”, “4 in 5”, “−38 %”.', 'label': 'Number', 'max_length': 16}), 19: ('wagtail.blocks.TextBlock', (), {'help_text': 'One sentence.', 'label': 'What the number shows'}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who counted this, and when.', 'label': 'Source', 'required': False}), 21: ('wagtail.blocks.URLBlock', (), {'label': 'Web address of the source', 'required': False}), 22: ('wagtail.blocks.StructBlock', [[('figure', 18), ('text', 19), ('source', 20), ('source_url', 21)]], {}), 23: ('wagtail.blocks.URLBlock', (), {'help_text': 'On YouTube, Vimeo or a PeerTube server.', 'label': 'Web address of the film'}), 24: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 25: ('wagtail.images.blocks.ImageChooserBlock', (), {'help_text': 'Shown until the reader presses play. Nothing is loaded from the other site before then.', 'label': 'Still picture'}), 26: ('wagtail.blocks.StructBlock', [[('url', 23), ('title', 24), ('poster', 25), ('caption', 7), ('size', 4)]], {}), 27: ('wagtail.blocks.CharBlock', (), {'icon': 'pilcrow', 'label': 'Text', 'required': False}), 28: ('wagtail.blocks.CharBlock', (), {'icon': 'decimal', 'label': 'Numbers', 'required': False}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 27), ('figure', 28)]], {'label': 'Table', 'required': False}), 30: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'label': 'The first column holds the row headings', 'required': False}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'required': False}), 32: ('wagtail.blocks.StructBlock', [[('table', 29), ('names_rows', 30), ('source', 31)]], {}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Line that is always visible', 'max_length': 160}), 34: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ol', 'ul', 'hr'], 'label': 'Text that it opens'}), 35: ('wagtail.blocks.StructBlock', [[('heading', 33), ('text', 34)]], {}), 36: ('wagtail.blocks.ListBlock', (35,), {'label': 'Parts', 'min_num': 1}), 37: ('wagtail.blocks.BooleanBlock', (), {'label': 'The first part is open', 'required': False}), 38: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Opening one part closes the others, so readers cannot compare two parts.', 'label': 'Only one part open at a time', 'required': False}), 39: ('wagtail.blocks.StructBlock', [[('parts', 36), ('opens_first', 37), ('one_at_a_time', 38)]], {}), 40: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 41: ('wagtail.blocks.CharBlock', (), {'help_text': 'One sentence, for readers who are not sure whether to open it.', 'label': 'What it contains', 'required': False}), 42: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the title stored with the document.', 'label': 'Title', 'required': False}), 43: ('wagtail.blocks.StructBlock', [[('document', 40), ('text', 41), ('title', 42)]], {}), 44: ('wagtail.blocks.CharBlock', (), {'label': 'Sentence', 'required': False}), 45: ('wagtail.blocks.CharBlock', (), {'label': 'Text on the button', 'max_length': 60}), 46: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 47: ('wagtail.blocks.URLBlock', (), {'label': 'or the web address of another site', 'required': False}), 48: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Shows an outline only, so that this button does not compete with the one for signing.', 'label': 'Quiet', 'required': False}), 49: ('wagtail.blocks.StructBlock', [[('text', 44), ('label', 45), ('page', 46), ('url', 47), ('is_quiet', 48)]], {}), 50: ('wagtail.snippets.blocks.SnippetChooserBlock', ('campaigns.Petition',), {'label': 'Petition'}), 51: ('wagtail.blocks.StructBlock', [[('petition', 50)]], {}), 52: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 120, 'required': False}), 53: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Campaign', 'page_type': ['campaigns.CampaignPage']}), 54: ('wagtail.blocks.ListBlock', (53,), {'default': [], 'help_text': 'If you choose none, the newest open campaigns are shown.', 'label': 'Campaigns', 'max_num': 6, 'required': False}), 55: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'How many to show if none is chosen', 'max_value': 6, 'min_value': 1}), 56: ('wagtail.blocks.StructBlock', [[('heading', 52), ('campaigns', 54), ('number', 55)]], {}), 57: ('campaigns.blocks.ways.ActionsTakenBlock', (), {}), 58: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'A table of the countries from which ten people or more have signed.', 'label': 'Show the countries', 'required': False}), 59: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Borders are political. The map has those of Natural Earth, which draws who controls a territory: Crimea, for example, as a part of Russia. Look at it before you choose it. The table of countries stands beside it.', 'label': 'Show a map', 'required': False}), 60: ('wagtail.blocks.StructBlock', [[('petition', 50), ('heading', 52), ('shows_countries', 58), ('shows_map', 59)]], {})}, verbose_name='story')),
                ('listing_image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for lists')),
                ('social_image', models.ForeignKey(blank=True, help_text='If empty, the picture for lists is used.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for sharing')),
                ('topics', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='%(class)ss', to='campaigns.topic', verbose_name='topics')),
            ],
            options={
                'verbose_name': 'article',
                'verbose_name_plural': 'articles',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='TrendHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.DateTimeField(verbose_name='hour')),
                ('signed', models.PositiveIntegerField(verbose_name='signed')),
                ('confirmed', models.PositiveIntegerField(verbose_name='confirmed')),
                ('shared', models.JSONField(default=dict, verbose_name='what many have in common')),
                ('tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'hour',
                'verbose_name_plural': 'hours',
            },
        ),
        migrations.CreateModel(
            name='TypedSearch',
            fields=[
                ('key', models.CharField(default=campaigns.finding.searches.new_key, editable=False, max_length=22, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=200)),
                ('kind', models.CharField(blank=True, choices=[('number', 'the number of a signature'), ('email', 'an email'), ('domain', 'the domain of emails'), ('country', 'a country'), ('postcode', 'a postcode'), ('source', 'a source'), ('part', 'part of a name or an email')], default='', max_length=8)),
                ('made_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'search',
                'verbose_name_plural': 'searches',
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('parts', models.JSONField(editable=False, verbose_name='parts')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='published')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('is_slip', models.BooleanField(db_default=False, default=False, verbose_name='corrects a slip')),
                ('locale', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale')),
                ('published_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tally', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='campaigns.tally')),
            ],
            options={
                'verbose_name': 'version',
                'verbose_name_plural': 'versions',
            },
        ),
        migrations.AddField(
            model_name='signature',
            name='version',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.version', verbose_name='version'),
        ),
        migrations.AddConstraint(
            model_name='commentdecision',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('shown', 'hidden'))), name='comment_decision_is_known'),
        ),
        migrations.AddConstraint(
            model_name='defaulttexts',
            constraint=models.UniqueConstraint(fields=('locale',), name='one_set_of_default_texts_a_language'),
        ),
        migrations.AlterUniqueTogether(
            name='defaulttexts',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AddIndex(
            model_name='erasurereceipt',
            index=models.Index(fields=['mailbox_key'], name='receipts_of_a_mailbox'),
        ),
        migrations.AddConstraint(
            model_name='exportpreset',
            constraint=models.CheckConstraint(condition=models.Q(('shape__in', ['handover', 'mailing', 'analysis', 'everything'])), name='preset_has_a_shape'),
        ),
        migrations.AddConstraint(
            model_name='exportpreset',
            constraint=models.CheckConstraint(condition=models.Q(('columns', []), _negated=True), name='preset_has_columns'),
        ),
        migrations.AddField(
            model_name='importedsignature',
            name='made_in',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='campaigns.import'),
        ),
        migrations.AddConstraint(
            model_name='decidedcomment',
            constraint=models.UniqueConstraint(fields=('decision', 'signature'), name='one_comment_a_decision'),
        ),
        migrations.AddConstraint(
            model_name='mailingcount',
            constraint=models.UniqueConstraint(fields=('mailing', 'outcome'), name='one_count_an_outcome_of_a_mailing'),
        ),
        migrations.AddConstraint(
            model_name='moderatedsignature',
            constraint=models.UniqueConstraint(fields=('decision', 'signature'), name='one_moderation_a_decision'),
        ),
        migrations.AddIndex(
            model_name='outgoingmail',
            index=models.Index(condition=models.Q(('outcome', '')), fields=['due_at'], name='owed_mail'),
        ),
        migrations.AddIndex(
            model_name='outgoingmail',
            index=models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['ended_at'], name='ended_mails'),
        ),
        migrations.AddIndex(
            model_name='outgoingmail',
            index=models.Index(condition=models.Q(('recipient_key__isnull', False)), fields=['recipient_key'], name='mails_of_a_day'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ('', 'sent', 'refused', 'abandoned', 'waiting'))), name='outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('confirm', 'thanks', 'already', 'reminder', 'newemail', 'oldemail'))), name='kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'thanks')), fields=('signature',), name='one_mail_of_thanks_a_signature'),
        ),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.UniqueConstraint(fields=('locale', 'slug'), name='one_petition_an_address'),
        ),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at', None), ('closes_at', None), ('opens_at__lt', models.F('closes_at')), _connector='OR'), name='petition_opens_before_it_closes', violation_error_message='The petition must open before it closes.'),
        ),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(('goal', None), ('goal__gt', 0), _connector='OR'), name='goal_is_positive', violation_error_message='The goal must be greater than zero.'),
        ),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(('retention_days__range', (1, 365))), name='data_is_retained_for_1_to_365_days', violation_error_message='The number of days must be between 1 and 365.'),
        ),
        migrations.AlterUniqueTogether(
            name='petition',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AddConstraint(
            model_name='actionrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('granted', None)), fields=('petition', 'verb'), name='one_open_request_an_action'),
        ),
        migrations.AddConstraint(
            model_name='actionrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('granted', None)), models.Q(('decided_at__isnull', False), ('granted__isnull', False)), _connector='OR'), name='decided_request_has_its_moment'),
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
        migrations.AddConstraint(
            model_name='rendition',
            constraint=models.UniqueConstraint(fields=('image', 'filter_spec', 'focal_point_key'), name='one_rendition_a_spec'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.CheckConstraint(condition=models.Q(('filters', ''), _negated=True), name='saved_view_has_filters'),
        ),
        migrations.AddConstraint(
            model_name='staffnotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comments__isnull', False), ('kind', 'comments'), ('page__isnull', False)), models.Q(models.Q(('kind', 'comments'), _negated=True), ('workflow_state__isnull', False)), _connector='OR'), name='notice_says_what_it_is_about'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_at', None), ('held_reason', '')), models.Q(('held_at__isnull', False), models.Q(('held_reason', ''), _negated=True)), _connector='OR'), name='hold_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.CheckConstraint(condition=models.Q(('burst_limit__isnull', True), ('burst_limit__range', (1, 1000)), _connector='OR'), name='burst_limit_is_sensible'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.CheckConstraint(condition=models.Q(('sustained_limit__isnull', True), ('sustained_limit__range', (1, 5000)), _connector='OR'), name='sustained_limit_is_sensible'),
        ),
        migrations.AddConstraint(
            model_name='stoppedmailbox',
            constraint=models.UniqueConstraint(fields=('tally', 'email_key'), name='one_stop_a_mailbox_and_petition'),
        ),
        migrations.AddConstraint(
            model_name='rememberedmoderation',
            constraint=models.UniqueConstraint(fields=('tally', 'email_key'), name='one_remembered_moderation_a_mailbox'),
        ),
        migrations.AddConstraint(
            model_name='rememberedmoderation',
            constraint=models.CheckConstraint(condition=models.Q(('moderation__in', ('quarantined', 'invalidated'))), name='remembered_moderation_is_known'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.UniqueConstraint(fields=('tally', 'number'), name='one_milestone_a_number'),
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
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='entry_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['paper', 'partner', 'import', 'correction'])), name='entry_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number__gt', 0), ('number__lte', 10000000)), models.Q(('kind', 'correction'), ('number__gte', -10000000), ('number__lt', 0)), models.Q(('counters__isnull', False), ('number__gte', -10000000), ('number__lt', 0)), _connector='OR'), name='entry_number_is_sensible'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('consent', ''), _negated=True)), name='import_has_reason_and_consent'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ('paper', 'import'))), name='import_is_from_elsewhere'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'checked')), ('content', None), _connector='OR'), name='ended_import_has_no_content'),
        ),
        migrations.AddConstraint(
            model_name='changereason',
            constraint=models.UniqueConstraint(fields=('tally', 'locale', 'digest'), name='one_reason_a_text'),
        ),
        migrations.AddConstraint(
            model_name='arrival',
            constraint=models.UniqueConstraint(fields=('tally', 'day', 'page', 'site', 'source'), name='one_arrival_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='alarm',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('tally', 'kind', 'value'), name='one_open_alarm_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='alarm',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('many', 'few', 'unconfirmed', 'network', 'domain', 'country', 'source', 'site'))), name='alarm_is_known'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.UniqueConstraint(fields=('locale', 'slug'), name='one_topic_an_address'),
        ),
        migrations.AlterUniqueTogether(
            name='topic',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AddConstraint(
            model_name='trendhour',
            constraint=models.UniqueConstraint(fields=('tally', 'hour'), name='one_trend_an_hour'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('confirmed_at__isnull', False), ('moderation', '')), fields=['tally', 'confirmed_at'], name='counted_by_confirmation'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('network_key__isnull', False)), fields=['network_key', 'tally', 'signed_at'], name='signatures_of_a_network'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('anonymised_at__isnull', True), ('confirmed_at__isnull', True)), fields=['tally', 'moderation'], name='unconfirmed_signatures'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('anonymised_at__isnull', True), ('email_key__isnull', True)), fields=['tally'], name='keyless_signatures'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('shown_as__gt', ''), ('confirmed_at__isnull', False), ('moderation', '')), fields=['tally', 'shown_at', 'id'], name='showable_signatures'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('shown_as__gt', ''), ('confirmed_at__isnull', False), ('moderation', ''), ('affiliation__isnull', False)), fields=['tally', 'shown_at', 'id'], name='showable_organisations'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('comment_state__isnull', False)), fields=['tally', 'comment_state', 'id'], name='comments_to_show'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('anonymised_at__isnull', True), ('moderation__gt', '')), fields=['moderation', 'tally', 'moderation_reason'], name='moderated_signatures'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(fields=['tally', 'signed_at'], name='signatures_of_a_petition'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(fields=['signed_at'], name='signatures_by_time'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('moderation__gt', '')), fields=['signed_at'], name='moderated_by_time'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('anonymised_at__isnull', False)), fields=['signed_at'], name='anonymised_by_time'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Lower('source'), name='text_pattern_ops'), condition=models.Q(('source', ''), _negated=True), name='signatures_by_source'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('times_signed__gt', 1000)), fields=['tally'], name='often_signed'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('tally', 'email_key', 'household_slot'), name='one_signature_a_household_slot'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('household_slot__in', (1, 2))), name='household_slot_is_1_or_2'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('moderation__in', ('', 'quarantined', 'invalidated'))), name='moderation_is_known'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ('form', 'embed', 'paper', 'import'))), name='channel_is_known'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__in', ('form', 'embed')), _negated=True), ('anonymised_at__isnull', False), models.Q(('email_key__isnull', False), ('version__isnull', False)), _connector='OR'), name='form_signature_has_key_and_version'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('anonymised_at__isnull', True), models.Q(('affiliation__isnull', True), ('comment__isnull', True), ('comment_as__isnull', True), ('comment_state__isnull', True), ('email__isnull', True), ('email_key__isnull', True), ('link_key__isnull', True), ('name__isnull', True), ('network_key__isnull', True), ('phone__isnull', True), ('postcode__isnull', True), ('sent_mails__isnull', True), ('shown_as__isnull', True), ('shown_at__isnull', True), ('typed_digest__isnull', True)), _connector='OR'), name='anonymised_signature_is_empty'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('anonymised_at__isnull', True), ('replies__isnull', True), models.Q(('replies__has_key', 'personal'), _negated=True), _connector='OR'), name='anonymised_signature_has_no_personal_reply'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('shown_at__isnull', True), models.Q(('shown_as__isnull', False), ('shown_as__gt', '')), _connector='OR'), name='shown_signature_may_be_shown'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment_as__isnull', True), ('comment_state__isnull', True)), models.Q(('comment__gt', ''), ('comment__isnull', False), ('comment_as__isnull', False), ('comment_state__in', ('waiting', 'shown', 'hidden')), ('comment_state__isnull', False)), _connector='OR'), name='comment_to_show_is_agreed_to'),
        ),
        _database.VERSIONS_STAY,
        _database.REFUSE_LATE,
        _database.NOTE_CHANGES,
        _database.KEEP_SUM,
        _database.KEEP_MAILINGS,
        _database.STORAGE,
        _database.NO_STATISTICS,
        _groups.OVER_PETITIONS,
        _groups.EVERYWHERE,
        *_workflow.ONE_WORKFLOW,
    ]
