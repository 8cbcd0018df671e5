import uuid

import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models

import home.previewed
from campaigns.migrations._rights import Right, for_groups, model_rights

NAVIGATION = ("home", "navigation", "navigation")
TRANSLATE = Right(
    "wagtail_localize", "translation", "submit_translation", "Can submit translations"
)
# Editors and moderators may send what they may edit to be translated; moderators lead old
# addresses to new ones.
RIGHTS = {
    "Editors": [TRANSLATE, *model_rights(*NAVIGATION, "change")],
    "Moderators": [
        TRANSLATE,
        *model_rights(*NAVIGATION, "add", "change", "delete"),
        *model_rights("wagtailredirects", "redirect", "redirect", "add", "change", "delete"),
    ],
}


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('wagtailredirects', '0008_add_verbose_name_plural'),
        ('wagtail_localize', '0016_rename_page_revision_translationlog_revision'),
        ('campaigns', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ContentPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('listing_summary', models.CharField(blank=True, help_text='One or two sentences, shown under the title and in lists.', max_length=255, verbose_name='summary')),
                ('social_text', models.CharField(blank=True, help_text='If empty, the summary is used.', max_length=255, verbose_name='text for sharing')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('image', 6), ('gallery', 12), ('quote', 17), ('fact', 22), ('video', 26), ('table', 32), ('accordion', 39), ('document', 43), ('call_to_action', 49), ('petition', 51), ('related', 56), ('actions_taken', 57)], blank=True, block_lookup={0: ('campaigns.blocks.words.HeadingBlock', (), {}), 1: ('campaigns.blocks.words.StoryTextBlock', (), {}), 2: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 3: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who and what can be seen, where and when.', 'label': 'Caption', 'required': False}), 4: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('text', 'in the text'), ('wide', 'wide'), ('full', 'from edge to edge')], 'label': 'Size'}), 5: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the credit stored with the image.', 'label': 'Credit', 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 3), ('size', 4), ('credit', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 7)]], {}), 9: ('wagtail.blocks.ListBlock', (8,), {'label': 'Pictures', 'min_num': 2}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Caption for all pictures', 'required': False}), 11: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('landscape', 'landscape'), ('square', 'square')], 'help_text': 'All pictures are cropped to this shape, around the focal point of each.', 'label': 'Shape'}), 12: ('wagtail.blocks.StructBlock', [[('images', 9), ('caption', 10), ('size', 4), ('shape', 11)]], {}), 13: ('wagtail.blocks.TextBlock', (), {'label': 'Quote'}), 14: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Who this person is', 'required': False}), 16: ('wagtail.blocks.URLBlock', (), {'help_text': 'The web address of an article or a recording. The name then links to it.', 'label': 'Where it was said', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('text', 13), ('attribution', 14), ('role', 15), ('source_url', 16)]], {}), 18: ('wagtail.blocks.CharBlock', (), {'help_text': '“40,000”, “4 in 5”, “−38 %”.', 'label': 'Number', 'max_length': 16}), 19: ('wagtail.blocks.TextBlock', (), {'help_text': 'One sentence.', 'label': 'What the number shows'}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who counted this, and when.', 'label': 'Source', 'required': False}), 21: ('wagtail.blocks.URLBlock', (), {'label': 'Web address of the source', 'required': False}), 22: ('wagtail.blocks.StructBlock', [[('figure', 18), ('text', 19), ('source', 20), ('source_url', 21)]], {}), 23: ('wagtail.blocks.URLBlock', (), {'help_text': 'On YouTube, Vimeo or a PeerTube server.', 'label': 'Web address of the film'}), 24: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 25: ('wagtail.images.blocks.ImageChooserBlock', (), {'help_text': 'Shown until the reader presses play. Nothing is loaded from the other site before then.', 'label': 'Still picture'}), 26: ('wagtail.blocks.StructBlock', [[('url', 23), ('title', 24), ('poster', 25), ('caption', 7), ('size', 4)]], {}), 27: ('wagtail.blocks.CharBlock', (), {'icon': 'pilcrow', 'label': 'Text', 'required': False}), 28: ('wagtail.blocks.CharBlock', (), {'icon': 'decimal', 'label': 'Numbers', 'required': False}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 27), ('figure', 28)]], {'label': 'Table', 'required': False}), 30: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'label': 'The first column holds the row headings', 'required': False}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'required': False}), 32: ('wagtail.blocks.StructBlock', [[('table', 29), ('names_rows', 30), ('source', 31)]], {}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Line that is always visible', 'max_length': 160}), 34: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ol', 'ul', 'hr'], 'label': 'Text that it opens'}), 35: ('wagtail.blocks.StructBlock', [[('heading', 33), ('text', 34)]], {}), 36: ('wagtail.blocks.ListBlock', (35,), {'label': 'Parts', 'min_num': 1}), 37: ('wagtail.blocks.BooleanBlock', (), {'label': 'The first part is open', 'required': False}), 38: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Opening one part closes the others, so readers cannot compare two parts.', 'label': 'Only one part open at a time', 'required': False}), 39: ('wagtail.blocks.StructBlock', [[('parts', 36), ('opens_first', 37), ('one_at_a_time', 38)]], {}), 40: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 41: ('wagtail.blocks.CharBlock', (), {'help_text': 'One sentence, for readers who are not sure whether to open it.', 'label': 'What it contains', 'required': False}), 42: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the title stored with the document.', 'label': 'Title', 'required': False}), 43: ('wagtail.blocks.StructBlock', [[('document', 40), ('text', 41), ('title', 42)]], {}), 44: ('wagtail.blocks.CharBlock', (), {'label': 'Sentence', 'required': False}), 45: ('wagtail.blocks.CharBlock', (), {'label': 'Text on the button', 'max_length': 60}), 46: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 47: ('wagtail.blocks.URLBlock', (), {'label': 'or the web address of another site', 'required': False}), 48: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Shows an outline only, so that this button does not compete with the one for signing.', 'label': 'Quiet', 'required': False}), 49: ('wagtail.blocks.StructBlock', [[('text', 44), ('label', 45), ('page', 46), ('url', 47), ('is_quiet', 48)]], {}), 50: ('wagtail.snippets.blocks.SnippetChooserBlock', ('campaigns.Petition',), {'label': 'Petition'}), 51: ('wagtail.blocks.StructBlock', [[('petition', 50)]], {}), 52: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 120, 'required': False}), 53: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Campaign', 'page_type': ['campaigns.CampaignPage']}), 54: ('wagtail.blocks.ListBlock', (53,), {'default': [], 'help_text': 'If you choose none, the newest open campaigns are shown.', 'label': 'Campaigns', 'max_num': 6, 'required': False}), 55: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'How many to show if none is chosen', 'max_value': 6, 'min_value': 1}), 56: ('wagtail.blocks.StructBlock', [[('heading', 52), ('campaigns', 54), ('number', 55)]], {}), 57: ('campaigns.blocks.ways.ActionsTakenBlock', (), {})}, verbose_name='story')),
                ('listing_image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for lists')),
                ('social_image', models.ForeignKey(blank=True, help_text='If empty, the picture for lists is used.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for sharing')),
            ],
            options={
                'verbose_name': 'content page',
                'verbose_name_plural': 'content pages',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='HomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('listing_summary', models.CharField(blank=True, help_text='One or two sentences, shown under the title and in lists.', max_length=255, verbose_name='summary')),
                ('social_text', models.CharField(blank=True, help_text='If empty, the summary is used.', max_length=255, verbose_name='text for sharing')),
                ('heading', models.CharField(blank=True, max_length=160, verbose_name='heading')),
                ('introduction', wagtail.fields.RichTextField(blank=True, verbose_name='introduction')),
                ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('image', 6), ('gallery', 12), ('quote', 17), ('fact', 22), ('video', 26), ('table', 32), ('accordion', 39), ('document', 43), ('call_to_action', 49), ('petition', 51), ('related', 56), ('actions_taken', 57)], blank=True, block_lookup={0: ('campaigns.blocks.words.HeadingBlock', (), {}), 1: ('campaigns.blocks.words.StoryTextBlock', (), {}), 2: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 3: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who and what can be seen, where and when.', 'label': 'Caption', 'required': False}), 4: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('text', 'in the text'), ('wide', 'wide'), ('full', 'from edge to edge')], 'label': 'Size'}), 5: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the credit stored with the image.', 'label': 'Credit', 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 3), ('size', 4), ('credit', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 7)]], {}), 9: ('wagtail.blocks.ListBlock', (8,), {'label': 'Pictures', 'min_num': 2}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Caption for all pictures', 'required': False}), 11: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('landscape', 'landscape'), ('square', 'square')], 'help_text': 'All pictures are cropped to this shape, around the focal point of each.', 'label': 'Shape'}), 12: ('wagtail.blocks.StructBlock', [[('images', 9), ('caption', 10), ('size', 4), ('shape', 11)]], {}), 13: ('wagtail.blocks.TextBlock', (), {'label': 'Quote'}), 14: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Who this person is', 'required': False}), 16: ('wagtail.blocks.URLBlock', (), {'help_text': 'The web address of an article or a recording. The name then links to it.', 'label': 'Where it was said', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('text', 13), ('attribution', 14), ('role', 15), ('source_url', 16)]], {}), 18: ('wagtail.blocks.CharBlock', (), {'help_text': '“40,000”, “4 in 5”, “−38 %”.', 'label': 'Number', 'max_length': 16}), 19: ('wagtail.blocks.TextBlock', (), {'help_text': 'One sentence.', 'label': 'What the number shows'}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who counted this, and when.', 'label': 'Source', 'required': False}), 21: ('wagtail.blocks.URLBlock', (), {'label': 'Web address of the source', 'required': False}), 22: ('wagtail.blocks.StructBlock', [[('figure', 18), ('text', 19), ('source', 20), ('source_url', 21)]], {}), 23: ('wagtail.blocks.URLBlock', (), {'help_text': 'On YouTube, Vimeo or a PeerTube server.', 'label': 'Web address of the film'}), 24: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 25: ('wagtail.images.blocks.ImageChooserBlock', (), {'help_text': 'Shown until the reader presses play. Nothing is loaded from the other site before then.', 'label': 'Still picture'}), 26: ('wagtail.blocks.StructBlock', [[('url', 23), ('title', 24), ('poster', 25), ('caption', 7), ('size', 4)]], {}), 27: ('wagtail.blocks.CharBlock', (), {'icon': 'pilcrow', 'label': 'Text', 'required': False}), 28: ('wagtail.blocks.CharBlock', (), {'icon': 'decimal', 'label': 'Numbers', 'required': False}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 27), ('figure', 28)]], {'label': 'Table', 'required': False}), 30: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'label': 'The first column holds the row headings', 'required': False}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'required': False}), 32: ('wagtail.blocks.StructBlock', [[('table', 29), ('names_rows', 30), ('source', 31)]], {}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Line that is always visible', 'max_length': 160}), 34: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ol', 'ul', 'hr'], 'label': 'Text that it opens'}), 35: ('wagtail.blocks.StructBlock', [[('heading', 33), ('text', 34)]], {}), 36: ('wagtail.blocks.ListBlock', (35,), {'label': 'Parts', 'min_num': 1}), 37: ('wagtail.blocks.BooleanBlock', (), {'label': 'The first part is open', 'required': False}), 38: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Opening one part closes the others, so readers cannot compare two parts.', 'label': 'Only one part open at a time', 'required': False}), 39: ('wagtail.blocks.StructBlock', [[('parts', 36), ('opens_first', 37), ('one_at_a_time', 38)]], {}), 40: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 41: ('wagtail.blocks.CharBlock', (), {'help_text': 'One sentence, for readers who are not sure whether to open it.', 'label': 'What it contains', 'required': False}), 42: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the title stored with the document.', 'label': 'Title', 'required': False}), 43: ('wagtail.blocks.StructBlock', [[('document', 40), ('text', 41), ('title', 42)]], {}), 44: ('wagtail.blocks.CharBlock', (), {'label': 'Sentence', 'required': False}), 45: ('wagtail.blocks.CharBlock', (), {'label': 'Text on the button', 'max_length': 60}), 46: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 47: ('wagtail.blocks.URLBlock', (), {'label': 'or the web address of another site', 'required': False}), 48: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Shows an outline only, so that this button does not compete with the one for signing.', 'label': 'Quiet', 'required': False}), 49: ('wagtail.blocks.StructBlock', [[('text', 44), ('label', 45), ('page', 46), ('url', 47), ('is_quiet', 48)]], {}), 50: ('wagtail.snippets.blocks.SnippetChooserBlock', ('campaigns.Petition',), {'label': 'Petition'}), 51: ('wagtail.blocks.StructBlock', [[('petition', 50)]], {}), 52: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 120, 'required': False}), 53: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Campaign', 'page_type': ['campaigns.CampaignPage']}), 54: ('wagtail.blocks.ListBlock', (53,), {'default': [], 'help_text': 'If you choose none, the newest open campaigns are shown.', 'label': 'Campaigns', 'max_num': 6, 'required': False}), 55: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'How many to show if none is chosen', 'max_value': 6, 'min_value': 1}), 56: ('wagtail.blocks.StructBlock', [[('heading', 52), ('campaigns', 54), ('number', 55)]], {}), 57: ('campaigns.blocks.ways.ActionsTakenBlock', (), {})}, verbose_name='story')),
                ('featured_campaign', models.ForeignKey(blank=True, help_text='Shown first and largest. If empty, the newest open campaign is used.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.campaignpage', verbose_name='featured campaign')),
                ('listing_image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for lists')),
                ('social_image', models.ForeignKey(blank=True, help_text='If empty, the picture for lists is used.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for sharing')),
            ],
            options={
                'verbose_name': 'home page',
                'verbose_name_plural': 'home pages',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(default='Lastdrop', max_length=60, verbose_name='name')),
                ('accent', models.CharField(blank=True, help_text='A dark colour for headings, links and large areas. If empty, the default blue is used.', max_length=7, verbose_name='colour')),
                ('social', wagtail.fields.StreamField([('link', 2)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'help_text': '“Mastodon”', 'label': 'Name', 'max_length': 40}), 1: ('wagtail.blocks.URLBlock', (), {'label': 'Web address'}), 2: ('wagtail.blocks.StructBlock', [[('label', 0), ('url', 1)]], {})}, help_text='Where else to find you. Shown at the foot of every page.', verbose_name='elsewhere')),
                ('logo', models.ForeignKey(blank=True, help_text='Shown beside the name instead of the drop, 38 pixels high.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='logo')),
                ('privacy_page', models.ForeignKey(blank=True, help_text='Linked next to every form.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.WAGTAIL_PAGE_MODEL, verbose_name='privacy notice')),
                ('site', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, to='wagtailcore.site')),
            ],
            options={
                'verbose_name': 'identity',
            },
            bases=(home.previewed.Previewed, models.Model),
        ),
        migrations.CreateModel(
            name='Navigation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('main', wagtail.fields.StreamField([('link', 2)], blank=True, block_lookup={0: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page'}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': "If empty, the page's title is used.", 'label': 'Label', 'max_length': 40, 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('page', 0), ('label', 1)]], {})}, verbose_name='at the top')),
                ('foot', wagtail.fields.StreamField([('link', 2)], blank=True, block_lookup={0: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page'}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': "If empty, the page's title is used.", 'label': 'Label', 'max_length': 40, 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('page', 0), ('label', 1)]], {})}, verbose_name='at the foot')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'navigation',
                'verbose_name_plural': 'navigation',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('locale',), name='one_navigation_a_language')],
                'unique_together': {('translation_key', 'locale')},
            },
            bases=(home.previewed.Previewed, models.Model),
        ),
        for_groups(RIGHTS),
    ]
