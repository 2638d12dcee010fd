"""Ledgers 台账: lists with fixed columns, as clerks keep, print and hand them in.

A page reads its rows, then what stands beside them in one query for each table it comes from:
the same number for one row as for five hundred. For those who keep the register, of their own
places only, and never of estates which their own firm serves.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from common.paging import Sorting
from communities.models import (
    COMMITTEE_BODIES,
    Appointment,
    Body,
    Committee,
    CommitteeMember,
    CommitteeState,
    Contract,
    Estate,
    MemberRole,
    Office,
    PartyOrganisation,
    Place,
    PlaceKind,
    StarRating,
    in_force,
)
from communities.permissions import kept_codes
from communities.scope import standing_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BY_CODE = Sorting("ledger_code", "ledger_code")
BATCH = 200  # rows read at once for a workbook
MOST = 20_000
JOIN = "、"

Line = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column: its name for programs, its heading, what it holds, how wide it is on paper."""

    name: str
    label: "StrOrPromise"
    kind: str = "text"  # text, number, date
    width: int = 14


@dataclass(frozen=True)
class Ledger:
    """A ledger: its columns in their order, its rows by code, and how a row is filled in."""

    kind: str
    title: "StrOrPromise"
    columns: tuple[Column, ...]
    rows: Callable[[User], "QuerySet[Any]"]
    fill: Callable[[list[Any], date], list[Line]]


def within(codes: Iterable[str], field: str) -> Q:
    """Whatever lies under one of these codes."""
    found = Q(pk__in=())
    for code in codes:
        found |= Q(**{f"{field}__startswith": code})
    return found


def read(ledger: Ledger, user: User, under: str = "") -> "QuerySet[Any]":
    """Its rows within the places this person keeps, of a division among them if one is asked."""
    rows = ledger.rows(user)
    return rows.filter(ledger_code__startswith=under) if under else rows


def lines(ledger: Ledger, rows: "QuerySet[Any]", on: date) -> Iterator[Line]:
    """Every row filled in, batch by batch; a workbook has room for so many."""
    ordered = iter(rows.order_by("ledger_code")[:MOST].iterator(chunk_size=BATCH))
    while batch := list(islice(ordered, BATCH)):
        yield from ledger.fill(batch, on)


def _above(place: Place) -> Line:
    """The subdistrict and community a place lies in."""
    chain = {p.kind: p.name for p in place.chain()}
    return {
        "subdistrict": chain.get(PlaceKind.SUBDISTRICT, ""),
        "community": chain.get(PlaceKind.COMMUNITY, ""),
    }


def _last(until_on: date | None) -> date | None:
    return until_on - timedelta(days=1) if until_on else None


# --- Estates -----------------------------------------------------------------------------

NAMES = (
    Column("subdistrict", _("Subdistrict")),
    Column("community", _("Community")),
)
ESTATE_COLUMNS = (
    *NAMES,
    Column("name", _("Estate"), width=20),
    Column("code", _("Code"), width=18),
    Column("kind", _("Kind"), width=10),
    Column("delivery", _("Delivery"), width=10),
    Column("delivered_on", _("Delivered on"), "date", 12),
    Column("households", _("Households"), "number", 8),
    Column("floor_area", _("Floor area, m²"), "number", 12),
    Column("buildings", _("Buildings"), "number", 8),
    Column("mode", _("How it is served"), width=12),
    Column("firm", _("Property firm"), width=24),
    Column("until", _("Contract until"), "date", 12),
    Column("manager", _("Project manager"), width=10),
    Column("grids", _("Grids"), width=20),
    Column("committee", _("Owners' committee"), width=14),
    Column("seats", _("Committee members"), "number", 8),
    Column("branch", _("Party organisation"), width=20),
    Column("members", _("Party members"), "number", 8),
)


def _estate_rows(user: User) -> "QuerySet[Any]":
    rows = Estate.objects.filter(within(kept_codes(user), "place__code"), place__closed_on=None)
    rows = rows.exclude(place__in=standing_of(user).served_estate_ids)
    rows = rows.select_related("place__parent__parent__parent")
    return rows.annotate(ledger_code=F("place__code"))


