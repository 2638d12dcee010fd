"""How a moment was reckoned, in words that can be followed with a calendar on the wall.

Every step of a `workdays.Reckoning` is told by itself (for programs) and, days that say the same
joined, as a line (for people): "15–23 Feb: Spring Festival, not counted".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from common import workdays
from common.timewords import clockface, clockwords, several_days
from communities.models import festival_words
from complaints.models import Unit
from complaints.queries.rules import span_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MINUTE, HOUR = 60, 3600
DAY_KINDS = frozenset({"counted", "makeup", "moved"})
# Kinds whose days, one after the other, are told in one line.
JOINED = frozenset({"holiday", "weekend", "paused", "counted"})
# By unit, and whether it is time that was granted on top: one day, and several.
NUMBERED: "dict[tuple[str, bool], tuple[StrOrPromise, StrOrPromise]]" = {
    (Unit.WORKING_DAYS, False): (
        _lazy("day %(n)d = %(day)s"),
        _lazy("days %(n)d–%(last)d = %(day)s"),
    ),
    (Unit.WORKING_DAYS, True): (
        _lazy("day %(n)d of the extension = %(day)s"),
        _lazy("days %(n)d–%(last)d of the extension = %(day)s"),
    ),
    (Unit.CALENDAR_DAYS, False): (
        pgettext_lazy("rest days included", "day %(n)d = %(day)s"),
        pgettext_lazy("rest days included", "days %(n)d–%(last)d = %(day)s"),
    ),
    (Unit.CALENDAR_DAYS, True): (
        pgettext_lazy("rest days included", "day %(n)d of the extension = %(day)s"),
        pgettext_lazy("rest days included", "days %(n)d–%(last)d of the extension = %(day)s"),
    ),
}


@dataclass(frozen=True)
class Told:
    """A step or a line in words. What is not said of it is empty.

    `kind` as in `workdays.Step`; `on` a day and `until_on` the last of several; `from_at` and
    `until_at` a stretch; `name` a festival in the reader's language, or the unit of an extension;
    `count` the number of a counted day, or seconds.
    """

    kind: str
    text: str
    on: date | None = None
    until_on: date | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    name: str = ""
    count: int = 0


@dataclass(frozen=True)
class Pausing:
    """A stretch over which no time ran, and why, in words."""

    from_at: datetime
    until_at: datetime
    why: str = ""


@dataclass(frozen=True)
class Run:
    """Steps that are told together; `numbering` is the unit they count, and whether on top."""

    steps: tuple[workdays.Step, ...]
    numbering: tuple[str, bool]
    name: str = ""
    why: str = ""

    @property
    def kind(self) -> str:
        return self.steps[0].kind

    @property
    def last(self) -> workdays.Step:
        return self.steps[-1]

    def goes_on_with(self, other: "Run") -> bool:
        """Whether the other says the same of the next day."""
        here, there = self.last.on, other.steps[0].on
        if self.kind not in JOINED or here is None or there is None:
            return False
        same = (self.kind, self.name, self.why, self.numbering)
        return there == here + workdays.ONE_DAY and same == (
            other.kind,
            other.name,
            other.why,
            other.numbering,
        )

    def and_then(self, other: "Run") -> "Run":
        return Run((*self.steps, *other.steps), self.numbering, self.name, self.why)


class Telling:
    """A reckoning in words of the active language.

    `unit`: of the amount; `names`: what the calendar calls its days; `begun`: what happened at
    the start; `granted`: why there was more time.
    """

    def __init__(
        self,
        told: workdays.Reckoning,
        start: datetime,
        unit: str,
        *,
        names: Mapping[date, str],
        pauses: Sequence[Pausing] = (),
        begun: str = "",
        granted: str = "",
    ) -> None:
        self.told, self.start, self.unit = told, start, unit
        self._names, self._pauses = names, pauses
        self._begun, self._granted = begun or _("Start"), granted
        self._year = _local(start).year
        self._runs = list(self._read())

    @property
    def steps(self) -> list[Told]:
        """Every step by itself."""
        return [self._tell(run) for run in self._runs]

    @property
    def lines(self) -> list[Told]:
        """Days that say the same joined, and the last day with the hour at which it ends."""
        *runs, due = self._runs
        joined: list[Run] = []
        last = runs[-1] if runs[-1].kind in DAY_KINDS else None
        for run in runs[:-1] if last is not None else runs:
            if joined and joined[-1].goes_on_with(run):
                joined[-1] = joined[-1].and_then(run)
            else:
                joined.append(run)
        end = self._tell(due)
        if last is not None:
            text = self._day_words(last, self._moment(self.told.due_at), ends=True)
            end = Told("due", text, end.on, until_at=end.until_at, name=last.name)
        return [*(self._tell(run) for run in joined), end]

    def _read(self) -> Iterator[Run]:
        numbering = (self.unit, False)
        for step in self.told.steps:
            if step.kind == "extended":
                numbering = (step.name, True)
            yield Run((step,), numbering, self._name(step), self._why(step))

    def _name(self, step: workdays.Step) -> str:
        if step.kind == "paused":
            return ""  # whatever the day is called, it is the suspension that takes it away
        if step.on is None or not step.name or step.kind == "extended":
            return step.name
        return self._names.get(step.on) or festival_words(step.name)

    def _why(self, step: workdays.Step) -> str:
        if step.kind != "paused":
            return ""
        begins, ends = step.from_at, step.until_at
        if step.on is not None:
            begins = workdays.midnight(step.on)
            ends = workdays.midnight(step.on + workdays.ONE_DAY)
        found = [p.why for p in self._pauses if _meet(p, begins, ends) and p.why]
        return found[0] if found else ""

    # --- Words ---------------------------------------------------------------------------

    def _tell(self, run: Run) -> Told:
        step, last = run.steps[0], run.last.on
        if step.kind == "start":
            return Told("start", self._start_words(), step.on, from_at=self.start)
        if step.kind == "due":
            text = _("due %(when)s") % {"when": self._moment(self.told.due_at)}
            return Told("due", text, step.on, until_at=self.told.due_at)
        if step.on is None or step.kind == "extended":
            text = self._granted_words(step) if step.kind == "extended" else self._stretch(run)
            return Told(
                step.kind, text, step.on, None, step.from_at, step.until_at, step.name, step.count
            )
        days = several_days(step.on, last or step.on, self._year)
        until_on = last if last != step.on else None
        text = self._days(run, days)
        return Told(step.kind, text, step.on, until_on, name=run.name, count=step.count)

    def _start_words(self) -> str:
        exact = self.unit == Unit.SECONDS
        words = {"what": self._begun, "when": clockwords(self.start, begins=True, exact=exact)}
        if exact:
            return _("%(what)s %(when)s") % words
        return _("%(what)s %(when)s; that day does not count") % words

    def _days(self, run: Run, days: str) -> str:
        words = {"days": days, "name": run.name}
        if run.kind in DAY_KINDS:
            return self._day_words(run, days)
        if run.kind == "holiday":
            return _("%(days)s: %(name)s, not counted") % words
        if run.kind == "weekend":
            return _("%(days)s: weekend, not counted") % words
        return _with(_("%(days)s: suspended, not counted") % words, run.why)

    def _day_words(self, run: Run, days: str, *, ends: bool = False) -> str:
        """A numbered day, or several; given as words, of the last day with its hour."""
        if run.kind == "moved":
            text = _("the last day is a rest day and moves on to %(day)s") % {"day": days}
        else:
            one, several = NUMBERED[run.numbering]
            said = str(one if len(run.steps) == 1 else several)
            text = said % {"n": run.steps[0].count, "last": run.last.count, "day": days}
        if ends:
            text = pgettext("the last line of a reckoning", "%(day)s") % {"day": text}
        if run.kind != "makeup":
            return text
        if not run.name:
            return _("%(day)s (make-up working day)") % {"day": text}
        return _("%(day)s (make-up working day, %(name)s)") % {"day": text, "name": run.name}

    def _stretch(self, run: Run) -> str:
        step = run.steps[0]
        if step.from_at is None or step.until_at is None:
            return _("%(time)s run without a break") % {"time": exact_span(step.count)}
        begins = self._moment(step.from_at, begins=True)
        one_day = _local(step.from_at).date() == _local(step.until_at - workdays.A_MOMENT).date()
        ends = clockface(step.until_at) if one_day else self._moment(step.until_at)
        words = {"from": begins, "until": ends}
        if step.kind == "quiet":
            return _("%(from)s to %(until)s: quiet hours, no time runs") % words
        if step.kind == "paused":
            return _with(_("%(from)s to %(until)s: suspended, no time runs") % words, run.why)
        span = exact_span(_seconds(step.from_at, step.until_at))
        return _("%(from)s to %(until)s: %(time)s run") % {**words, "time": span}

    def _granted_words(self, step: workdays.Step) -> str:
        words = {
            "when": self._moment(step.from_at or self.told.due_at),
            "time": span_words(step.count, step.name),
        }
        said = _("until then due %(when)s; %(time)s more were granted") % words
        return _with(said, self._granted)

    def _moment(self, moment: datetime, *, begins: bool = False) -> str:
        return clockwords(moment, self.start, begins=begins, exact=True)


def unnoticed(telling: Telling, calendar: workdays.Calendar) -> Told | None:
    """The line that says which year's holidays are not announced yet, where that matters."""
    if not telling.told.provisional:
        return None
    days = [step.on for step in telling.told.steps if step.on is not None]
    missing = sorted({day.year for day in days if calendar.provisional(day)})
    years = ", ".join(str(year) for year in missing)
    said = _("no holiday notice for %(years)s yet: weekdays less the days off by law; it may move")
    return Told("provisional", said % {"years": years})


