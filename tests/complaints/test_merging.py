"""Doubles are merged, and the answer to the original goes to every reporter."""

import pytest

from accounts.actors import Reporter
from accounts.models import User
from common.errors import Invalid, WrongState
from complaints import actions
from complaints.models import StatementKind
from complaints.permissions import parties
from complaints.workflow import Status, Verb
from notifications.models import Notification
from tests.complaints.desks import last_event
from tests.complaints.walks import (
    BYPASS,
    again,
    complaint_at,
    do,
    report,
    twin,
    untouched,
)
from tests.factories import County

People = dict[str, User]
pytestmark = pytest.mark.django_db

# --- merge -------------------------------------------------------------------------------


def test_a_double_is_merged_and_owes_nothing_more(county: County, people: People) -> None:
    order = report(county, people)
    original = twin(order, county, people)
    order = actions.merge(order, by=people["dispatcher"], into=original)
    assert (order.status, order.merged_into) == (Status.MERGED, original)
    assert {row.void_reason for row in order.deadlines.all()} == {"merge"}
    assert (order.next_due_at, order.alarm_at) == (None, None)
    assert last_event(order).facts == {"into": original.reference}


def test_the_originals_answer_goes_to_every_reporter_and_nobody_sees_another(
    county: County, people: People
) -> None:
    holder = Reporter("a" * 64)
    doubles = [
        report(county, people),
        report(county, people, by=holder),
        report(county, people, by=people["grid_worker"]),
    ]
    original = twin(doubles[0], county, people)
    # The third by way of the second.
    actions.merge(doubles[2], by=people["dispatcher"], into=doubles[1])
    for order in doubles[:2]:
        actions.merge(order, by=people["dispatcher"], into=original)
    for verb in (Verb.DISPATCH, Verb.ACCEPT, Verb.HANDLE):
        original = do(verb, original, county, people)
    actions.answer(original, by=people["dispatcher"], note="灯已修好")
    for order in doubles:
        assert order.statements.get(kind=StatementKind.ANSWER).text == "灯已修好"
        assert last_event(order).verb == "answered_with_original"
    told = Notification.objects.filter(kind="order_answered_with_original")
    assert set(told.values_list("to__username", flat=True)) == {"resident", "grid_worker"}
    assert {n.facts["reference"] for n in told} == {doubles[0].reference, doubles[2].reference}
    assert parties(people["resident"], again(original)) == frozenset()
    assert parties(people["neighbour"], again(doubles[0])) == frozenset()


def test_an_original_that_is_answered_directly_answers_its_doubles_too(
    county: County, people: People
) -> None:
    order = report(county, people)
    original = twin(order, county, people)
    actions.merge(order, by=people["dispatcher"], into=original)
    actions.answer_directly(original, by=people["dispatcher"], note="三月公示")
    assert order.statements.get(kind=StatementKind.ANSWER).text == "三月公示"


def test_a_double_of_what_is_already_answered_is_answered_at_once(
    county: County, people: People
) -> None:
    order = report(county, people)
    original = complaint_at(Status.ANSWERED, county, people, reporter=people["neighbour"])
    actions.merge(order, by=people["dispatcher"], into=original)
    assert order.statements.get(kind=StatementKind.ANSWER).text == "灯已修好"
    told = Notification.objects.filter(kind="order_answered_with_original")
    assert told.get().to == people["resident"]


def test_an_original_that_is_not_accepted_says_so_to_its_doubles(
    county: County, people: People
) -> None:
    order = report(county, people)
    original = twin(order, county, people)
    actions.merge(order, by=people["dispatcher"], into=original)
    actions.refuse(original, by=people["dispatcher"], reason="outside", note="请联系12345")
    assert order.statements.get(kind=StatementKind.ANSWER).text == "请联系12345"


def test_an_order_is_not_merged_into_itself_elsewhere_or_what_has_ended(
    county: County, people: People
) -> None:
    order = report(county, people)
    for into in (
        order,
        report(county, people, estate=county.other_estate),
        report(county, people, category=BYPASS),
        complaint_at(Status.WITHDRAWN, county, people),
        complaint_at(Status.CLOSED, county, people),
    ):
        with untouched(order, into), pytest.raises(Invalid) as refusal:
            actions.merge(order, by=people["dispatcher"], into=into)
        assert list(refusal.value.fields) == ["into"]


def test_a_merged_order_is_not_merged_again(county: County, people: People) -> None:
    order = report(county, people)
    first, second = twin(order, county, people), twin(order, county, people)
    actions.merge(order, by=people["dispatcher"], into=first)
    with untouched(order), pytest.raises(WrongState):
        actions.merge(order, by=people["dispatcher"], into=second)
