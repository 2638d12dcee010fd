"""Polls of residents 居民满意度测评: the draw, one-time codes, and answers that know no code.

An answer holds no code, no dwelling, no building and no time, and nothing of it leads to one: see
docs/adr/0026. Its key is random, and with every answer those of the poll are written anew.
"""

import uuid
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.appended import Appended
from common.workdays import SHANGHAI
from communities.models import Body, Office, Place
from ratings.models.schemes import Period


class PollState(models.TextChoices):
    OPEN = "open", _("Being answered")
    CLOSED = "closed", pgettext_lazy("a poll", "Closed")


class PollQuerySet(models.QuerySet["Poll"]):
    def over(self, at: datetime) -> "PollQuerySet":
        """Those that nobody can answer any more, whether the clock has closed them or not."""
        return self.filter(Q(state=PollState.CLOSED) | Q(closes_at__lte=at))

    def due(self, at: datetime) -> "PollQuerySet":
        """Those that the clock must close."""
        return self.filter(state=PollState.OPEN, closes_at__lte=at).order_by("closes_at", "pk")


class Poll(models.Model):
    """Residents of an estate asked about the firm that serves it, for one part of a scheme.

    Who was drawn follows from `seed` and the dwellings there were, whose hash is `population_hash`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="polls", db_index=False
    )
    estate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="polls")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="polls", db_index=False)
    # The key of the part in the scheme.
    part = models.CharField(max_length=32)
    state = models.CharField(
        max_length=8, choices=PollState, default=PollState.OPEN, db_index=False
    )
    seed = models.CharField(max_length=40)
    # Homes there were to draw from, and SHA-256 of their codes, sorted, one a line.
    population = models.PositiveIntegerField()
    population_hash = models.CharField(max_length=64)
    # Drawn beyond the scheme's sample, because not everybody answers.
    reserve = models.PositiveSmallIntegerField(default=0)
    drawn = models.PositiveSmallIntegerField()
    # Codes of homes left out before the draw: of the firm's people and their close relatives.
    withheld = models.JSONField(default=list)
    # Sheets of codes made so far: two at once would each kill the other's.
    printings = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Answered before this moment.
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    # Nobody for what the clock closed.
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    objects: ClassVar[PollQuerySet] = PollQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["period", "estate", "body", "part"], name="poll_once_of_a_part"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
                name="poll_closed_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(drawn__lte=F("population")), name="poll_draws_what_there_is"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["closes_at"], name="poll_open", condition=Q(state="open"))
        ]

    def __str__(self) -> str:
        return f"{self.part}, {self.estate}, {self.body}"

    @property
    def last_day(self) -> date:
        """The last day on which it is answered."""
        return (self.closes_at - timedelta(seconds=1)).astimezone(SHANGHAI).date()

    def is_over(self, at: datetime) -> bool:
        """Nobody can answer it any more."""
        return self.state == PollState.CLOSED or at >= self.closes_at


class PollCode(models.Model):
    """A one-time code: of a drawn dwelling, or handed out on site in a building.

    Kept as a keyed digest alone, and none before its slip is printed. Used, it says on which day;
    no answer knows it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="codes", db_index=False)
    # The dwelling that was drawn; of codes on site the building.
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    on_site = models.BooleanField(default=False)
    digest = models.CharField(max_length=64, null=True, blank=True)
    # How often its slip was made; the one before is dead each time.
    issued = models.PositiveSmallIntegerField(default=0)
    used_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["digest"], name="poll_code_once"),
            models.UniqueConstraint(
                fields=["poll", "place"],
                condition=Q(on_site=False),
                name="poll_code_once_per_dwelling",
            ),
            models.CheckConstraint(
                condition=Q(used_on__isnull=True) | Q(digest__isnull=False),
                name="poll_code_used_once_issued",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["poll", "place"], name="poll_code_of_a_poll")
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Printed(models.TextChoices):
    HOMES = "homes", _("Slips of the homes drawn")
    HOME = "home", _("Another slip for one home")
    SITE = "site", pgettext_lazy("printed", "Codes on site")


class PollSheet(Appended):
    """A sheet of codes that was made: by which office, how many; `killed` of before are dead.

    Whoever made it could have used them, so everybody reads of it beside the result, and they
    answer this poll by no code. A trigger refuses every change.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="sheets")
    of = models.CharField(max_length=8, choices=Printed)
    codes = models.PositiveSmallIntegerField()
    killed = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The office by which they conducted the poll, and of which place it is.
    office = models.CharField(max_length=24)
    office_place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(codes__gte=1), name="poll_sheet_has_codes"),
        ]

    def __str__(self) -> str:
        return f"{self.of}: {self.codes}"

    @property
    def office_words(self) -> str:
        return f"{self.office_place.name} · {Office(self.office).label}"


class AnswerKind(models.TextChoices):
    VALID = "valid", _("Valid")
    BLANK = "blank", _("Handed in without a score")
    EXCLUDED = "excluded", _("Works for the firm, or a close relative does")


class PollAnswer(models.Model):
    """What somebody answered: no code, no place, no time, and a key that says nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=8, choices=AnswerKind)
    score = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind="valid", score__isnull=False, score__range=(0, 100))
                | Q(kind__in=("blank", "excluded"), score__isnull=True),
                name="poll_answer_scored_if_valid",
            )
        ]

    def __str__(self) -> str:
        return self.kind


class PollRemark(models.Model):
    """What somebody wrote beside their score; which score it was, nobody knows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="remarks")
    text = models.CharField(max_length=300)

    def __str__(self) -> str:
        return str(self.id)
