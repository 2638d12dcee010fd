"""Ways through a committee's life, for tests: each step on the first day it can be taken."""

from datetime import date, timedelta
from typing import Any

from accounts.actors import CLOCK, Actor
from communities.actions.committee_seats import seat_member
from communities.actions.committees import found_committee, record_step
from communities.models import BodyKind, Committee, Place
from communities.workflow import Step

DAY = timedelta(days=1)
START = date(2025, 6, 2)
# Each step, and how many days after the one before it.
WAY: tuple[tuple[Step, int, dict[str, Any]], ...] = (
    (Step.ELIGIBLE, 0, {}),
    (Step.APPLIED, 3, {}),
    (Step.GROUP_FORMED, 20, {"people": 9}),
    (Step.LIST_PUBLISHED, 1, {}),
    (Step.BRANCH_MET, 6, {}),
    (Step.GROUP_MET, 1, {}),
    (Step.CANDIDATES_PUBLISHED, 5, {}),
    (Step.ANNOUNCED, 0, {}),
    (Step.ELECTED, 15, {"seats": 5}),
    (
        Step.FILED,
        20,
        {"number": "备〔2025〕3号", "term_from_on": "2025-08-01", "term_until_on": "2028-08-01"},
    ),
)


def committee(estate: Place, *, by: Actor = CLOCK, **other: Any) -> Committee:
    return found_committee(by=by, estate=estate, **other)


def walked(
    estate: Place, until: Step, *, by: Actor = CLOCK, start: date = START
) -> tuple[Committee, date]:
    """An owners' committee that has just taken this step, and the day of it."""
    made, on = committee(estate), start
    for step, days, facts in WAY:
        on += days * DAY
        record_step(made, by=by, step=step, on=on, **facts)
        if step == until:
            break
    made.refresh_from_db()
    return made, on


def in_term(estate: Place) -> Committee:
    """Filed and in term, with three members, two of them in the Party."""
    made, on = walked(estate, Step.FILED)
    for name, flag in (("方一", True), ("元二", False), ("时三", True)):
        seat_member(made, by=CLOCK, name=name, from_on=on, party_member=flag)
    return made


def managed(estate: Place, **other: Any) -> Committee:
    """A property management committee in term."""
    made = committee(estate, kind=BodyKind.MANAGEMENT_COMMITTEE)
    record_step(made, by=CLOCK, step=Step.ELIGIBLE, on=START, note="多次召集未果")
    facts = {"seats": 7, "number": "1", "term_from_on": START, "term_until_on": date(2028, 6, 2)}
    record_step(made, by=CLOCK, step=Step.FOUNDED, on=START, **{**facts, **other})
    made.refresh_from_db()
    return made
