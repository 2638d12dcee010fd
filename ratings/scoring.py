"""How a score is made of what was found: exact arithmetic, rounded once, at the very end.

Shares, points and weights are exact fractions (a third stays a third); `rounded` is the only
function that rounds. Nothing here reads a database, a clock or a language. Points and scores are
out of 100 unless said otherwise; a part that lacks data is None, which is *blank*, never nought.
Sources: DOMAIN part 7; what no place has published is our decision and stands in the scheme.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

HUNDRED = Fraction(100)
NOUGHT = Fraction(0)
WHOLE = Fraction(1)


class Rule(TextChoices):
    """How the points of one item follow from what was found."""

    PER_FINDING = "per_finding", _("Points off for each finding")
    ALL_OR_NOTHING = "all_or_nothing", _("All points, or none with any finding")
    RATIO = "ratio", _("Points times a share")
    LEVELS = "levels", _("Points by level")
    GIVEN = "given", _("Points as given")


@dataclass(frozen=True)
class Item:
    """One line of a sheet. `step`: points off for a finding; `floor`: the share below which
    nothing is given; `levels`: the points of each level; `figure`: what the portal counts itself.
    """

    code: str
    points: Fraction
    rule: Rule
    method: str = ""
    step: Fraction = NOUGHT
    floor: Fraction = NOUGHT
    levels: tuple[Fraction, ...] = ()
    figure: str = ""


@dataclass(frozen=True)
class Entry:
    """What was found of an item: findings counted, a share from 0 to 1, a level, or points.

    Nothing for an item that does not apply here, such as lifts where there are none.
    """

    code: str
    value: Fraction | None


@dataclass(frozen=True)
class Line:
    """One item with what was found and the points it brought; None where it does not apply."""

    item: Item
    entry: Entry
    points: Fraction | None


@dataclass(frozen=True)
class Sheet:
    """A sheet as it came out: its value out of 100, or blank while items are missing."""

    lines: tuple[Line, ...]
    missing: tuple[str, ...]
    got: Fraction
    possible: Fraction

    @property
    def value(self) -> Fraction | None:
        if self.missing or not self.possible:
            return None
        return HUNDRED * self.got / self.possible


def points_of(item: Item, value: Fraction) -> Fraction:
    """The points that an item brings for what was found; never below nought, nor above its own.

    Raises ValueError for a value that the rule of the item knows nothing of.
    """
    if not _known(item, value):
        raise ValueError(f"{item.code}: {value} means nothing to the rule {item.rule}")
    if item.rule == Rule.PER_FINDING:
        return max(NOUGHT, item.points - item.step * value)
    if item.rule == Rule.ALL_OR_NOTHING:
        return NOUGHT if value else item.points
    if item.rule == Rule.LEVELS:
        return item.levels[int(value)]
    if item.rule == Rule.GIVEN:
        return value
    return NOUGHT if value < item.floor else item.points * value


def _known(item: Item, value: Fraction) -> bool:
    counted = item.rule not in (Rule.RATIO, Rule.GIVEN)
    if value.numerator < 0 or (counted and value.denominator != 1):
        return False
    if item.rule == Rule.RATIO:
        return value <= 1
    if item.rule == Rule.GIVEN:
        return value <= item.points
    return item.rule != Rule.LEVELS or value < len(item.levels)


def sheet(items: Sequence[Item], entries: Iterable[Entry]) -> Sheet:
    """Fill a sheet. What does not apply leaves the points that can be had, and takes none away.

    An item nobody entered is missing, and the sheet stays blank until it is there.
    """
    found = {entry.code: entry for entry in entries}
    lines: list[Line] = []
    for item in items:
        entry = found.get(item.code)
        if entry is not None:
            points = None if entry.value is None else points_of(item, entry.value)
            lines.append(Line(item, entry, points))
    got = added(line.points for line in lines if line.points is not None)
    possible = added(line.item.points for line in lines if line.points is not None)
    missing = tuple(item.code for item in items if item.code not in found)
    return Sheet(tuple(lines), missing, got, possible)


def added(values: Iterable[Fraction]) -> Fraction:
    """The sum, exact; equal denominators are added as whole numbers, many times as fast."""
    sums: dict[int, int] = {}
    for value in values:
        sums[value.denominator] = sums.get(value.denominator, 0) + value.numerator
    return sum((Fraction(top, bottom) for bottom, top in sums.items()), NOUGHT)


def mean(scores: Sequence[int], needed: int) -> Fraction | None:
    """The mean of a poll's valid answers, each from 0 to 100; blank below the number needed."""
    if not scores or len(scores) < needed:
        return None
    return Fraction(sum(scores), len(scores))


