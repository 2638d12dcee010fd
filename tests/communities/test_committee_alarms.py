"""The committee's clock: filing overdue, re-election due, terms that end."""

from datetime import date
from typing import Any

import pytest
from django.template.loader import render_to_string

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import Invalid, WrongState
from communities.actions.committee_alarms import sound_committees
from communities.actions.committee_seats import (
    seat_member,
)
from communities.actions.committees import (
    law_of,
    life_of,
    record_step,
    strike_step,
)
from communities.models import (
    Committee,
    CommitteeMember,
    CommitteeState,
)
from communities.workflow import OWNERS, Step
from notifications.models import Notification
from tests.communities.formation import DAY, committee, managed, walked
from tests.factories import County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(clock: Pretended) -> None:
    """All of 2025 is past: 2 March 2026."""


# --- Alarms ------------------------------------------------------------------------------


def test_filing_is_overdue_on_the_thirty_first_day_and_told_once(
    county: County, people: People, clock: Pretended
) -> None:
    made, on = walked(county.estate, Step.ELECTED)
    clock.put(at(f"{on + 30 * DAY} 23:59"))
    assert sound_committees() == 0
    clock.put(at(f"{on + 31 * DAY} 00:00"))
    assert sound_committees() == 1
    assert sound_committees() == 0
    told = Notification.objects.filter(kind="late_committee_filing")
    assert [notice.to for notice in told] == [people["dispatcher"]]
    made.refresh_from_db()
    assert (made.state, made.alarm_on) == (CommitteeState.ELECTED, None)
    # What was filed on the last day in time and entered later was in time.
    facts: dict[str, Any] = {"number": "1", "term_from_on": on, "term_until_on": on + 365 * DAY}
    clock.put(at(f"{on + 33 * DAY} 09:00"))
    record_step(made, by=CLOCK, step=Step.FILED, on=on + 30 * DAY, **facts)


def test_reelection_is_due_ninety_days_before_the_end_and_the_term_ends(
    county: County, people: People, clock: Pretended
) -> None:
    made, _on = walked(county.estate, Step.FILED)
    director = people["committee"]
    seat_member(
        made, by=CLOCK, name="冯委员", role="director", user=director, from_on=date(2025, 8, 1)
    )
    due = date(2028, 8, 1) - 90 * DAY
    clock.put(at(f"{due - DAY} 23:59"))
    assert sound_committees() == 0
    with pytest.raises(Invalid):
        record_step(made, by=CLOCK, step=Step.BEGUN_ANEW, on=due - DAY)
    clock.put(at(f"{due} 00:00"))
    sound_committees()
    made.refresh_from_db()
    assert made.state == CommitteeState.REELECTION_DUE
    told = Notification.objects.filter(kind="reminder_committee_reelection")
    assert {notice.to for notice in told} == {people["dispatcher"], director}
    clock.put(at("2028-08-01 00:00"))
    sound_committees()
    sound_committees()
    made.refresh_from_db()
    assert (made.state, made.alarm_on) == (CommitteeState.OVERDUE, None)
    assert Notification.objects.filter(kind="late_committee_term").count() == 2


def test_after_a_long_silence_each_alarm_is_dated_when_it_was_due_and_the_last_told(
    county: County, clock: Pretended
) -> None:
    made, _on = walked(county.estate, Step.FILED)
    clock.put(at("2029-01-01 00:00"))
    assert sound_committees() == 1
    assert list(made.steps.order_by("pk").values_list("step", "on"))[-2:] == [
        (Step.REELECTION_DUE, date(2028, 8, 1) - 90 * DAY),
        (Step.TERM_OVER, date(2028, 8, 1)),
    ]
    assert set(Notification.objects.values_list("kind", flat=True)) == {"late_committee_term"}


def test_a_verb_writes_what_the_clock_owes(county: County, clock: Pretended) -> None:
    made, _on = walked(county.estate, Step.FILED)
    clock.put(at("2028-06-01 09:00"))
    record_step(made, by=CLOCK, step=Step.BEGUN_ANEW, on=date(2028, 6, 1))
    made.refresh_from_db()
    assert made.state == CommitteeState.REELECTION_DUE
    assert made.alarm_on == date(2028, 8, 1)


