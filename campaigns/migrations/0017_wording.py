import django.core.validators
import wagtail.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0016_sent_forms"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='petition',
            options={'permissions': [('control_petition', 'Can pause, resume, close and move petitions, and declare victory'), ('view_signatures_petition', 'Can view signatures'), ('moderate_signatures_petition', 'Can release and invalidate signatures'), ('export_signatures_petition', 'Can export signatures'), ('delete_signatures_petition', 'Can delete signatures'), ('hold_signatures_petition', 'Can hold signers’ data beyond the retention period')], 'verbose_name': 'petition', 'verbose_name_plural': 'petitions'},
        ),
        migrations.AlterField(
            model_name='campaignpage',
            name='body',
            field=wagtail.fields.StreamField([('heading', 0), ('text', 1), ('image', 6), ('gallery', 12), ('quote', 17), ('fact', 22), ('video', 26), ('table', 32), ('accordion', 39), ('document', 43), ('call_to_action', 49), ('petition', 51), ('related', 56), ('actions_taken', 57)], blank=True, block_lookup={0: ('campaigns.blocks.words.HeadingBlock', (), {}), 1: ('campaigns.blocks.words.StoryTextBlock', (), {}), 2: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 3: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who and what can be seen, where and when.', 'label': 'Caption', 'required': False}), 4: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('text', 'in the text'), ('wide', 'wide'), ('full', 'from edge to edge')], 'label': 'Size'}), 5: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the credit stored with the image.', 'label': 'Credit', 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 3), ('size', 4), ('credit', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('image', 2), ('caption', 7)]], {}), 9: ('wagtail.blocks.ListBlock', (8,), {'label': 'Pictures', 'min_num': 2}), 10: ('wagtail.blocks.CharBlock', (), {'label': 'Caption for all pictures', 'required': False}), 11: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('landscape', 'landscape'), ('square', 'square')], 'help_text': 'All pictures are cropped to this shape, around the focal point of each.', 'label': 'Shape'}), 12: ('wagtail.blocks.StructBlock', [[('images', 9), ('caption', 10), ('size', 4), ('shape', 11)]], {}), 13: ('wagtail.blocks.TextBlock', (), {'label': 'Quote'}), 14: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Who this person is', 'required': False}), 16: ('wagtail.blocks.URLBlock', (), {'help_text': 'The web address of an article or a recording. The name then links to it.', 'label': 'Where it was said', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('text', 13), ('attribution', 14), ('role', 15), ('source_url', 16)]], {}), 18: ('wagtail.blocks.CharBlock', (), {'help_text': '“40,000”, “4 in 5”, “−38 %”.', 'label': 'Number', 'max_length': 16}), 19: ('wagtail.blocks.TextBlock', (), {'help_text': 'One sentence.', 'label': 'What the number shows'}), 20: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who counted this, and when.', 'label': 'Source', 'required': False}), 21: ('wagtail.blocks.URLBlock', (), {'label': 'Web address of the source', 'required': False}), 22: ('wagtail.blocks.StructBlock', [[('figure', 18), ('text', 19), ('source', 20), ('source_url', 21)]], {}), 23: ('wagtail.blocks.URLBlock', (), {'help_text': 'On YouTube, Vimeo or a PeerTube server.', 'label': 'Web address of the film'}), 24: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 25: ('wagtail.images.blocks.ImageChooserBlock', (), {'help_text': 'Shown until the reader presses play. Nothing is loaded from the other site before then.', 'label': 'Still picture'}), 26: ('wagtail.blocks.StructBlock', [[('url', 23), ('title', 24), ('poster', 25), ('caption', 7), ('size', 4)]], {}), 27: ('wagtail.blocks.CharBlock', (), {'icon': 'pilcrow', 'label': 'Text', 'required': False}), 28: ('wagtail.blocks.CharBlock', (), {'icon': 'decimal', 'label': 'Numbers', 'required': False}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 27), ('figure', 28)]], {'label': 'Table', 'required': False}), 30: ('wagtail.blocks.BooleanBlock', (), {'default': True, 'label': 'The first column holds the row headings', 'required': False}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'required': False}), 32: ('wagtail.blocks.StructBlock', [[('table', 29), ('names_rows', 30), ('source', 31)]], {}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Line that is always visible', 'max_length': 160}), 34: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ol', 'ul', 'hr'], 'label': 'Text that it opens'}), 35: ('wagtail.blocks.StructBlock', [[('heading', 33), ('text', 34)]], {}), 36: ('wagtail.blocks.ListBlock', (35,), {'label': 'Parts', 'min_num': 1}), 37: ('wagtail.blocks.BooleanBlock', (), {'label': 'The first part is open', 'required': False}), 38: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Opening one part closes the others, so readers cannot compare two parts.', 'label': 'Only one part open at a time', 'required': False}), 39: ('wagtail.blocks.StructBlock', [[('parts', 36), ('opens_first', 37), ('one_at_a_time', 38)]], {}), 40: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 41: ('wagtail.blocks.CharBlock', (), {'help_text': 'One sentence, for readers who are not sure whether to open it.', 'label': 'What it contains', 'required': False}), 42: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the title stored with the document.', 'label': 'Title', 'required': False}), 43: ('wagtail.blocks.StructBlock', [[('document', 40), ('text', 41), ('title', 42)]], {}), 44: ('wagtail.blocks.CharBlock', (), {'label': 'Sentence', 'required': False}), 45: ('wagtail.blocks.CharBlock', (), {'label': 'Text on the button', 'max_length': 60}), 46: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 47: ('wagtail.blocks.URLBlock', (), {'label': 'or the web address of another site', 'required': False}), 48: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Shows an outline only, so that this button does not compete with the one for signing.', 'label': 'Quiet', 'required': False}), 49: ('wagtail.blocks.StructBlock', [[('text', 44), ('label', 45), ('page', 46), ('url', 47), ('is_quiet', 48)]], {}), 50: ('wagtail.snippets.blocks.SnippetChooserBlock', ('campaigns.Petition',), {'help_text': 'On a campaign page, leave empty to show the page’s own petition here.', 'label': 'Petition', 'required': False}), 51: ('wagtail.blocks.StructBlock', [[('petition', 50)]], {}), 52: ('wagtail.blocks.CharBlock', (), {'label': 'Heading', 'max_length': 120, 'required': False}), 53: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Campaign', 'page_type': ['campaigns.CampaignPage']}), 54: ('wagtail.blocks.ListBlock', (53,), {'default': [], 'help_text': 'If you choose none, the newest open campaigns are shown.', 'label': 'Campaigns', 'max_num': 6, 'required': False}), 55: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'How many to show if none is chosen', 'max_value': 6, 'min_value': 1}), 56: ('wagtail.blocks.StructBlock', [[('heading', 52), ('campaigns', 54), ('number', 55)]], {}), 57: ('campaigns.blocks.ways.ActionsTakenBlock', (), {})}, verbose_name='story'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='made_at',
            field=models.DateTimeField(auto_now_add=True, verbose_name='decided on'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='undone_at',
            field=models.DateTimeField(null=True, verbose_name='undone on'),
        ),
        migrations.AlterField(
            model_name='erasurereceipt',
            name='made_at',
            field=models.DateTimeField(auto_now_add=True, verbose_name='deleted on'),
        ),
        migrations.AlterField(
            model_name='listentry',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, verbose_name='added on'),
        ),
        migrations.AlterField(
            model_name='petition',
            name='confirms_by_email',
            field=models.BooleanField(default=True, help_text='Without confirmation, anybody can sign in anybody’s name, and a flood of fake signatures counts at once. The count then means less to those who receive it.', verbose_name='signatures are confirmed by email'),
        ),
        migrations.AlterField(
            model_name='petition',
            name='retention_days',
            field=models.PositiveSmallIntegerField(default=90, help_text='Counted from the end of the petition, 365 at most. Names, emails and all other personal data are then removed, and the count stays. Once people have signed, this can be shortened, but not lengthened.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='days until signers’ data is anonymised'),
        ),
        migrations.AlterField(
            model_name='petition',
            name='slug',
            field=models.SlugField(blank=True, help_text='The last part of the petition’s web address. It cannot change after the first publication.', max_length=80, verbose_name='web address'),
        ),
        migrations.AlterField(
            model_name='tally',
            name='held_at',
            field=models.DateTimeField(blank=True, help_text='While this is set, signers’ data is not anonymised, for example because a court needs it.', null=True, verbose_name='on hold since'),
        ),
    ]
