"""A French search configuration that folds accents. ``unaccent`` is a trusted extension: no superuser needed."""

from django.db import migrations

FORWARDS = """
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE TEXT SEARCH CONFIGURATION egards_fr (COPY = french);
ALTER TEXT SEARCH CONFIGURATION egards_fr
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
"""


class Migration(migrations.Migration):
    """Before any table that searches."""

    initial = True
    dependencies = []
    operations = [migrations.RunSQL(FORWARDS, "DROP TEXT SEARCH CONFIGURATION IF EXISTS egards_fr")]
