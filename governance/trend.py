"""A line through months as coordinates for a drawing: pure, points in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 360, 180
LEFT, RIGHT, TOP, BOTTOM = 40, 16, 16, 28
STEP = Decimal(10)


@dataclass(frozen=True)
class Dot:
    x: str
    y: str


@dataclass(frozen=True)
class Mark:
    """A line across, with its value."""

    y: str
    value: Decimal


@dataclass(frozen=True)
class Drawing:
    """Lines between neighbours that are known, and a dot for each."""

    lines: list[str]
    dots: list[Dot]
    marks: list[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    foot: int = HEIGHT - 8


def drawn(values: Sequence[Decimal | None]) -> Drawing:
    """A blank breaks the line: what is not known is not drawn through."""
    known = [value for value in values if value is not None]
    if not known:
        return Drawing([], [], [])
    low, high = _bounds(known)
    room = Decimal(WIDTH - LEFT - RIGHT) / max(len(values) - 1, 1)
    runs: list[list[Dot]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(Dot(_written(LEFT + room * at), _written(_height(value, low, high))))
    lines = [" ".join(f"{dot.x},{dot.y}" for dot in run) for run in runs if len(run) > 1]
    middle = (low + high) / 2
    marks = [Mark(_written(_height(v, low, high)), v) for v in (low, middle, high)]
    return Drawing(lines, [dot for run in runs for dot in run], marks)


def _bounds(known: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """Whole tens around what is known, so that a small change does not look like a large one."""
    low = (min(known) // STEP) * STEP
    if low > min(known):  # whole tens of a negative number are counted towards nought
        low -= STEP
    high = low + 2 * STEP
    while high < max(known):
        high += 2 * STEP
    if max(known) <= 100 < high:
        low, high = low - (high - 100), Decimal(100)
    return (max(low, Decimal()) if min(known) >= 0 else low), high


def _height(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    return TOP + (high - value) * (HEIGHT - TOP - BOTTOM) / (high - low)


def _written(number: Decimal) -> str:
    return f"{number:.1f}"
