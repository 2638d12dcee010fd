"""What the database itself refuses, whoever asks: history is appended, promises end once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from accounts.models import User
from complaints.models import Breach, Complaint, Deadline, Event, Rating
from complaints.workflow import Stage, Status
from tests.complaints.walks import complaint_at, report
from tests.factories import County
from tests.moments import MONDAY

People = dict[str, User]
pytestmark = pytest.mark.django_db


@pytest.fixture
def order(county: County, people: People) -> Complaint:
    return complaint_at(Status.CLOSED, county, people)


# --- Events are appended -----------------------------------------------------------------

EDITS: list[Callable[[Event], Any]] = [
    lambda event: event.save(),
    lambda event: event.delete(),
    lambda event: Event.objects.filter(pk=event.pk).update(verb="nothing"),
    lambda event: Event.objects.filter(pk=event.pk).delete(),
]


@pytest.mark.parametrize("edit", EDITS)
def test_the_application_refuses_to_change_history(
    edit: Callable[[Event], Any], order: Complaint
) -> None:
    before = list(Event.objects.order_by("pk").values_list())
    with pytest.raises(TypeError, match="appended"):
        edit(Event.objects.filter(complaint=order)[0])
    assert list(Event.objects.order_by("pk").values_list()) == before


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the guard in the database is PostgreSQL's"
)
@pytest.mark.parametrize(
    "statement", ["UPDATE complaints_event SET verb = 'nothing'", "DELETE FROM complaints_event"]
)
def test_the_database_refuses_to_change_history(statement: str, order: Complaint) -> None:
    with pytest.raises(DatabaseError, match="appended"), transaction.atomic():
        connection.cursor().execute(statement)


# --- Constraints -------------------------------------------------------------------------


def refused(name: str, change: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


def again(row: Any) -> Any:
    row.pk = None
    return row.save(force_insert=True)


def test_a_stage_has_one_promise_a_round(order: Complaint) -> None:
    row = order.deadlines.get(stage=Stage.INSPECT)
    with pytest.raises(IntegrityError), transaction.atomic():
        again(row)


def test_a_promise_ends_once(order: Complaint) -> None:
    met = Deadline.objects.filter(complaint=order, met_at__isnull=False)
    refused("deadline_ends_once", lambda: met.update(void_at=MONDAY, void_reason="withdraw"))


def test_a_promise_is_voided_for_a_reason(county: County, people: People) -> None:
    rows = report(county, people).deadlines
    refused("deadline_void_has_a_reason", lambda: rows.update(void_at=MONDAY))
    refused("deadline_void_has_a_reason", lambda: rows.update(void_reason="withdraw"))


def test_a_rung_is_recorded_once(order: Complaint) -> None:
    row = order.deadlines.all()[0]

    def record() -> Breach:
        return Breach.objects.create(deadline=row, level=0, due_at=MONDAY, recorded_at=MONDAY)

    record()
    with pytest.raises(IntegrityError), transaction.atomic():
        record()


def test_a_round_is_rated_once_and_from_one_to_five(order: Complaint) -> None:
    rating = Rating.objects.get(complaint=order)
    refused("rating_from_1_to_5", lambda: Rating.objects.update(satisfaction=6))
    with pytest.raises(IntegrityError), transaction.atomic():
        again(rating)


def test_an_order_is_followed_by_an_account_or_by_a_secret(order: Complaint) -> None:
    mine = Complaint.objects.filter(pk=order.pk)
    refused("complaint_one_way_to_follow", lambda: mine.update(secret_digest="a" * 64))


def test_merged_and_merged_into_go_together(order: Complaint) -> None:
    mine = Complaint.objects.filter(pk=order.pk)
    refused("complaint_merged_into_something", lambda: mine.update(merged_into=F("pk")))
    refused("complaint_merged_into_something", lambda: mine.update(status=Status.MERGED))


def test_an_ended_order_owes_nothing(order: Complaint) -> None:
    mine = Complaint.objects.filter(pk=order.pk)
    refused("complaint_ended_owes_nothing", lambda: mine.update(next_due_at=MONDAY))
