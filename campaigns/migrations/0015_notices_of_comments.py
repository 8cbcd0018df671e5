import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0014_assisting_signers"),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='staffnotice',
            name='comments',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='staffnotice',
            name='page',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.WAGTAIL_PAGE_MODEL),
        ),
        migrations.AddField(
            model_name='staffnotice',
            name='readers',
            field=models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='staffnotice',
            name='kind',
            field=models.CharField(choices=[('task', 'to be approved'), ('submitted', 'submitted'), ('approved', 'approved'), ('rejected', 'changes requested'), ('comments', 'comments')], max_length=9),
        ),
        migrations.AlterField(
            model_name='staffnotice',
            name='workflow_state',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.workflowstate'),
        ),
        migrations.AddConstraint(
            model_name='staffnotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comments__isnull', False), ('kind', 'comments'), ('page__isnull', False)), models.Q(models.Q(('kind', 'comments'), _negated=True), ('workflow_state__isnull', False)), _connector='OR'), name='notice_says_what_it_is_about'),
        ),
    ]
