"""The pages of offices: who reads what, who appoints, what a refusal leaves."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import User
from common.now import today
from communities import actions
from communities.models import Appointment, Interest, InterestKind, Invitation, Office
from tests import factories
from tests.communities.in_office import held, nothing_changes
from tests.doors import program
from tests.factories import BEGINNING, County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
API = "/api/v1/"
Surf = Callable[..., Client]


def text_of(page: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())))


def page_of(user: User) -> str:
    return f"/people/{user.public_id}/"


# --- A person's page ---------------------------------------------------------------------


def test_anybody_reads_who_walks_the_grid_and_nothing_else(
    surf: Surf, people: People, county: County
) -> None:
    worker = people["grid_worker"]
    Appointment.objects.filter(user=worker).update(letter="聘字1号", put_forward_by="居民代表")
    actions.record_interest(worker, by=worker, firm=county.firm, kind=InterestKind.SHARES)
    page = text_of(surf().get(page_of(worker)))
    assert "赵网格" in page
    assert "河东第一网格" in page
    for hidden in ("聘字1号", "居民代表", county.firm.name, "Interests"):
        assert hidden not in page


@pytest.mark.parametrize(
    "name", ["resident", "branch", "committee", "repairer", "fire", "auditor", "administrator"]
)
def test_who_holds_no_public_office_is_not_there(
    name: str, surf: Surf, people: People, county: County
) -> None:
    """Of a branch secretary: that somebody is in the Party is theirs to show."""
    for reader in ("nobody", "neighbour", "far_dispatcher"):
        assert surf(reader).get(page_of(people[name])).status_code == 404
    assert surf(name).get(page_of(people[name])).status_code == 200
    assert program().get(f"{API}people/{people[name].public_id}/").status_code == 404


def test_a_public_office_that_is_over_or_to_come_is_not_shown(
    surf: Surf, people: People, county: County, clock: Pretended
) -> None:
    worker = people["grid_worker"]
    actions.dismiss(held(worker), by=people["dispatcher"], on=today(), grounds="调离")
    assert surf().get(page_of(worker)).status_code == 404
    page = text_of(surf("dispatcher").get(page_of(worker)))
    assert "Offices held before" in page
    assert "调离" in page
    actions.appoint(
        people["neighbour"],
        by=CLOCK,
        office=Office.WARDEN,
        at=county.estate,
        from_on=today() + timedelta(days=3),
    )
    assert surf().get(page_of(people["neighbour"])).status_code == 404
    clock.forward(days=3)
    assert surf().get(page_of(people["neighbour"])).status_code == 200


def test_the_office_above_reads_letter_history_and_interests(
    surf: Surf, people: People, county: County
) -> None:
    worker = people["grid_worker"]
    Appointment.objects.filter(user=worker).update(letter="聘字1号")
    actions.record_interest(worker, by=worker, firm=county.firm, kind=InterestKind.SHARES)
    page = text_of(surf("dispatcher").get(page_of(worker)))
    for shown in ("聘字1号", county.firm.name, "Hand over", "End it", "Walks the grid"):
        assert shown in page
    own = text_of(surf("grid_worker").get(page_of(worker)))
    assert "聘字1号" in own
    assert "Hand over" not in own
    far = text_of(surf("far_dispatcher").get(page_of(worker)))
    assert "聘字1号" not in far


def test_a_cross_appointment_says_what_it_does_not_give(
    surf: Surf, people: People, county: County
) -> None:
    page = text_of(surf("subdistrict").get(page_of(people["manager_grid"])))
    assert f"holds an office at {county.firm.name} as well" in page
    assert f"For the estates {county.firm.name} serves they keep the firm's view alone." in page


# --- The list, and what is vacant --------------------------------------------------------


def test_the_list_keeps_to_ones_scope(surf: Surf, people: People, county: County) -> None:
    page = text_of(surf("dispatcher").get("/register/people/"))
    assert "赵网格" in page
    assert "王远社" not in page
    assert "沈区县" not in page
    far = text_of(surf("far_dispatcher").get("/register/people/"))
    assert "赵网格" not in far
    mine = text_of(surf("manager").get("/register/people/"))
    assert "孙维修" in mine
    assert "吴对手" not in mine


@pytest.mark.parametrize("name", ["resident", "grid_worker", "repairer", "committee", "fire"])
def test_who_oversees_nobody_has_no_list(name: str, surf: Surf) -> None:
    for path in ("people/", "people/vacancies/", "invitations/"):
        assert surf(name).get(f"/register/{path}").status_code == 403


def test_the_list_is_narrowed_by_office_place_state_and_name(
    surf: Surf, people: People, county: County
) -> None:
    read = surf("district")
    page = text_of(read.get("/register/people/", {"office": "grid_worker"}))
    assert "赵网格" in page
    assert "李社区" not in page
    page = text_of(read.get("/register/people/", {"place": county.far_community.code}))
    assert "王远社" in page
    assert "赵网格" not in page
    page = text_of(read.get("/register/people/", {"name": "赵"}))
    assert "李社区" not in page.split("Apply")[1]
    page = text_of(read.get("/register/people/", {"state": "over"}))
    assert "Nobody to show here" in page


def test_a_long_list_is_paged_and_costs_the_same(
    surf: Surf, people: People, county: County, at_most: Any
) -> None:
    for number in range(45):
        user = factories.person(f"warden{number}", f"院长{number:02d}")
        actions.appoint(user, by=CLOCK, office=Office.WARDEN, at=county.estate, from_on=BEGINNING)
    reader, seen, url = surf("dispatcher"), set(), "/register/people/"
    for _page in range(4):
        with at_most(12):  # session and user among them
            page = reader.get(url)
        seen |= set(re.findall(r"院长\d\d", page.content.decode()))
        more = page.context["next_url"]
        if not more:
            break
        url = f"/register/people/{more}"
    assert len(seen) == 45


def test_vacant_desks_and_estates_without_warden_are_shown_with_the_way_on(
    surf: Surf, people: People, county: County, clock: Pretended
) -> None:
    page = surf("subdistrict").get("/register/people/vacancies/")
    assert "Every desk is held." in text_of(page)
    for estate in ("桂花苑", "银杏里", "老机床厂宿舍", "临江府"):
        assert text_of(page).count(estate) >= 2
    clerk = held(people["far_dispatcher"])
    actions.dismiss(clerk, by=people["subdistrict"], on=today(), grounds="调离")
    for user in (people["resident"], people["neighbour"]):
        actions.appoint(user, by=CLOCK, office=Office.OBSERVER, at=county.estate, from_on=today())
    actions.appoint(
        people["resident"], by=CLOCK, office=Office.WARDEN, at=county.estate, from_on=today()
    )
    page = surf("subdistrict").get("/register/people/vacancies/")
    assert f"/register/appoint/body/{county.far_office.code}/" in page.content.decode()
    assert "桂花苑" not in text_of(page)


def test_t4_cross_appointments_are_counted_with_the_list_behind_them(
    surf: Surf, people: People, county: County
) -> None:
    page = text_of(surf("subdistrict").get("/register/people/", {"state": "crossed"}))
    assert "Project managers who are grid workers 1 of 3 whose firms serve here" in page
    assert "郑双职" in page
    assert "赵网格" not in page
    far = surf("far_dispatcher").get("/register/people/", {"state": "crossed"})
    assert "0 of 1 whose firms serve here" in text_of(far)


# --- Appointing --------------------------------------------------------------------------


def seat_page(county: County) -> str:
    return f"/register/appoint/grid/{county.grid.code}/"


def test_a_clerk_finds_somebody_by_number_and_appoints_them(
    surf: Surf, people: People, county: County
) -> None:
    clerk = surf("dispatcher")
    first = text_of(clerk.get(seat_page(county)))
    assert "Grid leader" in first
    assert "Community clerk" not in first
    found = clerk.post(
        seat_page(county), {"find": 1, "office": "grid_worker", "q": "13900000002"}
    ).content.decode()
    assert "周** · 139****0002" in found
    assert "周大勇" not in found
    given = {
        "appoint": 1,
        "q": "13900000002",
        "office": "grid_worker",
        "user": str(people["neighbour"].public_id),
        "from_on": "2026-03-02",
        "letter": "聘字2号",
    }
    done = clerk.post(seat_page(county), given)
    assert done["Location"] == page_of(people["neighbour"])
    assert held(people["neighbour"]).letter == "聘字2号"


def test_residents_are_not_found_by_name(surf: Surf, people: People, county: County) -> None:
    """The portal is no directory."""
    clerk = surf("dispatcher")
    for typed in ("陈晓梅", "1390000000", "139", "晓"):
        page = clerk.post(seat_page(county), {"find": 1, "office": "grid_worker", "q": typed})
        assert "Nobody found by that" in text_of(page)
    page = clerk.post(seat_page(county), {"find": 1, "office": "grid_worker", "q": "王远社"})
    assert "王远社" in text_of(page)


def test_nobody_is_appointed_who_was_not_found(surf: Surf, people: People, county: County) -> None:
    given = {
        "appoint": 1,
        "q": "王远社",
        "office": "grid_worker",
        "user": str(people["resident"].public_id),
        "from_on": "2026-03-02",
    }
    with nothing_changes():
        assert surf("dispatcher").post(seat_page(county), given).status_code == 200


def test_a_warning_is_shown_and_has_to_be_confirmed(
    surf: Surf, people: People, county: County
) -> None:
    one = people["neighbour"]
    actions.record_interest(one, by=one, firm=county.firm, kind=InterestKind.RELATIVE)
    url = f"/register/appoint/place/{county.estate.code}/"
    given = {
        "appoint": 1,
        "q": "13900000002",
        "office": "observer",
        "user": str(one.public_id),
        "from_on": "2026-03-02",
    }
    clerk = surf("dispatcher")
    with nothing_changes():
        page = clerk.post(url, given)
    assert county.firm.name in text_of(page)
    assert 'name="confirmed"' in page.content.decode()
    assert clerk.post(url, {**given, "confirmed": "on"}).status_code == 302


@pytest.mark.parametrize(
    "name", ["far_dispatcher", "manager", "grid_worker", "resident", "administrator", "auditor"]
)
def test_others_cannot_appoint_there(name: str, surf: Surf, people: People, county: County) -> None:
    client = surf(name)
    with nothing_changes():
        assert client.get(seat_page(county)).status_code == 403
        assert client.post(seat_page(county), {"find": 1}).status_code == 403
        invite = f"/register/invite/grid/{county.grid.code}/"
        assert client.post(invite, {"name": "林小桥"}).status_code == 403
    assert not Invitation.objects.exists()


def test_an_office_that_is_not_theirs_to_give_is_refused_even_if_sent(
    surf: Surf, people: People, county: County
) -> None:
    url = f"/register/appoint/body/{county.firm.code}/"
    given = {
        "appoint": 1,
        "q": "王远社",
        "office": "firm_manager",
        "user": str(people["far_dispatcher"].public_id),
        "from_on": "2026-03-02",
    }
    with nothing_changes():
        assert surf("manager").post(url, given).status_code == 403
        assert surf("manager").post(url, {**given, "office": "emperor"}).status_code == 403


@pytest.mark.parametrize("seat", ["grid/none", "nothing/990101", "place/000000"])
def test_a_seat_that_is_none_is_not_there(seat: str, surf: Surf) -> None:
    assert surf("district").get(f"/register/appoint/{seat}/").status_code == 404


def test_ending_and_handing_over_on_their_pages(
    surf: Surf, people: People, county: County, clock: Pretended
) -> None:
    clerk, worker = surf("dispatcher"), held(people["grid_worker"])
    url = f"/offices/{worker.public_id}/hand-over/"
    assert clerk.get(url).status_code == 200
    found = clerk.post(url, {"q": "王远社"})
    assert "王远社" in text_of(found)
    given = {
        "hand_over": 1,
        "q": "王远社",
        "user": str(people["far_dispatcher"].public_id),
        "on": "2026-03-04",
    }
    assert clerk.post(url, given).status_code == 302
    fresh_one = held(people["far_dispatcher"], Office.GRID_WORKER)
    assert fresh_one.from_on == date(2026, 3, 4)
    end = f"/offices/{fresh_one.public_id}/dismiss/"
    assert clerk.get(end).status_code == 200
    empty = clerk.post(end, {"on": "2026-03-09", "grounds": ""})
    assert "Say on what grounds" in text_of(empty)
    assert clerk.post(end, {"on": "2026-03-09", "grounds": "期满"}).status_code == 302
    fresh_one.refresh_from_db()
    assert fresh_one.until_on == date(2026, 3, 9)


def test_an_office_out_of_sight_is_not_there_and_one_in_sight_not_ones_own_is_refused(
    surf: Surf, people: People, county: County
) -> None:
    worker = held(people["grid_worker"])
    clerk = held(people["dispatcher"])
    for path in ("dismiss/", "hand-over/"):
        for name in ("far_dispatcher", "manager", "resident"):
            assert surf(name).get(f"/offices/{worker.public_id}/{path}").status_code == 404
        assert surf("dispatcher").get(f"/offices/{clerk.public_id}/{path}").status_code == 403
        assert surf("auditor").get(f"/offices/{worker.public_id}/{path}").status_code == 403
        assert surf("dispatcher").get(f"/offices/{uuid4()}/{path}").status_code == 404


def test_an_interest_is_declared_on_ones_own_page(
    surf: Surf, people: People, county: County, clock: Pretended
) -> None:
    one = people["grid_worker"]
    url = f"{page_of(one)}interests/"
    given = {"firm": county.firm.code, "kind": "relative", "note": "姐夫"}
    assert surf("grid_worker").get(url).status_code == 200
    assert surf("grid_worker").post(url, given).status_code == 302
    assert Interest.objects.get().by == one
    again = surf("grid_worker").post(url, given)
    assert "on record already" in text_of(again)
    assert surf("neighbour").post(url, given).status_code == 403
    assert surf("manager").post(url, given).status_code == 403
    clock.forward(days=2)
    end = f"{url}{Interest.objects.get().public_id}/end/"
    assert surf("neighbour").get(end).status_code == 404
    assert surf("grid_worker").post(end, {"on": "2026-03-04"}).status_code == 403
    assert surf("dispatcher").post(end, {"on": "2026-03-04"}).status_code == 302
    assert Interest.objects.get().until_on == date(2026, 3, 4)
