"""When a step of a committee's life can be taken, and when the clock must look: pure arithmetic.

How many days is data, handed in by whoever asks (`communities/rules.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from communities.workflow import CommitteeState, Hand, Law, Life, Need, Step


@dataclass(frozen=True)
class Opening:
    """Whether and from which day a step can be taken.

    `missing`: what must be recorded before; `first_on`: the earliest day, once nothing is missing;
    `because`: the step that this day is counted from, and how many days.
    """

    step: Step
    law: Law
    fits: bool
    missing: tuple[Need, ...] = ()
    first_on: date | None = None
    because: tuple[Step, int] | None = None

    def open_on(self, on: date) -> bool:
        """Whether it can be recorded as done on this day."""
        return self.fits and not self.missing and (self.first_on is None or on >= self.first_on)


def opening(law: Mapping[Step, Law], step: Step, life: Life, given: Mapping[str, int]) -> Opening:
    """Look at one step as things stand."""
    row = law[step]
    if life.state not in row.moves:
        return Opening(step, row, fits=False)
    missing = tuple(need for need in row.needs if not any(s in life.standing for s in need.steps))
    first_on, because = life.last_on, None
    for need in row.needs:
        stood = [(life.standing[s], s) for s in need.steps if s in life.standing]
        if stood:
            since, which = max(stood)
            days = given[need.days] if need.days else 0
            day = since + timedelta(days=days)
            if first_on is None or day > first_on:
                first_on, because = day, (which, days)
    if row.before_end and life.term_until_on is not None:
        day = life.term_until_on - timedelta(days=given[row.before_end])
        if first_on is None or day > first_on:
            first_on, because = day, None
    return Opening(step, row, True, missing, first_on, because)


def openings(law: Mapping[Step, Law], life: Life, given: Mapping[str, int]) -> list[Opening]:
    """Every step somebody may record from here, in the order of the law."""
    found = (opening(law, step, life, given) for step, row in law.items() if row.hand != Hand.CLOCK)
    return [one for one in found if one.fits]


def next_alarm(life: Life, given: Mapping[str, int]) -> tuple[Step, date] | None:
    """What the clock records next, and on which day; None while there is nothing to watch."""
    state, until = life.state, life.term_until_on
    if state == CommitteeState.ELECTED and life.elected_on is not None:
        if Step.FILING_LATE in life.standing:
            return None
        # Filed on the last of the days is in time: late is the day after.
        return Step.FILING_LATE, life.elected_on + timedelta(days=given["filing_days"] + 1)
    if until is None:
        return None
    if state == CommitteeState.FILED:
        return Step.REELECTION_DUE, until - timedelta(days=given["reelection_days"])
    if state == CommitteeState.REELECTION_DUE:
        return Step.TERM_OVER, until
    return None


def years_after(on: date, years: int) -> date:
    """The same day so many years on; for 29 February the day after its month."""
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        return date(on.year + years, 3, 1)
