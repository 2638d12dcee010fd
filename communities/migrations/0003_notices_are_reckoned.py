"""Whether the promises resting on a notice have been reckoned by it; of the first three they have."""

from django.db import migrations, models
from django.db.models.functions import Now


def enter(apps, schema_editor):
    Notice = apps.get_model("communities", "CalendarNotice")
    Notice.objects.filter(entered_at__isnull=True).update(reckoned_at=Now())


class Migration(migrations.Migration):
    dependencies = [("communities", "0002_calendar_notices")]
    operations = [
        migrations.AddField(
            model_name="calendarnotice",
            name="entered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="calendarnotice",
            name="reckoned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(enter, migrations.RunPython.noop),
    ]
