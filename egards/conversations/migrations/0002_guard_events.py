"""Events are facts: the base refuses to change or delete them."""

from django.db import migrations

GUARD = (
    "CREATE TRIGGER egards_guard_fact BEFORE UPDATE OR DELETE ON conversations_event"
    " FOR EACH ROW EXECUTE FUNCTION egards_guard_fact()"
)


class Migration(migrations.Migration):
    """The guard of events."""

    dependencies = [("conversations", "0001_initial"), ("interactions", "0003_guard_facts")]
    operations = [migrations.RunSQL(GUARD, "DROP TRIGGER egards_guard_fact ON conversations_event")]
