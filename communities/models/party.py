"""Party organisations: one parent, and "works under" links beside it (DOMAIN part 3)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models.bodies import Body
from communities.models.grids import Grid
from communities.models.places import Place


class PartyLevel(models.TextChoices):
    WORKING_COMMITTEE = "working_committee", _("Party working committee")
    COMMITTEE = "committee", _("Party committee")
    GENERAL_BRANCH = "general_branch", _("General branch")
    BRANCH = "branch", _("Branch")
    GROUP = "group", _("Party group")


class PartyForm(models.TextChoices):
    STANDING = "standing", _("Standing")
    JOINT = "joint", _("Joint")
    FUNCTIONAL = "functional", _("Functional")
    TEMPORARY = "temporary", _("Temporary")


class PartyOrganisation(models.Model):
    """A party organisation beyond its name and code; `body.place` is where it works.

    Counts only: who is a member is nobody's to read here.
    """

    body = models.OneToOneField(Body, on_delete=models.CASCADE, related_name="party")
    level = models.CharField(max_length=20, choices=PartyLevel)
    form = models.CharField(max_length=12, choices=PartyForm, default=PartyForm.STANDING)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # The firm whose branch it is; none for those of places.
    firm = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="firm_branches"
    )
    # Beside `body.place`: a joint branch of adjoining estates, a general branch of grids.
    estates = models.ManyToManyField(Place, related_name="party_organisations", blank=True)
    grids = models.ManyToManyField(Grid, related_name="party_organisations", blank=True)
    full_members = models.PositiveIntegerField(default=0)
    probationary_members = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.body)

    @property
    def code(self) -> str:
        """What it is called by outside: its body's code."""
        return self.body.code


class WorksUnder(models.Model):
    """An organisation also works under another, over [from_on, until_on)."""

    organisation = models.ForeignKey(
        PartyOrganisation, on_delete=models.CASCADE, related_name="works_under"
    )
    under = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, related_name="guides")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "under"],
                condition=Q(until_on__isnull=True),
                name="works_under_once",
            ),
            models.CheckConstraint(
                condition=~Q(organisation=F("under")), name="works_under_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.under}"


class Instructor(models.Model):
    """A party-building instructor 党建指导员 where there is no organisation: work coverage only."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The firm or estate that has no organisation of its own: exactly one of the two.
    firm = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="instructors"
    )
    estate = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="instructors"
    )
    sent_by = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, related_name="sent")
    name = models.CharField(max_length=60)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(firm__isnull=True, estate__isnull=False)
                | Q(firm__isnull=False, estate__isnull=True),
                name="instructor_at_a_firm_or_an_estate",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StarRating(models.Model):
    """The stars of an organisation for a year. How many there are is configuration."""

    organisation = models.ForeignKey(
        PartyOrganisation, on_delete=models.CASCADE, related_name="stars"
    )
    year = models.PositiveSmallIntegerField()
    stars = models.PositiveSmallIntegerField()
    grounds = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "year"], name="stars_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.year}"


class PostKind(models.TextChoices):
    BADGE = "badge", _("Badge worn at work")
    DEMONSTRATION = "demonstration", _("Demonstration post")
    VANGUARD = "vanguard", _("Vanguard post")
    AREA = "area", _("Responsibility area")


class Post(models.Model):
    """A party member's post at an estate; the public reads a name only where displayed 亮牌."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        PartyOrganisation, on_delete=models.PROTECT, related_name="posts"
    )
    # Estate or building.
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=16, choices=PostKind)
    title = models.CharField(max_length=120)
    holder = models.CharField(max_length=60, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The holder said so; who entered it says when.
    displayed = models.BooleanField(default=False)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class Cultivation(models.Model):
    """Two-way cultivation 双向培养 (N4) in a year: counts only, no names."""

    organisation = models.ForeignKey(
        PartyOrganisation, on_delete=models.CASCADE, related_name="cultivations"
    )
    year = models.PositiveSmallIntegerField()
    # Firm staff developed as party members; party members developed as backbone of the firm.
    staff_to_members = models.PositiveIntegerField(default=0)
    members_to_backbone = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "year"], name="cultivation_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.year}"
