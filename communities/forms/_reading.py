"""What was read of a notice: its days, and every line that was not understood."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from communities.actions import NoticeDay
from communities.models import festival_in_chinese, festival_in_english

if TYPE_CHECKING:
    from collections.abc import Sequence

ONE_DAY = timedelta(days=1)
LONGEST_SHOWN = 60  # characters of a line that is named
# Days; the longest holiday there has been is 10. A range typed wrong would swallow a year.
LONGEST_RANGE = 31


@dataclass(frozen=True)
class Trouble:
    """A line that was not understood, counted from 1, and why."""

    line: int
    text: str
    why: str

    def __str__(self) -> str:
        return _("Line %(line)d, “%(text)s”: %(why)s") % {
            "line": self.line,
            "text": shortened(self.text),
            "why": self.why,
        }


@dataclass
class Reading:
    """A notice as far as it was understood. `passed_over`: lines that name no day."""

    days: list[NoticeDay] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    passed_over: list[tuple[int, str]] = field(default_factory=list)
    number: str = ""
    issued_on: date | None = None

    def trouble(self, line: int, text: str, why: str) -> None:
        self.troubles.append(Trouble(line, text, why))


def shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last; raises ValueError with a sentence for no such range."""
    if last < first:
        raise ValueError(_("it ends before it begins"))
    if (last - first).days >= LONGEST_RANGE:
        raise ValueError(_("no holiday is as long as that"))
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


def with_names(days: "Sequence[NoticeDay]") -> list[NoticeDay]:
    """A day worked without a name makes up for the holiday nearest to it."""
    named = [day for day in days if not day.working and (day.name or day.name_zh)]

    def nearest(day: NoticeDay) -> NoticeDay:
        if day.name or day.name_zh or not day.working or not named:
            return day
        holiday = min(named, key=lambda other: abs(other.on - day.on))
        return replace(day, name=holiday.name, name_zh=holiday.name_zh)

    return [nearest(day) for day in days]


def lines_of(days: Iterable[NoticeDay], *, chinese: bool = False) -> str:
    """The days as lines that read the same again, one for each unbroken run."""
    runs = _runs(sorted(days, key=lambda day: day.on))
    return "\n".join(_line(run, chinese=chinese) for run in runs)


def _runs(days: "Sequence[NoticeDay]") -> Iterator[list[NoticeDay]]:
    run: list[NoticeDay] = []
    for day in days:
        if run and day != replace(run[-1], on=run[-1].on + ONE_DAY):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _line(run: "Sequence[NoticeDay]", *, chinese: bool) -> str:
    first, last = run[0], run[-1]
    words = ("放假", "上班") if chinese else ("holiday", "work")
    between = "至" if chinese else ".."
    span = f"{first.on}" if first.on == last.on else f"{first.on}{between}{last.on}"
    return " ".join([span, words[first.working], *_names(first, chinese=chinese)])


def _names(day: NoticeDay, *, chinese: bool) -> list[str]:
    """Of the two names the one that cannot be told from the other, else that of the language."""
    name, name_zh = day.name, day.name_zh
    if chinese and name == festival_in_english(name_zh):
        return [name_zh]
    if not chinese and name_zh == festival_in_chinese(name):
        return [name]
    return [part for part in dict.fromkeys((name, name_zh)) if part]
