"""Action plans with yearly targets, and honours' lists."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models.bodies import Body
from communities.models.places import Place


class PlanTemplate(models.TextChoices):
    THREE_YEARS = "three_years", _("Three-year action")
    FOUR_REDS = "four_reds", _("Four reds")
    DEMONSTRATION = "demonstration", _("Demonstration sites")
    FREE = "free", _("Free form")


class ActionPlan(models.Model):
    """What a place has set out to do in some years (T9, N10, N11)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="action_plans")
    template = models.CharField(max_length=16, choices=PlanTemplate)
    title = models.CharField(max_length=120)
    purpose = models.TextField(blank=True)
    document = models.CharField(_("document number"), max_length=60, blank=True)
    from_year = models.PositiveSmallIntegerField()
    until_year = models.PositiveSmallIntegerField()  # the last year
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    # The completion report; a plan that has one is over.
    report = models.TextField(blank=True)
    completed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until_year__gte=F("from_year")), name="action_plan_years_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanTask(models.Model):
    """One task of a plan: counted in a unit, or done when it is done."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=20, blank=True)
    owner = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="plan_tasks"
    )
    # A demonstration site, or wherever the task is done; else the plan's place.
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="plan_tasks"
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "position"], name="plan_task_position_once")
        ]

    def __str__(self) -> str:
        return self.title


class PlanTarget(models.Model):
    """How much of a task is to be reached by the end of a year, counted from the plan's start."""

    task = models.ForeignKey(PlanTask, on_delete=models.CASCADE, related_name="targets")
    year = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["task", "year"], name="plan_target_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.task}, {self.year}"


class PlanProgress(models.Model):
    """What was reached of a task by a day, counted from the plan's start. Appended."""

    task = models.ForeignKey(PlanTask, on_delete=models.CASCADE, related_name="progress")
    on = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["task", "on"], name="plan_progress_task_on")
        ]

    def __str__(self) -> str:
        return f"{self.task}, {self.on}"


class HonourList(models.Model):
    """A list of honours, "beautiful home" 美丽家园 or another, of a year and a place (A4)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="honour_lists")
    name = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    granted_by = models.CharField(max_length=120)
    document = models.CharField(_("document number"), max_length=60, blank=True)
    granted_on = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["place", "name", "year"], name="honour_list_once_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.year}"


class Honour(models.Model):
    """An estate or a body on a list of honours."""

    list = models.ForeignKey(HonourList, on_delete=models.CASCADE, related_name="honours")
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="honours"
    )
    body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="honours"
    )
    grounds = models.CharField(max_length=200, blank=True)
    # Taken back: from which day on it no longer counts, and why. It stays on the list, so marked.
    taken_back_on = models.DateField(null=True, blank=True)
    taken_back_because = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(place__isnull=True, body__isnull=False)
                | Q(place__isnull=False, body__isnull=True),
                name="honour_of_a_place_or_a_body",
            ),
        ]

    def __str__(self) -> str:
        return str(self.place or self.body)
