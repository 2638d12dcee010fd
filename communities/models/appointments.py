"""Who holds which office where, over half-open dates."""

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models.bodies import Body, in_force
from communities.models.grids import Grid
from communities.models.places import Place


class Office(models.TextChoices):
    GRID_WORKER = "grid_worker", _("Grid worker")
    GRID_LEADER = "grid_leader", _("Grid leader")
    COMMUNITY_CLERK = "community_clerk", _("Community clerk")
    COMMUNITY_SECRETARY = "community_secretary", _("Community secretary")
    SUBDISTRICT_OFFICER = "subdistrict_officer", _("Subdistrict officer")
    DISTRICT_OFFICER = "district_officer", _("District officer")
    FIRM_MANAGER = "firm_manager", _("Project manager")
    FIRM_CLERK = "firm_clerk", _("Firm clerk")
    REPAIRER = "repairer", _("Repairer")
    DEPARTMENT_OFFICER = "department_officer", _("Department officer")
    BUTLER = "butler", _("Building butler")
    BRANCH_SECRETARY = "branch_secretary", _("Branch secretary")
    COMMITTEE_MEMBER = "committee_member", _("Owners' committee member")
    COMMITTEE_DIRECTOR = "committee_director", _("Committee director")
    OBSERVER = "observer", _("Property observer")
    WARDEN = "warden", _("Estate warden")
    INTEGRITY_SUPERVISOR = "integrity_supervisor", _("Integrity supervisor")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


GRID_OFFICES = frozenset({Office.GRID_WORKER, Office.GRID_LEADER})
COMMUNITY_OFFICES = frozenset({Office.COMMUNITY_CLERK, Office.COMMUNITY_SECRETARY})
DESK_OFFICES = COMMUNITY_OFFICES | {Office.SUBDISTRICT_OFFICER, Office.DISTRICT_OFFICER}
OVERSEER_OFFICES = frozenset({Office.SUBDISTRICT_OFFICER, Office.DISTRICT_OFFICER})
FIRM_OFFICES = frozenset({Office.FIRM_MANAGER, Office.FIRM_CLERK, Office.REPAIRER})
# Whoever takes in hand what is dispatched to their firm, department or committee.
HANDLING_OFFICES = frozenset(
    {
        Office.FIRM_MANAGER,
        Office.FIRM_CLERK,
        Office.DEPARTMENT_OFFICER,
        Office.COMMITTEE_DIRECTOR,
    }
)
WATCHER_OFFICES = frozenset(
    {
        Office.BUTLER,
        Office.BRANCH_SECRETARY,
        Office.COMMITTEE_MEMBER,
        Office.OBSERVER,
        Office.WARDEN,
        Office.INTEGRITY_SUPERVISOR,
    }
)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def in_force(self, on: date) -> "AppointmentQuerySet":
        return self.filter(in_force(on))


class Appointment(models.Model):
    """A person holds an office at a body, a grid or a place, over [from_on, until_on)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments"
    )
    office = models.CharField(max_length=24, choices=Office)
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT)
    grid = models.ForeignKey(Grid, null=True, blank=True, on_delete=models.PROTECT)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The letter of appointment or the decision behind it; who put the person forward.
    letter = models.CharField(max_length=60, blank=True, default="", db_default="")
    put_forward_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    ended_grounds = models.CharField(max_length=200, blank=True, default="", db_default="")
    # Who gave the office; nobody for what the console entered.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # Handed over: whose office this goes on with, and so whose open work.
    succeeds = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="successor"
    )
    # The day of ending that was told of; another one is told again.
    told_until_on = models.DateField(null=True, blank=True, editable=False)

    objects: ClassVar[AppointmentQuerySet] = AppointmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                # [day, day) is a term without a day: withdrawn before it began, never held.
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="appointment_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=(
                    Q(body__isnull=False, grid__isnull=True, place__isnull=True)
                    | Q(body__isnull=True, grid__isnull=False, place__isnull=True)
                    | Q(body__isnull=True, grid__isnull=True, place__isnull=False)
                ),
                name="appointment_held_at_one_seat",
            ),
            # The verb refuses every overlap; two that never end cannot even be written.
            *(
                models.UniqueConstraint(
                    fields=["user", "office", seat],
                    condition=Q(**{"until_on__isnull": True, f"{seat}__isnull": False}),
                    name=f"appointment_once_per_{seat}",
                )
                for seat in ("body", "grid", "place")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Offices with an end in sight are few; the daily sweep asks for them alone.
            models.Index(
                fields=["until_on"],
                condition=Q(until_on__isnull=False),
                name="appointment_until",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_office_display()}, {self.seat}"

    @property
    def seat(self) -> Body | Grid | Place:
        """The body, grid or place the office is held at."""
        found = self.body or self.grid or self.place
        if found is None:
            raise ValueError("an appointment is held somewhere: the database says so")
        return found
