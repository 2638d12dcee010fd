"""Freezing the scores of a period, and correcting one that was frozen.

Freezing is asked for by an officer and done by the sweep, some hundred bodies at a time: each
batch is a transaction of its own that makes the cards of whoever has none yet, so that a sweep
killed in its middle goes on where it stopped and two at once make no card twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import CLOCK, Actor
from accounts.models import User
from common.errors import Invalid, WrongState
from common.now import now, today
from ratings.actions.publications import publish_correction
from ratings.cards import Outcome, worked, worked_firm
from ratings.models import Period, PeriodState, Scorecard
from ratings.permissions.cards import check_corrects_card
from ratings.permissions.schemes import check_keeps_scheme
from ratings.queries.gathering import Gathered, gathered
from ratings.queries.subjects import Pair, pairs_of

# Bodies to a batch: some thousand rows, well under a second of locks.
BATCH = 250


@transaction.atomic
def ask_to_freeze(period: Period, *, by: Actor) -> Period:
    """Close a period to assessments; the sweep freezes its scores.

    Raises NotAllowed but for officers of the district, WrongState while sheets are still taken.
    """
    check_keeps_scheme(by, period.scheme.place)
    period = _locked(period.pk)
    if period.state != PeriodState.OPEN:
        raise WrongState(_("The scores of this period are frozen already."))
    if today() <= period.assess_until_on:
        raise WrongState(_("Assessments of this period are still taken."))
    period.state = PeriodState.FREEZING
    period.frozen_by = by if isinstance(by, User) else None
    period.save(update_fields=["state", "frozen_by"])
    _record(period, by, "ask_to_freeze")
    return period


def freeze_periods() -> int:
    """The sweep: make the cards of every period that was asked for. Returns how many it made."""
    made = 0
    for pk in Period.objects.filter(state=PeriodState.FREEZING).values_list("pk", flat=True):
        while True:
            cards, left = freeze_batch(pk)
            made += cards
            if not left:
                break
    return made


@transaction.atomic
def freeze_batch(pk: int) -> tuple[int, bool]:
    """The cards of the next bodies of a period that have none: how many, and whether more wait.

    1. Lock the period, so that two sweeps take turns.
    2. Whoever has a card of the whole firm is done; take the next of the rest, in order.
    3. Gather for all of them at once, work each, write the estates' cards, then the firms'.
    4. With nobody left the scores of the period are frozen.
    """
    period = _locked(pk)
    if period.state != PeriodState.FREEZING:
        return 0, False
    estates: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs_of(period):
        estates[pair[1]].append(pair)
    done = set(Scorecard.objects.filter(period=period, estate=None).values_list("body", flat=True))
    waiting = sorted(body for body in estates if body not in done)
    batch = waiting[:BATCH]
    made = _cards(period, [pair for body in batch for pair in estates[body]])
    if len(waiting) <= BATCH:
        period.state, period.frozen_at = PeriodState.FROZEN, now()
        period.save(update_fields=["state", "frozen_at"])
        _record(period, CLOCK, "freeze", cards=len(done) + len(batch))
        return made, False
    return made, True


def _cards(period: Period, pairs: Sequence[Pair]) -> int:
    if not pairs:
        return 0
    at, terms = now(), period.version.read
    found = gathered(period, pairs)
    kept = [
        _card(period, pair, found[pair], worked(terms, found[pair].inputs), at) for pair in pairs
    ]
    Scorecard.objects.bulk_create(kept, batch_size=500)
    by_body: dict[int, list[Scorecard]] = defaultdict(list)
    for card in kept:
        by_body[card.body_id].append(card)
    firms = [_firm_card(period, body, cards, at) for body, cards in by_body.items()]
    Scorecard.objects.bulk_create(firms, batch_size=500)
    return len(kept) + len(firms)


def _card(period: Period, pair: Pair, made_of: Gathered, outcome: Outcome, at: Any) -> Scorecard:
    return Scorecard(
        period=period,
        version=period.version,
        estate_id=pair[0],
        body_id=pair[1],
        total=outcome.total,
        band=outcome.band,
        households=made_of.households,
        inputs=made_of.inputs,
        working=outcome.working,
        frozen_at=at,
        frozen_by=period.frozen_by,
    )


def _firm_card(period: Period, body: int, cards: Iterable[Scorecard], at: Any) -> Scorecard:
    rows = sorted(cards, key=lambda card: card.estate_id or 0)
    made_of = Gathered(
        sum(card.households for card in rows), {"cards": [_of_estate(card) for card in rows]}
    )
    outcome = worked_firm(period.version.read, made_of.inputs)
    card = _card(period, (0, body), made_of, outcome, at)
    card.estate_id = None
    return card


def _of_estate(card: Scorecard) -> dict[str, Any]:
    return {
        "card": str(card.public_id),
        "households": card.households,
        "exact": card.working["exact"],
    }


@transaction.atomic
def correct(card: Scorecard, *, by: Actor, reason: str) -> Scorecard:
    """Append a card that is made anew from what is settled now, and the whole firm's after it.

    The one before stays as it was. Raises NotAllowed as `check_corrects_card` does; WrongState for
    a card that is not the current one of an estate, or whose period is not frozen; Invalid without
    a reason, or where everything is as it was.
    """
    check_corrects_card(by, card)
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why the score is corrected.")]})
    period = _locked(card.period_id)
    if period.state not in (PeriodState.FROZEN, PeriodState.PUBLISHED):
        raise WrongState(_("The scores of this period are not frozen yet."))
    current = Scorecard.objects.current().filter(pk=card.pk, estate__isnull=False).first()
    if current is None or current.estate_id is None:
        raise WrongState(_("This score was corrected in the meantime, or is that of a whole firm."))
    pair = (current.estate_id, current.body_id)
    made_of = gathered(period, [pair])[pair]
    if made_of.inputs == current.inputs and made_of.households == current.households:
        raise Invalid(fields={"reason": [_("Everything this score was made of is as it was.")]})
    made = _append(current, period, made_of, worked(period.version.read, made_of.inputs), reason)
    whole = _correct_firm(period, current.body_id, reason)
    if period.state == PeriodState.PUBLISHED:
        publish_correction(period, [made, whole], reason.strip())
    _record(period, by, "correct_card", card=str(made.public_id), number=made.number)
    return made


def _correct_firm(period: Period, body: int, reason: str) -> Scorecard:
    cards = Scorecard.objects.filter(period=period, body=body).current()
    estates = sorted((c for c in cards if c.estate_id), key=lambda c: c.estate_id or 0)
    whole = next(c for c in cards if c.estate_id is None)
    inputs = {"cards": [_of_estate(card) for card in estates]}
    made_of = Gathered(sum(card.households for card in estates), inputs)
    return _append(whole, period, made_of, worked_firm(period.version.read, inputs), reason)


def _append(
    old: Scorecard, period: Period, made_of: Gathered, outcome: Outcome, reason: str
) -> Scorecard:
    card = _card(period, (old.estate_id or 0, old.body_id), made_of, outcome, now())
    card.estate_id = old.estate_id
    numbers = Scorecard.objects.filter(period=period, body=old.body_id, estate=old.estate_id)
    card.number = (numbers.aggregate(most=Max("number"))["most"] or 0) + 1
    card.replaces, card.reason = old, reason.strip()
    card.save(force_insert=True)
    return card


def _locked(pk: int) -> Period:
    rows = Period.objects.select_for_update(of=("self",))
    return rows.select_related("version", "scheme__place").get(pk=pk)


def _record(period: Period, by: Actor, verb: str, **facts: Any) -> None:
    audit.record(
        by=by,
        verb=verb,
        target_kind="period",
        target=str(period.public_id),
        scheme=str(period.scheme.public_id),
        **facts,
    )
