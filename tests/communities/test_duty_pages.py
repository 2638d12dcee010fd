"""The roster's pages and its API: a week to look at, to fill, to repeat, and who may not."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import User
from communities import actions
from communities.models import DutyShift, Office
from tests import factories
from tests.doors import program
from tests.factories import BEGINNING, County
from tests.moments import MONDAY, Pretended, at

People = dict[str, User]
# Monday at noon.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.moment(at("2026-03-02 12:00")),
    pytest.mark.usefixtures("clock"),
]
DAY = timedelta(days=1)
PAGE, REPEAT = "/duty/", "/duty/repeat/"


@pytest.fixture
def people(county: County) -> People:
    """The cast, and the secretary of the community."""
    secretary = factories.person("secretary", "孔书记")
    actions.appoint(
        secretary,
        by=CLOCK,
        office=Office.COMMUNITY_SECRETARY,
        at=county.community_office,
        from_on=BEGINNING,
    )
    return {**county.people, "secretary": secretary}


Surf = Callable[[str], Client]


@pytest.fixture
def shift(county: County, people: People, clock: Pretended) -> DutyShift:
    """From Monday 09:00 to Tuesday 09:00: the clerk, with the secretary behind."""
    return actions.set_shift(
        by=people["secretary"],
        body=county.community_office,
        user=people["dispatcher"],
        deputy=people["secretary"],
        from_at=MONDAY,
        until_at=MONDAY + DAY,
    )


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def given(people: People, **other: Any) -> dict[str, Any]:
    return {
        "user": str(people["dispatcher"].public_id),
        "deputy": str(people["secretary"].public_id),
        "days": ["2026-03-03", "2026-03-04"],
        "from_at": "18:00",
        "until_at": "08:00",
        **other,
    }


# --- To look at --------------------------------------------------------------------------


def test_a_desk_sees_its_week_and_who_is_on_duty_now(surf: Surf, shift: DutyShift) -> None:
    page = text_of(surf("dispatcher").get(PAGE))
    assert "On duty now 李社区 Deputy: 孔书记 · until Tue 3 Mar, 09:00" in page
    assert page.count("No shift begins: everybody at the desk hears") == 6
    later = surf("dispatcher").get(PAGE, {"week": "2026-03-12"})
    assert later.context["roster"].monday.isoformat() == "2026-03-09"
    # Now is now, whatever week is looked at.
    assert "On duty now 李社区" in text_of(later)


def test_a_shift_of_several_days_goes_on_in_the_rows_below(
    surf: Surf, people: People, county: County
) -> None:
    actions.set_shift(
        by=people["secretary"],
        body=county.community_office,
        user=people["dispatcher"],
        from_at=MONDAY,
        until_at=MONDAY + 3 * DAY,
    )
    page = text_of(surf("dispatcher").get(PAGE))
    assert page.count("李社区, goes on") == 2  # Tuesday and Wednesday; on Thursday it ends
    assert page.count("No shift begins") == 4


def test_who_stands_in_is_named(surf: Surf, shift: DutyShift, people: People) -> None:
    actions.stand_in(shift, by=people["dispatcher"], absent=True)
    page = text_of(surf("secretary").get(PAGE))
    assert "On duty now 孔书记 Stands in for 李社区" in page
    assert "李社区 away 孔书记 stands in" in page


def test_without_a_shift_everybody_hears(surf: Surf, county: County) -> None:
    assert "No shift is running: everybody at the desk hears" in text_of(
        surf("secretary").get(PAGE)
    )


def test_a_shift_nobody_can_be_reached_on_says_so(
    surf: Surf, shift: DutyShift, people: People
) -> None:
    actions.stand_in(shift, by=people["dispatcher"], absent=True)
    DutyShift.objects.update(deputy=None)
    assert "Neither of the two on this shift can be reached" in text_of(surf("secretary").get(PAGE))


def test_those_who_oversee_an_office_see_its_roster_and_cannot_change_it(
    surf: Surf, county: County, shift: DutyShift
) -> None:
    path = f"{PAGE}?office={county.community_office.code}"
    for name in ("subdistrict", "district"):
        page = surf(name).get(path)
        assert "李社区" in text_of(page)
        assert page.context["form"] is None
        assert surf(name).post(path, {}).status_code == 403
        assert surf(name).get(f"/duty/{shift.public_id}/").status_code == 403


@pytest.mark.parametrize("name", ["far_dispatcher", "far_district"])
def test_others_do_not_see_it(name: str, surf: Surf, county: County, shift: DutyShift) -> None:
    client = surf(name)
    assert client.get(PAGE).status_code == 200
    assert client.get(PAGE, {"office": county.community_office.code}).status_code == 404
    assert client.get(f"/duty/{shift.public_id}/").status_code == 404
    for verb in ("stand-in", "remove"):
        assert client.post(f"/duty/{shift.public_id}/{verb}/").status_code == 404
    assert client.post(REPEAT, {"office": county.community_office.code}).status_code == 404
    shift.refresh_from_db()
    assert not shift.a_absent


@pytest.mark.parametrize("name", ["resident", "manager", "grid_worker", "auditor", "administrator"])
def test_who_serves_at_no_desk_has_no_roster(name: str, surf: Surf) -> None:
    assert surf(name).get(PAGE).status_code == 403
    assert "/duty/" not in surf(name).get("/account/preferences/").content.decode()


def test_the_way_to_it_is_in_the_menu_of_the_desk(surf: Surf) -> None:
    assert 'href="/duty/"' in surf("dispatcher").get("/account/preferences/").content.decode()


@pytest.mark.parametrize("office", ["no-such-office", ""])
def test_an_office_that_is_none_is_not_there(office: str, surf: Surf, county: County) -> None:
    wanted = office or county.firm.code
    assert surf("district").get(PAGE, {"office": wanted}).status_code == 404
    assert surf("secretary").get(f"/duty/{uuid4()}/").status_code == 404


@pytest.mark.parametrize("week", ["", "soon", "0001-01-01", "9999-12-31", "2026-13-01"])
def test_a_week_that_is_none_is_this_week(week: str, surf: Surf) -> None:
    page = surf("secretary").get(PAGE, {"week": week})
    assert page.context["roster"].monday.isoformat() == "2026-03-02"


# --- To keep -----------------------------------------------------------------------------


def test_several_days_are_entered_at_once(surf: Surf, people: People, shift: DutyShift) -> None:
    answer = surf("secretary").post(PAGE, given(people))
    assert answer.status_code == 302
    made = DutyShift.objects.exclude(pk=shift.pk).order_by("from_at")
    assert [(s.from_at, s.until_at) for s in made] == [
        (at("2026-03-03 18:00"), at("2026-03-04 08:00")),
        (at("2026-03-04 18:00"), at("2026-03-05 08:00")),
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"days": []}, "days"),
        ({"days": ["2026-03-01"]}, "days"),  # over
        ({"user": ""}, "user"),
        ({"user": "nobody"}, "user"),
        ({"deputy": "dispatcher"}, "deputy"),
        ({"from_at": "25:00"}, "from_at"),
        ({"days": ["2026-03-05", "2026-03-02"], "from_at": "08:00"}, "from_at"),
    ],
)
def test_all_days_are_entered_or_none(
    change: dict[str, Any], field: str, surf: Surf, people: People, shift: DutyShift
) -> None:
    said = {
        name: str(people[value].public_id) if value in list(people) else value
        for name, value in change.items()
        if not isinstance(value, list)
    }
    said |= {name: value for name, value in change.items() if isinstance(value, list)}
    page = surf("secretary").post(PAGE, given(people, **said))
    assert list(page.context["form"].errors) == [field]
    assert DutyShift.objects.get() == shift


def test_a_clerk_beside_a_secretary_does_not_keep_it(
    surf: Surf, people: People, shift: DutyShift
) -> None:
    client = surf("dispatcher")
    assert client.post(PAGE, given(people)).status_code == 403
    assert client.post(REPEAT, {"week": "2026-03-09"}).status_code == 403
    assert client.get(f"/duty/{shift.public_id}/").status_code == 403
    assert client.post(f"/duty/{shift.public_id}/remove/").status_code == 403
    assert DutyShift.objects.get() == shift


def test_the_week_before_is_repeated(surf: Surf, people: People, shift: DutyShift) -> None:
    client = surf("secretary")
    answer = client.post(REPEAT, {"week": "2026-03-09"})
    assert answer["Location"].endswith("week=2026-03-09")
    assert DutyShift.objects.filter(from_at=MONDAY + 7 * DAY).exists()
    assert "1 shift repeated." in text_of(client.get(answer["Location"]))
    client.post(REPEAT, {"week": "2026-03-09"})
    assert "Left out: 1" in text_of(client.get(PAGE))
    assert client.post(REPEAT, {"week": "2026-04-09"}).status_code == 409


def test_a_shift_is_changed_and_taken_out(surf: Surf, people: People, shift: DutyShift) -> None:
    client = surf("secretary")
    path = f"/duty/{shift.public_id}/"
    form = client.get(path).context["form"]
    assert form["from_at"].value().astimezone(MONDAY.tzinfo) == MONDAY
    said = given(people, deputy="", from_at="2026-03-02T09:00", until_at="2026-03-02T21:00")
    assert client.post(path, said).status_code == 302
    shift.refresh_from_db()
    assert (shift.deputy, shift.until_at) == (None, at("2026-03-02 21:00"))
    wrong = client.post(path, {**said, "until_at": "2026-03-02T09:00"})
    assert list(wrong.context["form"].errors) == ["until_at"]
    assert client.post(f"{path}remove/").status_code == 302
    assert not DutyShift.objects.exists()


def test_a_says_that_b_stands_in(surf: Surf, shift: DutyShift) -> None:
    client = surf("dispatcher")
    path = f"/duty/{shift.public_id}/stand-in/"
    client.post(path, {"absent": "yes"})
    assert "孔书记 stands in for 李社区." in text_of(client.get(PAGE))
    shift.refresh_from_db()
    assert shift.a_absent
    client.post(path, {"absent": "no"})
    assert "李社区 is on duty again." in text_of(client.get(PAGE))
    DutyShift.objects.update(deputy=None)
    client.post(path, {"absent": "yes"})
    assert "李社区 is away; everybody at the desk hears" in text_of(client.get(PAGE))


def test_what_is_over_cannot_be_changed(surf: Surf, shift: DutyShift, clock: Pretended) -> None:
    clock.put(MONDAY + DAY)
    client = surf("secretary")
    assert client.post(f"/duty/{shift.public_id}/stand-in/", {"absent": "yes"}).status_code == 409
    assert client.post(f"/duty/{shift.public_id}/remove/").status_code == 409
    assert "stand-in/" not in client.get(PAGE).content.decode()


def test_a_week_costs_the_same_however_many_shifts_there_are(
    surf: Surf, people: People, county: County, at_most: Callable[..., Any]
) -> None:
    client = surf("secretary")
    client.get(PAGE)
    with at_most(14) as few:
        client.get(PAGE)
    for days in range(7):
        actions.set_shift(
            by=people["secretary"],
            body=county.community_office,
            user=people["dispatcher"],
            from_at=MONDAY + days * DAY,
            until_at=MONDAY + (days + 1) * DAY,
        )
    with at_most(len(few.captured_queries) + 1):  # one more: somebody is on duty
        client.get(PAGE)


# --- For programs ------------------------------------------------------------------------

API = "/api/v1/duty/"


def test_programs_read_a_roster(county: County, people: People, shift: DutyShift) -> None:
    found = program(people["dispatcher"]).get(API).json()
    assert found["office"]["code"] == county.community_office.code
    assert found["week"] == "2026-03-02"
    assert [person["name"] for person in found["reached"]] == ["李社区"]
    assert [row["id"] for row in found["shifts"]] == [str(shift.public_id)]
    assert found["shifts"][0]["deputy"]["name"] == "孔书记"
    path = f"{API}?office={county.community_office.code}&week=2026-03-10"
    assert program(people["district"]).get(path).json()["shifts"] == []


def test_other_programs_do_not(county: County, people: People, shift: DutyShift) -> None:
    path = f"{API}?office={county.community_office.code}"
    assert program().get(path).status_code == 401
    assert program(people["resident"]).get(path).status_code == 403
    assert program(people["far_dispatcher"]).get(path).status_code == 404
