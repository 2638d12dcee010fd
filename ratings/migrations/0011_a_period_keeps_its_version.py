"""On PostgreSQL a period keeps what its scores were made by, and a score what it is a score of.

The way back leaves every row as it is: only the database's refusals go.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION ratings_period_keeps_its_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' OR EXISTS (SELECT FROM ratings_scorecard WHERE period_id = OLD.id) THEN
        RAISE EXCEPTION 'a period that is frozen keeps its scheme, its version and its days';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ratings_period_version BEFORE UPDATE ON ratings_period
    FOR EACH ROW
    WHEN ((OLD.version_id, OLD.scheme_id, OLD.from_on, OLD.until_on)
          IS DISTINCT FROM (NEW.version_id, NEW.scheme_id, NEW.from_on, NEW.until_on))
    EXECUTE FUNCTION ratings_period_keeps_its_version();
CREATE FUNCTION ratings_card_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version_id <> (SELECT version_id FROM ratings_period WHERE id = NEW.period_id) THEN
        RAISE EXCEPTION 'a score is made by the version of its period';
    END IF;
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM ratings_scorecard
        WHERE id = NEW.replaces_id AND period_id = NEW.period_id AND body_id = NEW.body_id
          AND estate_id IS NOT DISTINCT FROM NEW.estate_id
    ) THEN
        RAISE EXCEPTION 'a corrected score is of the same period, body and estate';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ratings_card_fits BEFORE INSERT ON ratings_scorecard
    FOR EACH ROW EXECUTE FUNCTION ratings_card_fits();
"""
UNGUARD = """
DROP TRIGGER ratings_card_fits ON ratings_scorecard;
DROP FUNCTION ratings_card_fits();
DROP TRIGGER ratings_period_version ON ratings_period;
DROP FUNCTION ratings_period_keeps_its_version();
"""


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(GUARD, params=None)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNGUARD, params=None)


class Migration(migrations.Migration):
    dependencies = [("ratings", "0010_the_credit_ledger")]
    operations = [migrations.RunPython(guard, unguard)]
