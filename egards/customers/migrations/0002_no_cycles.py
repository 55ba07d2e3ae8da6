"""A merge points to a root, never in a circle: the base itself refuses."""

from django.db import migrations

GUARD = """
CREATE FUNCTION egards_guard_merge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    target uuid;
BEGIN
    -- checked at commit, against the row as it is then: several merges in one transaction are fine
    SELECT merged_into_id INTO target FROM customers_customer WHERE id = NEW.id;
    IF target IS NULL THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT 1 FROM customers_customer WHERE id = target AND merged_into_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a customer is merged into a root only' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM customers_customer WHERE merged_into_id = NEW.id) THEN
        RAISE EXCEPTION 'paths to a merged customer are compressed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER egards_guard_merge AFTER INSERT OR UPDATE OF merged_into_id ON customers_customer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL)
    EXECUTE FUNCTION egards_guard_merge();
"""


class Migration(migrations.Migration):
    """Guard."""

    dependencies = [("customers", "0001_initial")]
    operations = [
        migrations.RunSQL(
            GUARD, "DROP TRIGGER egards_guard_merge ON customers_customer; DROP FUNCTION egards_guard_merge();"
        )
    ]
