"""Ways through the life of a supervision order, by the verbs."""

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from complaints import actions
from complaints.models import (
    Complaint,
    SupervisedOrder,
    SupervisionCounter,
    SupervisionEvent,
    SupervisionOrder,
    SupervisionStatement,
)
from complaints.supervision import State
from complaints.workflow import Status
from notifications.models import Notification
from tests.complaints.walks import complaint_at, everything, fresh
from tests.factories import County

People = dict[str, User]
SUBJECT = "楼道照明长期不修"
DEMAND = "请三个工作日内修复，并说明原因和整改措施。"


def supervised(
    county: County, people: People, orders: Sequence[Complaint] | None = None, **kw: Any
) -> SupervisionOrder:
    """A supervision order of the subdistrict's, addressed to the firm, due in three working days.

    Without `orders` about one that the firm is at work on.
    """
    given = orders if orders is not None else [complaint_at(Status.HANDLING, county, people)]
    by = fresh(kw.pop("by", people["subdistrict"]))
    kw.setdefault("to", county.firm)
    if "due_on" not in kw:
        kw.setdefault("amount", 3)
        kw.setdefault("unit", "working_days")
    return actions.supervise(given, by=by, **{"subject": SUBJECT, "demand": DEMAND, **kw})


def replied(county: County, people: People, **kw: Any) -> SupervisionOrder:
    slip = supervised(county, people, **kw)
    return actions.reply(slip, by=fresh(people["manager"]), note="灯座已全部更换")


def slip_at(state: State, county: County, people: People, **kw: Any) -> SupervisionOrder:
    """A supervision order that has come to this state by the shortest way."""
    above = people["subdistrict"]
    if state == State.CANCELLED:
        slip = supervised(county, people, **kw)
        return actions.cancel_supervision(slip, by=fresh(above), note="已由区县督办")
    if state == State.OPEN:
        return supervised(county, people, **kw)
    slip = replied(county, people, **kw)
    if state == State.REPLIED:
        return slip
    return actions.close_supervision(slip, by=fresh(above), note="同意销号")


def slip_again(slip: SupervisionOrder) -> SupervisionOrder:
    """The supervision order as the database has it now."""
    return SupervisionOrder.objects.whole().get(pk=slip.pk)


def all_rows(*orders: Complaint) -> list[Any]:
    """Every row of every supervision order, those of some orders, and every notice."""
    tables = (
        SupervisionOrder,
        SupervisedOrder,
        SupervisionStatement,
        SupervisionEvent,
        SupervisionCounter,
        Notification,
    )
    rows: list[Any] = [
        list(table._default_manager.order_by("pk").values_list()) for table in tables
    ]
    return [*rows, *(everything(order) for order in orders)]


class nothing_happened:
    """Asserts that a refusal left every supervision order, these orders and all notices alone."""

    def __init__(self, *orders: Complaint) -> None:
        self._orders = orders

    def __enter__(self) -> None:
        self._before = all_rows(*self._orders)

    def __exit__(self, *_raised: object) -> None:
        assert all_rows(*self._orders) == self._before


def told(kind: str) -> list[str]:
    """Who has a notice of this kind, one name for each."""
    return sorted(Notification.objects.filter(kind=kind).values_list("to__username", flat=True))
