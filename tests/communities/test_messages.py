"""A butler's answer: between the two of them, with no number on either side (W1)."""

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from common.errors import Invalid, NotAllowed, WrongState
from communities import actions
from communities.models import Appointment, ButlerMessage, Office
from notifications.models import Notification
from tests.complaints.walks import fresh
from tests.doors import program
from tests.factories import County, person
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db
NUMBERS = ("13900000001", "13700000055")
ANSWER = "今天下午来换灯管"


@pytest.fixture
def butler(county: County, people: People, clock: Pretended) -> User:
    found = person("bo", "柏管家", NUMBERS[1])
    actions.appoint(
        found,
        by=people["dispatcher"],
        office=Office.BUTLER,
        at=county.building,
        from_on=clock.moment.date(),
    )
    return fresh(found)


@pytest.fixture
def message(people: People, butler: User) -> ButlerMessage:
    held = Appointment.objects.get(user=butler)
    return actions.reach_butler(held, by=people["resident"], text="楼道灯不亮")


def page(client: Client, user: User) -> str:
    client.force_login(user, backend="accounts.backends.PhoneOrName")
    return client.get("/messages/").content.decode()


def test_the_butler_answers_and_the_resident_reads_it(
    people: People, butler: User, message: ButlerMessage, client: Client
) -> None:
    shown = page(client, butler)
    assert "楼道灯不亮" in shown
    assert "陈晓梅" in shown
    path = f"/register/keep/message/{message.public_id}/answer/"
    assert path in shown
    client.post(path, {"text": ANSWER})
    told = Notification.objects.get(to=people["resident"], kind="butler_answer")
    assert told.facts["path"] == "/messages/"
    read = page(client, people["resident"])
    assert ANSWER in read
    assert "柏管家" in read
    for number in NUMBERS:
        assert number not in read + shown + str(told.facts)
    assert ANSWER not in str(list(AuditEntry.objects.values_list("facts", flat=True)))


def test_nobody_else_reads_or_answers(
    people: People, butler: User, message: ButlerMessage, client: Client
) -> None:
    path = f"/register/keep/message/{message.public_id}/answer/"
    for name in ("neighbour", "manager", "dispatcher", "district", "auditor"):
        assert "楼道灯不亮" not in page(client, people[name])
        assert client.get(path).status_code == 404
        assert client.post(path, {"text": ANSWER}).status_code == 404
    # The writer sees it and does not answer for the butler.
    client.force_login(people["resident"], backend="accounts.backends.PhoneOrName")
    assert client.post(path, {"text": ANSWER}).status_code == 403
    message.refresh_from_db()
    assert message.answer == ""
    assert client.get("/messages/?cursor=x").status_code in {200, 400, 404}


def test_once_and_while_in_office(
    people: People, butler: User, message: ButlerMessage, clock: Pretended
) -> None:
    for text in ("", "长" * 501):
        with pytest.raises(Invalid):
            actions.answer_message(message, by=butler, text=text)
    with pytest.raises(NotAllowed):
        actions.answer_message(message, by=people["manager"], text=ANSWER)
    actions.answer_message(message, by=butler, text=ANSWER)
    with pytest.raises(WrongState):
        actions.answer_message(message, by=butler, text="再答一次")
    message.refresh_from_db()
    assert message.answer == ANSWER
    assert Notification.objects.filter(kind="butler_answer").count() == 1


def test_whoever_is_no_longer_the_butler_does_not_answer(
    people: People, butler: User, message: ButlerMessage, clock: Pretended
) -> None:
    held = Appointment.objects.get(user=butler)
    clock.forward(days=1)
    actions.dismiss(held, by=fresh(people["dispatcher"]), on=clock.moment.date(), grounds="轮岗")
    with pytest.raises(NotAllowed):
        actions.answer_message(message, by=fresh(butler), text=ANSWER)
    message.refresh_from_db()
    assert message.answered_at is None


def test_programs_answer_as_pages_do(people: People, butler: User, message: ButlerMessage) -> None:
    path = f"/api/v1/register/message/{message.public_id}/answer/"
    assert program(people["manager"]).post(path, {"text": ANSWER}, format="json").status_code == 404
    assert program(butler).post(path, {"text": ANSWER}, format="json").status_code == 201
    listed = program(people["resident"]).get("/api/v1/messages/").json()["results"]
    assert [(row["text"], row["answer"]) for row in listed] == [("楼道灯不亮", ANSWER)]
    assert not any(number in str(listed) for number in NUMBERS)
    assert program(people["manager"]).get("/api/v1/messages/").json()["results"] == []


def test_the_list_costs_the_same_whatever_it_holds(
    people: People, butler: User, message: ButlerMessage, client: Client, at_most: object
) -> None:
    held = Appointment.objects.get(user=butler)
    for name in ("neighbour", "committee", "branch"):
        actions.reach_butler(held, by=people[name], text="请帮忙")
    client.force_login(butler, backend="accounts.backends.PhoneOrName")
    with at_most(14):  # type: ignore[operator]
        client.get("/messages/")
