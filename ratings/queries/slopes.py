"""A chart of before and after as coordinates: one line a firm, from the left to the right."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ratings.queries.simulation import IN_CHART, Row

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 360, 48, 312, 34, 16
ROOM = 12  # between two labels, so that none covers another
LEAST = 200
STEP = Decimal(10)


@dataclass(frozen=True)
class Slope:
    """One firm: where its line begins and ends, and where its two figures are written."""

    name: str
    before: Decimal
    after: Decimal
    y_before: str
    y_after: str
    label_before: str
    label_after: str
    # Up, down or level: said by the colour, and by the line itself.
    tone: str
    number: int


@dataclass(frozen=True)
class Drawing:
    slopes: tuple[Slope, ...]
    height: int
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT
    # Where the figures are written, beside the ends.
    words_left: int = LEFT - 8
    words_right: int = RIGHT + 8
    head: int = TOP - 16

    @property
    def foot(self) -> int:
        return self.height - BOTTOM


def drawn(rows: Iterable[Row]) -> Drawing | None:
    """The firms that move most and have both figures; nothing where there is none."""
    known = [row for row in rows if row.change is not None]
    known = sorted(known, key=lambda row: (not row.relisted, -row.moved))[:IN_CHART]
    pairs = [
        (row, row.before.total, row.after.total)
        for row in known
        if row.before.total is not None and row.after.total is not None
    ]
    if not pairs:
        return None
    values = [value for _row, was, now in pairs for value in (was, now)]
    low, high = min(values), max(values)
    if high == low:
        low, high = low - STEP, high + STEP
    height = TOP + BOTTOM + max(LEAST, ROOM * len(pairs))
    across = Decimal(height - TOP - BOTTOM)

    def level(value: Decimal) -> Decimal:
        return TOP + (high - value) * across / (high - low)

    left = _apart([level(was) for _row, was, _now in pairs], height)
    right = _apart([level(now) for _row, _was, now in pairs], height)
    slopes = tuple(
        Slope(
            name=row.body.name,
            before=was,
            after=now,
            y_before=_written(level(was)),
            y_after=_written(level(now)),
            label_before=_written(left[n]),
            label_after=_written(right[n]),
            tone="up" if now > was else "down" if now < was else "level",
            number=n + 1,
        )
        for n, (row, was, now) in enumerate(pairs)
    )
    return Drawing(slopes, height)


def _apart(levels: list[Decimal], height: int) -> list[Decimal]:
    """Where labels stand so that none covers another: as near their ends as there is room."""
    order = sorted(range(len(levels)), key=lambda n: levels[n])
    found = list(levels)
    lowest = Decimal(TOP)
    for n in order:
        found[n] = lowest = max(levels[n], lowest)
        lowest += ROOM
    highest = Decimal(height - BOTTOM)
    for n in reversed(order):
        found[n] = highest = min(found[n], highest)
        highest -= ROOM
    return found


def _written(number: Decimal) -> str:
    return f"{number:.1f}"
