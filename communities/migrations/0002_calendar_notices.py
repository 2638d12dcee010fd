"""Enter the State Council's holiday notices of 2024 to 2026."""

import json
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data" / "calendar.json"


def enter(apps, schema_editor):
    Notice = apps.get_model("communities", "CalendarNotice")
    Day = apps.get_model("communities", "CalendarDay")
    for row in json.loads(DATA.read_text(encoding="utf-8"))["notices"]:
        notice = Notice.objects.create(
            year=row["year"], number=row["number"], issued_on=row["issued_on"]
        )
        Day.objects.bulk_create(
            Day(
                notice=notice,
                on=day["on"],
                working=day["working"],
                name=day["name_en"],
                name_zh=day["name_zh"],
            )
            for day in row["days"]
        )


def remove(apps, schema_editor):
    apps.get_model("communities", "CalendarNotice").objects.filter(
        year__in=(2024, 2025, 2026)
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("communities", "0001_initial")]
    operations = [migrations.RunPython(enter, remove)]
