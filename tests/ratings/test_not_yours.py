"""A deed that is not its reader's is refused with 403 and its reason, whatever was filled in."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from ratings.actions import rectification
from ratings.models import Assessment, AssessmentState, Listing, Period, Rectification, Scheme
from ratings.permissions.deeds import ON_A_RECTIFICATION, ON_A_SHEET
from ratings.workflow import LAW, OWN_DOORS, Hand
from tests.complaints.walks import fresh
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import listed, town
from tests.ratings.filling import begun, settled
from tests.ratings.listed import V, by_hand, officers, walked

People = dict[str, User]
pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-03-12 10:00"))]


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


@pytest.fixture
def period(county: County, people: People) -> Period:
    return town.period(county)


def posted(client: Client, by: User, name: str, *words: object, **said: str) -> int:
    client.force_login(by)
    return client.post(reverse(f"ratings:{name}", args=words), said).status_code


def test_a_sheet_that_is_somebody_elses_takes_nothing(
    client: Client, period: Period, county: County, people: People
) -> None:
    made = begun(period, county, people["subdistrict"])
    for name in ("assessment", "hand_in"):
        for said in ({}, {"value-D1-1": "3", "on": "2026-03-11"}):
            assert posted(client, people["dispatcher"], name, made.public_id, **said) == 403
    assert not made.findings.exists()
    same = Assessment.objects.get()
    assert (same.state, same.by) == (AssessmentState.DRAFT, people["subdistrict"])


@pytest.mark.parametrize("verb", ["rectify", "correct", "take-over", "drop"])
def test_a_deed_of_a_settled_sheet_is_not_even_shown_to_whom_it_is_not(
    client: Client, period: Period, county: County, people: People, verb: str
) -> None:
    made = settled(period, county, people["subdistrict"])
    address = reverse("ratings:deed", args=[made.public_id, verb])
    for name in ("manager", "auditor"):
        client.force_login(people[name])
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403
        assert client.post(address, {"items": ["D1-1"], "reason": "不对"}).status_code == 403
    assert not Rectification.objects.exists()
    assert Assessment.objects.count() == 1


def test_a_deed_that_is_too_late_is_a_conflict(
    client: Client, period: Period, county: County, people: People
) -> None:
    made = settled(period, county, people["subdistrict"])
    assert posted(client, people["subdistrict"], "deed", made.public_id, "drop") == 409
    assert posted(client, people["subdistrict"], "assessment", made.public_id) == 409
    assert Assessment.objects.get().state == AssessmentState.SETTLED


def test_what_is_to_be_put_right_is_reported_by_the_firm_and_closed_by_the_office(
    client: Client, period: Period, county: County, people: People
) -> None:
    made = settled(period, county, people["subdistrict"])
    (asked,) = rectification.ask(made, by=fresh(people["subdistrict"]), items=["D1-1"])
    at = ("rectification_deed", asked.public_id)
    for said in ({}, {"text": "已清理"}):
        assert posted(client, people["subdistrict"], *at, "report", **said) == 403
        assert posted(client, people["manager"], *at, "close", **said) == 403
    assert posted(client, people["manager"], *at, "send-back", reason="") == 403
    asked.refresh_from_db()
    assert asked.state == "open"


@pytest.fixture
def team(county: County, people: People) -> list[User]:
    return officers(county)


@pytest.fixture
def black(county: County, team: list[User]) -> Listing:
    return by_hand(listed.scheme(county), team[0], county.firm)


def test_a_step_of_a_listing_that_is_not_ones_own_is_refused_before_it_is_filled_in(
    client: Client, black: Listing, county: County, people: People, team: list[User]
) -> None:
    walked(black, county, team, V.SERVE)
    for name, verb in (("manager", "withdraw"), ("auditor", "withdraw"), ("district", "receive")):
        assert posted(client, people[name], "listing_step", black.public_id, verb) == 403
    assert posted(client, team[1], "listing_step", black.public_id, "propose") == 404
    black.refresh_from_db()
    assert black.state == "served"


def test_an_objection_is_answered_by_nobody_it_is_not_for(
    client: Client,
    black: Listing,
    county: County,
    people: People,
    team: list[User],
    clock: Pretended,
) -> None:
    clock.put(at("2026-10-12 10:00"))
    walked(black, county, team, V.NOTICE)
    made = listed.objected(black)
    words = ("listing_answer", black.public_id, made.public_id)
    for by in (people["manager"], people["auditor"], team[0]):
        for said in ({}, {"upheld": "yes", "answer": "属实"}):
            assert posted(client, by, *words, **said) == 403
    made.refresh_from_db()
    assert made.answered_at is None


def test_what_the_rules_refuse_keeps_what_was_typed(
    client: Client, black: Listing, county: County, team: list[User]
) -> None:
    scheme = Scheme.objects.get()
    said = {"kind": "black", "scheme": str(scheme.public_id), "body": county.firm.code,
            "grounds": "又一次", "evidence": "评分卡"}  # fmt: skip
    client.force_login(team[1])
    answer = client.post(reverse("ratings:listing_propose"), said)
    assert answer.status_code == 409
    assert "又一次" in answer.content.decode()
    assert Listing.objects.count() == 1


# --- The same for programs: 403 before anything is missing, and before it is too late ----


@pytest.mark.parametrize("verb", ON_A_SHEET)
def test_a_program_is_told_whose_a_deed_on_a_sheet_is_first(
    period: Period, county: County, people: People, verb: str
) -> None:
    made = settled(period, county, people["subdistrict"])
    for name in ("manager", "auditor"):
        answer = program(people[name]).post(
            f"/api/v1/ratings/assessments/{made.public_id}/{verb}/", {}, format="json"
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("verb", ON_A_RECTIFICATION)
def test_a_program_is_told_who_puts_right_first(
    period: Period, county: County, people: People, verb: str
) -> None:
    made = settled(period, county, people["subdistrict"])
    (asked,) = rectification.ask(made, by=fresh(people["subdistrict"]), items=["D1-1"])
    rectification.close(asked, by=fresh(people["subdistrict"]))
    wrong = "subdistrict" if verb == "report" else "manager"
    for name in (wrong, "auditor"):
        answer = program(people[name]).post(
            f"/api/v1/ratings/rectification/{asked.public_id}/{verb}/", {}, format="json"
        )
        assert answer.status_code == 403


def test_a_program_is_told_whose_a_step_of_a_listing_is_first(
    black: Listing, people: People
) -> None:
    auditor = program(people["auditor"])
    for verb in set(V) - OWN_DOORS:
        answer = auditor.post(
            f"/api/v1/ratings/listings/{black.public_id}/{verb.value.replace('_', '-')}/",
            {},
            format="json",
        )
        assert answer.status_code in {403, 404}, verb
        assert (answer.status_code == 404) == (LAW[verb].hand == Hand.CLOCK), verb
