import uuid

import django.db.models.deletion
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
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(editable=False, unique=True)),
                ('total', models.PositiveIntegerField(default=0, verbose_name='signatures')),
                ('pending', models.PositiveIntegerField(default=0, verbose_name='awaiting confirmation')),
                ('paused_at', models.DateTimeField(blank=True, null=True, verbose_name='paused')),
                ('won_at', models.DateTimeField(blank=True, null=True, verbose_name='won')),
                ('handed_over_at', models.DateTimeField(blank=True, null=True, verbose_name='handed over')),
                ('held_at', models.DateTimeField(blank=True, help_text="While this is set, signers' data is not anonymised, for example because a court needs it.", null=True, verbose_name='on hold since')),
                ('held_reason', models.TextField(blank=True, verbose_name='reason for the hold')),
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
                ('listing_summary', models.CharField(blank=True, help_text='One or two sentences, shown under the title and in lists.', max_length=255, verbose_name='summary')),
                ('social_text', models.CharField(blank=True, help_text='If empty, the summary is used.', max_length=255, verbose_name='text for sharing')),
                ('published_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('image', 6), ('gallery', 12), ('quote', 17), ('fact', 22), ('video', 26), ('table', 32), ('accordion', 39), ('document', 43), ('call_to_action', 49), ('petition', 51), ('related', 56), ('actions_taken', 57)], blank=True, block_lookup={0: ('campaigns.blocks.words.HeadingBlock', (), {}), 1: ('campaigns.blocks.words.StoryTextBlock', (), {}), 2: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 3: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who and what can be seen, where and when.', 'label': 'Caption', 'required': False}), 4: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('text', 'in the text'), ('wide', 'wide'), ('full', 'from edge to edge')], 'label': 'Size'}), 5: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the credit stored with the image.', 'label': 'Credit', 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 3), ('size', 4), ('credit', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 7)]], {}), 9: ('wagtail.blocks.ListBlock', (8,), {'label': 'Pictures', 'min_num': 2}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Caption for all pictures', 'required': False}), 11: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('landscape', 'landscape'), ('square', 'square')], 'help_text': 'All pictures are cropped to this shape, around the focal point of each.', 'label': 'Shape'}), 12: ('wagtail.blocks.StructBlock', [[('images', 9), ('caption', 10), ('size', 4), ('shape', 11)]], {}), 13: ('wagtail.blocks.TextBlock', (), {'label': 'Quote'}), 14: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Who this person is', 'required': False}), 16: ('wagtail.blocks.URLBlock', (), {'help_text': 'The web address of an article or a recording. The name then links to it.', 'label': 'Where it was said', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('text', 13), ('attribution', 14), ('role', 15), ('source_url', 16)]], {}), 18: ('wagtail.blocks.CharBlock', (), {'help_text': '“40,000”, “4 in 5”, “−38 %”.', 'label': 'Number', 'max_length': 16}), 19: ('wagtail.blocks.TextBlock', (), {'help_text': 'One sentence.', 'label': 'What the number shows'}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who counted this, and when.', 'label': 'Source', 'required': False}), 21: ('wagtail.blocks.URLBlock', (), {'label': 'Web address of the source', 'required': False}), 22: ('wagtail.blocks.StructBlock', [[('figure', 18), ('text', 19), ('source', 20), ('source_url', 21)]], {}), 23: ('wagtail.blocks.URLBlock', (), {'help_text': 'On YouTube, Vimeo or a PeerTube server.', 'label': 'Web address of the film'}), 24: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 25: ('wagtail.images.blocks.ImageChooserBlock', (), {'help_text': 'Shown until the reader presses play. Nothing is loaded from the other site before then.', 'label': 'Still picture'}), 26: ('wagtail.blocks.StructBlock', [[('url', 23), ('title', 24), ('poster', 25), ('caption', 7), ('size', 4)]], {}), 27: ('wagtail.blocks.CharBlock', (), {'icon': 'pilcrow', 'label': 'Text', 'required': False}), 28: ('wagtail.blocks.CharBlock', (), {'icon': 'decimal', 'label': 'Numbers', 'required': False}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 27), ('figure', 28)]], {'label': 'Table', 'required': False}), 30: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'label': 'The first column holds the row headings', 'required': False}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'required': False}), 32: ('wagtail.blocks.StructBlock', [[('table', 29), ('names_rows', 30), ('source', 31)]], {}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Line that is always visible', 'max_length': 160}), 34: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ol', 'ul', 'hr'], 'label': 'Text that it opens'}), 35: ('wagtail.blocks.StructBlock', [[('heading', 33), ('text', 34)]], {}), 36: ('wagtail.blocks.ListBlock', (35,), {'label': 'Parts', 'min_num': 1}), 37: ('wagtail.blocks.BooleanBlock', (), {'label': 'The first part is open', 'required': False}), 38: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Opening one part closes the others, so readers cannot compare two parts.', 'label': 'Only one part open at a time', 'required': False}), 39: ('wagtail.blocks.StructBlock', [[('parts', 36), ('opens_first', 37), ('one_at_a_time', 38)]], {}), 40: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 41: ('wagtail.blocks.CharBlock', (), {'help_text': 'One sentence, for readers who are not sure whether to open it.', 'label': 'What it contains', 'required': False}), 42: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the title stored with the document.', 'label': 'Title', 'required': False}), 43: ('wagtail.blocks.StructBlock', [[('document', 40), ('text', 41), ('title', 42)]], {}), 44: ('wagtail.blocks.CharBlock', (), {'label': 'Sentence', 'required': False}), 45: ('wagtail.blocks.CharBlock', (), {'label': 'Text on the button', 'max_length': 60}), 46: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 47: ('wagtail.blocks.URLBlock', (), {'label': 'or the web address of another site', 'required': False}), 48: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Shows an outline only, so that this button does not compete with the one for signing.', 'label': 'Quiet', 'required': False}), 49: ('wagtail.blocks.StructBlock', [[('text', 44), ('label', 45), ('page', 46), ('url', 47), ('is_quiet', 48)]], {}), 50: ('wagtail.snippets.blocks.SnippetChooserBlock', ('campaigns.Petition',), {'help_text': "On a campaign page, leave empty to show the page's own petition here.", 'label': 'Petition', 'required': False}), 51: ('wagtail.blocks.StructBlock', [[('petition', 50)]], {}), 52: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 120, 'required': False}), 53: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Campaign', 'page_type': ['campaigns.CampaignPage']}), 54: ('wagtail.blocks.ListBlock', (53,), {'default': [], 'help_text': 'If you choose none, the newest open campaigns are shown.', 'label': 'Campaigns', 'max_num': 6, 'required': False}), 55: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'How many to show if none is chosen', 'max_value': 6, 'min_value': 1}), 56: ('wagtail.blocks.StructBlock', [[('heading', 52), ('campaigns', 54), ('number', 55)]], {}), 57: ('campaigns.blocks.ways.ActionsTakenBlock', (), {})}, verbose_name='story')),
                ('updates', wagtail.fields.StreamField([('update', 3)], blank=True, block_lookup={0: ('wagtail.blocks.DateBlock', (), {'label': 'Day'}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'What has happened', 'max_length': 160}), 2: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ol', 'ul', 'hr'], 'label': 'Short text', 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('day', 0), ('heading', 1), ('text', 2)]], {'icon': 'date', 'label': 'Update'})}, help_text='Shown after the story, the newest first, together with what the page adds by itself: the opening and the closing, milestones from 1,000 signatures on, the goal, the handover and the victory.', verbose_name='updates')),
                ('successor', models.ForeignKey(blank=True, help_text='Once this campaign has ended, its page links to the campaign that you choose here.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.campaignpage', verbose_name='continues as')),
                ('listing_image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for lists')),
                ('social_image', models.ForeignKey(blank=True, help_text='If empty, the picture for lists is used.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for sharing')),
            ],
            options={
                'verbose_name': 'campaign page',
                'verbose_name_plural': 'campaign pages',
            },
            bases=('wagtailcore.page', models.Model),
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
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='undone')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
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
                ('kind', models.CharField(choices=[('domain', 'email domain'), ('network', 'network'), ('email', 'email')], max_length=7, verbose_name='kind')),
                ('pattern', models.CharField(help_text='A domain (*.example.org for all its subdomains), a network (203.0.113.0/24) or an email.', max_length=254, verbose_name='pattern')),
                ('effect', models.CharField(choices=[('block', 'block'), ('allow', 'allow')], default='block', max_length=5, verbose_name='effect')),
                ('note', models.CharField(blank=True, help_text='The reason for this entry, for colleagues.', max_length=255, verbose_name='note')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='added')),
            ],
            options={
                'verbose_name': 'block or allow list entry',
                'verbose_name_plural': 'block and allow lists',
                'ordering': ['kind', 'pattern'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'pattern'), name='one_list_entry_a_pattern')],
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
                ('thanks_subject', models.CharField(blank=True, max_length=120, verbose_name='subject: thanks')),
                ('thanks_mail_text', models.TextField(blank=True, verbose_name='mail: thanks')),
                ('goal', models.PositiveIntegerField(blank=True, help_text='If empty, no goal is shown.', null=True, verbose_name='goal')),
                ('goal_rises', models.BooleanField(default=True, help_text='Once the goal is reached, the next round number is shown: 1,000, 2,000, 5,000 …', verbose_name='the goal rises by itself')),
                ('count_from', models.PositiveIntegerField(default=0, help_text='Below this number, the public sees neither the count nor the goal. The page says instead that every name matters.', verbose_name='show the count from')),
                ('opens_at', models.DateTimeField(blank=True, null=True, verbose_name='opens')),
                ('closes_at', models.DateTimeField(blank=True, help_text='From this time on, nobody can sign. The page stays, with the final count.', null=True, verbose_name='closes')),
                ('country_field', models.CharField(choices=[('off', 'do not ask'), ('optional', 'ask'), ('required', 'ask and require')], default='optional', max_length=8, verbose_name='country')),
                ('postcode_field', models.CharField(choices=[('off', 'do not ask'), ('optional', 'ask'), ('required', 'ask and require')], default='off', max_length=8, verbose_name='postcode')),
                ('comment_field', models.CharField(choices=[('off', 'do not ask'), ('optional', 'ask'), ('required', 'ask and require')], default='off', max_length=8, verbose_name='comment')),
                ('offers_updates', models.BooleanField(default=True, verbose_name='offer “keep me informed”')),
                ('shows_signers', models.BooleanField(default=False, help_text='Only people who tick a separate box are named: the first word of the name, the first letter of the last word, and the country, five or more people at a time. Everybody can read this, and what has been public may have been copied. Leave it off if a signature can put somebody in danger from a state, an employer or a family. A first name and a country can be enough to find a person.', verbose_name='name recent signers on the page')),
                ('confirms_by_email', models.BooleanField(default=True, help_text="Without confirmation, anybody can sign in anybody's name, and a flood of fake signatures counts at once. The count then means less to those who receive it.", verbose_name='signatures are confirmed by email')),
                ('shares_email', models.BooleanField(default=False, help_text='For example a couple with one mailbox: the second person signs under another name.', verbose_name='two people may share one email')),
                ('retention_days', models.PositiveSmallIntegerField(default=90, help_text='Counted from the end of the petition. Names, emails and all other personal data are then removed, and the count stays.', verbose_name="days until signers' data is anonymised")),
                ('embed_sites', models.TextField(blank=True, help_text='One site per line, such as https://www.example.org, or https://*.example.org for all its subdomains. No other site can show this petition on its own pages.', validators=[campaigns.petitions.settings.check_sites], verbose_name='sites that may show the petition')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('slug', models.SlugField(blank=True, help_text="The last part of the petition's web address. It cannot change after the first publication.", max_length=80, verbose_name='web address')),
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
            ],
            options={
                'verbose_name': 'petition',
                'verbose_name_plural': 'petitions',
                'permissions': [('control_petition', 'Can pause, resume, close and move petitions, and declare victory'), ('view_signatures_petition', 'Can view signatures'), ('moderate_signatures_petition', 'Can release and invalidate signatures'), ('export_signatures_petition', 'Can export signatures'), ('delete_signatures_petition', 'Can delete signatures'), ('hold_signatures_petition', "Can hold signers' data beyond the retention period")],
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
            name='Signature',
            fields=[
                ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                ('email_key', models.BinaryField(max_length=32, null=True)),
                ('household_slot', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('email', models.CharField(max_length=254, null=True, verbose_name='email')),
                ('country', django_countries.fields.CountryField(max_length=2, null=True, verbose_name='country')),
                ('postcode', models.CharField(max_length=20, null=True, verbose_name='postcode')),
                ('comment', models.TextField(null=True, verbose_name='comment')),
                ('updates', models.BooleanField(default=False, verbose_name='keep me informed')),
                ('shown_as', models.CharField(max_length=40, null=True, verbose_name='shown as')),
                ('shown_at', models.DateTimeField(null=True, verbose_name='shown since')),
                ('language', models.CharField(max_length=12, verbose_name='language')),
                ('signed_at', models.DateTimeField(verbose_name='signed')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed')),
                ('anonymised_at', models.DateTimeField(null=True, verbose_name='anonymised')),
                ('moderation', models.CharField(blank=True, choices=[('', 'none'), ('quarantined', 'quarantined'), ('invalidated', 'invalidated')], default='', max_length=12, verbose_name='moderation')),
                ('moderation_reason', models.CharField(blank=True, default='', max_length=255, verbose_name='reason for moderation')),
                ('channel', models.CharField(choices=[('form', 'form'), ('embed', 'embedded form'), ('paper', 'paper'), ('import', 'import')], default='form', max_length=6, verbose_name='channel')),
                ('source', models.CharField(blank=True, default='', max_length=40, verbose_name='source')),
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
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('confirm', 'please confirm'), ('thanks', 'thank you'), ('already', 'you have already signed'), ('reminder', 'reminder to confirm')], max_length=8)),
                ('due_at', models.DateTimeField()),
                ('leased_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('outcome', models.CharField(blank=True, choices=[('', 'due'), ('sent', 'sent'), ('refused', 'refused by the mail server'), ('abandoned', 'could not be delivered')], default='', max_length=9)),
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
            name='ModeratedSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('moderation', models.CharField(blank=True, default='', max_length=12)),
                ('moderation_reason', models.CharField(blank=True, default='', max_length=255)),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moderated', to='campaigns.decision')),
                ('signature', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moderated', to='campaigns.signature')),
            ],
            options={
                'verbose_name': 'moderated signature',
                'verbose_name_plural': 'moderated signatures',
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('tally', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='survey', serialize=False, to='campaigns.tally')),
                ('counted', models.PositiveIntegerField(verbose_name='total at that time')),
                ('day', models.DateField(verbose_name='day')),
                ('today', models.PositiveIntegerField(verbose_name='signatures on that day')),
                ('countries', models.JSONField(default=dict, verbose_name='signatures by country')),
            ],
            options={
                'verbose_name': 'survey',
                'verbose_name_plural': 'surveys',
            },
        ),
        migrations.AddField(
            model_name='tally',
            name='petition',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.petition', verbose_name='original'),
        ),
        migrations.AddField(
            model_name='signature',
            name='tally',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='campaigns.tally'),
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
        migrations.CreateModel(
            name='ChangeReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('reason', models.TextField(verbose_name='reason')),
                ('locale', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.locale')),
                ('tally', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.tally')),
            ],
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
                ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('image', 6), ('gallery', 12), ('quote', 17), ('fact', 22), ('video', 26), ('table', 32), ('accordion', 39), ('document', 43), ('call_to_action', 49), ('petition', 51), ('related', 56), ('actions_taken', 57)], blank=True, block_lookup={0: ('campaigns.blocks.words.HeadingBlock', (), {}), 1: ('campaigns.blocks.words.StoryTextBlock', (), {}), 2: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 3: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who and what can be seen, where and when.', 'label': 'Caption', 'required': False}), 4: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('text', 'in the text'), ('wide', 'wide'), ('full', 'from edge to edge')], 'label': 'Size'}), 5: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the credit stored with the image.', 'label': 'Credit', 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 3), ('size', 4), ('credit', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 7)]], {}), 9: ('wagtail.blocks.ListBlock', (8,), {'label': 'Pictures', 'min_num': 2}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Caption for all pictures', 'required': False}), 11: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('landscape', 'landscape'), ('square', 'square')], 'help_text': 'All pictures are cropped to this shape, around the focal point of each.', 'label': 'Shape'}), 12: ('wagtail.blocks.StructBlock', [[('images', 9), ('caption', 10), ('size', 4), ('shape', 11)]], {}), 13: ('wagtail.blocks.TextBlock', (), {'label': 'Quote'}), 14: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Who this person is', 'required': False}), 16: ('wagtail.blocks.URLBlock', (), {'help_text': 'The web address of an article or a recording. The name then links to it.', 'label': 'Where it was said', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('text', 13), ('attribution', 14), ('role', 15), ('source_url', 16)]], {}), 18: ('wagtail.blocks.CharBlock', (), {'help_text': '“40,000”, “4 in 5”, “−38 %”.', 'label': 'Number', 'max_length': 16}), 19: ('wagtail.blocks.TextBlock', (), {'help_text': 'One sentence.', 'label': 'What the number shows'}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who counted this, and when.', 'label': 'Source', 'required': False}), 21: ('wagtail.blocks.URLBlock', (), {'label': 'Web address of the source', 'required': False}), 22: ('wagtail.blocks.StructBlock', [[('figure', 18), ('text', 19), ('source', 20), ('source_url', 21)]], {}), 23: ('wagtail.blocks.URLBlock', (), {'help_text': 'On YouTube, Vimeo or a PeerTube server.', 'label': 'Web address of the film'}), 24: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 25: ('wagtail.images.blocks.ImageChooserBlock', (), {'help_text': 'Shown until the reader presses play. Nothing is loaded from the other site before then.', 'label': 'Still picture'}), 26: ('wagtail.blocks.StructBlock', [[('url', 23), ('title', 24), ('poster', 25), ('caption', 7), ('size', 4)]], {}), 27: ('wagtail.blocks.CharBlock', (), {'icon': 'pilcrow', 'label': 'Text', 'required': False}), 28: ('wagtail.blocks.CharBlock', (), {'icon': 'decimal', 'label': 'Numbers', 'required': False}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 27), ('figure', 28)]], {'label': 'Table', 'required': False}), 30: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'label': 'The first column holds the row headings', 'required': False}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'required': False}), 32: ('wagtail.blocks.StructBlock', [[('table', 29), ('names_rows', 30), ('source', 31)]], {}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Line that is always visible', 'max_length': 160}), 34: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ol', 'ul', 'hr'], 'label': 'Text that it opens'}), 35: ('wagtail.blocks.StructBlock', [[('heading', 33), ('text', 34)]], {}), 36: ('wagtail.blocks.ListBlock', (35,), {'label': 'Parts', 'min_num': 1}), 37: ('wagtail.blocks.BooleanBlock', (), {'label': 'The first part is open', 'required': False}), 38: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Opening one part closes the others, so readers cannot compare two parts.', 'label': 'Only one part open at a time', 'required': False}), 39: ('wagtail.blocks.StructBlock', [[('parts', 36), ('opens_first', 37), ('one_at_a_time', 38)]], {}), 40: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 41: ('wagtail.blocks.CharBlock', (), {'help_text': 'One sentence, for readers who are not sure whether to open it.', 'label': 'What it contains', 'required': False}), 42: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the title stored with the document.', 'label': 'Title', 'required': False}), 43: ('wagtail.blocks.StructBlock', [[('document', 40), ('text', 41), ('title', 42)]], {}), 44: ('wagtail.blocks.CharBlock', (), {'label': 'Sentence', 'required': False}), 45: ('wagtail.blocks.CharBlock', (), {'label': 'Text on the button', 'max_length': 60}), 46: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 47: ('wagtail.blocks.URLBlock', (), {'label': 'or the web address of another site', 'required': False}), 48: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Shows an outline only, so that this button does not compete with the one for signing.', 'label': 'Quiet', 'required': False}), 49: ('wagtail.blocks.StructBlock', [[('text', 44), ('label', 45), ('page', 46), ('url', 47), ('is_quiet', 48)]], {}), 50: ('wagtail.snippets.blocks.SnippetChooserBlock', ('campaigns.Petition',), {'label': 'Petition'}), 51: ('wagtail.blocks.StructBlock', [[('petition', 50)]], {}), 52: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 120, 'required': False}), 53: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Campaign', 'page_type': ['campaigns.CampaignPage']}), 54: ('wagtail.blocks.ListBlock', (53,), {'default': [], 'help_text': 'If you choose none, the newest open campaigns are shown.', 'label': 'Campaigns', 'max_num': 6, 'required': False}), 55: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'How many to show if none is chosen', 'max_value': 6, 'min_value': 1}), 56: ('wagtail.blocks.StructBlock', [[('heading', 52), ('campaigns', 54), ('number', 55)]], {}), 57: ('campaigns.blocks.ways.ActionsTakenBlock', (), {})}, verbose_name='story')),
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
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.TextField(verbose_name='letter')),
                ('consent', models.TextField(verbose_name='consent')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='published')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
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
        migrations.CreateModel(
            name='DefaultTexts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('button', models.CharField(blank=True, max_length=60, verbose_name='button')),
                ('updates_label', models.CharField(blank=True, max_length=255, verbose_name='“keep me informed”')),
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
                ('thanks_subject', models.CharField(blank=True, max_length=120, verbose_name='subject: thanks')),
                ('thanks_mail_text', models.TextField(blank=True, verbose_name='mail: thanks')),
                ('actions_taken', models.CharField(blank=True, max_length=60, verbose_name='“Actions taken”')),
                ('by_people', models.CharField(blank=True, max_length=60, verbose_name='“by people like you”')),
                ('consent', models.TextField(blank=True, help_text='The text that new petitions start with. Existing petitions keep their own.', verbose_name='consent')),
                ('footer', wagtail.fields.RichTextField(blank=True, verbose_name='footer')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'default texts',
                'verbose_name_plural': 'default texts',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('locale',), name='one_set_of_default_texts_a_language')],
                'unique_together': {('translation_key', 'locale')},
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
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
        migrations.AlterUniqueTogether(
            name='petition',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AddConstraint(
            model_name='rendition',
            constraint=models.UniqueConstraint(fields=('image', 'filter_spec', 'focal_point_key'), name='one_rendition_a_spec'),
        ),
        migrations.AddIndex(
            model_name='outgoingmail',
            index=models.Index(condition=models.Q(('outcome', '')), fields=['due_at'], name='owed_mail'),
        ),
        migrations.AddIndex(
            model_name='outgoingmail',
            index=models.Index(condition=models.Q(('recipient_key__isnull', False)), fields=['recipient_key'], name='mails_of_a_day'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ('', 'sent', 'refused', 'abandoned'))), name='outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('confirm', 'thanks', 'already', 'reminder'))), name='kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='moderatedsignature',
            constraint=models.UniqueConstraint(fields=('decision', 'signature'), name='one_moderation_a_decision'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_at', None), ('held_reason', '')), models.Q(('held_at__isnull', False), models.Q(('held_reason', ''), _negated=True)), _connector='OR'), name='hold_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.UniqueConstraint(fields=('tally', 'number'), name='one_milestone_a_number'),
        ),
        migrations.AddConstraint(
            model_name='changereason',
            constraint=models.UniqueConstraint(fields=('tally', 'locale', 'digest'), name='one_reason_a_text'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.UniqueConstraint(fields=('locale', 'slug'), name='one_topic_an_address'),
        ),
        migrations.AlterUniqueTogether(
            name='topic',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('confirmed_at__isnull', False), ('moderation', '')), fields=['tally'], name='counted_signatures'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('network_key__isnull', False)), fields=['network_key', 'tally', 'signed_at'], name='signatures_of_a_network'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('anonymised_at__isnull', True), ('confirmed_at__isnull', True), ('moderation', '')), fields=['tally'], name='pending_signatures'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('shown_as__gt', ''), ('confirmed_at__isnull', False), ('moderation', '')), fields=['tally', 'shown_at', 'id'], name='showable_signatures'),
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
            constraint=models.CheckConstraint(condition=models.Q(('anonymised_at__isnull', True), models.Q(('comment__isnull', True), ('email__isnull', True), ('email_key__isnull', True), ('name__isnull', True), ('network_key__isnull', True), ('postcode__isnull', True), ('shown_as__isnull', True), ('shown_at__isnull', True)), _connector='OR'), name='anonymised_signature_is_empty'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('shown_at__isnull', True), models.Q(('shown_as__isnull', False), ('shown_as__gt', '')), _connector='OR'), name='shown_signature_may_be_shown'),
        ),
        _database.VERSIONS_STAY,
        _database.REFUSE_LATE,
        _groups.OVER_PETITIONS,
        _groups.EVERYWHERE,
        *_workflow.ONE_WORKFLOW,
    ]
