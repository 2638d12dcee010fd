"""What existed at a place on a day: estates, bodies, committees in term, firms that serve there."""

from datetime import date

from django.db.models import Q, QuerySet

from communities.models import (
    Body,
    BodyKind,
    CommitteeStep,
    Contract,
    PartyOrganisation,
    Place,
    in_force,
)
from communities.workflow import Step

# The steps that are a filing: each says from when to when the term runs.
FILINGS = (Step.FILED, Step.TAKEN_OVER, Step.FOUNDED, Step.RENEWED)


def bodies_on(kind: str, under: str, on: date) -> "QuerySet[Body]":
    """Bodies of a kind at a place or beneath it that existed on a day."""
    founded = Q(founded_on__isnull=True) | Q(founded_on__lte=on)
    lasting = Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=on)
    return Body.objects.filter(founded, lasting, kind=kind, place__code__startswith=under)


def estates_on(under: str, on: date) -> "QuerySet[Place]":
    """Estates at a place or beneath it that existed on a day."""
    lasting = Q(closed_on__isnull=True) | Q(closed_on__gt=on)
    return Place.objects.estates().filter(lasting, code__startswith=under)


def in_term(under: str, on: date, kind: str = BodyKind.OWNERS_COMMITTEE) -> "QuerySet[Body]":
    """Committees that were filed by this day and whose term ran on it, as their files say."""
    struck = CommitteeStep.objects.filter(
        step=Step.STRUCK, committee__body__place__code__startswith=under
    )
    undone = [row["struck"] for row in struck.values_list("facts", flat=True)]
    day = on.isoformat()
    filed = CommitteeStep.objects.filter(
        step__in=FILINGS,
        on__lte=on,
        facts__term_from_on__lte=day,
        facts__term_until_on__gt=day,
    ).exclude(public_id__in=undone)
    return bodies_on(kind, under, on).filter(pk__in=filed.values("committee__body"))


def firms_on(under: str, on: date) -> "QuerySet[Body]":
    """The firms that serve an estate of a place on a day; for the whole register every firm."""
    serving = Contract.objects.filter(in_force(on), estate__code__startswith=under)
    firms = bodies_on(BodyKind.FIRM, "", on)
    return firms.filter(pk__in=serving.values("firm"))


def organised(on: date) -> "QuerySet[PartyOrganisation]":
    """Party organisations that existed on a day."""
    return PartyOrganisation.objects.filter(
        Q(body__founded_on__isnull=True) | Q(body__founded_on__lte=on),
        Q(body__dissolved_on__isnull=True) | Q(body__dissolved_on__gt=on),
    )
