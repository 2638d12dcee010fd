"""The order itself. Who reported it and what was said are kept apart from it."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models import Body, Place
from complaints.models.categories import Category
from complaints.workflow import ENDED, OPEN, Kind, Source, Status, Urgency

OPEN_STATUSES = sorted(OPEN)
ENDED_STATUSES = sorted(ENDED)


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def open(self) -> "ComplaintQuerySet":
        return self.filter(status__in=OPEN_STATUSES)

    def alarmed(self, at: datetime) -> "ComplaintQuerySet":
        """Orders the clock must look at now, the longest-waiting first."""
        return self.filter(alarm_at__lte=at).order_by("alarm_at")

    def overdue(self, at: datetime) -> "ComplaintQuerySet":
        """Orders with an open promise whose time has come."""
        return self.filter(next_due_at__lte=at)

    def whole(self) -> "ComplaintQuerySet":
        """With its places up to the district, as verbs and the order's page need it."""
        return self.select_related(
            "category",
            "estate__parent__parent__parent",
            "building",
            "entrance",
            "desk__parent__parent",
            "handler",
        )

    def by_time_left(self) -> "ComplaintQuerySet":
        """The most pressing first: by the next due time, those that owe nothing last."""
        return self.order_by(F("next_due_at").asc(nulls_last=True), "pk")

    def for_page(self) -> "ComplaintQuerySet":
        """With everything a list row shows, so that a list costs the same however long."""
        return self.select_related("category", "estate", "building", "entrance", "handler", "desk")


class Complaint(models.Model):
    """An order 诉求. Only the verbs in `complaints.actions` move it."""

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    source = models.CharField(_("source"), max_length=16, choices=Source)
    status = models.CharField(_("status"), max_length=16, choices=Status, db_index=False)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, db_index=False)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency)
    confidential = models.BooleanField(_("confidential"), default=False)
    # Copied from the category when reported: the community's own people never see it.
    bypasses_community = models.BooleanField(default=False)

    estate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="complaints")
    building = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entrance = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The code of the most exact place as it was when reported: scopes are prefixes of it.
    place_code = models.CharField(max_length=24)

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="complaints",
    )
    # The digest of the tracking secret of somebody who reported without an account.
    secret_digest = models.CharField(max_length=64, blank=True)

    # Where the desk of this order stands: a community, a subdistrict or the district.
    desk = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    handler = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    repairer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    returns = models.PositiveSmallIntegerField(default=0)
    unsolved = models.PositiveSmallIntegerField(default=0)

    reported_at = models.DateTimeField()
    urged_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    rate_until = models.DateTimeField(null=True, blank=True)
    reopen_until = models.DateTimeField(null=True, blank=True)
    # Set while it is suspended: until when its promises rest.
    suspended_until = models.DateTimeField(null=True, blank=True)
    # When the clock next has to do with the suspension: announce its review, then end it.
    review_at = models.DateTimeField(null=True, blank=True)
    # How many suspensions it has had: with none, nobody has to ask for them.
    pauses = models.PositiveSmallIntegerField(default=0)
    # The least due time of the open deadlines: queues are ordered by it.
    next_due_at = models.DateTimeField(null=True, blank=True)
    # When the clock must next look; empty when there is nothing to do.
    alarm_at = models.DateTimeField(null=True, blank=True)
    # The highest rung any late stage has reached; empty when nothing was ever late.
    escalated_level = models.PositiveSmallIntegerField(null=True, blank=True)
    # How many supervision orders are open on it.
    supervised = models.PositiveSmallIntegerField(default=0, db_default=0)

    objects: ClassVar[ComplaintQuerySet] = ComplaintQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["alarm_at"],
                name="complaint_alarm",
                condition=Q(alarm_at__isnull=False),
            ),
            models.Index(
                fields=["desk", "next_due_at"],
                name="complaint_desk_open",
                condition=Q(status__in=OPEN_STATUSES),
            ),
            models.Index(
                fields=["handler", "next_due_at"],
                name="complaint_handler_open",
                condition=Q(status__in=OPEN_STATUSES),
            ),
            models.Index(fields=["place_code", "-reported_at"], name="complaint_place_time"),
            models.Index(fields=["handler", "-reported_at"], name="complaint_handler_time"),
            models.Index(fields=["-reported_at", "-id"], name="complaint_time"),
            models.Index(
                fields=["-reported_at", "-id"],
                name="complaint_supervised",
                condition=Q(supervised__gt=0),
            ),
            # Whoever shows a tracking code is looked up by its digest, signed in or not.
            models.Index(
                fields=["secret_digest"],
                name="complaint_secret",
                condition=~Q(secret_digest=""),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(reporter__isnull=True) | Q(secret_digest=""),
                name="complaint_one_way_to_follow",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.MERGED.value, merged_into__isnull=False)
                | (~Q(status=Status.MERGED.value) & Q(merged_into__isnull=True)),
                name="complaint_merged_into_something",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=ENDED_STATUSES) | Q(next_due_at__isnull=True),
                name="complaint_ended_owes_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def place(self) -> Place:
        """The most exact place known."""
        return self.entrance or self.building or self.estate
