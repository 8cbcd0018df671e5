import uuid

import django.db.models.deletion
import modelcluster.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0016_progress'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('title', models.CharField(max_length=60, verbose_name='title')),
                ('slug', models.SlugField(blank=True, help_text='How it is called in addresses of the search. Left empty, it is made of the title.', max_length=60, verbose_name='address')),
                ('locale', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['title'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('locale', 'slug'), name='one_topic_an_address')],
                'unique_together': {('translation_key', 'locale')},
            },
        ),
        migrations.AddField(
            model_name='articlepage',
            name='topics',
            field=modelcluster.fields.ParentalManyToManyField(blank=True, related_name='%(class)ss', to='campaigns.topic', verbose_name='topics'),
        ),
        migrations.AddField(
            model_name='campaignpage',
            name='topics',
            field=modelcluster.fields.ParentalManyToManyField(blank=True, related_name='%(class)ss', to='campaigns.topic', verbose_name='topics'),
        ),
    ]
