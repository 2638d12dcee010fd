"""Firms, their contracts, what they offer, who needs it, the preferred pool, honours."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actors import CLOCK
from accounts.models import User
from common.credit_codes import ALPHABET, as_typed, check_character, fits
from common.errors import Invalid, NotAllowed, WrongState
from communities import actions
from communities.models import (
    Body,
    Contract,
    Ending,
    Firm,
    Honour,
    HonourList,
    Need,
    Offer,
    Office,
    PoolMembership,
    ServiceKind,
)
from communities.queries import firms as queries
from communities.queries.contracts import served
from notifications.models import Notification
from tests.doors import program
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)
DAY = timedelta(days=1)
CODE = "91350100M000100Y43"  # the standard's own example


@pytest.fixture
def clock() -> Iterator[Pretended]:
    moved = Pretended(at("2026-03-16 12:00"))
    yield moved
    moved.stop()


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


# --- Credit codes ------------------------------------------------------------------------


def test_the_standards_example_checks() -> None:
    assert fits(CODE)
    assert not fits(CODE[:-1] + "4")
    assert not fits(CODE[:-1])
    assert not fits("")
    assert as_typed(" ９１35 0100-m000100y43 ") == CODE


def written(county: int, others: int) -> str:
    """Seventeen characters of the standard's shape, from two numbers."""
    letters = [ALPHABET[others // 31**place % 31] for place in range(11)]
    return f"{''.join(letters[:2])}{county:06d}{''.join(letters[2:])}"


@given(
    body=st.builds(written, st.integers(0, 10**6 - 1), st.integers(0, 31**11 - 1)),
    at=st.integers(0, 16),
    to=st.sampled_from(ALPHABET),
)
@settings(deadline=None)
def test_one_wrong_character_always_shows(body: str, at: int, to: str) -> None:
    whole = body + check_character(body)
    assert fits(whole)
    if whole[at] != to:
        assert not fits(whole[:at] + to + whole[at + 1 :])


# --- The register of firms ---------------------------------------------------------------


def register(county: County, by: Any, **other: Any) -> Body:
    told: dict[str, Any] = {"name": "春风物业服务有限公司", "credit_code": CODE, **other}
    return actions.register_firm(county.district, by=by, **told)


def test_a_firm_is_registered_under_the_next_code_and_found_by_its_initials(
    county: County, people: People
) -> None:
    made = register(county, people["district"], community_led=True)
    assert made.code == f"{county.district.code}-F001"
    other = register(
        county,
        people["district"],
        credit_code="91110000100000000" + check_character("91110000100000000"),
    )
    assert other.code == f"{county.district.code}-F002"
    assert made in queries.firm_list(TODAY, text="cfwy")
    assert list(queries.firm_list(TODAY, led=True)) == [made]


def test_a_wrong_or_known_credit_code_is_refused(county: County, people: People) -> None:
    with pytest.raises(Invalid) as refusal:
        register(county, people["district"], credit_code=CODE[:-1] + "5", name=" ")
    assert set(refusal.value.fields) == {"credit_code", "name"}
    register(county, people["district"])
    with pytest.raises(Invalid):
        register(county, people["district"])
    assert Firm.objects.filter(credit_code=CODE).count() == 1


@pytest.mark.parametrize("who", ["dispatcher", "manager", "far_district", "resident"])
def test_others_register_no_firm_of_the_district(county: County, people: People, who: str) -> None:
    with pytest.raises(NotAllowed):
        register(county, people[who])
    assert not Firm.objects.filter(credit_code=CODE).exists()


def test_nobody_changes_the_firm_they_hold_an_office_at(county: County, people: People) -> None:
    told: dict[str, Any] = {
        "name": "新和顺",
        "credit_code": CODE,
        "licence_until": date(2030, 1, 1),
    }
    for who in ("manager", "dispatcher"):
        with pytest.raises(NotAllowed):
            actions.change_firm(county.firm, by=people[who], **told)
    changed = actions.change_firm(county.firm, by=people["district"], **told)
    assert (changed.name, changed.initials) == ("新和顺", "xhs")
    assert changed.firm.licence_until == date(2030, 1, 1)


# --- Contracts ---------------------------------------------------------------------------


def engage(county: County, by: Any, **other: Any) -> Contract:
    told: dict[str, Any] = {"from_on": date(2026, 1, 1), "until_on": date(2027, 1, 1), **other}
    return actions.engage_firm(county.firm, estate=county.unserved, by=by, **told)


def test_the_estates_clerk_engages_a_firm_with_its_terms(county: County, people: People) -> None:
    made = engage(county, people["dispatcher"], number="HT-7", grade="二级", fee=Decimal("1.25"))
    assert (made.number, made.grade, made.fee) == ("HT-7", "二级", Decimal("1.25"))
    assert (made.dismissal_days, made.renewal_days) == (60, 90)


def test_the_firms_own_people_keep_none_of_its_contracts(county: County, people: People) -> None:
    actions.appoint(
        people["dispatcher"], by=CLOCK, office=Office.FIRM_CLERK, at=county.firm, from_on=BEGINNING
    )
    people["dispatcher"].__dict__.pop("_standing", None)
    for who in ("dispatcher", "manager", "far_dispatcher"):
        with pytest.raises(NotAllowed):
            engage(county, people[who])
    assert not Contract.objects.filter(estate=county.unserved).exists()


def test_a_renewal_is_a_contract_of_its_own_and_another_grade_an_upgrade(
    county: County, people: People
) -> None:
    first = engage(county, people["dispatcher"], grade="三级")
    second = actions.renew_contract(
        first, by=people["dispatcher"], until_on=date(2029, 1, 1), grade="二级"
    )
    first.refresh_from_db()
    assert (first.ending, second.from_on) == ("renewed", first.until_on)
    rows = served([first, second], TODAY)
    assert [(row.contract, row.upgrade, row.state) for row in rows] == [
        (second, True, "ahead"),
        (first, False, "running"),
    ]
    with pytest.raises(WrongState):
        actions.renew_contract(first, by=people["dispatcher"], until_on=None)


def test_owners_dismiss_with_the_days_of_notice_the_contract_grants(
    county: County, people: People
) -> None:
    made, clerk = engage(county, people["dispatcher"]), people["dispatcher"]
    told: dict[str, Any] = {
        "ending": Ending.DISMISSED,
        "notified_on": TODAY,
        "grounds": "业主大会第3号决议",
    }
    for wrong, field in (
        ({"on": TODAY + 59 * DAY}, "on"),
        ({"on": TODAY + 60 * DAY, "grounds": ""}, "grounds"),
        ({"on": TODAY + 60 * DAY, "notified_on": None}, "notified_on"),
        ({"on": TODAY + 60 * DAY, "notified_on": TODAY + DAY}, "notified_on"),
        ({"on": made.from_on}, "on"),
        ({"on": date(2027, 1, 2)}, "on"),
    ):
        with pytest.raises(Invalid) as refusal:
            actions.end_engagement(made, by=clerk, **{**told, **wrong})
        assert set(refusal.value.fields) == {field}
    made.refresh_from_db()
    assert (made.until_on, made.ending) == (date(2027, 1, 1), "")
    actions.end_engagement(made, by=clerk, **{**told, "on": TODAY + 60 * DAY})
    made.refresh_from_db()
    assert (made.until_on, made.ending) == (TODAY + 60 * DAY, "dismissed")
    with pytest.raises(WrongState):
        actions.end_engagement(made, by=clerk, on=TODAY + DAY)


def test_late_notice_of_not_renewing_is_recorded_and_shown(county: County, people: People) -> None:
    made = engage(county, people["dispatcher"], until_on=TODAY + 30 * DAY)
    told: dict[str, Any] = {"ending": Ending.NOT_RENEWED, "notified_on": TODAY}
    with pytest.raises(Invalid):
        actions.end_engagement(made, by=people["dispatcher"], on=TODAY + DAY, **told)
    actions.end_engagement(made, by=people["dispatcher"], on=TODAY + 30 * DAY, **told)
    made.refresh_from_db()
    (row,) = served([made], TODAY)
    assert row.late_notice
    assert not row.alarm


def test_a_contract_that_is_over_stays_as_it_was(
    county: County, people: People, clock: Pretended
) -> None:
    made = engage(county, people["dispatcher"])
    clock.put(at("2027-01-01 00:00"))
    for verb in (actions.change_contract, actions.renew_contract):
        with pytest.raises(WrongState):
            verb(made, by=people["dispatcher"], until_on=None)
    made.refresh_from_db()
    assert made.until_on == date(2027, 1, 1)


@given(
    asked=st.lists(
        st.tuples(st.integers(0, 700), st.one_of(st.none(), st.integers(1, 400))), max_size=8
    )
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_two_contracts_ever_serve_an_estate_on_one_day(
    county: County, people: People, asked: list[tuple[int, int | None]]
) -> None:
    Contract.objects.filter(estate=county.unserved).delete()
    for start, length in asked:
        from_on = TODAY + start * DAY
        until_on = from_on + length * DAY if length else None
        try:
            engage(county, CLOCK, from_on=from_on, until_on=until_on)
        except Invalid:
            last = Contract.objects.filter(estate=county.unserved).order_by("-from_on")[0]
            try:
                actions.change_contract(last, by=CLOCK, until_on=until_on)
            except Invalid:
                continue
    rows = list(Contract.objects.filter(estate=county.unserved).order_by("from_on"))
    for one, following in zip(rows, rows[1:], strict=False):
        assert one.until_on is not None
        assert one.until_on <= following.from_on


# --- The alarm before a contract ends ----------------------------------------------------


def told() -> list[tuple[User, dict[str, Any]]]:
    rows = Notification.objects.filter(kind="reminder_contract").order_by("pk")
    return [(notice.to, notice.facts) for notice in rows]


def test_desk_and_manager_hear_once_when_the_days_of_notice_begin(
    county: County, people: People, clock: Pretended
) -> None:
    made = engage(county, people["dispatcher"], until_on=TODAY + 91 * DAY)
    assert actions.tell_endings() == 0
    clock.put(at("2026-03-16 23:59"))
    assert actions.tell_endings() == 0
    clock.put(at("2026-03-17 00:00"))
    assert actions.tell_endings() == 1
    assert actions.tell_endings() == 0
    assert {user for user, _facts in told()} == {
        people["dispatcher"],
        people["manager"],
        people["manager_grid"],
    }
    assert told()[0][1]["notice_by"] == "2026-03-17"
    # Another day of ending is told again, even one that was told of before.
    for days in (60, 91):
        clock.forward(minutes=1)
        actions.change_contract(made, by=people["dispatcher"], until_on=TODAY + days * DAY)
        assert actions.tell_endings() == 1
        assert actions.tell_endings() == 0


def test_the_alarm_goes_by_the_contracts_own_days_and_catches_up(
    county: County, people: People, clock: Pretended
) -> None:
    engage(county, people["dispatcher"], until_on=TODAY + 91 * DAY, renewal_days=30)
    clock.forward(days=60)
    assert actions.tell_endings() == 0
    clock.forward(days=20)  # nobody swept on the day itself
    assert actions.tell_endings() == 1


def test_what_is_renewed_ended_or_over_is_not_told(
    county: County, people: People, clock: Pretended
) -> None:
    clerk = people["dispatcher"]
    made = engage(county, clerk, until_on=TODAY + 10 * DAY)
    actions.renew_contract(made, by=clerk, until_on=TODAY + 800 * DAY)
    assert actions.tell_endings() == 0
    Contract.objects.filter(estate=county.unserved).delete()
    engage(county, clerk, until_on=TODAY + 10 * DAY)
    clock.forward(days=10)
    assert actions.tell_endings() == 0
    assert not told()


# --- Offers and needs --------------------------------------------------------------------


def offer(firm: Body, by: Any, kind: str = ServiceKind.CANTEEN) -> Offer:
    return actions.offer_service(firm, by=by, kind=kind, name="长者食堂", standard="每日午餐")


def need(county: County, by: Any) -> Need:
    return actions.raise_need(
        county.estate, by=by, kind=ServiceKind.CANTEEN, text="独居老人要吃午饭"
    )


def test_a_need_finds_the_firms_that_offer_it_and_one_takes_it_on(
    county: County, people: People
) -> None:
    wanted = need(county, people["dispatcher"])
    (match,) = queries.matched([wanted], None, TODAY)
    assert match.offers == []
    offered = offer(county.rival, people["rival"])
    offer(county.firm, people["manager"], ServiceKind.REPAIR)
    (match,) = queries.matched([wanted], people["rival"], TODAY)
    assert (match.offers, match.keeps, match.own) == ([offered], False, True)
    with pytest.raises(Invalid):
        actions.meet_need(wanted, by=people["dispatcher"], firm=county.firm)
    with pytest.raises(NotAllowed):
        actions.meet_need(wanted, by=people["manager"], firm=county.rival)
    wanted.refresh_from_db()
    assert wanted.met_by is None
    actions.meet_need(wanted, by=people["rival"], firm=county.rival)
    assert not queries.open_needs().exists()
    with pytest.raises(WrongState):
        actions.lapse_need(wanted, by=people["dispatcher"])


def test_a_firm_offers_for_itself_under_a_written_standard(county: County, people: People) -> None:
    for who in ("rival", "repairer", "dispatcher", "resident"):
        with pytest.raises(NotAllowed):
            offer(county.firm, people[who])
    with pytest.raises(Invalid) as refusal:
        actions.offer_service(
            county.firm, by=people["manager"], kind="canteen", name="食堂", standard=" "
        )
    assert set(refusal.value.fields) == {"standard"}
    assert not Offer.objects.exists()
    made = offer(county.firm, people["district"])
    actions.end_offer(made, by=people["manager"], on=TODAY + DAY)
    with pytest.raises(WrongState):
        actions.end_offer(made, by=people["manager"], on=TODAY + 2 * DAY)


def test_needs_are_raised_and_lapse_by_the_estates_desk_alone(
    county: County, people: People
) -> None:
    for who in ("manager", "far_dispatcher", "resident"):
        with pytest.raises(NotAllowed):
            need(county, people[who])
    wanted = need(county, people["dispatcher"])
    with pytest.raises(Invalid):
        need(county, people["dispatcher"])
    with pytest.raises(NotAllowed):
        actions.lapse_need(wanted, by=people["manager"])
    assert actions.lapse_need(wanted, by=people["dispatcher"]).lapsed_on == TODAY


# --- The preferred pool ------------------------------------------------------------------


def test_a_district_officer_decides_on_the_pool_with_grounds(
    county: County, people: People
) -> None:
    told: dict[str, Any] = {"from_on": TODAY, "grounds": "免费接管两个老旧小区"}
    for who in ("manager", "dispatcher", "subdistrict", "far_district"):
        with pytest.raises(NotAllowed):
            actions.enter_pool(county.firm, by=people[who], **told)
    with pytest.raises(Invalid):
        actions.enter_pool(county.firm, by=people["district"], from_on=TODAY, grounds="")
    assert not PoolMembership.objects.exists()
    member = actions.enter_pool(county.firm, by=people["district"], **told)
    assert list(queries.firm_list(TODAY, pool=True)) == [county.firm]
    with pytest.raises(Invalid):
        actions.enter_pool(county.firm, by=people["district"], **told)
    actions.leave_pool(member, by=people["district"], on=TODAY + DAY, grounds="年度考核不合格")
    assert list(queries.firm_list(TODAY + DAY, pool=True)) == []
    with pytest.raises(WrongState):
        actions.leave_pool(member, by=people["district"], on=TODAY + 2 * DAY, grounds="再次")


# --- Honours -----------------------------------------------------------------------------


def honours(county: County, by: Any, **other: Any) -> HonourList:
    told: dict[str, Any] = {
        "name": "美丽家园",
        "year": 2025,
        "granted_by": "梅江街道",
        "granted_on": date(2025, 12, 20),
        **other,
    }
    return actions.enter_honours(county.subdistrict, by=by, **told)


def test_a_list_of_honours_holds_estates_and_bodies_of_its_place_once(
    county: County, people: People
) -> None:
    officer = people["subdistrict"]
    of = honours(county, officer)
    actions.honour(of, by=officer, to=county.estate, grounds="楼道整洁")
    for wrong in (county.estate, county.firm):  # twice; the firm's seat lies above
        with pytest.raises(Invalid):
            actions.honour(of, by=officer, to=wrong)
    with pytest.raises(NotAllowed):
        actions.honour(of, by=people["dispatcher"], to=county.other_estate)
    assert Honour.objects.count() == 1
    with pytest.raises(Invalid):
        honours(county, officer)
    with pytest.raises(Invalid):
        honours(county, officer, year=2026, granted_on=TODAY + DAY)
    with pytest.raises(NotAllowed):
        honours(county, people["dispatcher"], year=2024)


def test_an_honour_is_taken_back_with_day_and_reason_and_stays_on_the_list_so_marked(
    county: County, people: People
) -> None:
    officer = people["subdistrict"]
    of = honours(county, officer)
    actions.honour(of, by=officer, to=county.estate, grounds="楼道整洁")
    given: dict[str, Any] = {"to": county.estate, "on": TODAY, "because": "飞线整改反弹"}
    with pytest.raises(NotAllowed):
        actions.take_honour_back(of, by=people["dispatcher"], **given)
    for wrong in (
        {"because": " "},
        {"on": TODAY + DAY},
        {"on": date(2025, 12, 19)},
        {"to": county.other_estate},
    ):
        with pytest.raises(Invalid) as refused:
            actions.take_honour_back(of, by=officer, **{**given, **wrong})
        assert set(refused.value.fields) == set(wrong)
    assert Honour.objects.get().taken_back_on is None
    actions.take_honour_back(of, by=officer, **given)
    (marked,) = queries.honoured(of)
    assert (marked.taken_back_on, marked.taken_back_because) == (TODAY, "飞线整改反弹")
    assert queries.honour_lists().get().count == 0
    # Twice it cannot be taken; granted again it stands again, beside what was.
    with pytest.raises(Invalid):
        actions.take_honour_back(of, by=officer, **given)
    actions.honour(of, by=officer, to=county.estate)
    assert queries.honour_lists().get().count == 1


def test_the_page_of_an_honours_list_takes_back_and_says_why(
    county: County, people: People, client: Client
) -> None:
    of = honours(county, people["subdistrict"])
    actions.honour(of, by=people["subdistrict"], to=county.estate)
    path = f"/register/keep/honours/{of.public_id}/take_back/"
    client.force_login(people["dispatcher"], backend="accounts.backends.PhoneOrName")
    assert client.get(path).status_code == 403
    client.force_login(people["subdistrict"], backend="accounts.backends.PhoneOrName")
    assert county.estate.name in client.get(path).content.decode()
    sent = {"to": county.estate.code, "on": "2026-03-02", "because": "飞线整改反弹"}
    client.post(path, sent)
    client.logout()
    shown = client.get(f"/register/honours/{of.public_id}/").content.decode()
    assert "飞线整改反弹" in shown
    assert of.name not in client.get(f"/places/{county.estate.code}/").content.decode()
    told = {"to": county.estate.code, "on": "2026-03-02", "because": "再次"}
    again = program(people["subdistrict"]).post(
        f"/api/v1/register/honours/{of.public_id}/take_back/", told, format="json"
    )
    assert again.status_code in {400, 404}
