"""Facts may be neither changed nor deleted, and nothing leaves because of an archive: the base itself refuses."""

from django.db import migrations

FACTS = ("interactions_arrival", "interactions_interaction", "interactions_participation", "interactions_tally")

GUARD = """
CREATE FUNCTION egards_guard_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a fact: it is neither changed nor deleted', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION egards_guard_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM interactions_interaction WHERE id = NEW.cause_id AND mode = 'archive') THEN
        RAISE EXCEPTION 'an archive causes no delivery' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER egards_guard_outbox BEFORE INSERT OR UPDATE OF cause_id ON interactions_delivery
    FOR EACH ROW EXECUTE FUNCTION egards_guard_outbox();
"""

UNGUARD = """
DROP TRIGGER egards_guard_outbox ON interactions_delivery;
DROP FUNCTION egards_guard_outbox();
"""


def on(table: str) -> str:
    """Return the statement that guards one table."""
    return (
        f"CREATE TRIGGER egards_guard_fact BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION egards_guard_fact()"
    )


class Migration(migrations.Migration):
    """Guards."""

    dependencies = [("interactions", "0002_facts")]
    operations = [
        migrations.RunSQL(GUARD, UNGUARD + "DROP FUNCTION egards_guard_fact();"),
        *(migrations.RunSQL(on(table), f"DROP TRIGGER egards_guard_fact ON {table}") for table in FACTS),
    ]
