"""A demo reads no mailbox: none can be kept in its base, whatever the code above believes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION touchpoint_demo_reads_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM core_housemark WHERE is_demo) THEN
        RAISE EXCEPTION 'a demo house reads no mailbox' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER touchpoint_demo_reads_nothing BEFORE INSERT OR UPDATE ON touchpoints_mailbox
    FOR EACH ROW EXECUTE FUNCTION touchpoint_demo_reads_nothing();
"""
BACK = """
DROP TRIGGER touchpoint_demo_reads_nothing ON touchpoints_mailbox;
DROP FUNCTION touchpoint_demo_reads_nothing();
"""


class Migration(migrations.Migration):
    dependencies = [("touchpoints", "0004_mailboxes"), ("core", "0004_house_mark")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
