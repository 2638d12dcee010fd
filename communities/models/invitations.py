"""How an appointed person gets an account, and what would make them partial."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models.appointments import Appointment, Office
from communities.models.bodies import Body
from communities.models.grids import Grid
from communities.models.places import Place
from communities.models.sheets import Import


class Invitation(models.Model):
    """A link by which somebody who was given an office gets an account, once.

    Only the digest of its secret is kept; the appointment is made when it is accepted.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    secret_digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20)
    office = models.CharField(max_length=24, choices=Office)
    body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    grid = models.ForeignKey(
        Grid, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    letter = models.CharField(max_length=60, blank=True, default="", db_default="")
    put_forward_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    # Whoever invites knows of an interest that would else stop the appointment.
    confirmed = models.BooleanField(default=False, db_default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    appointment = models.OneToOneField(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="invitation"
    )
    # The list of offices that invited; nobody is told its link before it is asked for.
    listed_in = models.ForeignKey(
        Import, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=(
                    Q(body__isnull=False, grid__isnull=True, place__isnull=True)
                    | Q(body__isnull=True, grid__isnull=False, place__isnull=True)
                    | Q(body__isnull=True, grid__isnull=True, place__isnull=False)
                ),
                name="invitation_to_one_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_office_display()}, {self.at:%Y-%m-%d}"

    @property
    def seat(self) -> Body | Grid | Place:
        """The body, grid or place the office is to be held at."""
        found = self.body or self.grid or self.place
        if found is None:
            raise ValueError("an invitation is to a seat: the database says so")
        return found


class InterestKind(models.TextChoices):
    EMPLOYED = "employed", _("Employed there")
    RELATIVE = "relative", _("Close relative works or holds shares there")
    SHARES = "shares", _("Holds shares or has other income there")
    OTHER = "other", _("Other interest")


class Interest(models.Model):
    """What ties a person to a firm, declared or found, over [from_on, until_on)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interests"
    )
    firm = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="interests")
    kind = models.CharField(max_length=12, choices=InterestKind)
    note = models.CharField(max_length=200, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="interest_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.firm}"
