"""The desk reviews a result before the reporter sees it."""

import pytest

from accounts.actors import Actor
from accounts.models import User
from common.now import now
from complaints import actions
from complaints.models import Complaint
from complaints.queries import OrderPage, order_page
from complaints.workflow import Status
from tests.complaints.walks import complaint_at, desk_of, fresh
from tests.factories import County

pytestmark = pytest.mark.django_db
POOR = "随便擦了擦"


@pytest.fixture
def handled(county: County, people: dict[str, User]) -> Complaint:
    order = complaint_at(Status.HANDLING, county, people)
    return actions.handle(order, by=fresh(people["manager"]), outcome="solved", note=POOR)


def page(order: Complaint, actor: Actor) -> OrderPage:
    return order_page(Complaint.objects.whole().get(pk=order.pk), actor, now())


def words(seen: OrderPage) -> str:
    return " ".join([seen.result, seen.answer, *(line.text for line in seen.timeline)])


@pytest.mark.parametrize("who", ["resident", "committee"])
def test_an_unreviewed_result_is_not_read_by_the_reporter_or_a_watcher(
    handled: Complaint, people: dict[str, User], who: str
) -> None:
    seen = page(handled, fresh(people[who]))
    assert POOR not in words(seen)
    [line] = [line for line in seen.timeline if line.verb == "handle"]
    assert line.facts == {}
    assert "solved" not in line.title.lower()


@pytest.mark.parametrize("who", ["dispatcher", "manager", "district"])
def test_desk_handler_and_overseer_read_it_at_once(
    handled: Complaint, people: dict[str, User], who: str
) -> None:
    assert POOR in words(page(handled, fresh(people[who])))


def test_an_answer_releases_it(handled: Complaint, county: County, people: dict[str, User]) -> None:
    order = actions.answer(handled, by=desk_of(handled, county, people), note="已核实")
    assert POOR in words(page(order, fresh(people["resident"])))


def test_a_result_sent_back_is_released_with_the_answer_and_the_new_one_waits(
    handled: Complaint, county: County, people: dict[str, User]
) -> None:
    desk = desk_of(handled, county, people)
    order = actions.send_back(handled, by=desk, note="重做")
    order = actions.handle(order, by=fresh(people["manager"]), outcome="solved", note="认真重做")
    assert "认真重做" not in words(page(order, fresh(people["resident"])))
    order = actions.answer(order, by=desk, note="已核实")
    assert "认真重做" in words(page(order, fresh(people["resident"])))
