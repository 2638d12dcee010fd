"""Bulletins of a place: what an issued version says is never edited or deleted."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION ratings_bulletin_is_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an issued version of a bulletin is never edited or deleted';
END $$;
CREATE TRIGGER ratings_bulletin_issued BEFORE UPDATE OR DELETE ON ratings_bulletinversion
    FOR EACH ROW WHEN (OLD.state = 'issued')
    EXECUTE FUNCTION ratings_bulletin_is_issued();
"""
UNGUARD = """
DROP TRIGGER ratings_bulletin_issued ON ratings_bulletinversion;
DROP FUNCTION ratings_bulletin_is_issued();
"""


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(GUARD, params=None)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNGUARD, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0013_detailed_standards"),
        ("ratings", "0007_advice_and_subsidies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bulletin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("document_number", models.CharField(blank=True, max_length=60)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BulletinPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("counted", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="BulletinVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveSmallIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("making", "Figures being taken"),
                            ("draft", "Draft"),
                            ("issued", "Issued"),
                        ],
                        default="making",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("office", models.CharField(max_length=80)),
                ("copies_to", models.CharField(blank=True, max_length=300)),
                ("opening", models.TextField(blank=True, max_length=3000)),
                ("closing", models.TextField(blank=True, max_length=3000)),
                ("document", models.JSONField(blank=True, null=True)),
                ("asked_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="bulletin",
            name="place",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bulletins",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="bulletinpart",
            name="community",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="bulletinversion",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="bulletinversion",
            name="bulletin",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="ratings.bulletin",
            ),
        ),
        migrations.AddField(
            model_name="bulletinversion",
            name="issued_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="bulletinpart",
            name="version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="ratings.bulletinversion",
            ),
        ),
        migrations.AddIndex(
            model_name="bulletin",
            index=models.Index(
                condition=models.Q(("issued_at__isnull", False)),
                fields=["-issued_at"],
                name="bulletin_issued",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.UniqueConstraint(
                fields=("place", "from_on"), name="bulletin_once_a_quarter"
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.UniqueConstraint(
                condition=models.Q(("document_number", ""), _negated=True),
                fields=("place", "document_number"),
                name="bulletin_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gt", models.F("from_on"))),
                name="bulletin_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document_number", ""), ("issued_at__isnull", True)),
                    models.Q(
                        ("issued_at__isnull", False),
                        models.Q(("document_number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="bulletin_issued_under_a_number",
            ),
        ),
        migrations.AddIndex(
            model_name="bulletinversion",
            index=models.Index(
                condition=models.Q(("state", "making")),
                fields=["asked_at"],
                name="bulletin_in_the_making",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletinversion",
            constraint=models.UniqueConstraint(
                fields=("bulletin", "number"), name="bulletin_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletinversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "issued"), _negated=True),
                fields=("bulletin",),
                name="bulletin_one_version_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletinversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document__isnull", True), ("state", "making")),
                    models.Q(("document__isnull", False), ("state__in", ("draft", "issued"))),
                    _connector="OR",
                ),
                name="bulletin_says_something_once_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletinversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("issued_at__isnull", False), ("state", "issued")),
                    models.Q(
                        models.Q(("state", "issued"), _negated=True), ("issued_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="bulletin_version_issued_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletinversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", 1), ("reason", "")),
                    models.Q(("number__gt", 1), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="bulletin_corrected_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletinpart",
            constraint=models.UniqueConstraint(
                fields=("version", "community"), name="bulletin_part_once_a_community"
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]
