"""How each deadline of an order came about, line by line, for whoever sees the order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from common import workdays
from common.timewords import clockwords, daywords, duration
from communities.models import CalendarDay, CalendarNotice, festival_words
from communities.scope import calendar_for, day_of
from complaints import clock
from complaints.models import Breach, Deadline, Rule
from complaints.queries.order_page import OrderPage
from complaints.queries.reckoned import (
    MonthOnWall,
    Pausing,
    Telling,
    Told,
    on_the_wall,
    unnoticed,
)
from complaints.queries.rules import rule_words, source_words
from complaints.queries.timeline import Line
from complaints.queries.waiting import Promise, Rest
from complaints.workflow import STEPS, Rung, Stage, Urgency, Verb

# What had happened when a promise was made, by the verb that made it.
BEGUN = {
    Verb.REPORT: _lazy("Reported"),
    Verb.DISPATCH: _lazy("Dispatched"),
    Verb.REDISPATCH: _lazy("Dispatched anew"),
    Verb.RETURN_ORDER: _lazy("Returned by the handler"),
    Verb.SEND_BACK: _lazy("Sent back for more work"),
    Verb.RATE: _lazy("Said to be not solved"),
    Verb.RECORD_CALLBACK: _lazy("Said to be not solved"),
    Verb.REOPEN: _lazy("Reopened"),
}
OPENS = {
    stage: frozenset(
        verb for verb, row in STEPS.items() for end in row.endings() if stage in end.opens
    )
    for stage in Stage
}


@dataclass(frozen=True)
class Explanation:
    """A deadline derived: `lines` for people, `steps` for programs, `months` for the wall.

    `then`: reminders, and who hears of it once it is late; `agrees`: whether the reckoning comes
    to the very moment on record, which is what counts.
    """

    promise: Promise
    rule: Rule
    lines: list[Told]
    steps: list[Told]
    then: list[Told]
    months: list[MonthOnWall]
    ended: str
    agrees: bool

    @property
    def row(self) -> Deadline:
        return self.promise.row

    @property
    def held_by(self) -> str:
        return self.row.held_by.name if self.row.held_by is not None else ""


def explanations(page: OrderPage) -> list[Explanation]:
    """Every deadline of the order, those that have ended too, as one reader may know of them."""
    if not page.promises:
        return []
    rows = page.deadlines
    known = _Known(page, rows)
    rules = Rule.objects.select_related("place", "category")
    by_pk = rules.in_bulk({row.rule_id for row in rows})
    breaches: dict[int, list[Breach]] = {}
    for breach in Breach.objects.filter(deadline__in=rows).order_by("level"):
        breaches.setdefault(breach.deadline_id, []).append(breach)
    return [
        _explained(promise, by_pk[promise.row.rule_id], breaches.get(promise.row.pk, []), known)
        for promise in page.promises
    ]


def _explained(
    promise: Promise, rule: Rule, breaches: Sequence[Breach], known: "_Known"
) -> Explanation:
    row, start = promise.row, promise.row.counts_from
    how = known.reckoned(row, rule)
    telling = Telling(
        how.told,
        start,
        rule.unit,
        names=known.names,
        pauses=[Pausing(r.from_at, r.until_at, _reason(r)) for r in known.page.rests],
        begun=_begun(row, known.page.timeline),
        granted=promise.more.reason if promise.more is not None else "",
    )
    begun, *rest = telling.lines
    lines = [
        begun,
        _rule_line(rule),
        *_reclassified(row, known.page.timeline),
        *rest,
        *_moved(row, known.page.timeline),
    ]
    note = unnoticed(telling, how.calendar) if row.provisional else None
    if note is not None:
        lines.append(note)
    if not how.agrees:
        said = _("on record is %(when)s, as it was promised; that is what counts")
        lines.append(Told("kept", said % {"when": clockwords(row.due_at, start)}))
    then = _then(row, rule, how, start) if row.is_open else _came(rule, breaches, start)
    return Explanation(
        promise,
        rule,
        lines,
        telling.steps,
        list(then),
        on_the_wall(telling),
        _ended(row),
        how.agrees,
    )


# --- As it was reckoned ------------------------------------------------------------------


@dataclass(frozen=True)
class _How:
    told: workdays.Reckoning
    course: clock.Course
    calendar: workdays.Calendar
    agrees: bool


class _Known:
    """What the clock knew, now and at the moment at which a promise was settled."""

    def __init__(self, page: OrderPage, rows: Sequence[Deadline]) -> None:
        self.page, self.order = page, page.order
        first = day_of(min(row.counts_from for row in rows))
        last = day_of(max(row.due_at for row in rows))
        self._years = range(first.year, last.year + 1)
        self.calendar = calendar_for(self._years)
        self.names: Mapping[date, str] = {
            day.on: festival_words(day.name, day.name_zh)
            for day in CalendarDay.objects.filter(on__range=(first, last))
        }
        self._entered: dict[int, datetime] | None = None

    def reckoned(self, row: Deadline, rule: Rule) -> _How:
        """The reckoning that comes to the moment on record; else the one by what is known now."""
        found: list[_How] = []
        for course, calendar in self._ways(row):
            told = clock.due(rule, row.counts_from, calendar, course)
            found.append(_How(told, course, calendar, told.due_at == row.due_at))
            if found[-1].agrees:
                return found[-1]
        return found[0]

    def _ways(self, row: Deadline) -> Iterator[tuple[clock.Course, workdays.Calendar]]:
        """By what was known when it was settled, the likeliest first."""
        settled = _settled_at(row)
        if settled is None:
            yield self._course(row, None), self.calendar
            return
        # A notice that was entered only afterwards had no say in it.
        then = self._calendar_at(settled) if row.provisional else self.calendar
        yield self._course(row, settled), then
        # A suspension that began at the very moment it was settled.
        yield self._course(row, settled, just_begun=True), then
        # A notice that was corrected afterwards.
        yield self._course(row, settled), self._calendar_at(settled)

    def _course(
        self, row: Deadline, settled: datetime | None, *, just_begun: bool = False
    ) -> clock.Course:
        extension = None
        if row.extended_amount is not None:
            extension = (row.extended_amount, row.extended_unit)
        pauses = tuple(_pauses_at(self.page.rests, settled, just_begun=just_begun))
        return clock.Course(self._urgency(settled) == Urgency.URGENT, pauses, extension)

    def _urgency(self, settled: datetime | None) -> str:
        """How pressing the order was then: what it was changed from the next time after."""
        if settled is not None:
            for line in self.page.timeline:
                if line.verb == Verb.RECLASSIFY and line.at > settled:
                    return str(line.facts["urgency_was"])
        return self.order.urgency

    def _calendar_at(self, moment: datetime) -> workdays.Calendar:
        """Without the notices that were entered or corrected after that moment."""
        if self._entered is None:
            entered = CalendarNotice.objects.filter(entered_at__isnull=False)
            self._entered = {n.year: n.entered_at for n in entered if n.entered_at is not None}
        later = {year for year, at in self._entered.items() if at > moment}
        days = {on: day for on, day in self.calendar.days.items() if on.year not in later}
        return workdays.Calendar(days, frozenset(self.calendar.years) - later)


def _settled_at(row: Deadline) -> datetime | None:
    """Since when nothing moves it any more: it has ended, or it was late. None while it may."""
    ended_at = row.met_at or row.void_at
    late_at = row.due_at if row.next_level else None
    return min((at for at in (ended_at, late_at) if at is not None), default=None)


def _pauses_at(
    rests: Sequence[Rest], settled: datetime | None, *, just_begun: bool
) -> Iterator[tuple[datetime, datetime]]:
    """The suspensions as the clock knew them then: one still running was to last until its review.

    What it was cut short by afterwards had no say in it.
    """
    for rest in rests:
        if settled is None:
            yield rest.from_at, rest.until_at
        elif rest.from_at < settled or (just_begun and rest.from_at == settled):
            planned = workdays.midnight(rest.review_on + workdays.ONE_DAY)
            yield rest.from_at, rest.until_at if rest.until_at <= settled else planned


# --- Lines -------------------------------------------------------------------------------


def _begun(row: Deadline, lines: Sequence[Line]) -> str:
    """What happened at the moment the time runs from."""
    if row.counts_from != row.opened_at:
        return _("Category changed")
    opens = OPENS[Stage(row.stage)]
    made = [line.verb for line in lines if line.at == row.opened_at and line.verb in opens]
    return str(BEGUN[Verb(made[-1])]) if made else ""


def _rule_line(rule: Rule) -> Told:
    """The rule, for what it holds, whose it is, its version, and where it comes from."""
    of = rule.category.name if rule.category is not None else Urgency(rule.urgency).label
    where = rule.place.name if rule.place is not None else _("holds everywhere")
    since = _("version %(n)d of %(day)s") % {
        "n": rule.version,
        "day": daywords(day_of(rule.valid_from)),
    }
    told = _("rule for %(stage)s: %(time)s") % {
        "stage": Stage(rule.stage).label,
        "time": rule_words(rule),
    }
    parts = [told, str(of), where, since, source_words(rule)]
    return Told("rule", " · ".join(part for part in parts if part))


def _reclassified(row: Deadline, lines: Sequence[Line]) -> Iterator[Told]:
    """That the order's category was changed, and since when the rule is the one it is."""
    until = _settled_at(row)
    for line in lines:
        if line.verb != Verb.RECLASSIFY or row.stage not in line.facts.get("due", {}):
            continue
        if line.at < row.opened_at or (until is not None and line.at > until):
            continue
        words = {"when": clockwords(line.at, row.opened_at), "what": line.title}
        said = _("%(when)s: %(what)s; since then by this rule")
        if line.at == row.counts_from and line.at != row.opened_at:
            said = _("%(when)s: %(what)s; over already by this rule, it runs whole from then")
        yield Told("reclassified", said % words, from_at=line.at)


