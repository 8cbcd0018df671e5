from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operations", "0002_pieces_unlogged")]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("worker", models.UUIDField()),
                ("thread", models.CharField(max_length=40)),
                ("host", models.CharField(max_length=80)),
                ("beat_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("worker", "thread"), name="one_heartbeat_a_thread")
                ],
            },
        ),
    ]
