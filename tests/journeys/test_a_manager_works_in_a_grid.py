"""A firm's manager becomes a grid worker of the next community and works both desks."""

from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.masks import mask_name, mask_phone
from communities.actions import engage_firm
from communities.models import Appointment, Grid, GridKind, Office, Place
from complaints.actions import report
from complaints.models import Category, Complaint
from complaints.workflow import Kind, Status
from tests.factories import BEGINNING, County, estate
from tests.journeys.conftest import Companions, Traveller

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
REPORTER, PHONE = "陈晓梅", "13900000001"


def hides_the_reporter(traveller: Traveller) -> bool:
    """Neither in full nor masked, anywhere in what was sent."""
    sent = traveller.page.content()
    known = (REPORTER, mask_name(REPORTER), PHONE, mask_phone(PHONE))
    return not any(words in sent for words in known)


def answer(traveller: Traveller, path: str) -> int:
    return traveller.page.request.get(traveller.base + path).status


def open_from(traveller: Traveller, queue: str, order: Complaint) -> None:
    traveller.go(f"/orders/{queue}/")
    traveller.press(traveller.page.locator(f"a[href*='{order.reference}']").first)


def status_of(order: Complaint) -> str:
    return Complaint.objects.get(pk=order.pk).status


def grid_of_two_firms(county: County) -> Grid:
    """In the next community, with an estate of another firm and one the manager's own serves."""
    served = estate(county.far_community, 2, "江畔里", buildings=1)
    engage_firm(county.firm, by=CLOCK, estate=served, from_on=BEGINNING)
    grid = Grid.objects.create(
        kind=GridKind.SMALL,
        code="990101001002G01",
        name="河西第一网格",
        community=county.far_community,
    )
    grid.buildings.set([*county.far_estate.children.all(), *served.children.all()])
    return grid


def reported(county: County, resident: User) -> list[Complaint]:
    """At the other firm's estate, at the one the own firm serves there, and a repair at home."""
    told: dict[str, Any] = {"by": resident, "category": Category.objects.get(code="0101")}
    told |= {"contact_name": REPORTER, "contact_phone": PHONE}
    places = [county.far_estate, Place.objects.get(name="江畔里")]
    return [
        *(
            report(**told, estate=at, building=at.children.first(), description="雨后楼道漏水")
            for at in places
        ),
        report(**told, estate=county.estate, kind=Kind.REPAIR, description="二单元门禁坏了"),
    ]


def appointed(clerk: Traveller, grid: Grid) -> None:
    """From the page of the grid, by its own community's clerk, who is told of the firm."""
    clerk.go(f"/grids/{grid.code}/")
    clerk.press(clerk.page.locator("main a[href*='/register/appoint/grid/']"))
    clerk.fill(office=Office.GRID_WORKER.value, q="钱经理")
    clerk.fill(letter="河西聘〔2026〕7号")
    if clerk.page.locator("[name=confirmed]").count():
        clerk.fill(confirmed="on")


def handled(manager: Traveller, order: Complaint) -> None:
    """As the firm handles it, never told who reported."""
    open_from(manager, "ours", order)
    assert hides_the_reporter(manager)
    manager.act("accept")
    manager.act("handle", outcome="solved", note="门禁已换新读卡器")
    assert hides_the_reporter(manager)


@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_a_manager_works_in_a_grid_of_another_community(
    travel: Companions, county: County, people: dict[str, User]
) -> None:
    grid, manager = grid_of_two_firms(county), people["manager"]
    theirs, own, repair = reported(county, people["resident"])
    assert answer(travel("dispatcher"), f"/register/appoint/grid/{grid.code}/") == 403
    clerk = travel("far_dispatcher")
    appointed(clerk, grid)
    held = Appointment.objects.get(user=manager, grid=grid)
    assert (held.office, held.by) == (Office.GRID_WORKER, people["far_dispatcher"])

    # As a grid worker: the other firm's estate, with who reported it; and nothing of the own.
    worker = travel("manager")
    open_from(worker, "queue", theirs)
    assert mask_name(REPORTER) in worker.text()
    assert answer(worker, f"/orders/{own.reference}/") == 404
    worker.act("inspect", note="到楼道看过，屋面接缝开裂")
    worker.act("dispatch", note="请当天排水")
    assert status_of(theirs) == Status.DISPATCHED

    # As a manager: what was sent to the firm, without who reported it.
    handled(worker, repair)
    assert status_of(repair) == Status.HANDLED

    # The grid's other estate is the firm's: the desk dispatches it, and the firm's view it stays.
    clerk.go(f"/orders/{own.reference}/")
    clerk.act("dispatch")
    worker.go("/orders/queue/")
    assert own.reference not in worker.page.content()
    open_from(worker, "ours", own)
    assert hides_the_reporter(worker)
    assert worker.page.locator("form[action$='/answer/'], form[action$='/reveal/']").count() == 0
    worker.act("accept")
    assert status_of(own) == Status.HANDLING

    # Whoever looks the person up reads both offices.
    worker.go(f"/people/{manager.public_id}/")
    assert all(words in worker.text() for words in ("河西第一网格", "和顺物业"))