def _estate_lines(rows: list[Estate], on: date) -> list[Line]:
    places = [row.place_id for row in rows]
    buildings = dict(
        Place.objects.filter(parent__in=places, kind=PlaceKind.BUILDING, closed_on=None)
        .order_by()
        .values_list("parent_id")
        .annotate(n=Count("pk"))
    )
    contracts = Contract.objects.in_force(on).filter(estate__in=places).select_related("firm")
    serving = {contract.estate_id: contract for contract in contracts}
    managers = _managers([contract.firm_id for contract in serving.values()], on)
    grids = _grids(places)
    committees = _committees(places, on)
    branches = _branches(places)
    return [
        {
            **_above(row.place),
            "name": row.place.name,
            "code": row.place.code,
            "kind": str(row.get_kind_display()),
            "delivery": str(row.get_delivery_display()),
            "delivered_on": row.delivered_on,
            "households": row.households,
            "floor_area": row.floor_area,
            "buildings": buildings.get(row.place_id, 0),
            "mode": str(row.get_service_mode_display()),
            **_served(serving.get(row.place_id), managers),
            "grids": JOIN.join(grids[row.place_id]),
            **committees.get(row.place_id, {"committee": "", "seats": None}),
            **branches.get(row.place_id, {"branch": "", "members": None}),
        }
        for row in rows
    ]


def _served(contract: Contract | None, managers: dict[int, list[str]]) -> Line:
    if contract is None:
        return {"firm": "", "until": None, "manager": ""}
    names = JOIN.join(managers[contract.firm_id][:2])
    return {"firm": contract.firm.name, "until": _last(contract.until_on), "manager": names}


def _managers(firms: list[int], on: date) -> dict[int, list[str]]:
    held = Appointment.objects.in_force(on).filter(body__in=firms, office=Office.FIRM_MANAGER)
    found: dict[int, list[str]] = defaultdict(list)
    for firm, name in held.order_by("from_on", "pk").values_list("body_id", "user__name"):
        found[firm or 0].append(name)
    return found


def _grids(places: list[int]) -> dict[int, list[str]]:
    """The grids above the cells, by estate."""
    rows = Place.objects.filter(
        parent__in=places, in_grids__isnull=False, in_grids__closed_on=None
    ).exclude(in_grids__kind="cell")
    found: dict[int, list[str]] = defaultdict(list)
    pairs = rows.order_by("in_grids__code").values_list("parent_id", "in_grids__name").distinct()
    for place, name in pairs:
        if name not in found[place or 0]:
            found[place or 0].append(name)
    return found


def _committees(places: list[int], on: date) -> dict[int, Line]:
    rows = Committee.objects.filter(body__place__in=places).exclude(state=CommitteeState.DISSOLVED)
    rows = rows.select_related("body").annotate(sitting=_sitting(on)).order_by("pk")
    return {
        row.body.place_id: {"committee": str(row.get_state_display()), "seats": row.sitting}
        for row in rows
    }


def _sitting(on: date) -> Count:
    """How many sit on a day, alternates apart."""
    held = Q(members__from_on__lte=on) & (
        Q(members__until_on__isnull=True) | Q(members__until_on__gt=on)
    )
    return Count("members", filter=held & ~Q(members__role=MemberRole.ALTERNATE), distinct=True)


def _branches(places: list[int]) -> dict[int, Line]:
    """The organisation of each estate, its own or one it shares."""
    rows = PartyOrganisation.objects.filter(
        Q(body__place__in=places) | Q(estates__in=places), firm=None, body__dissolved_on=None
    )
    rows = rows.select_related("body").prefetch_related("estates").distinct().order_by("pk")
    found: dict[int, Line] = {}
    for row in rows:
        line = {"branch": row.body.name, "members": row.full_members + row.probationary_members}
        for place in {row.body.place_id, *(estate.pk for estate in row.estates.all())}:
            found.setdefault(place, line)
    return found


# Bodies stand in the order of their places.
_BY_PLACE = Concat(F("body__place__code"), Value(" "), F("body__code"))


# --- Committees --------------------------------------------------------------------------

COMMITTEE_COLUMNS = (
    *NAMES,
    Column("estate", _("Estate"), width=20),
    Column("name", _("Committee"), width=24),
    Column("code", _("Code"), width=18),
    Column("kind", _("Kind"), width=14),
    Column("state", _("How it stands"), width=12),
    Column("elected_on", _("Elected on"), "date", 12),
    Column("filed_on", _("Filed on"), "date", 12),
    Column("number", _("Filing number"), width=14),
    Column("from", _("Term from"), "date", 12),
    Column("until", _("Term until"), "date", 12),
    Column("seats", _("Seats"), "number", 8),
    Column("sitting", _("Members"), "number", 8),
    Column("director", _("Director"), width=10),
    Column("party", _("Party members among them"), "number", 8),
)


