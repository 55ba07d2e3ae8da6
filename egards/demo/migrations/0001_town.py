"""Which town lives here, and how far its stories were told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="TownHere",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("seed", models.CharField(max_length=80)),
                ("first_day", models.DateField()),
                ("size", models.PositiveIntegerField()),
                ("told_until", models.DateTimeField(help_text="Everything before this moment was told.")),
                (
                    "opened_at",
                    models.DateTimeField(help_text="When enough was told for the house to open.", null=True),
                ),
            ],
            options={"constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_town_a_house")]},
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("steps", models.PositiveSmallIntegerField()),
                ("conversation_id", models.UUIDField(null=True)),
            ],
        ),
    ]
