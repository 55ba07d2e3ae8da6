"""A part of a name is found without reading every customer. ``pg_trgm`` is a trusted extension: no superuser needed."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    """Trigrams of the names that are shown."""

    dependencies = [("customers", "0002_no_cycles")]
    operations = [
        TrigramExtension(),
        migrations.AddIndex(
            model_name="customer",
            index=GinIndex(
                condition=models.Q(("merged_into", None)),
                fields=["sort_key"],
                name="customer_name_part",
                opclasses=["gin_trgm_ops"],
            ),
        ),
    ]