@dataclass(frozen=True)
class Share:
    """So many of so many; `fewer`: the fewer the better, as with orders that were reopened."""

    numerator: int
    denominator: int
    fewer: bool = False

    @property
    def value(self) -> Fraction | None:
        """From 0 to 1, one being best; blank where there is nothing to count of."""
        if not self.denominator:
            return None
        share = Fraction(self.numerator, self.denominator)
        return WHOLE - share if self.fewer else share


def weighted(values: Iterable[tuple[Fraction, Fraction | None]], reweight: bool) -> Fraction | None:
    """The sum of weight × value. Where one is blank the whole is blank, unless re-weighted.

    Re-weighted, what is blank gives its weight to the others in their proportion.
    """
    pairs = [(weight, value) for weight, value in values if weight]
    present = [(weight, value) for weight, value in pairs if value is not None]
    if not present or (len(present) < len(pairs) and not reweight):
        return None
    whole = sum((weight for weight, _value in present), NOUGHT)
    return sum((weight * value for weight, value in present), NOUGHT) / whole


def figures(
    weights: Mapping[str, Fraction], shares: Mapping[str, Share], minimum: int, reweight: bool
) -> Fraction | None:
    """The part made of what the portal counts: Σ weight × share, out of 100.

    Blank where any figure is counted of fewer than `minimum`, unless the scheme re-weights.
    """
    values = []
    for key, weight in weights.items():
        share = shares.get(key, Share(0, 0))
        enough = share.denominator >= max(minimum, 1)
        values.append((weight, share.value if enough else None))
    found = weighted(values, reweight)
    return None if found is None else HUNDRED * found


def rolled_up(values: Iterable[tuple[int, Fraction | None]]) -> Fraction | None:
    """A firm's score: the mean of its estates' scores, by households; blank ones stay out.

    Estates whose households nobody has entered count as one household (our decision: otherwise
    a score could be lost by an empty field).
    """
    pairs = [(max(homes, 1), value) for homes, value in values if value is not None]
    if not pairs:
        return None
    homes = sum(count for count, _value in pairs)
    return sum((count * value for count, value in pairs), NOUGHT) / homes


def rounded(value: Fraction | None, places: int = 2) -> Decimal | None:
    """Half up, exactly: 71.245 is 71.25. The only rounding there is, and the last step."""
    if value is None:
        return None
    scaled = value * 10**places
    # Halves go away from nought, as people round; floor division alone would round -0.5 up.
    whole = (abs(scaled) * 2 + 1) // 2
    exact = Decimal(int(whole if scaled >= 0 else -whole)).scaleb(-places, Context(prec=60))
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, Context(prec=60))


def ranks(totals: Sequence[Decimal | None]) -> list[int | None]:
    """Places in the table, the best first: equals share a place and the next is left out.

    Of totals as they are shown, so that nobody is beaten by a digit that nobody can see.
    """
    order = sorted((total for total in totals if total is not None), reverse=True)
    first: dict[Decimal, int] = {}
    for place, total in enumerate(order, start=1):
        first.setdefault(total, place)
    return [None if total is None else first[total] for total in totals]


@dataclass(frozen=True)
class Band:
    """From `at_least` on, up to the next band; what a score in it is called and asks for."""

    at_least: Decimal
    name: str
    asks: str = ""
    name_en: str = ""


def band_of(total: Decimal | None, bands: Iterable[Band]) -> Band | None:
    """The highest band that a total reaches; none for a blank."""
    if total is None:
        return None
    reached = [band for band in bands if total >= band.at_least]
    return max(reached, key=lambda band: band.at_least, default=None)


