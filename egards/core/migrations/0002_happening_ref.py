"""« Suivez un mot » asks what happened to one row among all that ever happened."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index."""

    dependencies = [("core", "0001_initial")]
    operations = [migrations.AddIndex("happening", models.Index(fields=["ref"], name="happening_ref"))]
