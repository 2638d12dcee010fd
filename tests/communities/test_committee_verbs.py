"""A committee's way from not eligible to filed, its members, and who may not."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import DomainError, Invalid, NotAllowed, WrongState
from communities import clock as arithmetic
from communities.actions.committee_seats import (
    amend_member,
    record_training,
    review_committee,
    seat_member,
    unseat_member,
)
from communities.actions.committees import (
    found_committee,
    record_step,
    strike_step,
)
from communities.models import (
    Appointment,
    BodyKind,
    Committee,
    CommitteeMember,
    CommitteeState,
    CommitteeStep,
    Office,
    Training,
    YearlyReview,
)
from communities.rules import presets
from communities.workflow import MANAGEMENT, OWNERS, Mark, Step, lived
from tests.communities.formation import DAY, START, committee, walked
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(clock: Pretended) -> None:
    """All of 2025 is past: 2 March 2026."""


# They end the way before it has become long.
ENDS = frozenset({Step.DISSOLVED, Step.TAKEN_OVER})

# --- The table ---------------------------------------------------------------------------


@pytest.mark.parametrize("law", [OWNERS, MANAGEMENT])
def test_every_state_of_the_table_is_reached_and_dissolved_has_no_way_out(law: Any) -> None:
    reached, new = {CommitteeState.NOT_ELIGIBLE}, True
    while new:
        new = False
        for row in law.values():
            for source, to in row.moves.items():
                if source in reached and to not in reached:
                    reached.add(to)
                    new = True
    assert {s for row in law.values() for s in row.moves.values()} <= reached
    assert CommitteeState.DISSOLVED in reached
    assert not any(CommitteeState.DISSOLVED in row.moves for row in law.values())


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 20)), min_size=20, max_size=40))
def test_whatever_is_tried_every_group_meeting_had_a_branch_meeting_of_its_own(
    tried: list[tuple[int, int]],
) -> None:
    """Any of the steps that are open, day after day: the checks hold along every path."""
    days = {name: row.value for name, row in presets().items()}
    marks: list[Mark] = []
    on = START
    for choice, wait in tried:
        on += wait * DAY
        found = arithmetic.openings(OWNERS, lived(OWNERS, marks), days)
        ways = [o.step for o in found if o.open_on(on) and o.step not in ENDS]
        if ways:
            marks.append(Mark(ways[choice % len(ways)], on))
    prepared = 0
    for mark in marks:
        prepared += mark.step == Step.BRANCH_MET
        if mark.step == Step.GROUP_MET:
            assert prepared > 0
            prepared = 0
    announced = [m.on for m in marks if m.step == Step.ANNOUNCED]
    for mark in marks:
        if mark.step == Step.ELECTED:
            assert any((mark.on - day).days >= 15 for day in announced)


# --- The way -----------------------------------------------------------------------------


def test_a_committee_goes_from_eligible_to_filed(county: County) -> None:
    made, on = walked(county.estate, Step.FILED)
    assert made.state == CommitteeState.FILED
    assert (made.seats, made.filed_on, made.filing_number) == (5, on, "备〔2025〕3号")
    assert made.term_until_on == date(2028, 8, 1)
    assert made.alarm_on == date(2028, 8, 1) - timedelta(days=90)
    assert made.steps.count() == 10
    entry = AuditEntry.objects.filter(verb="record_step").latest("pk")
    assert (entry.target, entry.facts["step"]) == (made.body.code, "filed")


@pytest.mark.parametrize(
    ("before", "step", "days"),
    [
        (Step.LIST_PUBLISHED, Step.GROUP_MET, 7),
        (Step.ANNOUNCED, Step.ELECTED, 15),
        (Step.ANNOUNCED, Step.NOT_ELECTED, 15),
    ],
)
def test_the_law_has_a_step_wait_and_says_the_first_day(
    county: County, before: Step, step: Step, days: int
) -> None:
    made, on = walked(county.estate, before)
    if step == Step.GROUP_MET:
        record_step(made, by=CLOCK, step=Step.BRANCH_MET, on=on)
    facts: dict[str, Any] = {"seats": 5} if step == Step.ELECTED else {}
    first = on + days * DAY
    with pytest.raises(Invalid) as refused:
        record_step(made, by=CLOCK, step=step, on=first - DAY, **facts)
    assert str(first.day) in refused.value.fields["on"][0]
    assert made.steps.filter(step=step).count() == 0
    record_step(made, by=CLOCK, step=step, on=first, **facts)
    assert made.steps.filter(step=step).count() == 1


def test_candidates_hang_out_for_as_long_as_this_place_says(county: County, settings: Any) -> None:
    settings.REGISTER_RULES = {"candidates_days": 20}
    made, on = walked(county.estate, Step.ANNOUNCED)
    with pytest.raises(Invalid):
        record_step(made, by=CLOCK, step=Step.ELECTED, on=on + 19 * DAY, seats=5)
    record_step(made, by=CLOCK, step=Step.ELECTED, on=on + 20 * DAY, seats=5)


def test_the_branch_meets_before_each_meeting_of_the_group(county: County) -> None:
    made, on = walked(county.estate, Step.GROUP_MET)
    with pytest.raises(WrongState, match="Temporary party branch met|临时党支部"):
        record_step(made, by=CLOCK, step=Step.GROUP_MET, on=on + 3 * DAY)
    assert made.steps.filter(step=Step.GROUP_MET).count() == 1
    record_step(made, by=CLOCK, step=Step.BRANCH_MET, on=on + 3 * DAY)
    record_step(made, by=CLOCK, step=Step.GROUP_MET, on=on + 3 * DAY)


def test_a_group_meeting_cannot_lie_before_the_branch_that_prepared_it(county: County) -> None:
    made, on = walked(county.estate, Step.BRANCH_MET)
    with pytest.raises(Invalid):
        record_step(made, by=CLOCK, step=Step.GROUP_MET, on=on - DAY)


def test_what_is_missing_is_said(county: County) -> None:
    made, on = walked(county.estate, Step.ELIGIBLE)
    with pytest.raises(WrongState) as refused:
        record_step(made, by=CLOCK, step=Step.GROUP_FORMED, on=on, people=9)
    assert str(Step.APPLIED.label) in str(refused.value)
    with pytest.raises(WrongState):
        record_step(made, by=CLOCK, step=Step.FILED, on=on)
    with pytest.raises(Invalid):
        record_step(made, by=CLOCK, step="anything", on=on)
    with pytest.raises(Invalid):
        record_step(made, by=CLOCK, step=Step.TERM_OVER, on=on)


def test_nothing_is_recorded_ahead(county: County) -> None:
    made = committee(county.estate)
    with pytest.raises(Invalid):
        record_step(made, by=CLOCK, step=Step.ELIGIBLE, on=date(2026, 3, 3))
    assert made.steps.count() == 0


@pytest.mark.parametrize("seats", [3, 6, 13, "", "x"])
def test_an_odd_number_from_five_to_eleven_is_elected(county: County, seats: Any) -> None:
    made, on = walked(county.estate, Step.ANNOUNCED)
    with pytest.raises(Invalid) as refused:
        record_step(made, by=CLOCK, step=Step.ELECTED, on=on + 15 * DAY, seats=seats)
    assert "seats" in refused.value.fields
    made.refresh_from_db()
    assert made.state == CommitteeState.ELECTING


def test_a_term_is_at_most_five_years(county: County) -> None:
    made, on = walked(county.estate, Step.ELECTED)
    term: dict[str, Any] = {
        "number": "1",
        "term_from_on": date(2025, 8, 1),
        "term_until_on": date(2030, 8, 2),
    }
    with pytest.raises(Invalid):
        record_step(made, by=CLOCK, step=Step.FILED, on=on, **term)
    record_step(made, by=CLOCK, step=Step.FILED, on=on, **{**term, "term_until_on": "2030-08-01"})


def test_an_election_that_failed_needs_another_announcement(county: County) -> None:
    made, on = walked(county.estate, Step.ANNOUNCED)
    record_step(made, by=CLOCK, step=Step.NOT_ELECTED, on=on + 15 * DAY)
    with pytest.raises(WrongState):
        record_step(made, by=CLOCK, step=Step.ELECTED, on=on + 20 * DAY, seats=5)
    record_step(made, by=CLOCK, step=Step.ANNOUNCED, on=on + 20 * DAY)
    record_step(made, by=CLOCK, step=Step.ELECTED, on=on + 35 * DAY, seats=5)


def test_the_last_entry_is_struck_out_and_stays_on_record(county: County) -> None:
    made, on = walked(county.estate, Step.ANNOUNCED)
    record_step(made, by=CLOCK, step=Step.ELECTED, on=on + 15 * DAY, seats=7)
    with pytest.raises(Invalid):
        strike_step(made, by=CLOCK, note=" ")
    strike_step(made, by=CLOCK, note="日期录错")
    made.refresh_from_db()
    assert (made.state, made.seats, made.elected_on, made.alarm_on) == (
        CommitteeState.ELECTING,
        None,
        None,
        None,
    )
    assert made.steps.count() == 10
    record_step(made, by=CLOCK, step=Step.ELECTED, on=on + 16 * DAY, seats=5)


def test_one_committee_of_a_kind_in_an_estate(county: County) -> None:
    made = committee(county.estate)
    for kind, estate in (
        (BodyKind.OWNERS_COMMITTEE, county.estate),
        (BodyKind.OWNERS_COMMITTEE, county.community),
        (BodyKind.FIRM, county.estate),
    ):
        with pytest.raises(Invalid):
            found_committee(by=CLOCK, estate=estate, kind=kind)
    record_step(made, by=CLOCK, step=Step.DISSOLVED, on=START, note="小区拆迁")
    made.body.refresh_from_db()
    assert made.body.dissolved_on == START
    again = committee(county.estate)
    assert again.body.code != made.body.code


# --- Whose step it is --------------------------------------------------------------------


def test_who_keeps_the_register_records_and_nobody_else(county: County, people: People) -> None:
    for name in ("far_dispatcher", "manager", "committee", "resident", "auditor", "far_district"):
        with pytest.raises(NotAllowed):
            found_committee(by=people[name], estate=county.estate)
    assert not Committee.objects.exists()
    made = found_committee(by=people["dispatcher"], estate=county.estate)
    for name in ("far_dispatcher", "manager", "committee", "resident"):
        with pytest.raises(NotAllowed):
            record_step(made, by=people[name], step=Step.ELIGIBLE, on=START)
    assert not CommitteeStep.objects.exists()
    record_step(made, by=people["dispatcher"], step=Step.ELIGIBLE, on=START)


def test_filing_is_recorded_by_the_subdistrict_or_the_district(
    county: County, people: People
) -> None:
    made, on = walked(county.estate, Step.ELECTED)
    term: dict[str, Any] = {"number": "1", "term_from_on": on, "term_until_on": on + 365 * DAY}
    with pytest.raises(NotAllowed):
        record_step(made, by=people["dispatcher"], step=Step.FILED, on=on, **term)
    made.refresh_from_db()
    assert made.state == CommitteeState.ELECTED
    record_step(made, by=people["subdistrict"], step=Step.FILED, on=on, **term)


# --- Members -----------------------------------------------------------------------------


def test_a_seat_brings_its_office_and_takes_it_away(county: County, people: People) -> None:
    made, on = walked(county.estate, Step.FILED)
    user = people["neighbour"]
    member = seat_member(
        made, by=people["dispatcher"], name="周大勇", role="director", user=user, from_on=on
    )
    held = Appointment.objects.filter(user=user)
    assert {(a.office, a.seat) for a in held} == {
        (Office.COMMITTEE_MEMBER, county.estate),
        (Office.COMMITTEE_DIRECTOR, made.body),
    }
    # What the office did until today was done in office, however long ago the seat ended.
    unseat_member(member, by=people["dispatcher"], on=on + 30 * DAY, grounds="搬离")
    assert set(held.values_list("until_on", flat=True)) == {date(2026, 3, 2)}
    until = on + 60 * DAY
    with pytest.raises(WrongState):
        unseat_member(member, by=people["dispatcher"], on=until)


def test_seats_are_counted_and_one_is_director(county: County) -> None:
    made, on = walked(county.estate, Step.FILED)
    seat_member(made, by=CLOCK, name="甲", role="director", from_on=on)
    with pytest.raises(Invalid):
        seat_member(made, by=CLOCK, name="乙", role="director", from_on=on)
    for name in "丙丁戊己":
        seat_member(made, by=CLOCK, name=name, from_on=on)
    with pytest.raises(Invalid):
        seat_member(made, by=CLOCK, name="庚", from_on=on)
    seat_member(made, by=CLOCK, name="庚", role="alternate", from_on=on)
    usual: dict[str, Any] = {"name": "辛", "role": "alternate", "from_on": on}
    for wrong in ({"name": " "}, {"role": "king"}, {"until_on": on}):
        with pytest.raises(Invalid):
            seat_member(made, by=CLOCK, **{**usual, **wrong})


def test_who_sits_is_not_for_others_to_say(county: County, people: People) -> None:
    made, on = walked(county.estate, Step.FILED)
    member = seat_member(made, by=CLOCK, name="甲", from_on=on, party_member=True)
    for name in ("far_dispatcher", "committee", "manager", "resident"):
        by = people[name]
        with pytest.raises(NotAllowed):
            seat_member(made, by=by, name="乙", from_on=on)
        with pytest.raises(NotAllowed):
            amend_member(member, by=by, floor_area=None, party_member=False)
        with pytest.raises(NotAllowed):
            unseat_member(member, by=by, on=on + DAY)
        with pytest.raises(NotAllowed):
            review_committee(made, by=by, year=2025, verdict="良好")
        with pytest.raises(NotAllowed):
            record_training(by=by, place=county.community, topic="换届", on=on, present={made: 3})
    assert CommitteeMember.objects.get().party_member
    assert not YearlyReview.objects.exists()
    assert not Training.objects.exists()


def test_the_log_keeps_no_name_and_no_party_flag(county: County) -> None:
    made, on = walked(county.estate, Step.FILED)
    member = seat_member(made, by=CLOCK, name="甲某某", from_on=on, party_member=True)
    amend_member(member, by=CLOCK, floor_area=Decimal("88.5"), party_member=False)
    entries = AuditEntry.objects.filter(verb__in=("seat_member", "amend_member"))
    assert entries.count() == 2
    assert not any("甲某某" in str(e.facts) or "party" in str(e.facts) for e in entries)


def test_training_and_yearly_review(county: County, people: People) -> None:
    made, on = walked(county.estate, Step.FILED)
    by = people["dispatcher"]
    record_training(by=by, place=county.community, topic="议事规则", on=on, present={made: 4})
    assert made.trainings.get().people == 4
    review_committee(made, by=by, year=2025, verdict="良好", points=Decimal(86))
    review_committee(made, by=by, year=2025, verdict="优秀", points=Decimal(91))
    assert YearlyReview.objects.get().verdict == "优秀"
    with pytest.raises(Invalid):
        review_committee(made, by=by, year=2027, verdict="优秀", points=Decimal(101))
    with pytest.raises(Invalid):
        record_training(by=by, place=county.community, topic="", on=date(2027, 1, 1), present={})


def test_refusals_write_nothing(county: County) -> None:
    made, on = walked(county.estate, Step.ANNOUNCED)
    before = made.steps.count()
    for step in (Step.ELECTED, Step.FILED, Step.APPLIED):
        with pytest.raises(DomainError):
            record_step(made, by=CLOCK, step=step, on=on, seats=5)
    made.refresh_from_db()
    assert (made.steps.count(), made.state) == (before, CommitteeState.ELECTING)