def test_a_successor_is_elected_while_the_old_term_stands(county: County, clock: Pretended) -> None:
    made, _on = walked(county.estate, Step.FILED)
    seat_member(made, by=CLOCK, name="旧人", from_on=date(2025, 8, 1))
    clock.put(at("2028-07-31 09:00"))
    on = date(2028, 6, 1)
    way: tuple[tuple[Step, int, dict[str, Any]], ...] = (
        (Step.BEGUN_ANEW, 0, {}),
        (Step.GROUP_FORMED, 1, {"people": 7}),
        (Step.LIST_PUBLISHED, 0, {}),
        (Step.BRANCH_MET, 7, {}),
        (Step.GROUP_MET, 0, {}),
        (Step.CANDIDATES_PUBLISHED, 1, {}),
        (Step.ANNOUNCED, 0, {}),
        (Step.ELECTED, 15, {"seats": 7}),
    )
    for step, days, facts in way:
        on += days * DAY
        record_step(made, by=CLOCK, step=step, on=on, **facts)
    made.refresh_from_db()
    assert (made.state, made.seats, made.term_until_on) == (
        CommitteeState.ELECTED,
        7,
        date(2028, 8, 1),
    )
    assert CommitteeMember.objects.get().until_on == on
    with pytest.raises(WrongState):
        strike_step(made, by=CLOCK, note="不行")


def test_a_management_committee_is_bounded_and_renewed(county: County, clock: Pretended) -> None:
    with pytest.raises(Invalid):
        managed(county.unserved, term_until_on=date(2028, 6, 3))
    Committee.objects.all().delete()
    made = Committee.objects.first() or managed(county.other_estate)
    assert (made.state, made.seats) == (CommitteeState.FILED, 7)
    clock.put(at("2028-06-02 00:00"))
    sound_committees()
    made.refresh_from_db()
    assert made.state == CommitteeState.OVERDUE
    term: dict[str, Any] = {
        "number": "2",
        "term_from_on": "2028-06-02",
        "term_until_on": "2029-06-02",
    }
    record_step(made, by=CLOCK, step=Step.RENEWED, on=date(2028, 6, 2), **term)
    made.refresh_from_db()
    assert (made.state, made.alarm_on) == (CommitteeState.FILED, date(2029, 6, 2) - 90 * DAY)


def test_a_committee_of_before_is_entered_as_it_stands(county: County, people: People) -> None:
    made = committee(county.estate)
    facts: dict[str, Any] = {
        "seats": 6,
        "elected_on": "2023-05-01",
        "number": "旧3",
        "term_from_on": "2023-05-01",
        "term_until_on": "2026-05-01",
    }
    with pytest.raises(Invalid):
        record_step(made, by=CLOCK, step=Step.TAKEN_OVER, on=date(2023, 4, 1), **facts)
    record_step(made, by=people["dispatcher"], step=Step.TAKEN_OVER, on=date(2023, 5, 20), **facts)
    sound_committees()
    made.refresh_from_db()
    assert (made.state, made.filed_on) == (CommitteeState.REELECTION_DUE, date(2023, 5, 20))


def test_the_row_says_what_its_steps_say(county: County) -> None:
    made, _on = walked(county.estate, Step.FILED)
    life = life_of(made)
    for name in ("state", "seats", "elected_on", "filed_on", "term_from_on", "term_until_on"):
        assert getattr(made, name) == getattr(life, name), name
    assert law_of(made) is OWNERS


@pytest.mark.parametrize(
    ("alarm", "state", "heard"),
    [
        ("term_over", "overdue", False),
        ("term_over", "filed", True),
        ("reelection", "reelection_due", False),
        ("reelection", "filed", True),
        ("filing_late", "elected", True),
    ],
)
def test_a_row_says_what_is_wrong_once(alarm: str, state: str, heard: bool) -> None:
    """The state stands beside it; before the sweep has been round it says nothing yet."""
    words = render_to_string("communities/committees/_alarm.html", {"alarm": alarm, "said": state})
    assert bool(words.strip()) is heard
