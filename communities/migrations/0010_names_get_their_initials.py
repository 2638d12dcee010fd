"""Names entered before initials were kept are found by them, too."""

from typing import Any

from django.db import migrations
from pypinyin import Style, lazy_pinyin

BATCH = 1000
LONGEST = 120


def initials(name: str) -> str:
    """As on the day of writing: a migration does not follow what the portal does later."""
    found = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default"))
    return "".join(c for c in found.lower() if c.isascii() and c.isalnum())[:LONGEST]


def fill(apps: Any, schema_editor: Any) -> None:
    """In batches by key, so that a city's places need no room at once."""
    for name in ("Place", "Body", "Grid"):
        model = apps.get_model("communities", name)
        after = 0
        while rows := list(model.objects.filter(pk__gt=after, initials="").order_by("pk")[:BATCH]):
            for row in rows:
                row.initials = initials(row.name)
            model.objects.bulk_update(rows, ["initials"])
            after = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("communities", "0009_offices_are_handed_over")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
