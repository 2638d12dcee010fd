"""Supervision orders: a life of their own, with a history that PostgreSQL guards as it does an order's."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE TRIGGER complaints_supervisionevent_appended
    BEFORE UPDATE OR DELETE ON complaints_supervisionevent
    FOR EACH ROW EXECUTE FUNCTION complaints_event_is_appended();
"""
UNGUARD = "DROP TRIGGER complaints_supervisionevent_appended ON complaints_supervisionevent;"


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(GUARD)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNGUARD)


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0004_duty_shifts"),
        ("complaints", "0005_clocks_rest_and_remind"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SupervisedOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("status", models.CharField(max_length=16)),
                ("late_since", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="SupervisionCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SupervisionEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("verb", models.CharField(max_length=24)),
                ("round", models.PositiveSmallIntegerField()),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("side", models.CharField(max_length=16)),
                ("office", models.CharField(blank=True, max_length=24)),
                ("body_id", models.BigIntegerField(null=True)),
                ("facts", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="SupervisionOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True)),
                ("year", models.PositiveSmallIntegerField()),
                ("serial", models.PositiveIntegerField()),
                ("number", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Awaiting the reply"),
                            ("replied", "Replied, awaiting closing"),
                            ("closed", "Closed and struck off"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("counts_from", models.DateTimeField()),
                ("amount", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "unit",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("seconds", "seconds"),
                            ("working_days", "working days"),
                            ("calendar_days", "calendar days"),
                        ],
                        max_length=16,
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True)),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                ("closes_at", models.TimeField(blank=True, null=True)),
                ("urgent", models.BooleanField(default=False)),
                ("due_at", models.DateTimeField()),
                ("provisional", models.BooleanField(default=False)),
                ("replied_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("late_round", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("reminder_at", models.DateTimeField(blank=True, null=True)),
                ("alarm_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SupervisionStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("subject", "subject"),
                            ("demand", "demand"),
                            ("reply", "reply"),
                            ("note", "note"),
                        ],
                        max_length=8,
                    ),
                ),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="complaint",
            name="supervised",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("supervised__gt", 0)),
                fields=["-reported_at", "-id"],
                name="complaint_supervised",
            ),
        ),
        migrations.AddField(
            model_name="supervisedorder",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supervised_by",
                to="complaints.complaint",
            ),
        ),
        migrations.AddField(
            model_name="supervisioncounter",
            name="office",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="supervisionorder",
            name="addressed_to",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supervisions_received",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="supervisionorder",
            name="issued_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supervisions_issued",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="supervisionevent",
            name="supervision",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="complaints.supervisionorder",
            ),
        ),
        migrations.AddField(
            model_name="supervisedorder",
            name="supervision",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supervised",
                to="complaints.supervisionorder",
            ),
        ),
        migrations.AddField(
            model_name="supervisionstatement",
            name="supervision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="statements",
                to="complaints.supervisionorder",
            ),
        ),
        migrations.AddField(
            model_name="supervisionevent",
            name="statement",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.supervisionstatement",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisioncounter",
            constraint=models.UniqueConstraint(
                fields=("office", "year"), name="supervision_counter_once"
            ),
        ),
        migrations.AddIndex(
            model_name="supervisionorder",
            index=models.Index(
                condition=models.Q(("alarm_at__isnull", False)),
                fields=["alarm_at"],
                name="supervision_alarm",
            ),
        ),
        migrations.AddIndex(
            model_name="supervisionorder",
            index=models.Index(fields=["issued_by", "state", "due_at"], name="supervision_issued"),
        ),
        migrations.AddIndex(
            model_name="supervisionorder",
            index=models.Index(
                fields=["addressed_to", "state", "due_at"], name="supervision_received"
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionorder",
            constraint=models.UniqueConstraint(
                fields=("issued_by", "year", "serial"), name="supervision_numbered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("serial__gt", 0)), name="supervision_counts_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount__gt", 0),
                        ("due_on__isnull", True),
                        models.Q(("unit", ""), _negated=True),
                    ),
                    models.Q(("amount__isnull", True), ("due_on__isnull", False), ("unit", "")),
                    _connector="OR",
                ),
                name="supervision_due_by_amount_or_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state__in", ["open", "replied"])),
                    models.Q(("ended_at__isnull", False), ("state__in", ["cancelled", "closed"])),
                    _connector="OR",
                ),
                name="supervision_ends_at_some_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "open"), ("alarm_at__isnull", True), _connector="OR"),
                name="supervision_answered_rings_no_more",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("addressed_to", models.F("issued_by")), _negated=True),
                name="supervision_of_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisedorder",
            constraint=models.UniqueConstraint(
                fields=("supervision", "complaint"), name="supervision_names_an_order_once"
            ),
        ),
        migrations.AddIndex(
            model_name="supervisionevent",
            index=models.Index(fields=["supervision", "at"], name="supervision_history"),
        ),
        migrations.AddConstraint(
            model_name="supervisionevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("verb", "late")),
                fields=("supervision", "round"),
                name="supervision_late_once_a_round",
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]
