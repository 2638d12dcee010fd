"""How firms stand at the end of a period, as the rules of the lists look at them."""

from collections import defaultdict
from datetime import date

from communities.models import Body, BodyKind
from ratings.models import SCORED, Period, Scorecard, Veto
from ratings.scoring import Standing, at_bottom


def standings(period: Period, on: date) -> list[Standing]:
    """Each firm by its code: its total, vetoes in effect, and its periods in a row among the last.

    As many queries as the rules look back over periods, and three more.
    """
    found = _of(period, vetoes_of(period, on))
    rules, runs = period.version.read.lists, dict.fromkeys((row.key for row in found), 0)
    running = set(runs)
    for before in _before(period, rules.bottom_periods - 1):
        running &= at_bottom(_of(before, {}), before.version.read.lists)
        for key in running:
            runs[key] += 1
        if not running:
            break
    return [Standing(row.key, row.total, row.vetoes, runs[row.key]) for row in found]


def firm_cards(period: Period) -> dict[str, Scorecard]:
    """The current cards of whole firms, by the firm's code."""
    cards = Scorecard.objects.filter(period=period, estate=None).current().select_related("body")
    return {card.body.code: card for card in cards}


def vetoes_of(period: Period, on: date) -> dict[str, list[Veto]]:
    """Veto items in effect on a day, by the firm's code."""
    rows = Veto.objects.filter(
        place=period.scheme.place, body__kind=BodyKind.FIRM, from_on__lte=on
    ).select_related("body")
    found: dict[str, list[Veto]] = defaultdict(list)
    for veto in rows.order_by("pk"):
        if veto.in_effect(on):
            found[veto.body.code].append(veto)
    return dict(found)


def vetoed(body: Body, place_id: int, on: date) -> bool:
    """Whether a veto item is in effect for this body there."""
    rows = Veto.objects.filter(body=body, place=place_id, from_on__lte=on)
    return any(veto.in_effect(on) for veto in rows)


def _of(period: Period, vetoes: dict[str, list[Veto]]) -> list[Standing]:
    cards = firm_cards(period)
    return [
        Standing(
            code,
            cards[code].total if code in cards else None,
            tuple(veto.document for veto in vetoes.get(code, ())),
        )
        for code in sorted({*cards, *vetoes})
    ]


def _before(period: Period, most: int) -> list[Period]:
    """The periods of the scheme that ended right before it, the latest first; none after a gap."""
    rows = Period.objects.filter(scheme=period.scheme, until_on__lte=period.from_on)
    found: list[Period] = []
    last = period.from_on
    for before in rows.select_related("version").order_by("-from_on")[: max(most, 0)]:
        if before.until_on != last or before.state not in SCORED:
            break
        found.append(before)
        last = before.from_on
    return found