def exact_span(seconds: int) -> str:
    """A span to the second: "1 hour 29 minutes 30 seconds"."""
    hours, minutes, rest = seconds // HOUR, seconds % HOUR // MINUTE, seconds % MINUTE
    parts = []
    if hours:
        parts.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if minutes:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes})
    if rest or not parts:
        parts.append(ngettext("%(n)d second", "%(n)d seconds", rest) % {"n": rest})
    return " ".join(parts)


def _seconds(from_at: datetime, until_at: datetime) -> int:
    """As the two moments are shown, so that whoever adds the stretches up gets the whole."""
    shown = until_at.replace(microsecond=0) - from_at.replace(microsecond=0)
    return int(shown.total_seconds())


def _local(moment: datetime) -> datetime:
    return moment.astimezone(workdays.SHANGHAI)


def _meet(pause: Pausing, begins: datetime | None, ends: datetime | None) -> bool:
    return (
        begins is not None and ends is not None and pause.from_at < ends and pause.until_at > begins
    )


def _with(said: str, why: str) -> str:
    """What is said, and the reason behind it where one was given."""
    return _("%(said)s: %(why)s") % {"said": said, "why": why} if why else said


# --- On the wall -------------------------------------------------------------------------


@dataclass(frozen=True)
class DayOnWall:
    """A day of the calendar beside the lines.

    `kind`: start, counted, makeup, holiday, weekend, paused, moved or empty for a day that does not
    matter; `number` of a day that counts, `more` where it was granted on top; `due`: the last one.
    """

    on: date
    kind: str = ""
    number: int = 0
    name: str = ""
    more: bool = False
    due: bool = False


