"""Deviations from detailed standards: recorded, answered, put right, taken back."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Invalid, NotAllowed, WrongState
from communities import actions
from communities.models import Deviation, Office, Standard
from communities.queries import deviations as departing
from communities.queries import standards as queries
from notifications.models import Notification
from tests.communities.standing_rules import (
    BEGAN,
    NOON,
    TODAY,
    WORDS,
    a_clause,
    a_deviation,
    a_standard,
    kept,
)
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = [pytest.mark.django_db, pytest.mark.moment(NOON)]
DAY = timedelta(days=1)


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


@pytest.fixture
def standard(county: County, people: People) -> Standard:
    return a_standard(county, people)


def test_the_firm_of_that_day_stands_beside_a_deviation_and_hears(
    standard: Standard, county: County, people: People
) -> None:
    found = a_deviation(county, people, a_clause(standard))
    assert found.firm == county.firm
    told = Notification.objects.filter(kind="register_deviation")
    assert {notice.to for notice in told} == {people["manager"], people["manager_grid"]}
    entry = AuditEntry.objects.get(verb="record_deviation")
    assert entry.target == county.estate.code
    assert "公示栏" not in str(entry.facts)


def test_an_estate_without_a_firm_departs_for_itself(
    standard: Standard, county: County, people: People
) -> None:
    found = a_deviation(county, people, a_clause(standard), estate=county.unserved)
    assert found.firm is None
    for who in ("manager", "rival", "dispatcher"):
        with pytest.raises(NotAllowed):
            actions.answer_deviation(found, by=people[who], answer="不是我们")


@pytest.mark.parametrize("who", ["manager", "rival", "manager_grid", "far_dispatcher", "resident"])
def test_only_whoever_keeps_the_estate_records_deviations(
    who: str, standard: Standard, county: County, people: People
) -> None:
    before = kept()
    with pytest.raises(NotAllowed):
        a_deviation(county, people, a_clause(standard), by=people[who])
    assert kept() == before


def test_a_firm_as_such_is_the_seats_affair(
    standard: Standard, county: County, people: People
) -> None:
    clause = a_clause(standard)
    with pytest.raises(NotAllowed):
        a_deviation(county, people, clause, estate=None, firm=county.firm)  # by the community
    by = people["district"]
    found = a_deviation(county, people, clause, estate=None, firm=county.firm, by=by)
    assert departing.seen_by(people["manager"]).get() == found
    assert not departing.seen_by(people["rival"]).exists()
    assert not departing.seen_by(people["dispatcher"]).exists()


def test_who_serves_the_firm_decides_nothing_about_it(
    standard: Standard, county: County, people: People
) -> None:
    both = User.objects.get(pk=people["district"].pk)
    actions.appoint(both, by=CLOCK, office=Office.FIRM_CLERK, at=county.firm, from_on=BEGAN)
    before = kept()
    with pytest.raises(NotAllowed):
        a_deviation(county, people, a_clause(standard), estate=None, firm=county.firm, by=both)
    assert kept() == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": TODAY + DAY}, "on"),
        ({"on": BEGAN - DAY}, "clause"),
        ({"grounds": " "}, "grounds"),
        ({"evidence": ""}, "evidence"),
    ],
)
def test_what_is_wrong_with_a_deviation_is_said_at_its_field(
    wrong: dict[str, Any], field: str, standard: Standard, county: County, people: People
) -> None:
    before = kept()
    with pytest.raises(Invalid) as refusal:
        a_deviation(county, people, a_clause(standard), **wrong)
    assert set(refusal.value.fields) == {field}
    assert kept() == before


def test_nobody_departs_from_a_standard_of_elsewhere(county: County, people: People) -> None:
    elsewhere = actions.issue_standard(
        county.far_district_office.place,
        by=people["far_district"],
        field="charges",
        title="邻县细则",
        issued_by="青松县住建局",
        from_on=BEGAN,
        clauses=WORDS,
    )
    with pytest.raises(Invalid) as refusal:
        a_deviation(county, people, a_clause(elsewhere))
    assert set(refusal.value.fields) == {"clause"}


def test_the_firm_answers_once_and_only_the_firm(
    standard: Standard, county: County, people: People
) -> None:
    found = a_deviation(county, people, a_clause(standard))
    before = kept()
    for who in ("rival", "repairer", "dispatcher", "district", "resident"):
        with pytest.raises(NotAllowed):
            actions.answer_deviation(found, by=people[who], answer="已补上")
    with pytest.raises(Invalid):
        actions.answer_deviation(found, by=people["manager"], answer=" ")
    assert kept() == before
    actions.answer_deviation(found, by=people["manager"], answer="公示栏维修，已补上。")
    with pytest.raises(WrongState):
        actions.answer_deviation(found, by=people["manager"], answer="再说一句")
    assert Deviation.objects.get().answer == "公示栏维修，已补上。"


def test_a_deviation_is_put_right_once(standard: Standard, county: County, people: People) -> None:
    found = a_deviation(county, people, a_clause(standard))
    before = kept()
    for who in ("manager", "manager_grid", "far_dispatcher"):
        with pytest.raises(NotAllowed):
            actions.put_deviation_right(found, by=people[who], how="补上", on=TODAY)
        with pytest.raises(NotAllowed):
            actions.take_deviation_back(found, by=people[who], because="不实")
    for on in (TODAY + DAY, found.on - DAY):
        with pytest.raises(Invalid):
            actions.put_deviation_right(found, by=people["dispatcher"], how="补上", on=on)
    assert kept() == before
    actions.put_deviation_right(found, by=people["dispatcher"], how="公示已补上。", on=TODAY)
    with pytest.raises(WrongState):
        actions.take_deviation_back(found, by=people["dispatcher"], because="不实")
    with pytest.raises(WrongState):
        actions.answer_deviation(found, by=people["manager"], answer="补上了")


def test_what_is_taken_back_counts_nowhere(
    standard: Standard, county: County, people: People
) -> None:
    clause = a_clause(standard)
    first, _second, third = (a_deviation(county, people, clause) for _n in range(3))
    actions.put_deviation_right(first, by=people["dispatcher"], how="已补", on=TODAY)
    actions.take_deviation_back(third, by=people["subdistrict"], because="看错了公示栏。")
    under = departing.of_estate(county.estate, None, TODAY)
    assert under.tally is not None
    assert (under.tally.open, under.tally.right, under.deviations) == (1, 1, [])
    assert Notification.objects.filter(kind="register_deviation_taken_back").count() == 2
    page = queries.standard_page(standard, TODAY)
    assert page.tally.total == 2
