"""Enter the categories and the default preset of rules."""

import json
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data"
# Before the first order there can be: the demo tells of months gone by.
FROM_THE_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


def enter(apps, schema_editor):
    Category = apps.get_model("complaints", "Category")
    Rule = apps.get_model("complaints", "Rule")
    known = {}
    for row in json.loads((DATA / "categories.json").read_text(encoding="utf-8")):
        parent = known.get(row.pop("parent", None))
        known[row["code"]] = Category.objects.create(parent=parent, **row)
    Rule.objects.bulk_create(
        Rule(version=1, valid_from=FROM_THE_BEGINNING, **row)
        for row in json.loads((DATA / "rules.json").read_text(encoding="utf-8"))
    )


def remove(apps, schema_editor):
    apps.get_model("complaints", "Rule").objects.all().delete()
    Category = apps.get_model("complaints", "Category")
    Category.objects.filter(parent__isnull=False).delete()
    Category.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial"), ("communities", "0002_calendar_notices")]
    operations = [migrations.RunPython(enter, remove)]
