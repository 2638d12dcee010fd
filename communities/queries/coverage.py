"""What the indicators of DOMAIN part 10 count, as (numerator, denominator) for a place and a day.

A share is never made here: a zero denominator is blank for whoever shows it.
"""

from datetime import date

from django.db.models import Q, QuerySet

from communities.models import (
    Body,
    BodyKind,
    CommitteeMember,
    CommitteeStep,
    Contract,
    Grid,
    GridKind,
    Instructor,
    MemberRole,
    PartyOrganisation,
    Place,
    in_force,
)
from communities.workflow import Step

Count = tuple[int, int]
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


def committees_formed(under: str, on: date) -> Count:
    """Estates whose owners' committee is filed and in term, of all estates."""
    estates = estates_on(under, on)
    formed = estates.filter(pk__in=in_term(under, on).values("place"))
    return formed.count(), estates.count()


def committee_party_share(under: str, on: date) -> Count:
    """Party members among the members of owners' committees in term; alternates do not count."""
    sitting = CommitteeMember.objects.filter(
        in_force(on), committee__body__in=in_term(under, on)
    ).exclude(role=MemberRole.ALTERNATE)
    return sitting.filter(party_member=True).count(), sitting.count()


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


def firms_with_organisation(under: str, on: date) -> Count:
    """Firms with a party organisation of their own, or a joint one, of those that serve here."""
    firms = firms_on(under, on)
    covered = firms.filter(pk__in=organised(on).filter(firm__isnull=False).values("firm"))
    return covered.count(), firms.count()


def firms_with_party_work(under: str, on: date) -> Count:
    """Firms with an organisation or an instructor: work coverage is wider than organisation."""
    firms = firms_on(under, on)
    own = organised(on).filter(firm__isnull=False).values("firm")
    sent = Instructor.objects.filter(in_force(on), firm__isnull=False).values("firm")
    return firms.filter(Q(pk__in=own) | Q(pk__in=sent)).count(), firms.count()


def grids_covered(under: str, on: date) -> Count:
    """Grids in which a party organisation works, of all but neighbour cells."""
    grids = Grid.objects.filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=on), community__code__startswith=under
    ).exclude(kind=GridKind.CELL)
    at_work = organised(on).filter(grids__isnull=False).values("grids")
    covered = grids.filter(Q(pk__in=at_work) | Q(parent__in=at_work))
    return covered.count(), grids.count()
