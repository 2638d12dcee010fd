"""Several at once, on PostgreSQL: one sheet is begun once, confirmed once, told of once."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from accounts.models import User
from common.errors import DomainError
from notifications.models import Notification
from ratings.actions import assessments as actions
from ratings.actions import rectification
from ratings.actions.rectification_alarms import sound_rectification
from ratings.models import (
    Assessment,
    AssessmentState,
    Period,
    PeriodState,
    Rectification,
    RectificationStep,
)
from tests.complaints.test_races import at_once
from tests.complaints.walks import fresh
from tests.factories import County
from tests.journeys.conftest import Days
from tests.moments import at
from tests.ratings import town
from tests.ratings.filling import begun, entered, secretary, settled, verdict_handed_in

People = dict[str, User]
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Iterator[Days]:
    """One moment for every thread: `pretend` holds one thread's."""
    found = Days()
    found.moment = at("2026-03-12 10:00")
    monkeypatch.setattr("common.now._ask_the_database", lambda: found.moment)
    yield found


@pytest.fixture
def period(county: County, people: People, days: Days) -> Period:
    return town.period(county)


def good(results: list[object]) -> int:
    return sum(not isinstance(result, DomainError) for result in results)


def test_two_who_begin_the_same_sheet_at_once_get_one_between_them(
    county: County, people: People, period: Period
) -> None:
    results = at_once(
        *(
            lambda name=name: begun(period, county, people[name])
            for name in ("subdistrict", "district")
        )
    )
    assert good(results) == 1
    assert Assessment.objects.count() == 1


def test_two_who_confirm_the_same_verdict_at_once_settle_it_once(
    county: County, people: People, period: Period
) -> None:
    made = verdict_handed_in(period, county, people["dispatcher"])
    others = [secretary(county), secretary(county, "second")]
    Notification.objects.all().delete()
    results = at_once(*(lambda one=one: actions.confirm(made, by=fresh(one)) for one in others))
    assert good(results) == 1
    assert Assessment.objects.get().state == AssessmentState.SETTLED
    assert Notification.objects.filter(kind="assessment_settled").count() == 2


def test_a_verdict_is_either_confirmed_or_given_back(
    county: County, people: People, period: Period
) -> None:
    made = verdict_handed_in(period, county, people["dispatcher"])
    others = [secretary(county), secretary(county, "second")]
    results = at_once(
        lambda: actions.confirm(made, by=fresh(others[0])),
        lambda: actions.send_back(made, by=fresh(others[1]), reason="不对"),
    )
    assert good(results) == 1
    found = Assessment.objects.get()
    assert (found.state == AssessmentState.SETTLED) == (found.sent_back == "")


def test_two_entries_of_one_item_at_once_leave_one(
    county: County, people: People, period: Period
) -> None:
    made, by = begun(period, county, people["subdistrict"]), people["subdistrict"]
    results = at_once(
        *(lambda value=value: entered(made, by, {"D1-1": value}) for value in ("1", "2", "3"))
    )
    assert good(results) == 3
    assert made.findings.count() == 1


def test_two_who_correct_the_same_sheet_at_once_begin_one_correction(
    county: County, people: People, period: Period
) -> None:
    made = settled(period, county, people["subdistrict"])
    results = at_once(
        *(
            lambda name=name: actions.correct(made, by=fresh(people[name]), reason="数错了")
            for name in ("subdistrict", "district")
        )
    )
    assert good(results) == 1
    assert Assessment.objects.filter(replaces=made).count() == 1


def test_nothing_is_settled_beside_the_freezing_of_its_period(
    county: County, people: People, period: Period
) -> None:
    made, by = begun(period, county, people["subdistrict"]), people["subdistrict"]
    entered(made, by, {"D1-1": "1", "D1-2": "1"})

    def freeze() -> None:
        with transaction.atomic():
            row = Period.objects.select_for_update().get(pk=period.pk)
            row.state, row.frozen_at = PeriodState.FROZEN, at("2026-03-12 10:00")
            seen.append(Assessment.objects.get(pk=made.pk).state)
            row.save()

    seen: list[str] = []
    results = at_once(freeze, lambda: actions.hand_in(made, by=fresh(by)))
    settled_first = not isinstance(results[1], DomainError)
    assert seen == [AssessmentState.SETTLED if settled_first else AssessmentState.DRAFT]
    assert Assessment.objects.get().state == seen[0]


def test_ten_sweeps_at_once_tell_of_what_is_late_once(
    county: County, people: People, period: Period, days: Days
) -> None:
    made = settled(period, county, people["subdistrict"])
    rectification.ask(made, by=people["subdistrict"], items=["D1-1"])
    days.moment = at("2026-04-30 08:00")
    results = at_once(*[sound_rectification] * 4)
    assert sum(int(str(result)) for result in results) == 1
    assert RectificationStep.objects.filter(verb="late").count() == 1
    assert RectificationStep.objects.filter(verb="late_above").count() == 1
    assert Notification.objects.filter(kind="late_rectification").count() == 2


def test_one_is_not_asked_for_twice_at_once(county: County, people: People, period: Period) -> None:
    made = settled(period, county, people["subdistrict"])
    results = at_once(
        *(
            lambda name=name: rectification.ask(made, by=fresh(people[name]), items=["D1-1"])
            for name in ("subdistrict", "district")
        )
    )
    assert good(results) == 2
    assert Rectification.objects.count() == 1
