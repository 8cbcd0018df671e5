import wagtail.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0023_campaign_template"),
    ]

    operations = [
        migrations.AlterField(
            model_name='campaignpage',
            name='updates',
            field=wagtail.fields.StreamField([('update', 7)], blank=True, block_lookup={0: ('wagtail.blocks.DateBlock', (), {'label': 'Day'}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'What has happened', 'max_length': 160}), 2: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link', 'ol', 'ul', 'hr'], 'label': 'Short text', 'required': False}), 3: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Image'}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 5: ('wagtail.blocks.StructBlock', [[('image', 3), ('caption', 4)]], {}), 6: ('wagtail.blocks.ListBlock', (5,), {'default': [], 'label': 'Picture', 'max_num': 1}), 7: ('wagtail.blocks.StructBlock', [[('day', 0), ('heading', 1), ('text', 2), ('pictures', 6)]], {'icon': 'date', 'label': 'Update'})}, help_text='Shown after the story, the newest first, together with what the page adds by itself: the opening and the closing, milestones from 1,000 signatures on, the goal, the handover and the victory.', verbose_name='updates'),
        ),
    ]
