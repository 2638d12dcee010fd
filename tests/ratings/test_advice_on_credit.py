"""The credit grade as the ground of a recommendation: that of the day, public like its ledger."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common.errors import Invalid, NotAllowed
from communities.models import Interest
from ratings.models import CreditGround, CreditRecord, Recommendation
from ratings.queries.results import credit_for, one_seen
from tests.complaints.walks import fresh
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import ledger
from tests.ratings.granted import advised, on_list
from tests.ratings.ledger import recorded, take
from tests.ratings.listed import officers

People = dict[str, User]
Team = list[User]
pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-10-12 10:00"))]
API = "/api/v1/ratings/results/"


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


@pytest.fixture
def team(county: County, people: People) -> Team:
    return officers(county)


@pytest.fixture
def bad(county: County, team: Team, clock: Pretended) -> CreditRecord:
    """By the preset of Shandong 50 - 5 = 45, level C, since the 20th of October."""
    ledger.settled(county.district)
    made = recorded(team[0], county.firm)
    clock.put(at("2026-10-20 09:00"))
    return take(made, "confirm", team[1])


def grade(county: County) -> CreditGround:
    found = credit_for(county.firm, [county.estate])
    assert found is not None
    return found


def refused(county: County, by: User, ground: object, **more: object) -> None:
    """At the ground, and nothing has changed."""
    with pytest.raises(Invalid) as refusal:
        advised(county, by, ground, **more)
    assert set(refusal.value.fields) == {"ground"}
    assert not Recommendation.objects.exists()


def asked(county: County, **more: object) -> dict[str, Any]:
    said = {"firm": county.firm.code, "advice": "vote", "estate": county.estate.code,
            "addressee": "community", "due_on": "2026-11-20", "text": "建议表决"}  # fmt: skip
    return {**said, **more}


# --- The verb ----------------------------------------------------------------------------


def test_w4_a_vote_is_recommended_on_the_credit_grade_of_the_day(
    bad: CreditRecord, county: County, people: People, team: Team, clock: Pretended
) -> None:
    row = advised(county, people["subdistrict"], grade(county))
    assert (row.listing, row.card, row.credit_on) == (None, None, date(2026, 10, 20))
    assert (row.credit_level, row.credit_points) == ("C", Decimal(45))
    assert row.credit_version == bad.version
    clock.put(at("2026-10-21 10:00"))
    take(bad, "withdraw", team[1])
    row.refresh_from_db()
    assert (grade(county).level, row.credit_level) == ("B", "C"), "as it stood that day"


def test_a_grade_that_no_longer_stands_or_is_another_firms_is_no_ground(
    bad: CreditRecord, county: County, people: People, team: Team, clock: Pretended
) -> None:
    stale, others = grade(county), credit_for(county.rival, [county.estate])
    refused(county, people["district"], others)
    take(bad, "withdraw", team[1])
    refused(county, people["district"], stale)
    clock.put(at("2026-10-21 10:00"))
    refused(county, people["district"], stale)


def test_without_a_scheme_or_under_another_district_there_is_no_grade(
    county: County, people: People
) -> None:
    assert credit_for(county.firm, [county.estate]) is None
    ledger.settled(county.district)
    assert credit_for(county.firm, [county.estate]) is not None
    assert credit_for(county.firm, []) is None
    far = people["far_district"].appointments.get().body
    assert far is not None
    assert credit_for(county.firm, [far.place]) is None


def test_a_level_that_advises_a_list_speaks_that_way_alone(
    county: County, people: People, team: Team, clock: Pretended
) -> None:
    ledger.settled(county.district, "shangqiu")
    best = grade(county)
    assert best.advice == ""
    advised(county, people["district"], best, advice="enter_pool", addressee="register")
    Recommendation.objects.all().delete()
    rows = [recorded(team[0], county.firm, item) for item in ("B2", "B6")]
    clock.put(at("2026-10-20 09:00"))
    for found in rows:
        take(found, "confirm", team[1])
    worst = grade(county)
    assert worst.advice == "black"
    refused(county, people["district"], worst, advice="enter_pool", addressee="register")
    advised(county, people["district"], worst)


def test_on_the_black_list_no_grade_speaks_for_a_firm(
    bad: CreditRecord, county: County, people: People
) -> None:
    on_list(county)
    with pytest.raises(Exception, match="black list|黑榜"):
        advised(county, people["district"], grade(county), advice="enter_pool",
                addressee="register")  # fmt: skip
    assert not Recommendation.objects.exists()


def test_whoever_was_tied_since_what_the_grade_rests_on_takes_no_part(
    bad: CreditRecord, county: County, team: Team
) -> None:
    for user, until in ((team[1], date(2026, 10, 10)), (team[2], date(2026, 10, 8))):
        Interest.objects.create(
            user=user, firm=county.firm, kind="relative", from_on=date(2026, 1, 1),
            until_on=until, by=team[0], at=at("2026-01-01"),
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        advised(county, team[1], grade(county))
    assert not Recommendation.objects.exists()
    advised(county, team[2], grade(county))  # their tie ended before the record begins


def test_the_database_wants_one_ground_and_the_whole_of_a_grade(
    bad: CreditRecord, county: County, people: People
) -> None:
    row = advised(county, people["district"], grade(county))
    here = Recommendation.objects.filter(pk=row.pk)
    for broken in (
        {"listing": on_list(county)},
        {"credit_version": None},
        {"credit_on": None},
        {"credit_level": ""},
        {"credit_points": None},
        {"credit_version": None, "credit_on": None, "credit_level": "", "credit_points": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            here.update(**broken)


# --- The doors ---------------------------------------------------------------------------


def test_the_form_offers_it_and_the_page_leads_to_the_ledger_for_everybody(
    client: Client, bad: CreditRecord, county: County, people: People, clock: Pretended
) -> None:
    client.force_login(people["subdistrict"])
    door = f"{reverse('ratings:recommend')}?firm={county.firm.code}"
    choices = dict(client.get(door).context["form"].fields["ground"].choices)
    (key,) = choices
    assert choices[key] == "信用等级C · 45分 · 2026年10月20日当日"
    said = asked(county, ground=key)
    another = client.post(door, {**said, "ground": "credit B 50"})
    assert "ground" in another.context["form"].errors, "whoever read another grade chooses again"
    assert not Recommendation.objects.exists()
    assert client.post(door, said).status_code == 302
    row = Recommendation.objects.get()
    client.logout()
    clock.put(at("2026-10-30 10:00"))
    text = client.get(reverse("ratings:recommendation", args=[row.public_id])).content.decode()
    assert "信用等级C · 45分" in text
    there = f"{reverse('ratings:credit', args=[county.firm.code])}?on=2026-10-20"
    assert there in text
    assert client.get(there).context["page"].grade.level.name == "C"


def test_others_are_refused_over_the_api_and_exactly_one_ground_is_named(
    bad: CreditRecord, county: County, people: People
) -> None:
    door = f"{API}recommend/"
    for name in ("resident", "dispatcher", "manager", "auditor"):
        answer = program(people[name]).post(door, asked(county, credit=True), format="json")
        assert answer.status_code == 403, name
    officer = program(people["district"])
    listing = str(on_list(county).public_id)
    for more in ({}, {"credit": False}, {"credit": True, "listing": listing}):
        answer = officer.post(door, asked(county, **more), format="json")
        assert (answer.status_code, set(answer.json()["fields"])) == (
            400, {"listing", "card", "credit"},
        )  # fmt: skip
    assert not Recommendation.objects.exists()
    made = officer.post(door, asked(county, credit=True), format="json")
    assert made.status_code == 201
    public = program().get(f"{API}{made.json()['id']}/").json()
    assert public["credit"] == {"on": "2026-10-20", "version": 1, "level": "C", "points": "45"}
    assert (public["listing"], public["card"]) == (None, None)
    assert public["ground"].startswith("信用等级C")


def test_it_is_read_by_nobody_else_while_the_ledger_is_not_public(
    bad: CreditRecord, county: County, people: People
) -> None:
    """No verb ever takes a settled version back: the rule is the ledger's own all the same."""
    row = advised(county, people["district"], grade(county))
    assert one_seen(None, row.public_id) == row
    draft = bad.version.scheme.versions.create(
        number=2, terms=bad.version.terms, made_at=bad.recorded_at
    )
    Recommendation.objects.filter(pk=row.pk).update(credit_version=draft)
    assert program().get(f"{API}{row.public_id}/").status_code == 404
    assert program(people["resident"]).get(f"{API}{row.public_id}/").status_code == 404
    assert one_seen(fresh(people["manager"]), row.public_id) == row
    assert program().get(API).json()["results"] == []


def test_many_on_a_grade_cost_as_much_as_one(
    client: Client, bad: CreditRecord, county: County, people: People,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    for number in range(4):
        row = advised(county, people["district"], grade(county))
        Recommendation.objects.filter(pk=row.pk).update(
            alarm_at=None, withdrawn_at=row.made_at, withdrawn_because=str(number)
        )
    with django_assert_max_num_queries(10):
        found = program().get(API).json()["results"]
    assert [row["credit"]["level"] for row in found] == ["C"] * 4
