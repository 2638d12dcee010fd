"""What a bulletin is made of: counts of orders, places in the table, what is late. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Tally:
    """Orders dispatched in the quarter. `dispatched` is `on_time` + `late` + `unfinished`."""

    dispatched: int = 0
    # Answered to the reporter: every promise kept, or one of them broken.
    on_time: int = 0
    late: int = 0
    # Not answered yet, and of them those with a broken promise.
    unfinished: int = 0
    overdue: int = 0
    rated: int = 0
    dissatisfied: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def finished(self) -> int:
        return self.on_time + self.late

    @property
    def judged(self) -> int:
        """Those of which it is known whether they were in time."""
        return self.on_time + self.late + self.overdue


def total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


@dataclass(frozen=True)
class Unit:
    """A place beneath: its name, the name of the place it lies in, and its orders."""

    name: str
    within: str
    tally: Tally


@dataclass(frozen=True)
class Units:
    """All places of one kind beneath, `kind` as in PlaceKind."""

    kind: str
    rows: tuple[Unit, ...]


@dataclass(frozen=True)
class Overdue:
    """An order overdue and not answered: by its reference and estate, never its reporter."""

    reference: str
    estate: str
    category: str
    holder: str
    stage: str
    due_at: datetime


@dataclass(frozen=True)
class Ranked:
    """A firm in the table of a period; without a place it is not ranked, without a score blank."""

    rank: int | None
    name: str
    score: str
    band: str


@dataclass(frozen=True)
class Ranking:
    """The published table of one scheme. `enough`: so many have a score that places are given."""

    scheme: str
    period: str
    firms: int
    scored: int
    enough: bool
    ranked_from: int
    rows: tuple[Ranked, ...]


@dataclass(frozen=True)
class PutRight:
    """The deductions of the quarter's assessments that a firm was asked to put right."""

    name: str
    asked: int
    closed: int
    reported: int
    open: int
    overdue: int


@dataclass(frozen=True)
class Facts:
    """Everything that the document of a bulletin is made of."""

    place: Any
    kind: str
    period: str
    from_on: date
    until_on: date
    taken_at: datetime
    whole: Tally
    units: tuple[Units, ...]
    firms: tuple[tuple[str, Tally], ...]
    # Whoever else handled: management committees, communities, departments.
    others: Tally
    overdue: tuple[Overdue, ...]
    rankings: tuple[Ranking, ...]
    put_right: tuple[PutRight, ...]