def _committee_rows(user: User) -> "QuerySet[Any]":
    rows = Committee.objects.filter(
        within(kept_codes(user), "body__place__code"), body__kind__in=COMMITTEE_BODIES
    )
    rows = rows.exclude(state=CommitteeState.DISSOLVED)
    rows = rows.exclude(body__place__in=standing_of(user).served_estate_ids)
    rows = rows.select_related("body__place__parent__parent__parent")
    return rows.annotate(ledger_code=_BY_PLACE)


def _committee_lines(rows: list[Committee], on: date) -> list[Line]:
    members: dict[int, list[CommitteeMember]] = defaultdict(list)
    held = CommitteeMember.objects.filter(in_force(on), committee__in=rows)
    for member in held.exclude(role=MemberRole.ALTERNATE).order_by("from_on", "pk"):
        members[member.committee_id].append(member)
    return [
        {
            **_above(row.body.place),
            "estate": row.body.place.name,
            "name": row.body.name,
            "code": row.body.code,
            "kind": str(row.body.get_kind_display()),
            "state": str(row.get_state_display()),
            "elected_on": row.elected_on,
            "filed_on": row.filed_on,
            "number": row.filing_number,
            "from": row.term_from_on,
            "until": _last(row.term_until_on),
            "seats": row.seats,
            "sitting": len(members[row.pk]),
            "director": JOIN.join(m.name for m in members[row.pk] if m.role == MemberRole.DIRECTOR),
            "party": sum(m.party_member for m in members[row.pk]),
        }
        for row in rows
    ]


# --- Party organisations -----------------------------------------------------------------

BRANCH_COLUMNS = (
    *NAMES,
    Column("name", _("Party organisation"), width=28),
    Column("code", _("Code"), width=18),
    Column("level", _("Level"), width=12),
    Column("form", _("Form"), width=10),
    Column("parent", _("Parent organisation"), width=28),
    Column("firm", _("Firm"), width=24),
    Column("estates", _("Estates"), width=28),
    Column("full", _("Full members"), "number", 8),
    Column("probationary", _("Probationary members"), "number", 8),
    Column("stars", _("Stars"), "number", 6),
    Column("founded_on", pgettext_lazy("an organisation", "Founded on"), "date", 12),
)


def _branch_rows(user: User) -> "QuerySet[Any]":
    rows = PartyOrganisation.objects.filter(within(kept_codes(user), "body__place__code"))
    rows = rows.filter(body__dissolved_on=None)
    rows = rows.exclude(body__place__in=standing_of(user).served_estate_ids)
    rows = rows.select_related("body__place__parent__parent__parent", "parent__body", "firm")
    stars = Prefetch("stars", StarRating.objects.order_by("-year"))
    return rows.prefetch_related("estates", stars).annotate(ledger_code=_BY_PLACE)


def _branch_lines(rows: list[PartyOrganisation], on: date) -> list[Line]:
    return [_branch_line(row, row.body) for row in rows]


def _branch_line(row: PartyOrganisation, body: Body) -> Line:
    stars = list(row.stars.all())
    return {
        **_above(body.place),
        "name": body.name,
        "code": body.code,
        "level": str(row.get_level_display()),
        "form": str(row.get_form_display()),
        "parent": row.parent.body.name if row.parent else "",
        "firm": row.firm.name if row.firm else "",
        "estates": JOIN.join(sorted(estate.name for estate in row.estates.all())),
        "full": row.full_members,
        "probationary": row.probationary_members,
        "stars": stars[0].stars if stars else None,
        "founded_on": body.founded_on,
    }


LEDGERS: dict[str, Ledger] = {
    "estates": Ledger(
        "estates", _("Ledger of estates"), ESTATE_COLUMNS, _estate_rows, _estate_lines
    ),
    "committees": Ledger(
        "committees",
        _("Ledger of committees"),
        COMMITTEE_COLUMNS,
        _committee_rows,
        _committee_lines,
    ),
    "branches": Ledger(
        "branches", _("Ledger of party organisations"), BRANCH_COLUMNS, _branch_rows, _branch_lines
    ),
}
