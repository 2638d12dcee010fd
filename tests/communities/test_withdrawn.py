"""An office taken back before it begins was never held, and stays on record so."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.utils import IntegrityError
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Invalid, NotAllowed, WrongState
from common.now import today
from communities import actions
from communities.models import Appointment, DutyShift, Office
from communities.queries import offices as queries
from notifications.models import Notification
from tests.complaints.walks import fresh
from tests.doors import program
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db
SOON = date(2026, 3, 9)
WHY = "本人另有任用"


@pytest.fixture(autouse=True)
def _monday(clock: Pretended) -> None:
    """2 March 2026."""


@pytest.fixture
def coming(county: County, people: People) -> Appointment:
    return actions.appoint(
        people["neighbour"],
        by=people["dispatcher"],
        office=Office.GRID_WORKER,
        at=county.grid,
        from_on=SOON,
    )


def withdraw(appointment: Appointment, by: User, grounds: str = WHY) -> Appointment:
    return actions.withdraw_appointment(appointment, by=fresh(by), grounds=grounds)


def test_an_office_that_has_not_begun_is_taken_back_and_stays_on_record(
    county: County, people: People, coming: Appointment
) -> None:
    withdraw(coming, people["dispatcher"])
    coming.refresh_from_db()
    assert (coming.from_on, coming.until_on) == (today(), today())
    assert coming.ended_grounds == WHY
    for day in (today(), SOON, SOON + timedelta(400)):
        assert coming not in Appointment.objects.in_force(day)
    assert coming in queries.offices(fresh(people["dispatcher"]), today(), state="over")
    entry = AuditEntry.objects.get(verb="withdraw_appointment")
    assert entry.facts["from_on"] == SOON.isoformat()
    assert people["neighbour"].name not in str(entry.facts)
    assert Notification.objects.filter(to=people["neighbour"], kind="office_withdrawn").count() == 1
    # It bars nothing: the same office is given again, from before and from after that day.
    actions.appoint(
        people["neighbour"],
        by=CLOCK,
        office=Office.GRID_WORKER,
        at=county.grid,
        from_on=BEGINNING,
    )


@pytest.mark.parametrize(
    ("who", "grounds", "refusal"),
    [
        ("far_dispatcher", WHY, NotAllowed),
        ("manager", WHY, NotAllowed),
        ("neighbour", WHY, NotAllowed),
        ("dispatcher", "  ", Invalid),
        ("dispatcher", "长" * 201, Invalid),
    ],
)
def test_who_may_not_and_what_is_missing(
    people: People, coming: Appointment, who: str, grounds: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        withdraw(coming, people[who], grounds)
    coming.refresh_from_db()
    assert (coming.from_on, coming.until_on) == (SOON, None)
    assert not Notification.objects.filter(kind="office_withdrawn").exists()


def test_what_has_begun_is_ended_and_not_withdrawn(
    people: People, coming: Appointment, clock: Pretended
) -> None:
    clock.put(at("2026-03-08 23:59"))
    clock.put(at("2026-03-09 00:00"))
    with pytest.raises(WrongState):
        withdraw(coming, people["dispatcher"])
    coming.refresh_from_db()
    assert coming.until_on is None


def test_twice_it_is_not_withdrawn(people: People, coming: Appointment) -> None:
    withdraw(coming, people["dispatcher"])
    with pytest.raises(WrongState):
        withdraw(coming, people["dispatcher"])
    assert AuditEntry.objects.filter(verb="withdraw_appointment").count() == 1


def test_handed_over_it_goes_back_with_its_shifts(
    county: County, people: People, clock: Pretended
) -> None:
    clerk, officer = people["dispatcher"], people["subdistrict"]
    seat = Appointment.objects.get(user=clerk, office=Office.COMMUNITY_CLERK)
    shift = actions.set_shift(
        by=CLOCK,
        body=county.community_office,
        user=clerk,
        from_at=at("2026-03-10 08:00"),
        until_at=at("2026-03-11 08:00"),
    )
    passed = actions.hand_over(seat, to=people["neighbour"], by=officer, on=SOON)
    assert DutyShift.objects.get(pk=shift.pk).user == people["neighbour"]
    withdraw(passed, officer)
    seat.refresh_from_db()
    assert seat.until_on is None
    assert DutyShift.objects.get(pk=shift.pk).user == clerk
    told = Notification.objects.filter(kind="office_withdrawn").values_list("to", flat=True)
    assert set(told) == {clerk.pk, people["neighbour"].pk}
    # It can be handed over again, and that is told again.
    clock.forward(minutes=1)
    again = actions.hand_over(seat, to=people["resident"], by=fresh(officer), on=SOON)
    assert again.succeeds == seat


def test_the_last_officer_to_come_is_not_withdrawn(county: County, people: People) -> None:
    administrator, old = people["administrator"], people["district"]
    heir = actions.appoint(
        people["neighbour"],
        by=administrator,
        office=Office.DISTRICT_OFFICER,
        at=county.district_office,
        from_on=SOON,
    )
    held = Appointment.objects.get(user=old, office=Office.DISTRICT_OFFICER)
    actions.dismiss(held, by=fresh(administrator), on=SOON, grounds="调离")
    with pytest.raises(NotAllowed):
        withdraw(heir, administrator)


def test_the_database_still_refuses_an_end_before_the_beginning(coming: Appointment) -> None:
    coming.until_on = SOON - timedelta(1)
    with pytest.raises(IntegrityError):
        coming.save()


# --- Doors -------------------------------------------------------------------------------


def test_the_page_of_the_person_leads_to_it(
    people: People, coming: Appointment, client: Client
) -> None:
    path = f"/offices/{coming.public_id}/withdraw/"
    client.force_login(people["far_dispatcher"], backend="accounts.backends.PhoneOrName")
    assert client.get(path).status_code == 404
    client.force_login(people["dispatcher"], backend="accounts.backends.PhoneOrName")
    person = f"/people/{people['neighbour'].public_id}/"
    assert path in client.get(person).content.decode()
    assert "error" in client.post(path, {"grounds": ""}).content.decode()
    assert client.post(path, {"grounds": WHY}).url == person  # type: ignore[attr-defined]
    shown = client.get(person).content.decode()
    assert WHY in shown
    assert path not in shown
    assert client.get(path).status_code == 409


def test_programs_withdraw_as_people_do(people: People, coming: Appointment) -> None:
    path = f"/api/v1/appointments/{coming.public_id}/withdraw/"
    sent: dict[str, Any] = {"grounds": WHY}
    assert program().post(path, sent, format="json").status_code == 401
    assert program(people["far_dispatcher"]).post(path, sent, format="json").status_code == 404
    door = program(people["dispatcher"])
    assert door.post(path, {}, format="json").status_code == 400
    answer = door.post(path, sent, format="json")
    assert (answer.status_code, answer.json()["ended_grounds"]) == (200, WHY)
    assert door.post(path, sent, format="json").status_code == 409
