"""Groups of bodies and people: alliances, federations, associations, teams."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models.bodies import Body


class GroupKind(models.TextChoices):
    ALLIANCE = "alliance", _("Alliance")
    FEDERATION = "federation", _("Co-governance federation")
    ASSOCIATION = "association", _("Industry association")
    FOUR_IN_ONE = "four_in_one", _("Four-in-one")
    THREE_PARTY = "three_party", _("Three-party committee")
    GOVERNANCE_TEAM = "governance_team", _("Governance team")
    RED_BUTLER_TEAM = "red_butler_team", _("Red-butler team")
    TASK_FORCE = "task_force", _("Task force")
    WORK_GROUP = "work_group", _("Party work group")


class Group(models.Model):
    """A group beyond its name and code; `body.place` is where it works."""

    body = models.OneToOneField(Body, on_delete=models.CASCADE, related_name="group")
    kind = models.CharField(max_length=16, choices=GroupKind)
    purpose = models.TextField(blank=True)
    # The published standard or articles it works under (one standard, one service: W14).
    standard = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.body)

    @property
    def code(self) -> str:
        """What it is called by outside: its body's code."""
        return self.body.code


class GroupMembership(models.Model):
    """A body, or somebody from outside by name, belongs to a group over [from_on, until_on)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="group_memberships"
    )
    # A police room, a shop, a social organisation that is no body of the register.
    outsider = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=60, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(member__isnull=True) ^ Q(outsider=""),
                name="group_member_is_a_body_or_an_outsider",
            ),
            models.UniqueConstraint(
                fields=["group", "member"],
                condition=Q(until_on__isnull=True, member__isnull=False),
                name="group_member_once",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="group_member_leaves_after_joining",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} – {self.member or self.outsider}"


class SettledMatter(models.Model):
    """Matters a team settled in a month: counted (W9)."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="settled")
    # The first day of the month.
    month = models.DateField()
    count = models.PositiveIntegerField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["group", "month"], name="settled_once_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.group}, {self.month:%Y-%m}"
