"""Several at once, on PostgreSQL: a code is used once, a sheet made once, a poll closed once."""

from collections.abc import Iterator

import pytest

from accounts.models import AuditEntry, User
from common.errors import DomainError
from ratings.actions import poll_answers
from ratings.actions import polls as actions
from ratings.models import Poll, PollAnswer, PollCode
from tests.complaints.test_races import at_once
from tests.complaints.walks import fresh
from tests.factories import County
from tests.journeys.conftest import Days
from tests.moments import at
from tests.ratings import polled
from tests.ratings.polled import answer, opened, slips

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
def poll(county: County, people: People, days: Days) -> Poll:
    polled.homes(county.estate)
    return opened(polled.period(county), county, people["subdistrict"])


def good(results: list[object]) -> int:
    return sum(not isinstance(result, DomainError) for result in results)


def test_a_code_used_twice_at_once_is_one_answer(poll: Poll, people: People) -> None:
    code = slips(poll, people["subdistrict"])[0]
    results = at_once(*(lambda score=score: answer(code, score) for score in (10, 50, 90)))
    assert good(results) == 1
    assert all(
        isinstance(result, poll_answers.UsedCode)
        for result in results
        if isinstance(result, DomainError)
    )
    assert PollAnswer.objects.count() == 1
    assert PollCode.objects.filter(used_on__isnull=False).count() == 1


def test_answers_at_once_are_all_kept(poll: Poll, people: People) -> None:
    codes = slips(poll, people["subdistrict"])[:4]
    scores = (10, 20, 30, 40)
    results = at_once(
        *(
            lambda code=code, score=score: answer(code, score, words=str(score))
            for code, score in zip(codes, scores, strict=True)
        )
    )
    assert good(results) == 4
    assert set(PollAnswer.objects.values_list("score", flat=True)) == set(scores)
    assert poll.remarks.count() == 4


def test_two_sheets_asked_for_at_once_are_one(poll: Poll, people: People) -> None:
    results = at_once(
        *(
            lambda name=name: actions.print_slips(poll, by=fresh(people[name]), seen=0)
            for name in ("subdistrict", "district")
        )
    )
    assert good(results) == 1
    assert set(PollCode.objects.values_list("issued", flat=True)) == {1}


def test_sweeps_at_once_close_it_once(poll: Poll, days: Days) -> None:
    days.moment = at("2026-04-21 00:00")
    results = at_once(*[actions.close_polls] * 3)
    assert sum(int(str(result)) for result in results) == 1
    assert AuditEntry.objects.filter(verb="close_poll").count() == 1


def test_two_who_open_the_same_poll_at_once_draw_once(
    county: County, people: People, days: Days
) -> None:
    polled.homes(county.estate)
    period = polled.period(county)
    results = at_once(
        *(
            lambda name=name: opened(period, county, people[name])
            for name in ("subdistrict", "district")
        )
    )
    assert good(results) == 1
    assert (Poll.objects.count(), PollCode.objects.count()) == (1, 8)
