"""Polls of residents: the draw, one-time codes, and answers that know no code."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0013_detailed_standards"),
        ("ratings", "0008_bulletins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Poll",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("part", models.CharField(max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Being answered"), ("closed", "Closed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("seed", models.CharField(max_length=40)),
                ("population", models.PositiveIntegerField()),
                ("population_hash", models.CharField(max_length=64)),
                ("reserve", models.PositiveSmallIntegerField(default=0)),
                ("drawn", models.PositiveSmallIntegerField()),
                ("withheld", models.JSONField(default=list)),
                ("printings", models.PositiveSmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PollAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("valid", "Valid"),
                            ("blank", "Handed in without a score"),
                            ("excluded", "Works for the firm, or a close relative does"),
                        ],
                        max_length=8,
                    ),
                ),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PollCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("on_site", models.BooleanField(default=False)),
                ("digest", models.CharField(blank=True, max_length=64, null=True)),
                ("issued", models.PositiveSmallIntegerField(default=0)),
                ("used_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PollRemark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.CharField(max_length=300)),
            ],
        ),
        migrations.AddField(
            model_name="poll",
            name="body",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="polls",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="poll",
            name="closed_by",
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
            model_name="poll",
            name="estate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="polls",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="poll",
            name="opened_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="poll",
            name="period",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="polls",
                to="ratings.period",
            ),
        ),
        migrations.AddField(
            model_name="pollanswer",
            name="poll",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="ratings.poll",
            ),
        ),
        migrations.AddField(
            model_name="pollcode",
            name="place",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="pollcode",
            name="poll",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="codes",
                to="ratings.poll",
            ),
        ),
        migrations.AddField(
            model_name="pollremark",
            name="poll",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="remarks",
                to="ratings.poll",
            ),
        ),
        migrations.AddIndex(
            model_name="poll",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["closes_at"], name="poll_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.UniqueConstraint(
                fields=("period", "estate", "body", "part"), name="poll_once_of_a_part"
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state", "open")),
                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                    _connector="OR",
                ),
                name="poll_closed_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(("drawn__lte", models.F("population"))),
                name="poll_draws_what_there_is",
            ),
        ),
        migrations.AddConstraint(
            model_name="pollanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "valid"), ("score__isnull", False), ("score__range", (0, 100))
                    ),
                    models.Q(("kind__in", ("blank", "excluded")), ("score__isnull", True)),
                    _connector="OR",
                ),
                name="poll_answer_scored_if_valid",
            ),
        ),
        migrations.AddIndex(
            model_name="pollcode",
            index=models.Index(fields=["poll", "place"], name="poll_code_of_a_poll"),
        ),
        migrations.AddConstraint(
            model_name="pollcode",
            constraint=models.UniqueConstraint(fields=("digest",), name="poll_code_once"),
        ),
        migrations.AddConstraint(
            model_name="pollcode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("on_site", False)),
                fields=("poll", "place"),
                name="poll_code_once_per_dwelling",
            ),
        ),
        migrations.AddConstraint(
            model_name="pollcode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("used_on__isnull", True), ("digest__isnull", False), _connector="OR"
                ),
                name="poll_code_used_once_issued",
            ),
        ),
    ]
