"""How firms or committees stand at the end of a period, as the rules of the lists see them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from communities.models import COMMITTEE_BODIES, Body, BodyKind
from ratings.models import SCORED, Period, Scorecard, Veto
from ratings.scoring import ListRules, Standing, at_bottom
from ratings.terms import Subject

# The bodies that a scheme of each subject assesses.
KINDS = {Subject.FIRMS: (BodyKind.FIRM,), Subject.COMMITTEES: COMMITTEE_BODIES}


def standings(period: Period, on: date) -> list[Standing]:
    """Each firm by its code: its total, vetoes in effect, and its periods in a row among the last.

    As many queries as the rules look back over periods, and three more.
    """
    return standings_of(period, totals_of(period), vetoes_of(period, on))


def standings_of(
    period: Period,
    totals: Mapping[str, Decimal | None],
    vetoes: Mapping[str, Sequence[Veto]],
    rules: ListRules | None = None,
) -> list[Standing]:
    """The same of totals and vetoes by the firm's code.

    `rules`: by these who ended among the last of a period, instead of those it went by itself.
    """
    keys = sorted({*totals, *vetoes})
    runs, running = dict.fromkeys(keys, 0), set(keys)
    for before in _before(period, (rules or period.version.read.lists).bottom_periods - 1):
        stood = [Standing(key, total) for key, total in totals_of(before).items()]
        running &= at_bottom(stood, rules or before.version.read.lists)
        for key in running:
            runs[key] += 1
        if not running:
            break
    documents = {key: tuple(veto.document for veto in vetoes.get(key, ())) for key in keys}
    return [Standing(key, totals.get(key), documents[key], runs[key]) for key in keys]


def totals_of(period: Period) -> dict[str, Decimal | None]:
    """The current totals of whole firms, by the firm's code."""
    cards = Scorecard.objects.filter(period=period, estate=None).current()
    return dict(cards.values_list("body__code", "total"))


def firm_cards(period: Period) -> dict[str, Scorecard]:
    """The current cards of whole firms, by the firm's code."""
    cards = Scorecard.objects.filter(period=period, estate=None).current().select_related("body")
    return {card.body.code: card for card in cards}


def vetoes_of(period: Period, on: date) -> dict[str, list[Veto]]:
    """Veto items in effect on a day for bodies that the scheme assesses, by their code."""
    kinds = KINDS[Subject(period.scheme.subject)]
    rows = Veto.objects.filter(
        place=period.scheme.place, body__kind__in=kinds, from_on__lte=on
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
