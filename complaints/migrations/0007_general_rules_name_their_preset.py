"""The general rules the portal came with are the preset 3 + 3 + 5: they say so."""

from django.db import migrations

PRESET = "ningdu_335"


def seeded(apps):
    rules = apps.get_model("complaints", "Rule").objects
    return rules.filter(place__isnull=True, category__isnull=True, version=1)


def enter(apps, schema_editor):
    seeded(apps).filter(preset="").update(preset=PRESET)


def remove(apps, schema_editor):
    seeded(apps).filter(preset=PRESET).update(preset="")


class Migration(migrations.Migration):
    dependencies = [("complaints", "0006_supervision_orders")]
    operations = [migrations.RunPython(enter, remove)]
