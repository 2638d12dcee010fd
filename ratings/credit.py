"""The credit of a firm: base and good records less bad ones, capped, and the level it makes.

Exact arithmetic in fractions; nothing here rounds, reads a database, a clock or a language. What a
record does at which moment of its life is the table `STEPS`. Sources: DOMAIN part 7; what no place
has published is our decision and stands in the scheme.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

NOUGHT = Fraction(0)


class CreditKind(TextChoices):
    BASIC = "basic", _("Basic information")
    GOOD = "good", _("Good record")
    BAD = "bad", _("Bad record")


class CreditState(TextChoices):
    WAITING = "waiting", _("To be confirmed")
    OBJECTED = "objected", _("The firm has objected")
    COUNTS = "counts", _("Confirmed")
    ASKED = "asked", _("Confirmed, repair asked for")
    TURNED_DOWN = "turned_down", _("Not confirmed")
    REPAIRED = "repaired", _("Repaired")
    WITHDRAWN = "withdrawn", _("Record withdrawn")


class CreditVerb(TextChoices):
    RECORD = "record", _("Put on record")
    HEARING_OVER = "hearing_over", _("Hearing ended: the firm stated no objections")
    OBJECT = "object", _("State objections")
    CONFIRM = "confirm", _("Confirm the record")
    TURN_DOWN = "turn_down", _("Do not confirm")
    ASK_REPAIR = "ask_repair", _("Ask for credit repair")
    REPAIR = "repair", _("Repair the credit")
    REFUSE_REPAIR = "refuse_repair", _("Refuse the repair")
    WITHDRAW = "withdraw", _("Withdraw the record")


S, V = CreditState, CreditVerb
# Confirmed and not ended: what may count, within its validity.
COUNTING = frozenset({S.COUNTS, S.ASKED})
# The record is still to be confirmed.
OPEN = frozenset({S.WAITING, S.OBJECTED})


@dataclass(frozen=True)
class Step:
    """From which states a verb leads where. `bad`: of bad records alone."""

    sources: frozenset[CreditState]
    ends: CreditState
    bad: bool = False


# What people do to a record. Two steps are nobody's and leave it to be confirmed: RECORD is written
# with it, HEARING_OVER by the clock.
STEPS: dict[CreditVerb, Step] = {
    V.OBJECT: Step(frozenset({S.WAITING}), S.OBJECTED, bad=True),
    V.CONFIRM: Step(OPEN, S.COUNTS),
    V.TURN_DOWN: Step(OPEN, S.TURNED_DOWN),
    V.ASK_REPAIR: Step(frozenset({S.COUNTS}), S.ASKED, bad=True),
    V.REPAIR: Step(frozenset({S.ASKED}), S.REPAIRED, bad=True),
    V.REFUSE_REPAIR: Step(frozenset({S.ASKED}), S.COUNTS, bad=True),
    V.WITHDRAW: Step(OPEN | COUNTING, S.WITHDRAWN),
}
# What ends a record that counted.
ENDINGS = (V.REPAIR, V.WITHDRAW)


def state_after(verb: str) -> CreditState:
    """Where a record stands once this was the last that happened to it."""
    step = STEPS.get(CreditVerb(verb))
    return step.ends if step else S.WAITING


def open_verbs(kind: str, state: str) -> list[CreditVerb]:
    """What the law lets happen now, whoever does it."""
    return [
        verb
        for verb, step in STEPS.items()
        if state in step.sources and (not step.bad or kind == CreditKind.BAD)
    ]


# --- The grade ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Level:
    """One level, and from how many points it is reached.

    Without points it is the last resort of all who reach no other; `by_record`: nobody gets there
    by points, only by a record that says so. `over`: only above the points, not at them.
    `spares`: also those below it who have no bad record.
    """

    name: str
    points: Fraction | None = None
    over: bool = False
    spares: bool = False
    by_record: bool = False
    # "red" or "black": what it advises, and no more than that.
    advice: str = ""

    def reached(self, total: Fraction, bad: bool) -> bool:
        if self.by_record:
            return False
        if self.points is None:
            return True
        enough = total > self.points if self.over else total >= self.points
        return enough or (self.spares and not bad)


@dataclass(frozen=True)
class CreditRules:
    """What everybody begins with, what each side is worth at most, and the levels, best first."""

    start: Fraction
    levels: tuple[Level, ...]
    full: Fraction | None = None
    good_cap: Fraction | None = None
    bad_cap: Fraction | None = None


@dataclass(frozen=True)
class Entry:
    """A record in force: its points, and the level above which nobody with it stands."""

    kind: CreditKind
    points: Fraction
    ceiling: str = ""


@dataclass(frozen=True)
class Side:
    """One of the three sums: what the records add up to, and how much of it counts."""

    sum: Fraction
    counted: Fraction

    @property
    def capped(self) -> bool:
        return self.sum != self.counted


@dataclass(frozen=True)
class Grade:
    """A grade with how it was made. `by_points`: the level before records held it down."""

    base: Side
    good: Side
    bad: Side
    total: Fraction
    by_points: Level
    level: Level

    @property
    def held_down(self) -> bool:
        return self.level != self.by_points


def graded(rules: CreditRules, entries: Iterable[Entry]) -> Grade:
    """Base (capped) + good (capped) - bad (capped); then the level, held down by ceilings.

    The order of the records does not matter; a good one more never lowers the grade, a bad one
    more never raises it.
    """
    rows = list(entries)
    base = _side(rules.start + _sum(rows, CreditKind.BASIC), rules.full)
    good = _side(_sum(rows, CreditKind.GOOD), rules.good_cap)
    bad = _side(_sum(rows, CreditKind.BAD), rules.bad_cap)
    total = base.counted + good.counted - bad.counted
    worse = any(entry.kind == CreditKind.BAD for entry in rows)
    places = {level.name: n for n, level in enumerate(rules.levels)}
    last = len(rules.levels) - 1
    at = next(n for n, level in enumerate(rules.levels) if level.reached(total, worse))
    # A level that the scheme no longer knows holds down to the last one.
    held = [places.get(entry.ceiling, last) for entry in rows if entry.ceiling]
    return Grade(base, good, bad, total, rules.levels[at], rules.levels[max([at, *held])])


def exact(value: Fraction | Decimal) -> str:
    """Points as people write them: exact, without noughts at the end."""
    found = Fraction(value)
    said = f"{Decimal(found.numerator) / Decimal(found.denominator):f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def _sum(rows: Sequence[Entry], kind: CreditKind) -> Fraction:
    return sum((entry.points for entry in rows if entry.kind == kind), NOUGHT)


def _side(total: Fraction, cap: Fraction | None) -> Side:
    return Side(total, total if cap is None else min(total, cap))
