import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0018_arrivals"),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='defaulttexts',
            name='share_mail',
            field=models.TextField(blank=True, verbose_name='sharing: text of a mail'),
        ),
        migrations.AddField(
            model_name='defaulttexts',
            name='share_message',
            field=models.CharField(blank=True, max_length=400, verbose_name='sharing: message'),
        ),
        migrations.AddField(
            model_name='defaulttexts',
            name='share_post',
            field=models.CharField(blank=True, max_length=240, verbose_name='sharing: public post'),
        ),
        migrations.AddField(
            model_name='defaulttexts',
            name='share_subject',
            field=models.CharField(blank=True, max_length=160, verbose_name='sharing: subject of a mail'),
        ),
        migrations.AddField(
            model_name='defaulttexts',
            name='thanks_blocks',
            field=wagtail.fields.StreamField([('share', 0), ('call_to_action', 6), ('campaign', 8), ('update', 9), ('heading', 10), ('text', 11), ('image', 16)], blank=True, block_lookup={0: ('campaigns.blocks.thanks.ShareBlock', (), {}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Sentence', 'required': False}), 2: ('wagtail.blocks.CharBlock', (), {'label': 'Text on the button', 'max_length': 60}), 3: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 4: ('wagtail.blocks.URLBlock', (), {'help_text': 'Kept as you write it. Where you write {source}, the code of the link by which the signer came is put in, such as poster.', 'label': 'or the web address of another site', 'required': False}), 5: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Shows an outline only, so that this button does not compete with the one for signing.', 'label': 'Quiet', 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('text', 1), ('label', 2), ('page', 3), ('url', 4), ('is_quiet', 5)]], {}), 7: ('wagtail.blocks.PageChooserBlock', (), {'help_text': "Shown while it can be signed. If empty, the site chooses: the petition’s next campaign, or else an open one on the same topic, or else the newest.", 'label': 'Campaign', 'page_type': ['campaigns.CampaignPage'], 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('campaign', 7)]], {}), 9: ('campaigns.blocks.thanks.RecentUpdateBlock', (), {}), 10: ('campaigns.blocks.words.HeadingBlock', (), {}), 11: ('campaigns.blocks.words.StoryTextBlock', (), {}), 12: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 13: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who and what can be seen, where and when.', 'label': 'Caption', 'required': False}), 14: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('text', 'in the text'), ('wide', 'wide'), ('full', 'from edge to edge')], 'label': 'Size'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the credit stored with the image.', 'label': 'Credit', 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('image', 12), ('caption', 13), ('size', 14), ('credit', 15)]], {})}, help_text='If empty, people find the ways to share and the campaigns to sign next. If you add blocks, they find these alone, in this order.', verbose_name='what follows the thanks'),
        ),
        migrations.AddField(
            model_name='petition',
            name='sends_thanks',
            field=models.BooleanField(default=True, help_text='It thanks each signer once and tells them how to pass the petition on. Without confirmation by email it is always sent, since it also says how to withdraw.', verbose_name='a mail of thanks follows the confirmation'),
        ),
        migrations.AddField(
            model_name='petition',
            name='share_image',
            field=models.ForeignKey(blank=True, help_text='What Facebook and others show beside a link to the petition or to its campaign page, unless that page has a picture for sharing of its own. If empty, it is a card with the title and the count.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.customimage', verbose_name='picture for sharing'),
        ),
        migrations.AddField(
            model_name='petition',
            name='share_mail',
            field=models.TextField(blank=True, verbose_name='sharing: text of a mail'),
        ),
        migrations.AddField(
            model_name='petition',
            name='share_message',
            field=models.CharField(blank=True, max_length=400, verbose_name='sharing: message'),
        ),
        migrations.AddField(
            model_name='petition',
            name='share_post',
            field=models.CharField(blank=True, max_length=240, verbose_name='sharing: public post'),
        ),
        migrations.AddField(
            model_name='petition',
            name='share_subject',
            field=models.CharField(blank=True, max_length=160, verbose_name='sharing: subject of a mail'),
        ),
        migrations.AddField(
            model_name='petition',
            name='thanks_blocks',
            field=wagtail.fields.StreamField([('share', 0), ('call_to_action', 6), ('campaign', 8), ('update', 9), ('heading', 10), ('text', 11), ('image', 16)], blank=True, block_lookup={0: ('campaigns.blocks.thanks.ShareBlock', (), {}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Sentence', 'required': False}), 2: ('wagtail.blocks.CharBlock', (), {'label': 'Text on the button', 'max_length': 60}), 3: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page', 'required': False}), 4: ('wagtail.blocks.URLBlock', (), {'help_text': 'Kept as you write it. Where you write {source}, the code of the link by which the signer came is put in, such as poster.', 'label': 'or the web address of another site', 'required': False}), 5: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Shows an outline only, so that this button does not compete with the one for signing.', 'label': 'Quiet', 'required': False}), 6: ('wagtail.blocks.StructBlock', [[('text', 1), ('label', 2), ('page', 3), ('url', 4), ('is_quiet', 5)]], {}), 7: ('wagtail.blocks.PageChooserBlock', (), {'help_text': "Shown while it can be signed. If empty, the site chooses: the petition’s next campaign, or else an open one on the same topic, or else the newest.", 'label': 'Campaign', 'page_type': ['campaigns.CampaignPage'], 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('campaign', 7)]], {}), 9: ('campaigns.blocks.thanks.RecentUpdateBlock', (), {}), 10: ('campaigns.blocks.words.HeadingBlock', (), {}), 11: ('campaigns.blocks.words.StoryTextBlock', (), {}), 12: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 13: ('wagtail.blocks.CharBlock', (), {'help_text': 'Who and what can be seen, where and when.', 'label': 'Caption', 'required': False}), 14: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('text', 'in the text'), ('wide', 'wide'), ('full', 'from edge to edge')], 'label': 'Size'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': 'Leave empty to show the credit stored with the image.', 'label': 'Credit', 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('image', 12), ('caption', 13), ('size', 14), ('credit', 15)]], {})}, help_text='If empty, people find the ways to share and the campaigns to sign next. If you add blocks, they find these alone, in this order.', verbose_name='what follows the thanks'),
        ),
        migrations.AddField(
            model_name='tally',
            name='settled',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='tally',
            name='settled_at',
            field=models.DateTimeField(null=True),
        ),
    ]
