"""Who reads what waits, and how often it was begun: two readers share the work, one that dies is noticed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns and an index of a table that is empty at rest."""

    dependencies = [("interactions", "0003_guard_facts")]
    operations = [
        migrations.AddField(
            "waiting",
            "reader",
            models.BigIntegerField(help_text="The database session of who reads it now, or died reading.", null=True),
        ),
        migrations.AddField(
            "waiting", "begun", models.SmallIntegerField(db_default=0, help_text="How many readers began it.")
        ),
        migrations.AddIndex(
            "waiting",
            models.Index(condition=models.Q(mode="live"), fields=["arrival"], name="waiting_live"),
        ),
    ]