@dataclass(frozen=True)
class ListRules:
    """Who is proposed for a list. Shares are of the firms that have a score in the period.

    Red from `red_from` on without a veto, the best `red_share` at most; black under
    `black_under`, or with a veto, or `bottom_periods` in a row among the last `bottom_share`
    and under `bottom_under`.
    """

    red_from: Decimal
    red_share: Fraction
    black_under: Decimal
    black_share: Fraction
    bottom_share: Fraction = NOUGHT
    bottom_under: Decimal = Decimal(0)
    bottom_periods: int = 2


@dataclass(frozen=True)
class Standing:
    """One firm at the end of a period. `vetoes`: in effect, each with its document;
    `at_bottom`: periods in a row, this one not counted, that it ended among the last.
    """

    key: str
    total: Decimal | None
    vetoes: tuple[str, ...] = ()
    at_bottom: int = 0


class Ground(TextChoices):
    """Why a firm is proposed for a list."""

    HIGH = "high", _("Score high enough for the red list")
    LOW = "low", _("Score under the limit of the black list")
    VETO = "veto", _("Veto item in effect")
    BOTTOM = "bottom", _("Among the last for periods in a row")


@dataclass(frozen=True)
class Proposal:
    key: str
    ground: Ground

    @property
    def red(self) -> bool:
        return self.ground == Ground.HIGH


def at_bottom(standings: Sequence[Standing], rules: ListRules) -> set[str]:
    """Who ended among the last of the period and under the limit; blanks are never among them."""
    scored = [s for s in standings if s.total is not None]
    places = _capped(len(scored), rules.bottom_share)
    low = sorted({s.total for s in scored if s.total is not None})
    found: set[str] = set()
    for total in low:
        equals = {s.key for s in scored if s.total == total}
        if len(found) + len(equals) > places or total >= rules.bottom_under:
            break
        found |= equals
    return found


def _capped(count: int, share: Fraction) -> int:
    """How many fit: at least one where there is a share, or small places had no lists at all."""
    return max(1, int(count * share)) if count and share else 0


def proposals(standings: Sequence[Standing], rules: ListRules) -> list[Proposal]:
    """Whom the rules propose, red first; the same whatever the order of the standings.

    A veto proposes for the black list whatever the score, blank or not. Everybody else needs a
    score. Where equals do not all fit under a cap none of them is proposed: a cap never chooses
    between equals (our decision; by hand each can still be).
    """
    vetoed = {s.key for s in standings if s.vetoes}
    scored = [s for s in standings if s.total is not None and s.key not in vetoed]
    firms = sum(1 for s in standings if s.total is not None)
    high = [s for s in scored if s.total is not None and s.total >= rules.red_from]
    last = at_bottom(standings, rules)
    low: dict[str, tuple[Decimal, Ground]] = {}
    for s in scored:
        if s.total is not None and s.total < rules.black_under:
            low[s.key] = (s.total, Ground.LOW)
        elif s.total is not None and s.key in last and s.at_bottom + 1 >= rules.bottom_periods:
            low[s.key] = (s.total, Ground.BOTTOM)
    red = _best([(s.key, -s.total) for s in high if s.total is not None], firms, rules.red_share)
    black = _best([(key, total) for key, (total, _g) in low.items()], firms, rules.black_share)
    return [
        *(Proposal(key, Ground.HIGH) for key in red),
        *(Proposal(key, Ground.VETO) for key in sorted(vetoed)),
        *(Proposal(key, low[key][1]) for key in black),
    ]


def _best(rows: list[tuple[str, Decimal]], firms: int, share: Fraction) -> list[str]:
    """The first rows that fit under the cap, equals together or not at all."""
    cap = _capped(firms, share)
    chosen: list[str] = []
    for value in sorted({value for _key, value in rows}):
        equals = sorted(key for key, other in rows if other == value)
        if len(chosen) + len(equals) > cap:
            break
        chosen += equals
    return chosen
