import wagtail.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("home", "0002_imprint_and_contact"),
    ]

    operations = [
        migrations.AlterField(
            model_name='navigation',
            name='foot',
            field=wagtail.fields.StreamField([('link', 2)], blank=True, block_lookup={0: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page'}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': 'If empty, the page’s title is used.', 'label': 'Label', 'max_length': 40, 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('page', 0), ('label', 1)]], {})}, verbose_name='at the foot'),
        ),
        migrations.AlterField(
            model_name='navigation',
            name='main',
            field=wagtail.fields.StreamField([('link', 2)], blank=True, block_lookup={0: ('wagtail.blocks.PageChooserBlock', (), {'label': 'Page'}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': 'If empty, the page’s title is used.', 'label': 'Label', 'max_length': 40, 'required': False}), 2: ('wagtail.blocks.StructBlock', [[('page', 0), ('label', 1)]], {})}, verbose_name='at the top'),
        ),
    ]
