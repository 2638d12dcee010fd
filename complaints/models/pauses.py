"""More time and no time: extensions of one promise, suspensions of a whole order."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models import Body
from complaints.models.deadlines import Deadline
from complaints.models.orders import Complaint
from complaints.models.rules import Unit


class Asked(models.TextChoices):
    """Where something asked for stands."""

    ASKED = "asked", _("Asked for")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Not granted")


class Extension(models.Model):
    """More time asked for one promise, once: granted or refused, on record either way."""

    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="extension")
    state = models.CharField(max_length=8, choices=Asked, default=Asked.ASKED)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=16, choices=Unit)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        Body, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    # From the old due time until the new one, once granted.
    from_at = models.DateTimeField(null=True, blank=True)
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="extension_of_something"),
            models.CheckConstraint(
                condition=Q(state=Asked.ASKED.value, decided_at__isnull=True)
                | (~Q(state=Asked.ASKED.value) & Q(decided_at__isnull=False)),
                name="extension_decided_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}, {self.state}"


class PauseGround(models.TextChoices):
    """Why an order has to wait for something outside everybody's hands."""

    FUND = "fund", _("Waits for the maintenance fund")
    VOTE = "vote", _("Waits for a vote of the owners")
    PARTS = "parts", _("Waits for parts or equipment")
    WEATHER = "weather", _("Waits for the season or the weather")
    DEPARTMENT = "department", _("Waits for a department or a utility")
    COURT = "court", _("Waits for a court or an arbitration")
    OTHER = "other", _("Another ground, stated in the reason")


class Pause(models.Model):
    """A suspension: the promises of an order rest over [from_at, until_at).

    It belongs to the order and not to a promise, so that no change of rule, category or handler
    can lose it.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="suspensions")
    state = models.CharField(max_length=8, choices=Asked, default=Asked.ASKED)
    ground = models.CharField(max_length=16, choices=PauseGround)
    # The day by whose end somebody has to look at it again; then the clock runs on by itself.
    review_on = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        Body, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    from_at = models.DateTimeField(null=True, blank=True)
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("asked_at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(
                    state=Asked.GRANTED.value, from_at__isnull=False, until_at__isnull=False
                )
                | (~Q(state=Asked.GRANTED.value) & Q(from_at__isnull=True, until_at__isnull=True)),
                name="pause_runs_once_granted",
            ),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("from_at")),
                name="pause_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(state=Asked.ASKED.value),
                name="pause_asked_for_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ground} until {self.review_on}, {self.state}"
