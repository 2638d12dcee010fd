"""Supervision orders 督办单: numbered, addressed to a body, about one or several orders."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from common.appended import Appended, AppendedQuerySet
from communities.models import Body
from complaints.models.orders import Complaint
from complaints.models.rules import Rule, Unit
from complaints.supervision import ENDED_STATES, State

OPEN_OR_REPLIED = sorted(set(State) - ENDED_STATES)


class SupervisionQuerySet(models.QuerySet["SupervisionOrder"]):
    def alarmed(self, at: datetime) -> "SupervisionQuerySet":
        """Those the clock must look at now, the longest-waiting first."""
        return self.filter(alarm_at__lte=at).order_by("alarm_at")

    def overdue(self, at: datetime) -> "SupervisionQuerySet":
        """Those whose reply is owed and was due by now."""
        return self.filter(state=State.OPEN, due_at__lte=at)

    def whole(self) -> "SupervisionQuerySet":
        """With the two bodies and the places above the issuing one, as verbs and pages need it."""
        return self.select_related("issued_by__place__parent", "addressed_to")


class SupervisionOrder(models.Model):
    """One 督办单. Only the verbs in `complaints.actions` move it."""

    # Its public name in addresses; `number` is what is printed, in sequence and so guessable.
    code = models.CharField(max_length=20, unique=True)
    issued_by = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="supervisions_issued", db_index=False
    )
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    # As it was issued, whatever the office is called later: 督办〔2026〕红枫3号.
    number = models.CharField(max_length=64)
    addressed_to = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="supervisions_received", db_index=False
    )
    state = models.CharField(max_length=10, choices=State)
    opened_at = models.DateTimeField()
    # How often a reply was asked for: 1, and one more each time it was sent back.
    round = models.PositiveSmallIntegerField(default=1)
    # The moment this round's time runs from, and how it was set: an amount of a unit, or a day.
    counts_from = models.DateTimeField()
    amount = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=16, choices=Unit, blank=True)
    due_on = models.DateField(null=True, blank=True)
    # The hours of the issuing place, as they stood then: its nights, its close of business.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    # One of the orders was urgent: then its hours know no night.
    urgent = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    # True while it rests on a year without a State Council notice.
    provisional = models.BooleanField(default=False)
    replied_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # The last round whose reply did not come in time; empty when none ever was late.
    late_round = models.PositiveSmallIntegerField(null=True, blank=True)
    # When the addressee is reminded; empty once that is done, or where it is too late for it.
    reminder_at = models.DateTimeField(null=True, blank=True)
    # When the clock must next look; empty when there is nothing to do.
    alarm_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[SupervisionQuerySet] = SupervisionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["issued_by", "year", "serial"], name="supervision_numbered_once"
            ),
            models.CheckConstraint(condition=Q(serial__gt=0), name="supervision_counts_from_one"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, due_on__isnull=True) & ~Q(unit="")
                | Q(amount__isnull=True, unit="", due_on__isnull=False),
                name="supervision_due_by_amount_or_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_OR_REPLIED, ended_at__isnull=True)
                | Q(state__in=sorted(ENDED_STATES), ended_at__isnull=False),
                name="supervision_ends_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(state=State.OPEN.value) | Q(alarm_at__isnull=True),
                name="supervision_answered_rings_no_more",
            ),
            models.CheckConstraint(
                condition=~Q(addressed_to=F("issued_by")), name="supervision_of_another"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["alarm_at"],
                name="supervision_alarm",
                condition=Q(alarm_at__isnull=False),
            ),
            models.Index(fields=["issued_by", "state", "due_at"], name="supervision_issued"),
            models.Index(fields=["addressed_to", "state", "due_at"], name="supervision_received"),
        ]

    def __str__(self) -> str:
        return self.number

    def as_rule(self) -> Rule:
        """The terms of this round as the clock needs them; never written."""
        return Rule(
            amount=self.amount or 1,
            unit=self.unit or Unit.CALENDAR_DAYS,
            span_amount=1,
            span_unit=Unit.WORKING_DAYS,
            quiet_from=self.quiet_from,
            quiet_until=self.quiet_until,
            closes_at=self.closes_at,
        )

    @property
    def is_late(self) -> bool:
        """Whether this round's reply did not come in time, as far as that is on record."""
        return self.late_round == self.round


class SupervisedOrder(models.Model):
    """An order as it stood when its supervision began: what the printed sheet says of it."""

    supervision = models.ForeignKey(
        SupervisionOrder, on_delete=models.PROTECT, related_name="supervised", db_index=False
    )
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="supervised_by")
    status = models.CharField(max_length=16)
    # Since when a promise had been broken; empty where none was.
    late_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["supervision", "complaint"], name="supervision_names_an_order_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} under {self.supervision_id}"


class SupervisionText(models.TextChoices):
    SUBJECT = "subject", "subject"
    DEMAND = "demand", "demand"
    REPLY = "reply", "reply"
    NOTE = "note", "note"


class SupervisionStatement(models.Model):
    """Free text of a supervision order. It has no place for whoever reported."""

    supervision = models.ForeignKey(
        SupervisionOrder, on_delete=models.PROTECT, related_name="statements"
    )
    kind = models.CharField(max_length=8, choices=SupervisionText)
    text = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} of {self.supervision_id}"


class SupervisionEvent(Appended):
    """Something that happened to a supervision order. Appended, never edited, as an order's."""

    supervision = models.ForeignKey(
        SupervisionOrder, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    at = models.DateTimeField()
    # A `SupervisionVerb`, or `late`, `reminded`, `recomputed`.
    verb = models.CharField(max_length=24)
    round = models.PositiveSmallIntegerField()
    actor_kind = models.CharField(max_length=16)
    # Plain ids, no keys: the log never blocks or loses a deletion.
    actor_id = models.BigIntegerField(null=True)
    side = models.CharField(max_length=16)
    office = models.CharField(max_length=24, blank=True)
    body_id = models.BigIntegerField(null=True)
    statement = models.ForeignKey(
        SupervisionStatement,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    facts = models.JSONField(default=dict)

    objects: ClassVar[AppendedQuerySet["SupervisionEvent"]] = AppendedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # However many sweeps and verbs find it late at once.
            models.UniqueConstraint(
                fields=["supervision", "round"],
                condition=Q(verb="late"),
                name="supervision_late_once_a_round",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["supervision", "at"], name="supervision_history")
        ]

    def __str__(self) -> str:
        return f"{self.verb} at {self.at:%Y-%m-%d %H:%M}"


class SupervisionCounter(models.Model):
    """The last number an office has given in a year. Counted up under a lock on this row."""

    office = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["office", "year"], name="supervision_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.year}: {self.last}"
