"""A sheet as it stands: what was found of each item, the points it brings, what was taken off."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ratings import scoring
from ratings.models import Assessment, Finding, FindingPhoto
from ratings.permissions.assessments import sheet_of
from ratings.scoring import NOUGHT
from ratings.terms import Method, SheetItem


def items_of(assessment: Assessment) -> tuple[SheetItem, ...]:
    """What this sheet asks for; what the portal counts itself is on none."""
    sheet = sheet_of(assessment)
    return tuple(item for item in sheet.part.items_of(sheet.method) if not item.figure)


def mark(finding: Finding | None) -> str:
    """What somebody saw when they looked: a word that changes with what was entered."""
    if finding is None:
        return ""
    value = "" if finding.value is None else f"{finding.value.normalize():f}"
    return hashlib.sha256(f"{value}\n{finding.note}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Row:
    """One item with what was found of it; `points` is None where it does not apply or is open."""

    item: SheetItem
    finding: Finding | None
    points: Fraction | None
    photos: tuple[FindingPhoto, ...] = ()

    @property
    def absent(self) -> bool:
        """Whether it does not apply here."""
        return self.finding is not None and self.finding.value is None

    @property
    def lost(self) -> Fraction:
        """The points that were taken off."""
        return NOUGHT if self.points is None else self.item.points - self.points

    @property
    def mark(self) -> str:
        return mark(self.finding)

    @property
    def level(self) -> str:
        """What the level that was found is called."""
        if self.finding is None or self.finding.value is None or not self.item.level_names:
            return ""
        return self.item.level_names[int(self.finding.value)]


@dataclass(frozen=True)
class Group:
    """The items of one dimension."""

    code: str
    name: str
    rows: tuple[Row, ...]

    @property
    def entered(self) -> int:
        return sum(row.finding is not None for row in self.rows)


@dataclass(frozen=True)
class Filled:
    """A whole sheet, with its running points."""

    groups: tuple[Group, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def missing(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.finding is None)

    @property
    def entered(self) -> int:
        return sum(row.finding is not None for row in self.rows)

    @property
    def got(self) -> Fraction:
        return sum((row.points for row in self.rows if row.points is not None), NOUGHT)

    @property
    def possible(self) -> Fraction:
        """The points of the items entered that apply."""
        return sum((row.item.points for row in self.rows if row.points is not None), NOUGHT)

    @property
    def deductions(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.lost > 0)


def filled(assessment: Assessment) -> Filled:
    """The sheet of an assessment; two queries."""
    found = assessment.findings.prefetch_related("photos")
    return laid_out(assessment, found)


def laid_out(assessment: Assessment, findings: Iterable[Finding]) -> Filled:
    """The sheet with these findings, dimension by dimension."""
    by_item = {finding.item: finding for finding in findings}
    wanted = {item.code for item in items_of(assessment)}
    groups = []
    for dimension in sheet_of(assessment).part.dimensions:
        rows = tuple(
            _row(item, by_item.get(item.code)) for item in dimension.items if item.code in wanted
        )
        if rows:
            groups.append(Group(dimension.code, str(dimension.name), rows))
    return Filled(tuple(groups))


def _row(item: SheetItem, finding: Finding | None) -> Row:
    photos = () if finding is None else tuple(sorted(finding.photos.all(), key=lambda p: p.pk))
    return Row(item, finding, points_of(item, finding), photos)


def points_of(item: SheetItem, finding: Finding | None) -> Fraction | None:
    """What it brings; nothing for one that is open or does not apply."""
    if finding is None or finding.value is None:
        return None
    return scoring.points_of(item, Fraction(finding.value))


def shown(value: Fraction | Decimal) -> str:
    """Points as people write them: at most two decimals, none that say nothing."""
    rounded = scoring.rounded(Fraction(value), 2)
    return "" if rounded is None else f"{rounded.normalize():f}"


def worst_first(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.lost, row.item.code))


def is_daily(assessment: Assessment) -> bool:
    return assessment.method == Method.DAILY
