"""Those who look after an estate: wardens, observers and butlers."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Invalid, NotAllowed, TooMany, WrongState
from communities import actions
from communities.models import (
    Appointment,
    Observation,
    ObservationKind,
    Office,
    Place,
    Visit,
)
from communities.queries import estates as queries
from communities.scope import standing_of
from notifications.models import Notification
from tests.factories import BEGINNING, County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)
DAY = timedelta(days=1)


# --- Wardens -----------------------------------------------------------------------------


def test_four_visits_a_month_are_met_and_three_are_not(county: County, people: People) -> None:
    warden = people["warden"]
    for on in (1, 5, 9, 13):
        actions.record_visit(
            county.estate, by=warden, warden=warden, on=date(2026, 3, on), note="看了消防通道"
        )
    for on in (1, 5, 9):
        actions.record_visit(
            county.estate,
            by=people["dispatcher"],
            warden=warden,
            on=date(2026, 2, on),
            note="走访",
        )
    months = queries.visits_by_month(county.estate, TODAY, 3)
    assert [(m.count, m.state) for m in months] == [(4, "met"), (3, "missed"), (0, "missed")]


def test_a_visit_is_the_wardens_once_a_day_and_not_ahead(county: County, people: People) -> None:
    warden, clerk = people["warden"], people["dispatcher"]

    def visit(**other: Any) -> Visit:
        told: dict[str, Any] = {
            "by": warden,
            "warden": warden,
            "on": TODAY,
            "note": "走访",
            **other,
        }
        return actions.record_visit(county.estate, **told)

    for wrong, field in (
        ({"on": TODAY + DAY}, "on"),
        ({"note": " "}, "note"),
        ({"by": clerk, "warden": people["observer"]}, "warden"),
    ):
        with pytest.raises(Invalid) as refusal:
            visit(**wrong)
        assert set(refusal.value.fields) == {field}
    for who in ("observer", "manager", "far_dispatcher"):
        with pytest.raises(NotAllowed):
            visit(by=people[who])
    assert not Visit.objects.exists()
    visit()
    with pytest.raises(Invalid):
        visit()
    assert Visit.objects.count() == 1


# --- Observers ---------------------------------------------------------------------------


def observe(county: County, by: User, place: Place | None = None) -> Observation:
    return actions.file_observation(
        place or county.estate, by=by, kind=ObservationKind.CHARGES, text="公示栏没有收支表"
    )


def test_the_desk_hears_of_an_observation_and_its_observer_of_the_answer(
    county: County, people: People
) -> None:
    found = observe(county, people["observer"])
    told = Notification.objects.get(kind="register_observation")
    assert (told.to, told.duty) == (people["dispatcher"], True)
    assert "收支" not in str(told.facts)
    with pytest.raises(NotAllowed):
        actions.answer_observation(found, by=people["far_dispatcher"], answer="好")
    actions.answer_observation(found, by=people["dispatcher"], answer="已责令三日内公示")
    assert Notification.objects.get(kind="register_observation_answered").to == people["observer"]
    with pytest.raises(WrongState):
        actions.answer_observation(found, by=people["dispatcher"], answer="再答")


def test_only_observers_of_the_place_observe_it(county: County, people: People) -> None:
    for who, place in (
        ("resident", county.estate),
        ("manager", county.estate),
        ("dispatcher", county.estate),
        ("observer", county.other_estate),
    ):
        with pytest.raises(NotAllowed):
            observe(county, people[who], place)
    assert not Observation.objects.exists()
    assert observe(county, people["clean"], county.other_estate).office == "integrity_supervisor"


def test_an_observer_employed_by_the_serving_firm_does_not_observe_it(
    county: County, people: People
) -> None:
    actions.appoint(
        people["second"], by=CLOCK, office=Office.REPAIRER, at=county.firm, from_on=BEGINNING
    )
    people["second"].__dict__.pop("_standing", None)
    assert standing_of(people["second"]).served_estate_ids
    with pytest.raises(NotAllowed):
        observe(county, people["second"])


def test_an_empty_community_desk_passes_the_observation_to_the_one_above(
    county: County, people: People
) -> None:
    for held in Appointment.objects.filter(user=people["dispatcher"]):
        actions.dismiss(held, by=CLOCK, on=TODAY)
    observe(county, people["observer"])
    assert Notification.objects.get(kind="register_observation").to == people["subdistrict"]


def test_two_observers_meet_what_is_expected_and_one_does_not(
    county: County, people: People
) -> None:
    assert queries.estate_page(county.estate, TODAY).observers_met
    assert not queries.estate_page(county.other_estate, TODAY).observers_met


# --- Words for the butler ----------------------------------------------------------------


def test_a_resident_reaches_the_butler_and_no_number_is_shown(
    county: County, people: People, clock: Pretended
) -> None:
    (held,) = Appointment.objects.filter(user=people["bo"])
    for n in range(5):
        actions.reach_butler(held, by=people["resident"], text=f"楼道灯不亮{n}")
    told = Notification.objects.filter(kind="register_message", to=people["bo"])
    assert told.count() == 5
    assert "13900000001" not in str([notice.facts for notice in told])
    with pytest.raises(TooMany):
        actions.reach_butler(held, by=people["resident"], text="再来一次")
    actions.reach_butler(held, by=people["neighbour"], text="我也有事")
    clock.forward(hours=2)
    actions.reach_butler(held, by=people["resident"], text="一小时后")
    kept = AuditEntry.objects.filter(verb="reach_butler").values_list("facts", flat=True)
    assert "灯" not in str(list(kept))


def test_a_butler_who_left_is_not_written_to(county: County, people: People) -> None:
    (held,) = Appointment.objects.filter(user=people["bo"])
    Appointment.objects.filter(pk=held.pk).update(until_on=TODAY)
    with pytest.raises(WrongState):
        actions.reach_butler(held, by=people["resident"], text="在吗")
    assert not Notification.objects.filter(kind="register_message").exists()
