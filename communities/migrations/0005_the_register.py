"""The register: estates' ledger, firms, committees, party organisations, groups, plans, imports."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0004_duty_shifts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ActionPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "template",
                    models.CharField(
                        choices=[
                            ("three_years", "Three-year action"),
                            ("four_reds", "Four reds"),
                            ("demonstration", "Demonstration sites"),
                            ("free", "Free form"),
                        ],
                        max_length=16,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("purpose", models.TextField(blank=True)),
                (
                    "document",
                    models.CharField(blank=True, max_length=60, verbose_name="document number"),
                ),
                ("from_year", models.PositiveSmallIntegerField()),
                ("until_year", models.PositiveSmallIntegerField()),
                ("entered_at", models.DateTimeField()),
                ("report", models.TextField(blank=True)),
                ("completed_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Building",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("floors", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("lifts", models.PositiveSmallIntegerField(default=0)),
                ("households", models.PositiveIntegerField(default=0)),
                (
                    "floor_area",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Committee",
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
                            ("not_eligible", "Not eligible yet"),
                            ("eligible", "Eligible"),
                            ("preparing", "Preparing"),
                            ("electing", "Electing"),
                            ("elected_pending_filing", "Elected, to be filed"),
                            ("filed", "Filed, in term"),
                            ("reelection_due", "Re-election due"),
                            ("overdue", "Term over, no successor"),
                            ("dissolved", "Dissolved"),
                        ],
                        max_length=24,
                    ),
                ),
                ("seats", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("term_from_on", models.DateField(blank=True, null=True)),
                ("term_until_on", models.DateField(blank=True, null=True)),
                ("elected_on", models.DateField(blank=True, null=True)),
                ("filed_on", models.DateField(blank=True, null=True)),
                ("filing_number", models.CharField(blank=True, max_length=60)),
                ("alarm_on", models.DateField(blank=True, editable=False, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CommitteeMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("director", "Director"),
                            ("vice", "Vice director"),
                            ("member", "Member"),
                            ("alternate", "Alternate"),
                        ],
                        default="member",
                        max_length=12,
                    ),
                ),
                (
                    "floor_area",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True),
                ),
                ("party_member", models.BooleanField(default=False)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("left_grounds", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="CommitteeStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("step", models.CharField(max_length=32)),
                ("on", models.DateField()),
                ("facts", models.JSONField(default=dict)),
                ("note", models.TextField(blank=True)),
                ("entered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Cultivation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("staff_to_members", models.PositiveIntegerField(default=0)),
                ("members_to_backbone", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Dwelling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "use",
                    models.CharField(
                        choices=[
                            ("home", "Home"),
                            ("shop", "Shop"),
                            ("office", "Office space"),
                            ("parking", "Parking space"),
                            ("other", "Other"),
                        ],
                        default="home",
                        max_length=12,
                    ),
                ),
                ("floor", models.SmallIntegerField(blank=True, null=True)),
                (
                    "floor_area",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EstatePlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField()),
                ("problems", models.TextField(verbose_name="problems")),
                ("measures", models.TextField(verbose_name="measures")),
                ("goals", models.TextField(blank=True, verbose_name="goals")),
                ("lead", models.CharField(blank=True, max_length=120, verbose_name="who leads")),
                ("from_on", models.DateField()),
                ("entered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Facility",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("lift", "Lift"),
                            ("fire", "Fire protection"),
                            ("water", "Water supply and pumps"),
                            ("drains", "Drains and septic tanks"),
                            ("power", "Power and lighting"),
                            ("access", "Gates and doors"),
                            ("cameras", "Cameras"),
                            ("charging", "Charging shed"),
                            ("parking", "Parking"),
                            ("waste", "Waste point"),
                            ("greenery", "Greenery"),
                            ("road", "Roads and paving"),
                            ("play", "Sports and play"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("installed_on", models.DateField(blank=True, null=True)),
                (
                    "condition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("intact", "Intact"),
                            ("impaired", "Impaired"),
                            ("broken", "Out of order"),
                        ],
                        max_length=12,
                    ),
                ),
                ("inspected_on", models.DateField(blank=True, null=True)),
                ("removed_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "facilities",
            },
        ),
        migrations.CreateModel(
            name="Group",
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
                            ("alliance", "Alliance"),
                            ("federation", "Co-governance federation"),
                            ("association", "Industry association"),
                            ("four_in_one", "Four-in-one"),
                            ("three_party", "Three-party committee"),
                            ("governance_team", "Governance team"),
                            ("red_butler_team", "Red-butler team"),
                            ("task_force", "Task force"),
                            ("work_group", "Party work group"),
                        ],
                        max_length=16,
                    ),
                ),
                ("purpose", models.TextField(blank=True)),
                ("standard", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="GroupMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("outsider", models.CharField(blank=True, max_length=120)),
                ("role", models.CharField(blank=True, max_length=60)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Honour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("grounds", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="HonourList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("year", models.PositiveSmallIntegerField()),
                ("granted_by", models.CharField(max_length=120)),
                (
                    "document",
                    models.CharField(blank=True, max_length=60, verbose_name="document number"),
                ),
                ("granted_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
                ("filename", models.CharField(max_length=200)),
                ("file", models.BinaryField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "Sent, waiting to be read"),
                            ("reading", "Being read"),
                            ("read", "Read, to be confirmed"),
                            ("confirmed", "Confirmed, waiting to be written"),
                            ("writing", "Being written"),
                            ("done", "Written"),
                            ("refused", "Could not be read or written"),
                            ("dropped", "Dropped"),
                        ],
                        default="sent",
                        max_length=12,
                    ),
                ),
                ("progress", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("problem", models.JSONField(default=dict)),
                ("taken_until", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("create", "Will be created"),
                            ("change", "Will be changed"),
                            ("same", "Unchanged"),
                            ("refuse", "Refused"),
                        ],
                        max_length=8,
                    ),
                ),
                ("said", models.JSONField(default=dict)),
                ("words", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="IndicatorFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("indicator", models.CharField(max_length=32)),
                ("on", models.DateField()),
                ("numerator", models.DecimalField(decimal_places=2, max_digits=16)),
                ("denominator", models.DecimalField(decimal_places=2, max_digits=16)),
                ("taken_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                (
                    "condition",
                    models.CharField(
                        choices=[
                            ("intact", "Intact"),
                            ("impaired", "Impaired"),
                            ("broken", "Out of order"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("entered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Instructor",
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
                ("until_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("employed", "Employed there"),
                            ("relative", "Close relative works or holds shares there"),
                            ("shares", "Holds shares or has other income there"),
                            ("other", "Other interest"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("secret_digest", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("phone", models.CharField(max_length=20)),
                (
                    "office",
                    models.CharField(
                        choices=[
                            ("grid_worker", "Grid worker"),
                            ("grid_leader", "Grid leader"),
                            ("community_clerk", "Community clerk"),
                            ("community_secretary", "Community secretary"),
                            ("subdistrict_officer", "Subdistrict officer"),
                            ("district_officer", "District officer"),
                            ("firm_manager", "Project manager"),
                            ("firm_clerk", "Firm clerk"),
                            ("repairer", "Repairer"),
                            ("department_officer", "Department officer"),
                            ("butler", "Building butler"),
                            ("branch_secretary", "Branch secretary"),
                            ("committee_member", "Owners' committee member"),
                            ("committee_director", "Committee director"),
                            ("observer", "Property observer"),
                            ("warden", "Estate warden"),
                            ("integrity_supervisor", "Integrity supervisor"),
                            ("auditor", "Auditor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=24,
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("elder_care", "Care for the elderly"),
                            ("canteen", "Canteen"),
                            ("medical", "Medical service"),
                            ("children", "Care for children"),
                            ("cleaning", "Cleaning"),
                            ("repair", "Repair"),
                            ("safety", "Safety and order"),
                            ("greenery", "Greenery"),
                            ("parking", "Parking and charging"),
                            ("supervision", "Supervision of estate affairs"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                ("raised_on", models.DateField()),
                ("met_on", models.DateField(blank=True, null=True)),
                ("lapsed_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("service", "Property service"),
                            ("charges", "Charges"),
                            ("income", "Common-area income"),
                            ("fund", "Maintenance fund"),
                            ("staff", "Conduct of staff"),
                            ("safety", "Safety"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text", models.TextField()),
                ("office", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("elder_care", "Care for the elderly"),
                            ("canteen", "Canteen"),
                            ("medical", "Medical service"),
                            ("children", "Care for children"),
                            ("cleaning", "Cleaning"),
                            ("repair", "Repair"),
                            ("safety", "Safety and order"),
                            ("greenery", "Greenery"),
                            ("parking", "Parking and charging"),
                            ("supervision", "Supervision of estate affairs"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("standard", models.TextField(blank=True, verbose_name="written standard")),
                ("price", models.CharField(blank=True, max_length=120)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PartyOrganisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("working_committee", "Party working committee"),
                            ("committee", "Party committee"),
                            ("general_branch", "General branch"),
                            ("branch", "Branch"),
                            ("group", "Party group"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("standing", "Standing"),
                            ("joint", "Joint"),
                            ("functional", "Functional"),
                            ("temporary", "Temporary"),
                        ],
                        default="standing",
                        max_length=12,
                    ),
                ),
                ("full_members", models.PositiveIntegerField(default=0)),
                ("probationary_members", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="PlanProgress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("note", models.TextField(blank=True)),
                ("entered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PlanTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
            ],
        ),
        migrations.CreateModel(
            name="PlanTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("position", models.PositiveSmallIntegerField()),
                ("section", models.CharField(blank=True, max_length=60)),
                ("title", models.CharField(max_length=200)),
                ("unit", models.CharField(blank=True, max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="PoolMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("grounds", models.TextField()),
                ("left_grounds", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("badge", "Badge worn at work"),
                            ("demonstration", "Demonstration post"),
                            ("vanguard", "Vanguard post"),
                            ("area", "Responsibility area"),
                        ],
                        max_length=16,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("holder", models.CharField(blank=True, max_length=60)),
                ("displayed", models.BooleanField(default=False)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ServiceSpell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("market", "Market firm"),
                            ("community_led", "Community-led firm"),
                            ("self_managed", "Self-managed"),
                            ("caretaker", "Caretaker-managed"),
                            ("none", "No service"),
                        ],
                        max_length=16,
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("grounds", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="SettledMatter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("count", models.PositiveIntegerField()),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="StarRating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("stars", models.PositiveSmallIntegerField()),
                ("grounds", models.TextField(blank=True)),
                ("entered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Training",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("topic", models.CharField(max_length=200)),
                ("on", models.DateField()),
                (
                    "hours",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrainingPresence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("people", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("on", models.DateField()),
                ("note", models.TextField()),
                ("entered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="WorksUnder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="YearlyReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("verdict", models.CharField(max_length=40)),
                (
                    "points",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True),
                ),
                ("note", models.TextField(blank=True)),
                ("entered_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="appointment",
            name="ended_grounds",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="appointment",
            name="letter",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="appointment",
            name="public_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="put_forward_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField(
            model_name="body",
            name="dissolved_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="body",
            name="founded_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="body",
            name="initials",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField(
            model_name="body",
            name="phone",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="contract",
            name="dismissal_days",
            field=models.PositiveSmallIntegerField(db_default=60, default=60),
        ),
        migrations.AddField(
            model_name="contract",
            name="ended_grounds",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="contract",
            name="fee",
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="contract",
            name="grade",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="contract",
            name="number",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="contract",
            name="public_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="contract",
            name="renewal_days",
            field=models.PositiveSmallIntegerField(db_default=90, default=90),
        ),
        migrations.AddField(
            model_name="contract",
            name="signed_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contract",
            name="told_until_on",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="estate",
            name="address",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="estate",
            name="delivery",
            field=models.CharField(
                choices=[
                    ("building", "Under construction"),
                    ("partly", "Partly delivered"),
                    ("delivered", "Delivered"),
                ],
                db_default="delivered",
                default="delivered",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="estate",
            name="latitude",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True),
        ),
        migrations.AddField(
            model_name="estate",
            name="longitude",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True),
        ),
        migrations.AddField(
            model_name="firm",
            name="address",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="firm",
            name="capital",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name="firm",
            name="licence_until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="firm",
            name="registered_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="firm",
            name="representative",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=60,
                verbose_name="legal representative",
            ),
        ),
        migrations.AddField(
            model_name="firm",
            name="staff",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="grid",
            name="closed_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="grid",
            name="initials",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField(
            model_name="place",
            name="closed_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="place",
            name="initials",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="office",
            field=models.CharField(
                choices=[
                    ("grid_worker", "Grid worker"),
                    ("grid_leader", "Grid leader"),
                    ("community_clerk", "Community clerk"),
                    ("community_secretary", "Community secretary"),
                    ("subdistrict_officer", "Subdistrict officer"),
                    ("district_officer", "District officer"),
                    ("firm_manager", "Project manager"),
                    ("firm_clerk", "Firm clerk"),
                    ("repairer", "Repairer"),
                    ("department_officer", "Department officer"),
                    ("butler", "Building butler"),
                    ("branch_secretary", "Branch secretary"),
                    ("committee_member", "Owners' committee member"),
                    ("committee_director", "Committee director"),
                    ("observer", "Property observer"),
                    ("warden", "Estate warden"),
                    ("integrity_supervisor", "Integrity supervisor"),
                    ("auditor", "Auditor"),
                    ("administrator", "Administrator"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="body",
            name="kind",
            field=models.CharField(
                choices=[
                    ("firm", "Property firm"),
                    ("community_office", "Community office"),
                    ("subdistrict_office", "Subdistrict office"),
                    ("district_office", "District office"),
                    ("department", "Department"),
                    ("owners_committee", "Owners' committee"),
                    ("management_committee", "Property management committee"),
                    ("party_organisation", "Party organisation"),
                    ("group", "Alliance, association or team"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddIndex(
            model_name="body",
            index=models.Index(fields=["kind", "code"], name="body_kind_code"),
        ),
        migrations.AddConstraint(
            model_name="estate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))),
                    _connector="OR",
                ),
                name="estate_is_on_the_globe",
            ),
        ),
        migrations.AddField(
            model_name="actionplan",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="actionplan",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="action_plans",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="building",
            name="place",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="building",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="committee",
            name="body",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="committee",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="committeemember",
            name="committee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="members",
                to="communities.committee",
            ),
        ),
        migrations.AddField(
            model_name="committeemember",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="committee_seats",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="committeestep",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="committeestep",
            name="committee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="communities.committee",
            ),
        ),
        migrations.AddField(
            model_name="dwelling",
            name="place",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="dwelling",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="estateplan",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="estateplan",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="estate_plans",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="facility",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="facilities",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="group",
            name="body",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="group",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="groupmembership",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to="communities.group",
            ),
        ),
        migrations.AddField(
            model_name="groupmembership",
            name="member",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="group_memberships",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="honour",
            name="body",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="honours",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="honour",
            name="place",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="honours",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="honourlist",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="honour_lists",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="honour",
            name="list",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="honours",
                to="communities.honourlist",
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="imports",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="importrow",
            name="of",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="communities.import",
            ),
        ),
        migrations.AddField(
            model_name="indicatorfigure",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="figures",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="inspection",
            name="facility",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="inspections",
                to="communities.facility",
            ),
        ),
        migrations.AddField(
            model_name="instructor",
            name="estate",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="instructors",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="instructor",
            name="firm",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="instructors",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="instructor",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="interest",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="interest",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="interests",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="interest",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="interests",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="appointment",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitation",
                to="communities.appointment",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="body",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="grid",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="communities.grid",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="place",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="need",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="need",
            name="estate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="needs",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="need",
            name="met_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="needs_met",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="observation",
            name="answered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="observation",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="observations",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="observation",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offers",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="partyorganisation",
            name="body",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="party",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="partyorganisation",
            name="estates",
            field=models.ManyToManyField(
                blank=True, related_name="party_organisations", to="communities.place"
            ),
        ),
        migrations.AddField(
            model_name="partyorganisation",
            name="firm",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="firm_branches",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="partyorganisation",
            name="grids",
            field=models.ManyToManyField(
                blank=True, related_name="party_organisations", to="communities.grid"
            ),
        ),
        migrations.AddField(
            model_name="partyorganisation",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="communities.partyorganisation",
            ),
        ),
        migrations.AddField(
            model_name="instructor",
            name="sent_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sent",
                to="communities.partyorganisation",
            ),
        ),
        migrations.AddField(
            model_name="cultivation",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="cultivations",
                to="communities.partyorganisation",
            ),
        ),
        migrations.AddField(
            model_name="planprogress",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="plantask",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plan_tasks",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="plantask",
            name="place",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plan_tasks",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="plantask",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tasks",
                to="communities.actionplan",
            ),
        ),
        migrations.AddField(
            model_name="plantarget",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="targets",
                to="communities.plantask",
            ),
        ),
        migrations.AddField(
            model_name="planprogress",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="progress",
                to="communities.plantask",
            ),
        ),
        migrations.AddField(
            model_name="poolmembership",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pool_memberships",
                to="communities.body",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="posts",
                to="communities.partyorganisation",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="posts",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="servicespell",
            name="estate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="service_spells",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="settledmatter",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="settled",
                to="communities.group",
            ),
        ),
        migrations.AddField(
            model_name="starrating",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="starrating",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="stars",
                to="communities.partyorganisation",
            ),
        ),
        migrations.AddField(
            model_name="training",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="training",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="trainings",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="trainingpresence",
            name="committee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="trainings",
                to="communities.committee",
            ),
        ),
        migrations.AddField(
            model_name="trainingpresence",
            name="training",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="presences",
                to="communities.training",
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="estate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="communities.place",
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="worksunder",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="works_under",
                to="communities.partyorganisation",
            ),
        ),
        migrations.AddField(
            model_name="worksunder",
            name="under",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="guides",
                to="communities.partyorganisation",
            ),
        ),
        migrations.AddField(
            model_name="yearlyreview",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="yearlyreview",
            name="committee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reviews",
                to="communities.committee",
            ),
        ),
        migrations.AddConstraint(
            model_name="actionplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_year__gte", models.F("from_year"))),
                name="action_plan_years_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="committee",
            index=models.Index(
                condition=models.Q(("alarm_on__isnull", False)),
                fields=["alarm_on"],
                name="committee_alarm",
            ),
        ),
        migrations.AddConstraint(
            model_name="committee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("term_until_on__isnull", True),
                    ("term_until_on__gt", models.F("term_from_on")),
                    _connector="OR",
                ),
                name="committee_term_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="committeemember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on__isnull", True),
                    ("until_on__gt", models.F("from_on")),
                    _connector="OR",
                ),
                name="committee_member_leaves_after_joining",
            ),
        ),
        migrations.AddIndex(
            model_name="committeestep",
            index=models.Index(fields=["committee", "on"], name="committee_step_on"),
        ),
        migrations.AddConstraint(
            model_name="estateplan",
            constraint=models.UniqueConstraint(
                fields=("place", "version"), name="estate_plan_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_on__isnull", True)),
                fields=("place", "kind", "name"),
                name="facility_once_per_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmembership",
            constraint=models.CheckConstraint(
                condition=models.Q(("member__isnull", True), ("outsider", ""), _connector="XOR"),
                name="group_member_is_a_body_or_an_outsider",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmembership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("member__isnull", False), ("until_on__isnull", True)),
                fields=("group", "member"),
                name="group_member_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmembership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on__isnull", True),
                    ("until_on__gt", models.F("from_on")),
                    _connector="OR",
                ),
                name="group_member_leaves_after_joining",
            ),
        ),
        migrations.AddConstraint(
            model_name="honourlist",
            constraint=models.UniqueConstraint(
                fields=("place", "name", "year"), name="honour_list_once_a_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="honour",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("body__isnull", False), ("place__isnull", True)),
                    models.Q(("body__isnull", True), ("place__isnull", False)),
                    _connector="OR",
                ),
                name="honour_of_a_place_or_a_body",
            ),
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(
                condition=models.Q(("state__in", ["sent", "reading", "confirmed", "writing"])),
                fields=["at"],
                name="import_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(fields=["by", "at"], name="import_by_at"),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(fields=["of", "verdict", "number"], name="import_row_verdict"),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.UniqueConstraint(fields=("of", "number"), name="import_row_once"),
        ),
        migrations.AddConstraint(
            model_name="indicatorfigure",
            constraint=models.UniqueConstraint(
                fields=("place", "indicator", "on"), name="indicator_figure_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("denominator__gte", 0)),
                name="indicator_denominator_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="interest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on__isnull", True),
                    ("until_on__gt", models.F("from_on")),
                    _connector="OR",
                ),
                name="interest_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("body__isnull", False), ("grid__isnull", True), ("place__isnull", True)
                    ),
                    models.Q(
                        ("body__isnull", True), ("grid__isnull", False), ("place__isnull", True)
                    ),
                    models.Q(
                        ("body__isnull", True), ("grid__isnull", True), ("place__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="invitation_to_one_seat",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("met_by__isnull", True), ("met_on__isnull", True)),
                    models.Q(
                        ("lapsed_on__isnull", True),
                        ("met_by__isnull", False),
                        ("met_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="need_is_met_by_somebody_on_a_day",
            ),
        ),
        migrations.AddIndex(
            model_name="observation",
            index=models.Index(fields=["place", "at"], name="observation_place_at"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on__isnull", True),
                    ("until_on__gt", models.F("from_on")),
                    _connector="OR",
                ),
                name="offer_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="instructor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("estate__isnull", False), ("firm__isnull", True)),
                    models.Q(("estate__isnull", True), ("firm__isnull", False)),
                    _connector="OR",
                ),
                name="instructor_at_a_firm_or_an_estate",
            ),
        ),
        migrations.AddConstraint(
            model_name="cultivation",
            constraint=models.UniqueConstraint(
                fields=("organisation", "year"), name="cultivation_once_a_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="plantask",
            constraint=models.UniqueConstraint(
                fields=("plan", "position"), name="plan_task_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="plantarget",
            constraint=models.UniqueConstraint(
                fields=("task", "year"), name="plan_target_once_a_year"
            ),
        ),
        migrations.AddIndex(
            model_name="planprogress",
            index=models.Index(fields=["task", "on"], name="plan_progress_task_on"),
        ),
        migrations.AddConstraint(
            model_name="poolmembership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_on__isnull", True)),
                fields=("firm",),
                name="pool_one_open_membership_per_firm",
            ),
        ),
        migrations.AddConstraint(
            model_name="poolmembership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on__isnull", True),
                    ("until_on__gt", models.F("from_on")),
                    _connector="OR",
                ),
                name="pool_membership_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicespell",
            constraint=models.UniqueConstraint(
                fields=("estate", "from_on"), name="service_spell_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="servicespell",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_on__isnull", True)),
                fields=("estate",),
                name="service_spell_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicespell",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on__isnull", True),
                    ("until_on__gt", models.F("from_on")),
                    _connector="OR",
                ),
                name="service_spell_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="settledmatter",
            constraint=models.UniqueConstraint(
                fields=("group", "month"), name="settled_once_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="starrating",
            constraint=models.UniqueConstraint(
                fields=("organisation", "year"), name="stars_once_a_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingpresence",
            constraint=models.UniqueConstraint(
                fields=("training", "committee"), name="training_once_per_committee"
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["estate", "on"], name="visit_estate_on"),
        ),
        migrations.AddConstraint(
            model_name="worksunder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_on__isnull", True)),
                fields=("organisation", "under"),
                name="works_under_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="worksunder",
            constraint=models.CheckConstraint(
                condition=models.Q(("organisation", models.F("under")), _negated=True),
                name="works_under_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="yearlyreview",
            constraint=models.UniqueConstraint(
                fields=("committee", "year"), name="yearly_review_once_per_committee"
            ),
        ),
    ]
