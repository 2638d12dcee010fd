"""Schemes: whose rules firms or committees are assessed by, version by version."""

import uuid
from functools import cached_property
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models import Place
from ratings.terms import Subject, Terms, read


class Scheme(models.Model):
    """Rules of assessment of one place: the name that its versions share."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="schemes")
    name = models.CharField(_("name"), max_length=120)
    subject = models.CharField(_("who is assessed"), max_length=12, choices=Subject)
    # The preset it began with; what the place made of it is in its versions.
    preset = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["place", "name"], name="scheme_name_once_in_a_place")
        ]

    def __str__(self) -> str:
        return self.name


class VersionQuerySet(models.QuerySet["SchemeVersion"]):
    def delete(self) -> NoReturn:
        raise TypeError("versions of a scheme are kept")


class SchemeVersion(models.Model):
    """What a scheme says from one version on. Settled it never changes: a trigger says so too."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    terms = models.JSONField()
    # Why it differs from the one before.
    note = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[VersionQuerySet] = VersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_once"),
            # One draft at a time: two people would each lose what the other changed.
            models.UniqueConstraint(
                fields=["scheme"],
                condition=Q(settled_at__isnull=True),
                name="scheme_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}, {self.number}"

    @cached_property
    def read(self) -> Terms:
        """Its terms, as the arithmetic counts with them."""
        return read(self.terms)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.settled_at is not None:
            raise TypeError("versions of a scheme are kept")
        return super().delete(*args, **kwargs)


class PeriodState(models.TextChoices):
    OPEN = "open", _("Being assessed")
    FREEZING = "freezing", _("Scores being frozen")
    FROZEN = "frozen", _("Scores frozen")
    PUBLISHED = "published", _("Published")


# Its scores stand.
SCORED = (PeriodState.FROZEN, PeriodState.PUBLISHED)


class Period(models.Model):
    """One assessment of one scheme, over [from_on, until_on), by one of its settled versions."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="periods", db_index=False
    )
    version = models.ForeignKey(
        SchemeVersion, on_delete=models.PROTECT, related_name="periods", db_index=False
    )
    name = models.CharField(_("name"), max_length=60)
    from_on = models.DateField()
    until_on = models.DateField()
    # The last day on which assessments of it are taken.
    assess_until_on = models.DateField()
    state = models.CharField(
        max_length=12, choices=PeriodState, default=PeriodState.OPEN, db_index=False
    )
    # Who asked for its scores to be frozen; the sweep does it.
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    frozen_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scheme", "from_on"], name="period_once_in_a_scheme"),
            models.CheckConstraint(
                condition=Q(until_on__gt=F("from_on")), name="period_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "freezing"), frozen_at__isnull=True)
                | Q(state__in=("frozen", "published"), frozen_at__isnull=False),
                name="period_frozen_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}, {self.name}"
