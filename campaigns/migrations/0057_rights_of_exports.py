from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0056_managers_bring_in'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='petition',
            options={'permissions': [('control_petition', 'Can pause, resume, close and move petitions, and declare victory'), ('view_signatures_petition', 'Can view signatures'), ('view_statistics_petition', 'Can view statistics'), ('moderate_signatures_petition', 'Can release and invalidate signatures'), ('export_handover_petition', 'Can export signatures for handing over'), ('export_mailing_petition', 'Can export a mailing list'), ('export_analysis_petition', 'Can export signatures for analysis'), ('export_everything_petition', 'Can export signatures with everything'), ('export_signatures_petition', 'Can hand out a person’s data'), ('delete_signatures_petition', 'Can delete signatures'), ('hold_signatures_petition', 'Can hold signers’ data beyond the retention period'), ('import_signatures_petition', 'Can bring in what was signed elsewhere')], 'verbose_name': 'petition', 'verbose_name_plural': 'petitions'},
        ),
    ]
