"""In a demo no sending address is ever proved: then no letter can leave, whatever the code above believes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION touchpoint_demo_proves_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM core_housemark WHERE is_demo) THEN
        RAISE EXCEPTION 'a demo house proves no sending address' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER touchpoint_demo_proves_nothing BEFORE INSERT OR UPDATE OF proved_at ON touchpoints_touchpoint
    FOR EACH ROW WHEN (NEW.proved_at IS NOT NULL) EXECUTE FUNCTION touchpoint_demo_proves_nothing();
"""
BACK = """
DROP TRIGGER touchpoint_demo_proves_nothing ON touchpoints_touchpoint;
DROP FUNCTION touchpoint_demo_proves_nothing();
"""


class Migration(migrations.Migration):
    dependencies = [("touchpoints", "0002_sending_is_proved"), ("core", "0004_house_mark")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
