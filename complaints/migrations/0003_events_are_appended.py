"""On PostgreSQL the database itself refuses to change or delete an event."""

from django.db import migrations

GUARD = """
CREATE FUNCTION complaints_event_is_appended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are appended, never edited or deleted';
END $$;
CREATE TRIGGER complaints_event_appended BEFORE UPDATE OR DELETE ON complaints_event
    FOR EACH ROW EXECUTE FUNCTION complaints_event_is_appended();
"""
UNGUARD = """
DROP TRIGGER complaints_event_appended ON complaints_event;
DROP FUNCTION complaints_event_is_appended();
"""


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(GUARD)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNGUARD)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_categories_and_rules")]
    operations = [migrations.RunPython(guard, unguard)]
