"""Proofs are neither changed nor deleted; only forgetting a person may take their name off, and says so first."""

from django.db import migrations

PROOFS = (
    "consent_wording",
    "consent_consent",
    "consent_objection",
    "consent_withdrawal",
    "consent_permit",
    "consent_refusalcount",
)

GUARD = """
CREATE FUNCTION egards_guard_proof() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('egards.forgetting', true) = 'yes' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is a proof: it is neither changed nor deleted', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION egards_guard_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.code, NEW.version, NEW.text_fr, NEW.value, NEW.valid_from, NEW.source, NEW.scope)
        IS NOT DISTINCT FROM (OLD.id, OLD.code, OLD.version, OLD.text_fr, OLD.value, OLD.valid_from, OLD.source, OLD.scope)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a rule that has served keeps its words: write the next version' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER egards_guard_rule BEFORE UPDATE OR DELETE ON consent_rule
    FOR EACH ROW EXECUTE FUNCTION egards_guard_rule();
"""

UNGUARD = """
DROP TRIGGER egards_guard_rule ON consent_rule;
DROP FUNCTION egards_guard_rule();
"""


def on(table: str) -> str:
    """Return the statement that guards one table."""
    return (
        f"CREATE TRIGGER egards_guard_proof BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION egards_guard_proof()"
    )


class Migration(migrations.Migration):
    """Guards."""

    dependencies = [("consent", "0001_initial")]
    operations = [
        migrations.RunSQL(GUARD, UNGUARD + "DROP FUNCTION egards_guard_proof();"),
        *(migrations.RunSQL(on(table), f"DROP TRIGGER egards_guard_proof ON {table}") for table in PROOFS),
    ]
