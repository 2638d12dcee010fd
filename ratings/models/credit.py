"""The credit ledger 信用档案: a place's scheme in versions, records, and what happened to them."""

import uuid
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from common.appended import Appended, AppendedQuerySet
from common.workdays import midnight
from communities.models import Body, Place
from communities.scope import day_of
from ratings.credit import ENDINGS, CreditKind, CreditState, CreditVerb, Entry, state_after
from ratings.terms.credit import CreditTerms, read_credit
from ratings.terms.words import Names


class CreditScheme(models.Model):
    """By which rules the credit of a district's firms is reckoned: one scheme a district."""

    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="credit_scheme")
    # The preset it began with; what the place made of it is in its versions.
    preset = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.place}, {self.preset}"


class CreditVersion(models.Model):
    """What the scheme says from one day on. Settled it never changes: a trigger says so too."""

    scheme = models.ForeignKey(
        CreditScheme, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    terms = models.JSONField()
    # Why it differs from the one before.
    note = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    made_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scheme", "number"], name="credit_version_once"),
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(settled_at__isnull=True), name="credit_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}, {self.number}"

    @cached_property
    def read(self) -> CreditTerms:
        """Its terms, as the arithmetic counts with them."""
        return read_credit(self.terms)


class RecordQuerySet(AppendedQuerySet[Any]):
    """Records with when they were confirmed and ended, and how they stand."""

    def with_life(self) -> "RecordQuerySet":
        steps = CreditStep.objects.filter(record=OuterRef("pk"))
        confirmed = steps.filter(verb=CreditVerb.CONFIRM).values("at")[:1]
        ended = steps.filter(verb__in=ENDINGS).values("at")[:1]
        last = steps.order_by("-pk").values("verb")[:1]
        found: RecordQuerySet = self.annotate(
            confirmed_at=Subquery(confirmed), ended_at=Subquery(ended), last_verb=Subquery(last)
        )
        return found

    def counting(self, on: date) -> "RecordQuerySet":
        """Those that count on this day: confirmed by then, valid, and not ended by then."""
        night = midnight(on + timedelta(days=1))
        return self.with_life().filter(
            Q(ended_at__isnull=True) | Q(ended_at__gte=night),
            confirmed_at__lt=night,
            from_on__lte=on,
            until_on__gt=on,
        )

    def unheard(self, at: datetime) -> "RecordQuerySet":
        """Those of which the clock must say now that the firm's time to speak is over."""
        more = CreditStep.objects.filter(record=OuterRef("pk")).exclude(verb=CreditVerb.RECORD)
        return self.filter(~Exists(more), due_at__lte=at).order_by("due_at", "pk")


class CreditRecord(Appended):
    """One good or bad record of a firm, as the catalogue valued it on the day it was entered.

    The row never changes (a trigger says so too): what becomes of it is in its steps. It counts
    over [the later of from_on and the day it was confirmed, until_on), unless ended before.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="credit_records")
    version = models.ForeignKey(
        CreditVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Of the catalogue of that version.
    item = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, choices=CreditKind)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    points = models.DecimalField(max_digits=12, decimal_places=6)
    ceiling = models.CharField(max_length=20, blank=True)
    # In words, as everybody reads them: they name no person.
    grounds = models.TextField()
    document = models.CharField(max_length=120)
    from_on = models.DateField()
    until_on = models.DateField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()
    # Of a bad record: until when the firm may state its objections.
    due_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[RecordQuerySet] = RecordQuerySet.as_manager()  # type: ignore[assignment]

    # Annotated by `with_life`.
    confirmed_at: datetime | None
    ended_at: datetime | None
    last_verb: str

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until_on__gt=F("from_on")), name="credit_record_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0), name="credit_record_points_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(document="") & ~Q(grounds=""), name="credit_record_has_grounds"
            ),
            models.CheckConstraint(
                condition=Q(kind="bad", due_at__isnull=False)
                | (~Q(kind="bad") & Q(due_at__isnull=True)),
                name="credit_record_heard_where_bad",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["place", "until_on"], name="credit_record_of_a_place"),
            models.Index(
                fields=["due_at"],
                condition=Q(due_at__isnull=False),
                name="credit_record_hearing_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}, {self.item}, {self.from_on}"

    @property
    def name(self) -> Names:
        return Names(self.name_zh, self.name_en)

    @property
    def state(self) -> CreditState:
        return state_after(self.last_verb)

    def heard(self, at: datetime) -> bool:
        """Whether the firm had its say, or its time for it, and nobody has decided yet."""
        if self.state == CreditState.OBJECTED:
            return True
        over = self.due_at is not None and self.due_at <= at
        return over and self.state == CreditState.WAITING

    @property
    def counts_from(self) -> date | None:
        """The first day on which it counts: no day that is past is reckoned anew."""
        if self.confirmed_at is None:
            return None
        return max(self.from_on, day_of(self.confirmed_at))

    def counts_on(self, on: date) -> bool:
        """As `counting` asks the database."""
        begins = self.counts_from
        if begins is None or not begins <= on < self.until_on:
            return False
        return self.ended_at is None or day_of(self.ended_at) > on

    @property
    def entry(self) -> Entry:
        """As the arithmetic counts it."""
        return Entry(CreditKind(self.kind), Fraction(self.points), self.ceiling)


class CreditStep(Appended):
    """What happened to a record. A trigger refuses every change."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record = models.ForeignKey(CreditRecord, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=16, choices=CreditVerb)
    at = models.DateTimeField()
    # Nobody for what the clock wrote.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    text = models.TextField(blank=True)
    # Where it stands in the chain of publications.
    sequence = models.PositiveBigIntegerField(null=True, blank=True)

    objects: ClassVar[AppendedQuerySet["CreditStep"]] = AppendedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(by__isnull=True, verb="hearing_over")
                | (Q(by__isnull=False) & ~Q(verb="hearing_over")),
                name="credit_step_of_the_clock_is_nobodys",
            ),
            # Two at once: one of them. What is asked for again and again are repairs.
            models.UniqueConstraint(
                fields=["record", "verb"],
                condition=~Q(verb__in=("ask_repair", "refuse_repair")),
                name="credit_step_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}, {self.verb}"
