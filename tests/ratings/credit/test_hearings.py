"""A hearing that has ended is an alarm: told once to those who decide, first on their list."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common.errors import WrongState
from communities.models import Interest
from notifications.models import Notification
from ratings.actions import _credit_told
from ratings.actions.credit_alarms import sound_credit
from ratings.models import CreditRecord, CreditStep
from tests.complaints.test_races import at_once
from tests.doors import program
from tests.factories import County
from tests.journeys.conftest import Days
from tests.moments import Pretended, at
from tests.ratings import ledger
from tests.ratings.ledger import now_is, recorded, take
from tests.ratings.listed import officers

People = dict[str, User]
Team = list[User]
API = "/api/v1/ratings/credit/records/"
# Five working days from Monday the 12th.
OVER = at("2026-10-20 00:00")


def told() -> list[str]:
    rows = Notification.objects.filter(kind="credit_to_decide")
    return sorted(rows.values_list("to__username", flat=True))


def names(team: Team) -> list[str]:
    return sorted(officer.username for officer in team)


def more(bad: CreditRecord, team: Team, n: int) -> list[CreditRecord]:
    return [recorded(team[0], bad.body, "B2", document=f"红行罚〔2026〕{i}号") for i in range(n)]


# --- The clock ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_end_of_a_hearing_is_told_once_to_those_who_may_decide(
    bad: CreditRecord, team: Team, clock: Pretended
) -> None:
    clock.put(at("2026-10-19 23:59"))
    assert (sound_credit(), told()) == (0, [])
    clock.put(OVER)
    assert sound_credit() == 1
    assert told() == names(team[1:]), "not whoever put it on record"
    clock.forward(days=9)
    assert sound_credit() == 0
    assert told() == names(team[1:])
    assert now_is(bad).state == "waiting", "the clock decides nothing"
    take(bad, "confirm", team[1], text="")


@pytest.mark.django_db
def test_a_sweep_that_did_not_run_for_a_week_dates_the_end_when_it_was(
    bad: CreditRecord, clock: Pretended
) -> None:
    clock.put(at("2026-10-27 10:00"))
    sound_credit()
    step = bad.steps.get(verb="hearing_over")
    assert (step.at, step.by) == (OVER, None)
    assert Notification.objects.filter(kind="credit_to_decide")[0].created_at == clock.moment


@pytest.mark.django_db
def test_what_was_objected_to_or_decided_is_told_no_more(
    bad: CreditRecord, team: Team, people: People, county: County, clock: Pretended
) -> None:
    objected, turned_down, withdrawn = more(bad, team, 3)
    take(objected, "object", people["manager"])
    take(turned_down, "turn_down", team[1])
    take(withdrawn, "withdraw", team[0])
    recorded(team[0], county.firm, "Y2", document="鲁建〔2026〕3号")  # a good one: nobody is heard
    clock.put(OVER)
    take(bad, "confirm", team[1])
    assert (sound_credit(), told()) == (0, [])
    assert not CreditStep.objects.filter(verb="hearing_over").exists()


@pytest.mark.django_db
def test_an_officer_tied_to_the_firm_is_not_told(
    bad: CreditRecord, team: Team, clock: Pretended
) -> None:
    Interest.objects.create(
        user=team[1], firm=bad.body, kind="relative", from_on=date(2026, 1, 1), by=team[0],
        at=at("2026-01-01"),
    )  # fmt: skip
    clock.put(OVER)
    sound_credit()
    assert told() == names(team[2:])


@pytest.mark.django_db
def test_many_are_swept_in_batches_and_one_that_fails_stops_no_other(
    bad: CreditRecord, team: Team, clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    more(bad, team, 4)
    tell: Callable[..., None] = _credit_told.tell_heard

    tried: list[int] = []

    def broken(row: CreditRecord, *rest: object) -> None:
        tried.append(row.pk)
        if row.pk == bad.pk:
            raise ValueError("cannot be told")
        tell(row, *rest)

    clock.put(OVER)
    with monkeypatch.context() as patch:
        patch.setattr(_credit_told, "tell_heard", broken)
        assert sound_credit(batch=2) == 4
    assert tried.count(bad.pk) == 1, "set aside until the next round"
    assert not bad.steps.filter(verb="hearing_over").exists(), "undone with what it was to tell"
    assert sound_credit() == 1, "looked at again in the next round"
    assert len(told()) == 5 * len(team[1:])


@pytest.mark.django_db
def test_the_end_of_a_hearing_is_nobodys_to_write(
    client: Client, bad: CreditRecord, team: Team, clock: Pretended
) -> None:
    clock.put(OVER)
    with pytest.raises(WrongState):
        take(bad, "hearing_over", team[1])
    client.force_login(team[1])
    there = reverse("ratings:credit_step", args=[bad.public_id, "hearing_over"])
    assert client.post(there, {"text": "x"}).status_code == 404
    assert program(team[1]).post(f"{API}{bad.public_id}/hearing-over/").status_code == 404
    for verb, by in (("hearing_over", team[1]), ("confirm", None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            CreditStep.objects.create(record=bad, verb=verb, at=OVER, by=by)
    assert bad.steps.count() == 1


# --- The doors ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_alarm_stands_first_on_the_officers_list(
    client: Client, bad: CreditRecord, team: Team, people: People, county: County,
    clock: Pretended,
) -> None:  # fmt: skip
    """By the clock itself: also while the sweep is still to come."""
    client.force_login(team[1])
    there = reverse("ratings:credit_records")
    assert client.get(there).context["heard"] == []
    clock.put(OVER)
    client.logout()
    client.force_login(team[1])
    (young,) = more(bad, team, 1)
    found = client.get(there)
    assert [row for row, _waits in found.context["heard"]] == [bad]
    assert [row for row, _waits in found.context["rows"]] == [young]
    text = found.content.decode()
    assert text.count("异议环节结束，待审定") == 2, "over the list and beside the record"
    assert client.get(there, {"all": "1"}).context["heard"] == []
    sound_credit()
    again = client.get(there).context
    assert [row for row, _waits in again["heard"]] == [bad]
    take(young, "object", people["manager"])
    assert [row for row, _waits in client.get(there).context["heard"]] == [bad, young]
    take(bad, "confirm", team[1])
    assert [row for row, _waits in client.get(there).context["heard"]] == [young]
    client.force_login(people["manager"])
    assert client.get(there).context["heard"] == []


@pytest.mark.django_db
def test_the_page_of_a_record_says_that_its_hearing_has_ended(
    client: Client, bad: CreditRecord, team: Team, people: People, clock: Pretended
) -> None:
    there = reverse("ratings:credit_record", args=[bad.public_id])
    client.force_login(team[1])
    assert "异议环节结束" not in client.get(there).content.decode()
    clock.put(OVER)
    sound_credit()
    for user in (team[1], people["manager"]):
        client.logout()
        client.force_login(user)
        text = client.get(there).content.decode()
        assert "异议环节结束，待审定" in text
        assert "异议期满，企业未提出异议" in text, "in its history"
        assert "None" not in text
    client.force_login(people["rival"])
    assert client.get(there).status_code == 404


@pytest.mark.django_db
def test_the_alarm_over_the_api(
    bad: CreditRecord, team: Team, people: People, clock: Pretended
) -> None:
    officer = program(team[1])
    assert officer.get(f"{API}?heard=true").json()["results"] == []
    assert officer.get(f"{API}{bad.public_id}/").json()["heard"] is False
    clock.put(OVER)
    sound_credit()
    found = officer.get(f"{API}?heard=true").json()["results"]
    assert [(row["id"], row["heard"]) for row in found] == [(str(bad.public_id), True)]
    steps = officer.get(f"{API}{bad.public_id}/").json()["steps"]
    assert [step["verb"] for step in steps] == ["record", "hearing_over"]
    assert officer.post(f"{API}{bad.public_id}/confirm/", {}, format="json").status_code == 200
    assert officer.get(f"{API}?heard=true").json()["results"] == []
    assert program().get(f"{API}?heard=true").status_code == 401
    assert program(people["rival"]).get(f"{API}?heard=true").json()["results"] == []


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
def test_ten_sweeps_beside_who_decides_tell_of_each_hearing_once(
    county: County, days: Days
) -> None:
    team = officers(county)
    ledger.settled(county.district)
    bad = recorded(team[0], county.firm)
    rows = more(bad, team, 5)
    days.moment = OVER
    at_once(*[lambda: sound_credit(batch=2)] * 4, lambda: take(bad, "confirm", team[1]))
    sound_credit()
    steps = CreditStep.objects.filter(verb="hearing_over", record__in=rows)
    assert steps.count() == len(rows)
    beside = bad.steps.filter(verb="hearing_over").count()
    assert len(told()) == (len(rows) + beside) * len(team[1:])


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_database_itself_keeps_the_end_of_a_hearing_once(county: County, days: Days) -> None:
    team = officers(county)
    ledger.settled(county.district)
    bad = recorded(team[0], county.firm)
    days.moment = OVER
    sound_credit()
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditStep.objects.create(record=bad, verb="hearing_over", at=OVER)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ratings_creditstep WHERE verb = 'hearing_over'")
    assert bad.steps.filter(verb="hearing_over").count() == 1