@dataclass(frozen=True)
class MonthOnWall:
    """The weeks of a month that matter, from Monday to Sunday; None outside the month."""

    first: date
    weeks: list[list[DayOnWall | None]]


def on_the_wall(telling: Telling) -> list[MonthOnWall]:
    """The months from the start to the end, their counted days numbered; none for hours."""
    marked = _marked(telling)
    if telling.unit == Unit.SECONDS or not marked:
        return []
    first, last = min(marked), max(marked)
    on = first - first.weekday() * workdays.ONE_DAY
    weeks: list[list[date]] = []
    while on <= last:
        weeks.append([on + n * workdays.ONE_DAY for n in range(7)])
        on += 7 * workdays.ONE_DAY
    months = dict.fromkeys(
        (day.year, day.month) for week in weeks for day in week if first <= day <= last
    )
    return [_month(year, month, weeks, marked) for year, month in months]


def _month(
    year: int, month: int, weeks: Sequence[Sequence[date]], marked: Mapping[date, DayOnWall]
) -> MonthOnWall:
    def cell(day: date) -> DayOnWall | None:
        return marked.get(day, DayOnWall(day)) if (day.year, day.month) == (year, month) else None

    cells = [[cell(day) for day in week] for week in weeks]
    return MonthOnWall(date(year, month, 1), [week for week in cells if any(week)])


def _marked(telling: Telling) -> dict[date, DayOnWall]:
    *steps, end = telling.steps
    marked: dict[date, DayOnWall] = {}
    base, more = end.on, False
    for step in steps:
        if step.on is None:
            continue
        if step.kind in {"start", "extended"}:
            base, more = step.on, step.kind == "extended"
        if step.kind == "counted" and base is not None:
            for number, on in _uncounted(base, step, marked):
                marked[on] = DayOnWall(on, "counted", number, more=more)
        if step.kind != "extended":
            known = marked.get(step.on)
            number = step.count if step.kind in DAY_KINDS else 0
            number = number or (known.number if known is not None else 0)
            marked[step.on] = DayOnWall(step.on, step.kind, number, step.name, more)
    if end.on is not None:
        marked[end.on] = replace(marked.get(end.on, DayOnWall(end.on)), due=True)
    return marked


def _uncounted(
    base: date, step: Told, marked: Mapping[date, DayOnWall]
) -> Iterator[tuple[int, date]]:
    """The days between that are no step of their own: of calendar days only the last is one."""
    last = step.on or base
    between = [base + n * workdays.ONE_DAY for n in range(1, (last - base).days)]
    missing = [on for on in between if on not in marked]
    return enumerate(missing, step.count - len(missing))
