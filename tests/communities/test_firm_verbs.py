"""Firms, their credit codes, their contracts, and the alarm before one ends."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
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
    Office,
)
from communities.queries import firms as queries
from communities.queries.contracts import served
from notifications.models import Notification
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-03-16 12:00"))]
TODAY = date(2026, 3, 16)
DAY = timedelta(days=1)
CODE = "91350100M000100Y43"  # the standard's own example


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
