"""What would make somebody partial in an office: what bars it, what warns, what is meant to be.

Barred [R]: a seat on the committee of an estate for whoever works for the firm that serves it.
Warned of: every other tie to such a firm. Meant: cross-appointments, of which one is reminded.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Clock
from accounts.models import User
from common.errors import NotAllowed
from communities.models import (
    FIRM_OFFICES,
    WATCHER_OFFICES,
    Appointment,
    Body,
    CommitteeMember,
    Contract,
    Grid,
    Interest,
    InterestKind,
    Office,
    Place,
    PlaceKind,
)
from communities.permissions.offices import Seat, offices_seen
from communities.scope import standing_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

COMMITTEE_OFFICES = frozenset({Office.COMMITTEE_MEMBER, Office.COMMITTEE_DIRECTOR})
# Those who keep house or accounts for the portal itself judge no firm.
NO_FIRM = frozenset({Office.ADMINISTRATOR, Office.AUDITOR})


@dataclass(frozen=True)
class Findings:
    """What speaks against an appointment, what one should know of, and what is meant to be."""

    barred: "tuple[StrOrPromise, ...]" = ()
    warnings: "tuple[StrOrPromise, ...]" = ()
    notes: "tuple[StrOrPromise, ...]" = ()


def during(from_on: date, until_on: date | None) -> Q:
    """Rows whose dates share a day with [from_on, until_on); one that never began shares none."""
    found = Q(until_on__isnull=True) | (Q(until_on__gt=from_on) & Q(until_on__gt=F("from_on")))
    return found if until_on is None else found & Q(from_on__lt=until_on)


def findings(
    person: User, office: Office, seat: Seat, from_on: date, until_on: date | None
) -> Findings:
    """What ties this person to the firms that serve there, while the office would last."""
    if office in NO_FIRM:
        return Findings()
    span = during(from_on, until_on)
    if office in FIRM_OFFICES or office == Office.BUTLER:
        return _as_employee(person, office, seat, span)
    firms = _firms_at(seat, span)
    posts = _posts(person, span)
    employers = {a.body for a in posts if a.body is not None}
    serving = employers & set(firms)
    ties = list(
        Interest.objects.filter(span, user=person, firm__in=firms)
        .select_related("firm")
        .order_by("pk")
    )
    if office in COMMITTEE_OFFICES:
        serving |= {tie.firm for tie in ties if tie.kind == InterestKind.EMPLOYED}
        serving |= _butler_of(person, seat, span, firms)
        ties = [tie for tie in ties if tie.kind != InterestKind.EMPLOYED]
    barred, warnings = _against(office, serving)
    return Findings(
        barred=barred,
        warnings=(*warnings, *(_tie(tie) for tie in ties)),
        notes=_crossed(employers, serving),
    )


def _against(
    office: Office, serving: set[Body]
) -> "tuple[tuple[StrOrPromise, ...], tuple[StrOrPromise, ...]]":
    named = [{"firm": firm.name} for firm in sorted(serving, key=lambda firm: firm.code)]
    if office in COMMITTEE_OFFICES:
        said = _("Works for %(firm)s, which serves the estate: that bars a seat on its committee.")
        return tuple(said % firm for firm in named), ()
    if office in WATCHER_OFFICES:
        said = _("Works for %(firm)s, which serves there: the office would give them nothing.")
        return (), tuple(said % firm for firm in named)
    return (), ()


def _tie(tie: Interest) -> "StrOrPromise":
    said = _("%(kind)s: %(firm)s, which serves there.")
    return said % {"kind": tie.get_kind_display(), "firm": tie.firm.name}


def _crossed(employers: set[Body], serving: set[Body]) -> "tuple[StrOrPromise, ...]":
    """Cross-appointments are wanted; one sentence says what they do not give."""
    found: list[StrOrPromise] = []
    for firm in sorted(employers, key=lambda firm: firm.code):
        found.append(
            _("A cross-appointment: holds an office at %(firm)s as well.") % {"firm": firm.name}
        )
        if firm in serving:
            found.append(
                _("For the estates %(firm)s serves they keep the firm's view alone.")
                % {"firm": firm.name}
            )
    return tuple(found)


def _as_employee(person: User, office: Office, seat: Seat, span: Q) -> Findings:
    """An office with a firm: barred for the committees of the estates it serves."""
    firms = [seat] if isinstance(seat, Body) else _firms_at(seat, span)
    estates = Contract.objects.filter(span, firm__in=firms).values("estate")
    at_committee = Appointment.objects.filter(
        Q(place__in=estates) | Q(body__place__in=estates),
        span,
        user=person,
        office__in=sorted(COMMITTEE_OFFICES),
    )
    elected = CommitteeMember.objects.filter(span, user=person, committee__body__place__in=estates)
    if at_committee.exists() or elected.exists():
        said = _("Sits on the committee of an estate which this firm serves: that bars the office.")
        return Findings(barred=(said,))
    others = Appointment.objects.filter(span, user=person).exclude(
        office__in=sorted(FIRM_OFFICES | {Office.BUTLER} | NO_FIRM)
    )
    if office == Office.BUTLER or not others.exists():
        return Findings()
    said = _("A cross-appointment: holds an office with a community or above it as well.")
    keep = _("For the estates %(firm)s serves they keep the firm's view alone.")
    return Findings(notes=(said, *(keep % {"firm": firm.name} for firm in firms)))


def _posts(person: User, span: Q) -> "QuerySet[Appointment]":
    held = Appointment.objects.filter(span, user=person, office__in=sorted(FIRM_OFFICES))
    return held.select_related("body")


def _butler_of(person: User, seat: Seat, span: Q, firms: list[Body]) -> set[Body]:
    """A butler is the serving firm's, too."""
    estate = seat.place if isinstance(seat, Body) else seat
    held = Appointment.objects.filter(span, user=person, office=Office.BUTLER)
    if isinstance(estate, Grid) or not held.filter(place__code__startswith=estate.code).exists():
        return set()
    return set(firms)


def _firms_at(seat: Seat, span: Q) -> list[Body]:
    """The firms that serve the estates of a seat in that time."""
    contracts = Contract.objects.filter(span).select_related("firm")
    if isinstance(seat, Grid):
        contracts = contracts.filter(estate__children__in_grids=seat)
    else:
        place = seat.place if isinstance(seat, Body) else seat
        estate = place.above(PlaceKind.ESTATE)
        contracts = (
            contracts.filter(estate=estate)
            if estate is not None
            else contracts.filter(estate__code__startswith=place.code)
        )
    return list({contract.firm.pk: contract.firm for contract in contracts}.values())


def employed_there(person: User, estate: Place, from_on: date, until_on: date | None) -> bool:
    """Whether this person works for the firm that serves the estate: no seat on its committee."""
    return bool(findings(person, Office.COMMITTEE_MEMBER, estate, from_on, until_on).barred)


# --- Who reads and records interests -----------------------------------------------------


def reads_interests(actor: Actor, person: User) -> bool:
    """One's own, and those of people who hold an office under one's scope; never a firm's people.

    A firm's manager appoints its people, but whose relatives they are is the office's to know.
    """
    if isinstance(actor, Clock):
        return True
    if not isinstance(actor, User):
        return False
    if actor.pk == person.pk:
        return True
    standing = standing_of(actor)
    if not (standing.overseer_codes or standing.community_codes):
        return False
    return Appointment.objects.filter(offices_seen(actor), user=person).exists()


def check_records_interests(actor: Actor, person: User) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not reads_interests(actor, person):
        raise NotAllowed(
            _("An interest is declared by the person, or recorded by an office over them.")
        )
