"""One search across the register: places, bodies, grids and whoever holds a public office.

By part of the name, by the initials of its syllables, and by the beginning of a code. A contains
search reads the names of its kind one after the other: a county has some thousands of each, and
two Chinese characters are too short for any stock index but one of pairs. Over 20,000 estates
PostgreSQL takes 4 ms for two characters and 13 ms for initials: no index would earn its keep.
Dwellings are not found here: there are millions, and they are nobody's to look up.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import pinyin
from communities.models import (
    COMMITTEE_BODIES,
    DIVISIONS,
    Appointment,
    Body,
    BodyKind,
    Grid,
    Place,
    PlaceCode,
    PlaceKind,
    in_force,
)
from communities.permissions.offices import offices_seen
from communities.queries.offices import SEATED
from communities.queries.people import PUBLIC_OFFICES

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST = 60  # characters of what is asked
WORDS = 5
CAP = 20  # of each kind beside the others
CAP_ALONE = 100  # of one kind on its own
SHORTEST_CODE = 4
SHORTEST_INITIALS = 2
# Names of people read for one search by initials: more office-holders than a prefecture has.
NAMES_READ = 20_000
ESTATE_CODE = 15
OTHERS = (
    BodyKind.GROUP,
    BodyKind.COMMUNITY_OFFICE,
    BodyKind.SUBDISTRICT_OFFICE,
    BodyKind.DISTRICT_OFFICE,
    BodyKind.DEPARTMENT,
)


@dataclass(frozen=True)
class Asked:
    """What somebody typed, folded: full width, case and stray spaces make no difference."""

    text: str
    words: tuple[str, ...]

    @property
    def whole(self) -> str:
        return "".join(self.words)

    @property
    def code(self) -> str:
        """What may begin a code: never a word without a digit."""
        whole = self.whole
        fits = len(whole) >= SHORTEST_CODE and any(c.isdigit() for c in whole) and whole.isascii()
        return whole if fits else ""

    @property
    def initials(self) -> str:
        whole = self.whole.lower()
        fits = len(whole) >= SHORTEST_INITIALS and whole.isascii() and whole.isalnum()
        return whole if fits else ""


def asked(text: str) -> Asked:
    """Never more than five words of sixty characters."""
    plain = unicodedata.normalize("NFKC", text).replace("\0", "")[:LONGEST].strip()
    return Asked(plain, tuple(plain.split()[:WORDS]))


@dataclass(frozen=True)
class Hit:
    """One record found: its name, what it is, where it lies, the route and key of its page."""

    kind: "StrOrPromise"
    name: str
    code: str
    where: str
    route: str
    key: str


@dataclass(frozen=True)
class Kind:
    """The hits of one kind, the best first, and whether there are more."""

    name: str
    label: "StrOrPromise"
    hits: list[Hit]
    more: bool


LABELS: dict[str, "StrOrPromise"] = {
    "estates": _("Estates and buildings"),
    "divisions": _("Divisions"),
    "firms": _("Property firms"),
    "committees": _("Owners' committees"),
    "party": _("Party organisations"),
    "others": _("Offices and groups"),
    "grids": _("Grids"),
    "people": _("People in office"),
}


def search(what: Asked, reader: User | None, on: date, *, only: str = "") -> list[Kind]:
    """What is found, kind by kind: one query for each, two for people asked by initials."""
    if not what.words:
        return []
    most = CAP_ALONE if only in LABELS else CAP
    names = [only] if only in LABELS else list(LABELS)
    found = [_kind(name, what, reader, on, most) for name in names]
    return [kind for kind in found if kind.hits]


def _kind(name: str, what: Asked, reader: User | None, on: date, most: int) -> Kind:
    if name == "people":
        hits = _people(what, reader, on, most + 1)
    elif name in {"estates", "divisions"}:
        hits = _places(name, what, on, most + 1)
    elif name == "grids":
        hits = _grids(what, on, most + 1)
    else:
        hits = _bodies(name, what, on, most + 1)
    return Kind(name, LABELS[name], hits[:most], len(hits) > most)


def _named(what: Asked, field: str = "name") -> Q:
    """Every word stands in the name."""
    found = Q()
    for word in what.words:
        found &= Q(**{f"{field}__{_folded('contains', word)}": word})
    return found


def _folded(lookup: str, word: str) -> str:
    """Characters without case are compared as they stand: several times as fast."""
    return lookup if word.lower() == word.upper() else f"i{lookup}"


def _ranked(rows: "QuerySet[Any]", what: Asked, *, coded: Q) -> "QuerySet[Any]":
    """The code itself, then names that begin so, names that hold it, initials, other codes."""
    matched = _named(what) | coded
    first = what.words[0]
    ranks = [
        When(code__iexact=what.whole, then=Value(0)),
        When(**{f"name__{_folded('startswith', first)}": first}, then=Value(1)),
        When(_named(what), then=Value(2)),
    ]
    if what.initials:
        matched |= Q(initials__startswith=what.initials)
        ranks.append(When(initials__startswith=what.initials, then=Value(3)))
    rank = Case(*ranks, default=Value(4), output_field=IntegerField())
    found: QuerySet[Any] = rows.filter(matched).annotate(rank=rank).order_by("rank", "code")
    return found


def _places(name: str, what: Asked, on: date, most: int) -> list[Hit]:
    code = what.code if what.code.isdigit() else ""
    kinds: tuple[str, ...] = DIVISIONS if name == "divisions" else (PlaceKind.ESTATE,)
    if name == "estates" and len(code) > ESTATE_CODE:
        kinds = (PlaceKind.ESTATE, PlaceKind.BUILDING, PlaceKind.ENTRANCE)
    rows = Place.objects.open_on(on).filter(kind__in=kinds).select_related("parent__parent")
    former = PlaceCode.objects.filter(code__startswith=code).values("place")
    coded = Q(code__startswith=code) | Q(pk__in=former) if code else Q(pk__in=())
    return [_place(row) for row in _ranked(rows, what, coded=coded)[:most]]


def _place(row: Place) -> Hit:
    kind = PlaceKind(row.kind)
    inside = kind in {PlaceKind.BUILDING, PlaceKind.ENTRANCE}
    parent = row.parent
    above = [p.name for p in (parent.parent, parent) if p is not None] if parent else []
    name = f"{parent.name}{row.name}" if inside and parent else row.name
    return Hit(kind.label, name, row.code, " · ".join(above), "communities:place", row.code)


def _bodies(name: str, what: Asked, on: date, most: int) -> list[Hit]:
    kinds: dict[str, tuple[BodyKind, ...]] = {
        "firms": (BodyKind.FIRM,),
        "committees": COMMITTEE_BODIES,
        "party": (BodyKind.PARTY_ORGANISATION,),
        "others": OTHERS,
    }
    rows = Body.objects.filter(kind__in=kinds[name]).exclude(dissolved_on__lte=on)
    coded = Q(code__istartswith=what.code) if what.code else Q(pk__in=())
    if name == "firms" and what.code:
        coded |= Q(firm__credit_code__iexact=what.code)
    found = _ranked(rows.select_related("place"), what, coded=coded)[:most]
    return [
        Hit(
            BodyKind(row.kind).label,
            row.name,
            row.code,
            row.place.name,
            "communities:body",
            row.code,
        )
        for row in found
    ]


def _grids(what: Asked, on: date, most: int) -> list[Hit]:
    rows = Grid.objects.exclude(closed_on__lte=on).select_related("community")
    coded = Q(code__istartswith=what.code) if what.code else Q(pk__in=())
    return [
        Hit(
            row.get_kind_display(),
            row.name,
            row.code,
            row.community.name,
            "communities:grid",
            row.code,
        )
        for row in _ranked(rows, what, coded=coded)[:most]
    ]


# --- People ------------------------------------------------------------------------------


def _people(what: Asked, reader: User | None, on: date, most: int) -> list[Hit]:
    """Holders of public offices, to everybody; of any office under their scope, to its readers."""
    seen = Q(office__in=sorted(PUBLIC_OFFICES), user__is_active=True)
    if reader is not None:
        seen |= offices_seen(reader)
    rows = Appointment.objects.filter(in_force(on)).filter(seen)
    named = _named(what, "user__name")
    if what.initials:
        pairs = rows.order_by().values_list("user_id", "user__name").distinct()[:NAMES_READ]
        named |= Q(user_id__in=_begin_so(pairs, what.initials, most))
    first = When(user__name__istartswith=what.words[0], then=Value(0))
    rank = Case(first, default=Value(1))
    found = rows.filter(named).select_related(*SEATED)
    found = found.order_by(rank, "user__name", "user_id", "from_on", "pk")
    by_user: dict[int, list[Appointment]] = {}
    for held in found[: most * 5]:
        by_user.setdefault(held.user_id, []).append(held)
    return [_person(held) for held in list(by_user.values())[:most]]


def _begin_so(pairs: Iterable[tuple[int, str]], initials: str, most: int) -> list[int]:
    return [pk for pk, name in pairs if _initials(name).startswith(initials)][:most]


@lru_cache(maxsize=NAMES_READ)
def _initials(name: str) -> str:
    return pinyin.initials(name)


def _person(held: list[Appointment]) -> Hit:
    offices = list(dict.fromkeys(str(a.get_office_display()) for a in held))
    seats = list(dict.fromkeys(a.seat.name for a in held))
    return Hit(
        " · ".join(offices),
        held[0].user.name,
        "",
        " · ".join(seats),
        "communities:person",
        str(held[0].user.public_id),
    )
