"""Red and black lists: a listing and all that happened to it, objections, and vetoes in effect."""

import uuid
from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.appended import Appended, AppendedQuerySet
from communities.models import COMMITTEE_BODIES, Body, BodyKind, Place
from ratings.models.cards import Scorecard
from ratings.models.schemes import Period, SchemeVersion
from ratings.scoring import Ground
from ratings.workflow import ENDED, IN_NOTICE, About, ListingState, ListingVerb, ListKind

# Of a listing proposed by hand; the others are the rules'.
BY_HAND = "by_hand"
GROUNDS = [*Ground.choices, (BY_HAND, _("By hand, on the grounds given"))]
# Which rows are about whom or what.
ABOUT = {
    About.FIRM: Q(body__kind=BodyKind.FIRM),
    About.COMMITTEE: Q(body__kind__in=COMMITTEE_BODIES),
    About.BRANCH: Q(body__kind=BodyKind.PARTY_ORGANISATION),
    About.ESTATE: Q(estate__isnull=False),
}
BODIES = {
    BodyKind.FIRM: About.FIRM,
    **dict.fromkeys(COMMITTEE_BODIES, About.COMMITTEE),
    BodyKind.PARTY_ORGANISATION: About.BRANCH,
}
# In the order of the states: migrations compare it.
OVER = [state.value for state in ListingState if state in ENDED]


class ListingQuerySet(models.QuerySet["Listing"]):
    def alarmed(self, at: datetime) -> "ListingQuerySet":
        """Those the clock must look at now, the longest-waiting first."""
        return self.filter(alarm_at__lte=at).order_by("alarm_at", "pk")

    def under_way(self) -> "ListingQuerySet":
        return self.exclude(state__in=OVER)

    def public(self) -> "ListingQuerySet":
        """What anybody may read: those in public notice, and those that were ever published."""
        noticed = Q(state__in=[state.value for state in IN_NOTICE])
        return self.filter(noticed | Q(published_at__isnull=False))

    def about(self, about: str) -> "ListingQuerySet":
        """Of firms, committees, branches or estates; all of them for a word that is none."""
        return self.filter(ABOUT[About(about)]) if about in ABOUT else self

    def like(self, listing: "Listing") -> "ListingQuerySet":
        """Those of the same body or estate, on either list of the same place."""
        return self.filter(place=listing.place_id, body=listing.body_id, estate=listing.estate_id)


