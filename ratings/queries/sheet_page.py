"""The page of one sheet: what its reader may do with it, and what was taken off."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from accounts.models import User
from common.now import today
from ratings.models import Assessment, AssessmentState, PeriodState, Rectification
from ratings.permissions.assessments import SheetOf, assesses, confirms, sheet_of
from ratings.permissions.rectification import follows_up
from ratings.queries.assessing import assessor_shown, days_left
from ratings.queries.sheets import Filled, Row, items_of, laid_out
from ratings.terms import Method


@dataclass(frozen=True)
class SheetPage:
    """One sheet as its reader sees it. What is not theirs to do is not offered."""

    of: Assessment
    sheet: Filled
    about: SheetOf
    fills: bool
    takes_over: bool
    confirms: bool
    corrects: bool
    asks: bool
    names: bool
    replaced_by: Assessment | None
    rectifications: tuple[Rectification, ...]
    days: int

    @property
    def verdict(self) -> bool:
        return not self.of.method

    @property
    def method_name(self) -> str:
        return str(Method(self.of.method).label) if self.of.method else ""

    @property
    def daily(self) -> bool:
        return self.of.method == Method.DAILY

    @property
    def askable(self) -> tuple[Row, ...]:
        """Deductions that nobody has asked to be put right yet."""
        asked = {row.item for row in self.rectifications}
        return tuple(row for row in self.sheet.deductions if row.item.code not in asked)


def page_of(user: User, of: Assessment, sheet: Filled) -> SheetPage:
    """Constant queries, whatever the number of items."""
    about = sheet_of(of)
    draft, done = of.state == AssessmentState.DRAFT, of.state == AssessmentState.SETTLED
    taking = _taking(of)
    entitled = (draft or done) and assesses(user, about)
    open_period = of.period.state == PeriodState.OPEN
    replaced_by = Assessment.objects.filter(replaces=of).first()
    return SheetPage(
        of=of,
        sheet=sheet,
        about=about,
        fills=draft and taking and entitled and of.by_id == user.pk,
        takes_over=draft and taking and entitled and of.by_id != user.pk,
        confirms=of.state == AssessmentState.HANDED_IN and confirms(user, of),
        corrects=done and open_period and entitled and replaced_by is None,
        asks=done and follows_up(user, of),
        names=assessor_shown(user, of),
        replaced_by=replaced_by,
        rectifications=tuple(of.rectifications.order_by("pk")) if done else (),
        days=days_left(of.period, today()),
    )


def _taking(of: Assessment) -> bool:
    """Whether entries are still taken for it."""
    if of.period.state != PeriodState.OPEN:
        return of.for_card_id is not None
    return of.replaces_id is not None or today() <= of.period.assess_until_on


def name_of(of: Assessment, code: str) -> str:
    """What an item of the sheet is called."""
    return next((str(item.name) for item in items_of(of) if item.code == code), code)


@dataclass(frozen=True)
class Summary:
    """A settled sheet as a line of a list."""

    of: Assessment
    about: SheetOf
    sheet: Filled

    @property
    def method_name(self) -> str:
        return str(Method(self.of.method).label) if self.of.method else ""


def summaries(rows: Sequence[Assessment]) -> list[Summary]:
    """Sheets with their points; two queries for all of them."""
    prefetch_related_objects(list(rows), "findings__photos")
    return [Summary(row, sheet_of(row), laid_out(row, row.findings.all())) for row in rows]
