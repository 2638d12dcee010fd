"""Nights, pauses, extensions, reminders; rules may stand at any place and be withdrawn."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


def fill(apps, schema_editor):
    Deadline = apps.get_model("complaints", "Deadline")
    Deadline.objects.update(counts_from=models.F("opened_at"))
    Deadline.objects.exclude(rule__unit="seconds").update(in_days=True)


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0002_calendar_notices"),
        ("complaints", "0004_tracking_codes_are_looked_up"),
    ]

    operations = [
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked for"),
                            ("granted", "Granted"),
                            ("refused", "Not granted"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("amount", models.PositiveIntegerField()),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("seconds", "seconds"),
                            ("working_days", "working days"),
                            ("calendar_days", "calendar days"),
                        ],
                        max_length=16,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("from_at", models.DateTimeField(blank=True, null=True)),
                ("until_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked for"),
                            ("granted", "Granted"),
                            ("refused", "Not granted"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("fund", "Waits for the maintenance fund"),
                            ("vote", "Waits for a vote of the owners"),
                            ("parts", "Waits for parts or equipment"),
                            ("weather", "Waits for the season or the weather"),
                            ("department", "Waits for a department or a utility"),
                            ("court", "Waits for a court or an arbitration"),
                            ("other", "Another ground, stated in the reason"),
                        ],
                        max_length=16,
                    ),
                ),
                ("review_on", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("from_at", models.DateTimeField(blank=True, null=True)),
                ("until_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("asked_at", "id"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="rule",
            name="rule_version_once",
        ),
        migrations.RenameField(
            model_name="rule",
            old_name="district",
            new_name="place",
        ),
        migrations.AddField(
            model_name="complaint",
            name="pauses",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="complaint",
            name="review_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="complaint",
            name="suspended_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="deadline",
            name="counts_from",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="deadline",
            name="extended_amount",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="deadline",
            name="extended_unit",
            field=models.CharField(
                blank=True,
                choices=[
                    ("seconds", "seconds"),
                    ("working_days", "working days"),
                    ("calendar_days", "calendar days"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="in_days",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="deadline",
            name="next_reminder_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="deadline",
            name="reminded",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="deadline",
            name="counts_from",
            field=models.DateTimeField(),
        ),
        migrations.AddField(
            model_name="rule",
            name="closes_at",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="rule",
            name="ladder",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="rule",
            name="preset",
            field=models.CharField(blank=True, max_length=24),
        ),
        migrations.AddField(
            model_name="rule",
            name="quiet_from",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="rule",
            name="quiet_until",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="rule",
            name="reminders",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="rule",
            name="withdrawn",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(
                    ("in_days", True), ("met_at__isnull", True), ("void_at__isnull", True)
                ),
                fields=["due_at"],
                name="deadline_counts_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("extended_amount__isnull", True), ("extended_unit", "")),
                    models.Q(
                        ("extended_amount__gt", 0), models.Q(("extended_unit", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="deadline_extended_by_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.UniqueConstraint(
                models.F("stage"),
                models.F("urgency"),
                models.F("version"),
                django.db.models.functions.comparison.Coalesce(models.F("place"), 0),
                django.db.models.functions.comparison.Coalesce(models.F("category"), 0),
                name="rule_version_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                    models.Q(
                        ("quiet_from__isnull", False),
                        ("quiet_until__isnull", False),
                        models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="rule_quiet_hours_begin_and_end",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="asked_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="deadline",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extension",
                to="complaints.deadline",
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="asked_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suspensions",
                to="complaints.complaint",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="extension_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state", "asked")),
                    models.Q(
                        models.Q(("state", "asked"), _negated=True), ("decided_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="extension_decided_at_some_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("from_at__isnull", False),
                        ("state", "granted"),
                        ("until_at__isnull", False),
                    ),
                    models.Q(
                        models.Q(("state", "granted"), _negated=True),
                        ("from_at__isnull", True),
                        ("until_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="pause_runs_once_granted",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_at__isnull", True),
                    ("until_at__gte", models.F("from_at")),
                    _connector="OR",
                ),
                name="pause_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")),
                fields=("complaint",),
                name="pause_asked_for_once_at_a_time",
            ),
        ),
    ]
