"""On PostgreSQL the database itself refuses to change what was settled, frozen or published."""

from django.db import migrations

APPENDED = ("scorecard", "publication")

GUARD = """
CREATE FUNCTION ratings_is_appended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is appended, never edited or deleted', TG_TABLE_NAME;
END $$;
CREATE FUNCTION ratings_version_is_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a settled version of a scheme is never edited or deleted';
END $$;
CREATE TRIGGER ratings_version_settled BEFORE UPDATE OR DELETE ON ratings_schemeversion
    FOR EACH ROW WHEN (OLD.settled_at IS NOT NULL)
    EXECUTE FUNCTION ratings_version_is_settled();
""" + "".join(
    f"""
CREATE TRIGGER ratings_{table}_appended BEFORE UPDATE OR DELETE ON ratings_{table}
    FOR EACH ROW EXECUTE FUNCTION ratings_is_appended();
"""
    for table in APPENDED
)
UNGUARD = (
    "".join(f"DROP TRIGGER ratings_{table}_appended ON ratings_{table};\n" for table in APPENDED)
    + """
DROP TRIGGER ratings_version_settled ON ratings_schemeversion;
DROP FUNCTION ratings_version_is_settled();
DROP FUNCTION ratings_is_appended();
"""
)


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(GUARD, params=None)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNGUARD, params=None)


class Migration(migrations.Migration):
    dependencies = [("ratings", "0001_the_first_floor_of_ratings")]
    operations = [migrations.RunPython(guard, unguard)]
