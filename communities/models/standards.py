"""Detailed standards 细则 a place has issued, and where somebody was found to depart from one."""

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.models.bodies import Body, last_day
from communities.models.places import Place


class StandardField(models.TextChoices):
    OPERATION = "operation", _("Operation of firms")
    CHARGES = "charges", _("Residential charges")
    INCOME = "income", _("Common-area income")
    FUND = "fund", pgettext_lazy("the field of a standard", "Maintenance fund")


class Standard(models.Model):
    """A standard that a district or subdistrict has issued; what it says is in its versions."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="standards")
    field = models.CharField(max_length=16, choices=StandardField)
    title = models.CharField(max_length=120)
    issued_by = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["place", "title"], name="standard_title_once")
        ]

    def __str__(self) -> str:
        return self.title


class StandardVersion(models.Model):
    """What a standard says over the half-open dates [from_on, until_on), by one document."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    document = models.CharField(_("document number"), max_length=60, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    # Why it ended, where no later version took its place.
    ended_because = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["standard", "number"], name="standard_version_number_once"
            ),
            models.UniqueConstraint(
                fields=["standard", "from_on"], name="standard_version_begins_once"
            ),
            # The verbs lock the standard; two versions without end cannot be even without them.
            models.UniqueConstraint(
                fields=["standard"],
                condition=Q(until_on__isnull=True),
                name="standard_one_version_open",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="standard_version_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard}, {self.number}"

    @property
    def last_day(self) -> date | None:
        return last_day(self)


class StandardClause(models.Model):
    """One clause of a version, numbered from 1, and how it is checked where that is said."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="clauses")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    how_checked = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["version", "number"], name="standard_clause_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}, {self.number}"


class Deviation(models.Model):
    """Somebody departed from a clause: at an estate, or the firm itself.

    At an estate the firm that served it that day stands beside it; where none did, nobody's.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    clause = models.ForeignKey(StandardClause, on_delete=models.PROTECT, related_name="deviations")
    estate = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="deviations"
    )
    firm = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="deviations"
    )
    on = models.DateField()
    grounds = models.TextField()
    evidence = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    # The firm's answer, once.
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    # How it was put right; or why it should never have been recorded. Then it is over.
    put_right = models.TextField(blank=True)
    put_right_on = models.DateField(null=True, blank=True)
    taken_back_because = models.TextField(blank=True)
    taken_back_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["estate", "on"], name="deviation_estate_on"),
            models.Index(fields=["firm", "on"], name="deviation_firm_on"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(estate__isnull=False) | Q(firm__isnull=False),
                name="deviation_of_an_estate_or_a_firm",
            ),
            models.CheckConstraint(
                condition=Q(put_right_on__isnull=True) | Q(taken_back_on__isnull=True),
                name="deviation_ends_in_one_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.estate or self.firm}, {self.on}"

    @property
    def open(self) -> bool:
        return self.put_right_on is None and self.taken_back_on is None
