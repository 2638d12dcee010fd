"""Detailed standards as they are read: the list, one version beside the one before, who is under
which.

Standards are public, word for word. Deviations are read by those who keep the register where they
were found and by the firm they concern; everybody else reads how many there are (our decision).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models import When as Where
from django.db.models.functions import Cast, Concat
from django.http import Http404

from accounts.models import User
from common.paging import Sorting
from communities.models import (
    Body,
    Contract,
    Deviation,
    Place,
    Standard,
    StandardClause,
    StandardField,
    StandardVersion,
    in_force,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# By field, in the order of the fields, then the widest place first.
BY_FIELD = Sorting("filed", "key")
HITS = 2  # clauses shown of each standard that was searched
AHEAD = 3  # clauses looked at for the one that was changed
ALIKE = 0.5


def _one(rows: "QuerySet[Any]", key: str) -> Any:
    try:
        found = rows.filter(public_id=UUID(key)).first()
    except ValueError:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


def standard_of(_user: User | None, key: str) -> Standard:
    found: Standard = _one(Standard.objects.select_related("place__parent__parent"), key)
    return found


# --- The list ----------------------------------------------------------------------------


def standard_list(*, on: date, field: str = "", state: str = "", text: str = "") -> Any:
    """Every standard, or those of a field; searched by title, document number and clause.

    State `current`: in force or to come; `over`: neither.
    """
    orders = [Where(field=f, then=Value(str(n))) for n, f in enumerate(StandardField.values, 1)]
    versions = StandardVersion.objects.filter(standard=OuterRef("pk"))
    running = versions.exclude(until_on__lte=on)
    rows = Standard.objects.select_related("place").annotate(
        key=Cast("public_id", CharField()),
        filed=Concat(Case(*orders, output_field=CharField()), "place__code"),
    )
    if field in StandardField.values:
        rows = rows.filter(field=field)
    if state in {"current", "over"}:
        rows = rows.filter(Exists(running) if state == "current" else ~Exists(running))
    if text:
        said = Q(document__icontains=text) | Q(clauses__text__icontains=text)
        rows = rows.filter(Q(title__icontains=text) | Exists(versions.filter(said)))
    return rows.prefetch_related(Prefetch("versions", StandardVersion.objects.order_by("number")))


@dataclass(frozen=True)
class Listed:
    """A standard of the list: the version one looks for, and the clauses a search found."""

    standard: Standard
    version: StandardVersion
    state: str
    hits: list[StandardClause]


def listed(standards: Iterable[Standard], on: date, text: str = "") -> list[Listed]:
    """One query more where something is searched, however many rows."""
    shown = [(standard, current(list(standard.versions.all()), on)) for standard in standards]
    hits: dict[int, list[StandardClause]] = {}
    if text:
        versions = [version for _standard, version in shown]
        rows = StandardClause.objects.filter(version__in=versions, text__icontains=text)
        for clause in rows.order_by("version", "number"):
            hits.setdefault(clause.version_id, []).append(clause)
    return [Listed(s, v, state_of(v, on), hits.get(v.pk, [])[:HITS]) for s, v in shown]


def current(versions: Sequence[StandardVersion], on: date) -> StandardVersion:
    """The version in force on this day; else the last that was; else the first to come."""
    begun = [version for version in versions if version.from_on <= on]
    return begun[-1] if begun else versions[0]


def state_of(version: StandardVersion, on: date) -> str:
    if version.from_on > on:
        return "coming"
    return "over" if version.until_on is not None and version.until_on <= on else "running"


# --- One standard ------------------------------------------------------------------------


@dataclass(frozen=True)
class ClauseSeen:
    """A clause beside what the version before said: `same`, `changed`, `new` or `dropped`."""

    clause: StandardClause
    change: str = "same"
    before: StandardClause | None = None


@dataclass(frozen=True)
class Tally:
    """How many deviations: open, and put right. What was taken back counts nowhere."""

    open: int = 0
    right: int = 0

    @property
    def total(self) -> int:
        return self.open + self.right


@dataclass(frozen=True)
class StandardPage:
    """A standard as everybody reads it, in one of its versions."""

    standard: Standard
    version: StandardVersion
    versions: list[StandardVersion]  # the latest first
    clauses: list[ClauseSeen]
    compared: StandardVersion | None
    state: str
    tally: Tally

    @property
    def changes(self) -> int:
        return sum(clause.change != "same" for clause in self.clauses)


def standard_page(standard: Standard, on: date, number: int | None = None) -> StandardPage:
    """Four queries, however many clauses. 404 where there is no such version."""
    versions = list(standard.versions.order_by("number"))
    version = current(versions, on)
    if number is not None:
        found = [v for v in versions if v.number == number]
        if not found:
            raise Http404
        version = found[0]
    before = next((v for v in versions if v.number == version.number - 1), None)
    said = list(StandardClause.objects.filter(version__in=[v for v in (before, version) if v]))
    clauses = sorted((c for c in said if c.version_id == version.pk), key=lambda c: c.number)
    if before is None:
        seen = [ClauseSeen(clause) for clause in clauses]
    else:
        earlier = sorted((c for c in said if c.version_id == before.pk), key=lambda c: c.number)
        seen = compare(earlier, clauses)
    return StandardPage(
        standard=standard,
        version=version,
        versions=versions[::-1],
        clauses=seen,
        compared=before,
        state=state_of(version, on),
        tally=tally(Q(clause__version__standard=standard)),
    )


def version_of(said: str) -> int | None:
    """The number of a version as an address says it; 404 where it is none."""
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) <= 4):
        raise Http404
    return int(said)


def compare(before: list[StandardClause], after: list[StandardClause]) -> list[ClauseSeen]:
    """Each clause of both, in the order of the later; one that only moved is the same."""
    olds, news = ([(c.text, c.how_checked) for c in side] for side in (before, after))
    seen: list[ClauseSeen] = []
    for tag, i, i_end, j, j_end in SequenceMatcher(None, olds, news, False).get_opcodes():
        if tag == "equal":
            pairs = zip(before[i:i_end], after[j:j_end], strict=True)
            seen += [ClauseSeen(clause, "same", old) for old, clause in pairs]
        else:
            seen += _paired(before[i:i_end], after[j:j_end])
    return seen


def _paired(before: list[StandardClause], after: list[StandardClause]) -> list[ClauseSeen]:
    """Each new clause with the next earlier one that reads like it."""
    seen: list[ClauseSeen] = []
    at = 0
    for clause in after:
        near = before[at : at + AHEAD]
        alike = next((n for n, old in enumerate(near) if _alike(old, clause)), None)
        if alike is None:
            seen.append(ClauseSeen(clause, "new"))
            continue
        seen += [ClauseSeen(old, "dropped") for old in near[:alike]]
        seen.append(ClauseSeen(clause, "changed", near[alike]))
        at += alike + 1
    return seen + [ClauseSeen(old, "dropped") for old in before[at:]]


def _alike(old: StandardClause, clause: StandardClause) -> bool:
    if old.text == clause.text:
        return True
    return SequenceMatcher(None, old.text, clause.text, False).quick_ratio() >= ALIKE


# --- Who is under which ------------------------------------------------------------------


def codes_above(codes: Iterable[str]) -> set[str]:
    """The codes of the districts and subdistricts these lie in."""
    return {code[:length] for code in codes for length in (6, 9) if length <= len(code)}


def in_force_at(
    codes: Iterable[str], on: date
) -> "list[tuple[StrOrPromise, list[StandardVersion]]]":
    """The versions in force on a day at these places, by field. One query."""
    rows = StandardVersion.objects.filter(
        in_force(on), standard__place__code__in=codes_above(codes)
    ).select_related("standard__place")
    found: dict[str, list[StandardVersion]] = {field: [] for field in StandardField.values}
    for row in rows.order_by("standard__place__code", "standard__title"):
        found[row.standard.field].append(row)
    return [(StandardField(field).label, rows) for field, rows in found.items() if rows]


def codes_of_firm(firm: Body, on: date) -> list[str]:
    """Where a firm works: its seat, and the estates it serves on this day."""
    served = Contract.objects.in_force(on).filter(firm=firm)
    return [firm.place.code, *served.values_list("estate__code", flat=True)]


def governs(clause: StandardClause, *, on: date, estate: Place | None, firm: Body | None) -> bool:
    """Whether the clause was in force on a day for the estate, or else for the firm."""
    if estate is not None:
        codes = [estate.code]
    else:
        codes = codes_of_firm(firm, on) if firm is not None else []
    rows = StandardVersion.objects.filter(in_force(on), pk=clause.version_id)
    return rows.filter(standard__place__code__in=codes_above(codes)).exists()


def clauses_at(codes: Iterable[str], since: date, on: date) -> "QuerySet[StandardClause]":
    """The clauses in force at these places on any day from `since` to `on`, the latest first."""
    rows = StandardClause.objects.filter(
        version__standard__place__code__in=codes_above(codes), version__from_on__lte=on
    ).exclude(version__until_on__lte=since)
    return rows.select_related("version__standard").order_by(
        "version__standard__field", "version__standard__title", "-version__number", "number"
    )


def tally(of: Q) -> Tally:
    """How many deviations there are: one query."""
    rows = Deviation.objects.filter(of, taken_back_on=None)
    found = rows.aggregate(
        open=Count("pk", filter=Q(put_right_on=None)),
        right=Count("pk", filter=Q(put_right_on__isnull=False)),
    )
    return Tally(**found)