def _moved(row: Deadline, lines: Sequence[Line]) -> Iterator[Told]:
    """That a holiday notice moved it."""
    for line in lines:
        here = (line.facts.get("stage"), line.facts.get("round"))
        if line.verb != "recomputed" or here != (row.stage, row.round):
            continue
        words = {
            "when": clockwords(line.at, row.opened_at),
            "notice": line.facts["notice"],
            "was": clockwords(datetime.fromisoformat(line.facts["was"]), row.opened_at),
        }
        said = _("%(when)s: moved by the holiday notice %(notice)s; it had been %(was)s")
        yield Told("recomputed", said % words, from_at=line.at)


def _reason(rest: Rest) -> str:
    """The ground of a suspension, and what was written about it."""
    words = {"ground": rest.ground_words, "reason": rest.reason}
    return _("%(ground)s (%(reason)s)") % words if rest.reason else rest.ground_words


def _ended(row: Deadline) -> str:
    """How it ended: met by how much in time or late, or no longer counted and why."""
    ended_at = row.met_at or row.void_at
    if ended_at is None:
        return ""
    words = {
        "when": clockwords(ended_at, row.opened_at),
        "time": duration(row.due_at - ended_at),
        "why": Verb(row.void_reason).label if row.void_reason in Verb.values else row.void_reason,
    }
    if row.void_at is not None:
        return _("No longer counted since %(when)s: %(why)s") % words
    if row.late_at(ended_at):
        return _("Met %(when)s, late by %(time)s") % words
    return _("Met %(when)s, %(time)s before the end") % words


