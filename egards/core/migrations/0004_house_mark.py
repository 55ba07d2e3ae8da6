"""What this house is: somebody's own, or a demo."""

import egards.core.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_live_for_one_member")]
    operations = [
        migrations.CreateModel(
            name="HouseMark",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False),
                ),
                ("is_demo", models.BooleanField()),
                ("at", models.DateTimeField(default=egards.core.clock.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="house_is_marked_once"),
                ],
            },
        )
    ]