class Listing(models.Model):
    """A firm, committee, branch or estate on its way to the red or the black list of a place.

    `version` is the scheme whose steps and deadlines it goes by, whatever is settled later. The
    state and the dates follow from its steps; `due_at` is the deadline of the stage it is in.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="listings", db_index=False
    )
    kind = models.CharField(max_length=8, choices=ListKind)
    # Either a body or an estate: the database says so.
    body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="listings"
    )
    estate = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="listed"
    )
    version = models.ForeignKey(
        SchemeVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The frozen period and the card that proposed it; none by hand.
    period = models.ForeignKey(
        Period, null=True, blank=True, on_delete=models.PROTECT, related_name="listings"
    )
    card = models.ForeignKey(
        Scorecard, null=True, blank=True, on_delete=models.PROTECT, related_name="listings"
    )
    ground = models.CharField(max_length=12, choices=GROUNDS)
    # In words, as the notice and the list say them.
    grounds = models.TextField()
    evidence = models.TextField(blank=True)
    state = models.CharField(
        max_length=12, choices=ListingState, default=ListingState.PROPOSED, db_index=False
    )
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The promise of the stage it is in, as it was reckoned when it began.
    due_at = models.DateTimeField(null=True, blank=True)
    provisional = models.BooleanField(default=False)
    # When the clock must look next.
    alarm_at = models.DateTimeField(null=True, blank=True, editable=False)
    noticed_at = models.DateTimeField(null=True, blank=True)
    document_number = models.CharField(max_length=80, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # On the list over [day of publication, until_on); ended_at where it ended.
    until_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ListingQuerySet] = ListingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["body", "place", "kind"],
                condition=~Q(state__in=OVER),
                name="listing_one_under_way",
            ),
            models.UniqueConstraint(
                fields=["estate", "place", "kind"],
                condition=~Q(state__in=OVER),
                name="listing_one_of_an_estate",
            ),
            models.CheckConstraint(
                condition=Q(body__isnull=False, estate__isnull=True)
                | Q(body__isnull=True, estate__isnull=False),
                name="listing_about_one",
            ),
            models.UniqueConstraint(
                fields=["period", "body", "kind"],
                condition=Q(period__isnull=False),
                name="listing_once_of_a_period",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("published", "expired", "repaired"))
                | (Q(published_at__isnull=False, until_on__isnull=False) & ~Q(document_number="")),
                name="listing_published_under_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled")
                | (Q(publish_at__isnull=False) & ~Q(document_number="")),
                name="listing_scheduled_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OVER, ended_at__isnull=False, alarm_at__isnull=True)
                | (~Q(state__in=OVER) & Q(ended_at__isnull=True)),
                name="listing_ends_at_a_time",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["alarm_at"], condition=Q(alarm_at__isnull=False), name="listing_alarm"
            ),
            models.Index(fields=["place", "kind", "state"], name="listing_of_a_place"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind}, {self.about}, {self.state}"

    @property
    def about(self) -> Body | Place:
        """Whom or what it is about: it has a name and a code."""
        found = self.body or self.estate
        if found is None:
            raise ValueError("a listing is about a body or an estate: the database says so")
        return found

    @property
    def about_kind(self) -> About:
        return About.ESTATE if self.body is None else BODIES[BodyKind(self.body.kind)]

    @property
    def on_list(self) -> bool:
        return self.state == ListingState.PUBLISHED

    @property
    def over(self) -> bool:
        return self.state in OVER


class ListingStep(Appended):
    """What happened to a listing. A trigger refuses every change."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=16, choices=ListingVerb)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
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
    # What else the law has recorded with it: numbers, days, codes.
    facts = models.JSONField(default=dict)

    objects: ClassVar[AppendedQuerySet["ListingStep"]] = AppendedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # A sweep that runs twice, or ten at once, writes each of its steps once.
            models.UniqueConstraint(
                fields=["listing", "verb"],
                condition=Q(
                    verb__in=("late", "statement_over", "notice_over", "publish", "expire")
                ),
                name="listing_step_of_the_clock_once",
            ),
            # Nobody approves twice.
            models.UniqueConstraint(
                fields=["listing", "by"],
                condition=Q(verb__in=("approve", "turn_down")),
                name="listing_approved_once_each",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.listing_id}, {self.verb}"


class Objection(models.Model):
    """An objection to a public notice: open, it stops publication until somebody answers it.

    Name and phone are of whoever objects: the officers' alone, and emptied with time.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="objections")
    at = models.DateTimeField()
    text = models.TextField()
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    answer = models.TextField(blank=True)
    upheld = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="", upheld=False)
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="objection_answered_in_words",
            )
        ]

    def __str__(self) -> str:
        return f"{self.listing_id}, {self.at:%Y-%m-%d}"


class Veto(models.Model):
    """A veto item in effect for a firm over [from_on, until_on), by a document."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="vetoes")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="vetoes")
    # Of the scheme's veto items: its code and what it is called there.
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    # The penalty, judgment, audit or discipline finding that says so.
    document = models.CharField(max_length=120)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["place", "body", "code", "document"], name="veto_once_by_a_document"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="veto_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(document=""), name="veto_needs_a_document"),
        ]

    def __str__(self) -> str:
        return f"{self.body}, {self.name}, {self.document}"

    def in_effect(self, on: date) -> bool:
        return self.from_on <= on and (self.until_on is None or on < self.until_on)
