"""Contracts and appointments are named outside by an id of their own."""

import uuid

from django.db import migrations, models

MANY = 5_000


def enter(apps, schema_editor):
    """Gives every row that is there already its own."""
    for name in ("Appointment", "Contract"):
        model = apps.get_model("communities", name)
        rows = list(model.objects.filter(public_id=None).only("pk"))
        for row in rows:
            row.public_id = uuid.uuid4()
        model.objects.bulk_update(rows, ["public_id"], batch_size=MANY)


class Migration(migrations.Migration):
    dependencies = [("communities", "0005_the_register")]
    operations = [
        migrations.RunPython(enter, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="appointment",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name="contract",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