def _then(row: Deadline, rule: Rule, how: _How, start: datetime) -> Iterator[Told]:
    """Reminders before it is due, and who hears of it afterwards, unless it is met."""
    due_at = row.due_at
    for at in clock.reminders_at(rule, start, due_at, how.calendar, how.course):
        said = _("%(when)s: whoever holds it is reminded") % {"when": clockwords(at, start)}
        yield Told("reminder", said, from_at=at)
    for level, rung in enumerate(clock.rungs(rule)):
        at = clock.level_due_at(rule, due_at, level, how.calendar, how.course)
        yield _rung_line(rung, level, at, start, reached=level < row.next_level)


def _came(rule: Rule, breaches: Sequence[Breach], start: datetime) -> Iterator[Told]:
    """Who heard of it when it was late."""
    rungs = clock.rungs(rule)
    for breach in breaches:
        if breach.level < len(rungs):
            yield _rung_line(rungs[breach.level], breach.level, breach.due_at, start, reached=True)


def _rung_line(rung: Rung, level: int, at: datetime, start: datetime, *, reached: bool) -> Told:
    words = {"when": clockwords(at, start), "rung": rung.label}
    if reached:
        said = _("%(when)s: late, and brought before the %(rung)s")
    elif level == 0:
        said = _("from %(when)s it is late: the %(rung)s hears of it")
    else:
        said = _("%(when)s: if still open it comes before the %(rung)s")
    return Told("level", said % words, from_at=at, name=rung.value, count=level)
