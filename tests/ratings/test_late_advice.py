"""A recommendation whose last day passes without an outcome is told once, and shown as overdue."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.actors import CLOCK
from accounts.models import User
from common.now import today
from communities.actions import appoint, record_interest
from communities.models import Office
from notifications.kinds import group_of
from notifications.models import Group, Notification
from ratings.actions import _advice_told, advice_alarms, results
from ratings.actions.advice_alarms import sound_advice
from ratings.models import Recommendation
from tests import factories
from tests.complaints.test_races import at_once
from tests.complaints.walks import fresh
from tests.doors import program
from tests.factories import County
from tests.journeys.conftest import Days
from tests.moments import Pretended, at
from tests.ratings.granted import advised, committee, ending, on_list, scored
from tests.ratings.listed import officers

pytestmark = pytest.mark.moment(at("2026-10-12 10:00"))
People = dict[str, User]
API = "/api/v1/ratings/results/"
# Thirty days from the 12th of October: the 11th of November is the last.
OVER = at("2026-11-12 00:00")


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


def told() -> list[str]:
    rows = Notification.objects.filter(kind="late_advice")
    return sorted(rows.values_list("to__username", flat=True))


def ended(row: Recommendation, by: User) -> None:
    results.record_outcome(
        row, by=fresh(by), result="not_followed", on=today(), text="续聘", said_by="业主委员会"
    )


# --- The clock ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_those_addressed_and_the_districts_officers_are_told_once(
    county: County, people: People, clock: Pretended
) -> None:
    row = advised(county, people["subdistrict"], on_list(county))
    clock.put(at("2026-11-11 23:59"))
    assert (sound_advice(), told()) == (0, []), "the last day is still in time"
    clock.put(OVER)
    assert sound_advice() == 1
    addressed = told()
    assert {"dispatcher", "district"} <= set(addressed)
    assert not {"manager", "subdistrict", "far_district", "far_dispatcher"} & set(addressed)
    row.refresh_from_db()
    assert row.alarm_at is None, "no sweep looks at it again"
    assert group_of("late_advice", duty=True) == Group.LATE
    clock.forward(days=9)
    assert (sound_advice(), told()) == (0, addressed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("advice", "addressee", "who"),
    [
        ("not_renew", "committee", {"director", "district"}),
        ("not_renew", "firm", {"manager", "manager_grid", "district"}),
        ("enter_pool", "register", {"district"}),
    ],
)
def test_it_is_told_to_whom_it_was_addressed(
    county: County, people: People, clock: Pretended, advice: str, addressee: str, who: set[str]
) -> None:
    ending(county)
    to = committee(county)
    ground = on_list(county, "red") if advice == "enter_pool" else on_list(county)
    row = advised(county, people["district"], ground, advice=advice, addressee=addressee)
    director = factories.person("director")
    appoint(director, by=CLOCK, office=Office.COMMITTEE_DIRECTOR, at=to, from_on=today())
    assert addressee != "committee" or row.to == to
    clock.put(OVER)
    sound_advice()
    assert set(told()) == who


@pytest.mark.django_db
def test_what_is_answered_or_withdrawn_is_never_late(
    county: County, people: People, clock: Pretended
) -> None:
    listing = on_list(county)
    answered = advised(county, people["district"], listing)
    ended(answered, people["district"])
    withdrawn = advised(county, people["district"], listing)
    results.withdraw_recommendation(withdrawn, by=fresh(people["district"]), because="误录")
    clock.put(OVER)
    assert (sound_advice(), told()) == (0, [])
    for row in (answered, withdrawn):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recommendation.objects.filter(pk=row.pk).update(alarm_at=OVER)
    # Told already, it may be answered still, and is not told again.
    late = advised(county, people["district"], listing)
    clock.put(at("2026-12-13"))
    before = (sound_advice(), told())
    ended(late, people["district"])
    assert before[0] == 1
    assert (sound_advice(), told()) == (0, before[1])


@pytest.mark.django_db
def test_an_officer_tied_to_the_firm_is_not_told(
    county: County, people: People, clock: Pretended
) -> None:
    other = officers(county, 1)[-1]
    advised(county, people["subdistrict"], on_list(county))
    record_interest(people["district"], by=people["district"], firm=county.firm, kind="relative")
    clock.put(OVER)
    sound_advice()
    assert other.username in told()
    assert "district" not in told()


@pytest.mark.django_db
def test_one_that_fails_stops_no_other_and_is_looked_at_an_hour_later(
    county: County, people: People, clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = on_list(county)
    bad = advised(county, people["district"], listing)
    advised(county, people["district"], listing, advice="leave_pool", addressee="register")
    tell = _advice_told.tell

    def broken(row: Recommendation, kind: str, to: set[int]) -> None:
        if row.pk == bad.pk:
            raise ValueError("cannot be told")
        tell(row, kind, to)

    clock.put(OVER)
    with monkeypatch.context() as patch:
        patch.setattr(advice_alarms, "tell", broken)
        assert sound_advice(batch=1) == 0, "the first of them fails"
        assert sound_advice(batch=1) == 1
    assert sound_advice() == 0
    clock.forward(hours=1)
    assert sound_advice() == 1


# --- The doors ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_everybody_who_reads_it_reads_that_it_is_overdue(
    client: Client, county: County, people: People, clock: Pretended
) -> None:
    row = advised(county, people["district"], on_list(county))
    assert program().get(f"{API}?overdue=true").json()["results"] == []
    clock.put(OVER)
    sound_advice()
    found = program().get(f"{API}?overdue=true").json()["results"]
    assert [(each["id"], each["overdue"]) for each in found] == [(str(row.public_id), True)]
    for name in ("district", "dispatcher", "manager"):
        client.logout()
        client.force_login(people[name])
        text = client.get(reverse("ratings:results")).content.decode()
        assert ("1项" in text, "逾期" in text) == (name == "district", True), name
    ended(row, people["district"])
    assert program().get(f"{API}?overdue=true").json()["results"] == []
    assert program().get(f"{API}{row.public_id}/").json()["overdue"] is False


@pytest.mark.django_db
def test_what_one_may_not_read_is_not_told_as_overdue_either(
    county: County, people: People, clock: Pretended
) -> None:
    advised(county, people["district"], scored(county))  # its period is not public yet
    clock.put(OVER)
    sound_advice()
    for reader in (None, people["resident"], people["far_dispatcher"]):
        assert program(reader).get(f"{API}?overdue=true").json()["results"] == []
    assert len(program(people["dispatcher"]).get(f"{API}?overdue=true").json()["results"]) == 1


# --- Several at once ---------------------------------------------------------------------


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Iterator[Days]:
    """One moment for every thread: `pretend` holds one thread's."""
    found = Days()
    found.moment = at("2026-10-12 10:00")
    monkeypatch.setattr("common.now._ask_the_database", lambda: found.moment)
    yield found


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_sweeps_beside_who_answers_tell_once(county: County, days: Days) -> None:
    people = county.people
    row = advised(county, people["district"], on_list(county))
    days.moment = OVER
    at_once(*[sound_advice] * 4, lambda: ended(row, people["district"]))
    sound_advice()
    assert len(told()) == len(set(told()))
    row.refresh_from_db()
    assert (row.alarm_at, row.waiting) == (None, False)
