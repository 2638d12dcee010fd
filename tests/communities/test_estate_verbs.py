"""An estate's ledger, service, facilities, plan and visits: what is kept, what is refused."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Invalid, NotAllowed, TooMany, WrongState
from communities import actions
from communities.models import (
    Appointment,
    Condition,
    Delivery,
    Estate,
    EstateKind,
    Facility,
    FacilityKind,
    Observation,
    ObservationKind,
    Office,
    Place,
    PlaceKind,
    ServiceMode,
    ServiceSpell,
    Visit,
)
from communities.queries import estates as queries
from communities.scope import standing_of
from notifications.models import Notification
from tests import factories
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Iterator[Pretended]:
    moved = Pretended(at("2026-03-16 12:00"))
    yield moved
    moved.stop()


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    """The cast, with a warden, two observers, a supervisor and a butler."""
    more = {
        name: factories.person(name) for name in ("warden", "observer", "second", "clean", "bo")
    }
    for name, office, seat in (
        ("warden", Office.WARDEN, county.estate),
        ("observer", Office.OBSERVER, county.estate),
        ("second", Office.OBSERVER, county.estate),
        ("clean", Office.INTEGRITY_SUPERVISOR, county.community),
        ("bo", Office.BUTLER, county.building),
    ):
        actions.appoint(more[name], by=CLOCK, office=office, at=seat, from_on=BEGINNING)
    return {**county.people, **more}


def ledger(**other: Any) -> dict[str, Any]:
    return {"kind": EstateKind.OLD, "delivery": Delivery.DELIVERED, "households": 99, **other}


# --- The ledger --------------------------------------------------------------------------


def test_the_clerk_keeps_the_ledger_and_how_it_is_served_stays(
    county: County, people: People
) -> None:
    kept = actions.keep_ledger(
        county.estate,
        by=people["dispatcher"],
        **ledger(floor_area=Decimal("1234.50"), address="梅江路1号", service_mode="none"),
    )
    assert (kept.kind, kept.households, kept.address) == ("old", 99, "梅江路1号")
    assert kept.service_mode == ServiceMode.MARKET
    entry = AuditEntry.objects.get(verb="keep_ledger")
    assert "梅江路" not in str(entry.facts)


def test_an_estate_without_a_ledger_gets_one_with_its_first_spell(
    county: County, people: People
) -> None:
    place = factories.place(
        PlaceKind.ESTATE, f"{county.community.code}009", "新苑", county.community
    )
    actions.keep_ledger(place, by=people["dispatcher"], **ledger(service_mode="caretaker"))
    (spell,) = place.service_spells.all()
    assert (spell.mode, spell.from_on, spell.until_on) == ("caretaker", BEGINNING, None)


@pytest.mark.parametrize("who", ["far_dispatcher", "manager", "manager_grid", "resident", "warden"])
def test_nobody_else_keeps_the_ledger_and_nothing_has_changed(
    county: County, people: People, who: str
) -> None:
    before = Estate.objects.values().get(place=county.estate)
    with pytest.raises(NotAllowed):
        actions.keep_ledger(county.estate, by=people[who], **ledger())
    assert Estate.objects.values().get(place=county.estate) == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"delivered_on": TODAY + DAY}, "delivered_on"),
        ({"delivery": Delivery.BUILDING, "delivered_on": TODAY}, "delivered_on"),
        ({"floor_area": Decimal(0)}, "floor_area"),
        ({"latitude": Decimal(25)}, "longitude"),
        ({"longitude": Decimal(115)}, "latitude"),
        ({"latitude": Decimal(91), "longitude": Decimal(115)}, "latitude"),
    ],
)
def test_a_ledger_that_cannot_be_is_refused_at_its_field(
    county: County, people: People, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.keep_ledger(county.estate, by=people["dispatcher"], **ledger(**wrong))
    assert set(refusal.value.fields) == {field}


# --- How it is served --------------------------------------------------------------------


def test_a_change_of_service_is_a_dated_spell_and_what_was_stays(
    county: County, people: People
) -> None:
    Estate.objects.filter(place=county.unserved).update(service_mode=ServiceMode.CARETAKER)
    actions.change_mode(
        county.unserved,
        by=people["dispatcher"],
        mode="market",
        from_on=TODAY,
        grounds="业主大会决议",
    )
    assert Estate.objects.get(place=county.unserved).service_mode == "market"
    page = queries.estate_page(county.unserved, TODAY)
    assert [(c.spell.mode, c.track) for c in page.changes] == [
        ("market", "takeover"),
        ("caretaker", ""),
    ]


def test_a_change_ahead_waits_for_its_day(county: County, people: People, clock: Pretended) -> None:
    actions.change_mode(
        county.estate,
        by=people["dispatcher"],
        mode="self_managed",
        from_on=TODAY + 2 * DAY,
        grounds="合同到期",
    )
    assert actions.turn_modes() == 0
    assert Estate.objects.get(place=county.estate).service_mode == "market"
    clock.forward(days=2)
    assert actions.turn_modes() == 1
    assert Estate.objects.get(place=county.estate).service_mode == "self_managed"
    assert actions.turn_modes() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"mode": "market"}, "mode"),
        ({"grounds": " "}, "grounds"),
        ({"from_on": BEGINNING}, "from_on"),
        ({"from_on": TODAY + 400 * DAY}, "from_on"),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    county: County, people: People, wrong: dict[str, Any], field: str
) -> None:
    told: dict[str, Any] = {"mode": "none", "grounds": "撤场", "from_on": TODAY, **wrong}
    with pytest.raises(Invalid) as refusal:
        actions.change_mode(county.estate, by=people["dispatcher"], **told)
    assert set(refusal.value.fields) == {field}
    assert not ServiceSpell.objects.filter(estate=county.estate).exclude(mode="market").exists()


@given(
    changes=st.lists(
        st.tuples(st.integers(-800, 360), st.sampled_from(ServiceMode.values)), max_size=8
    )
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_entered_spells_follow_each_other_without_gap_or_overlap(
    county: County, people: People, changes: list[tuple[int, str]]
) -> None:
    ServiceSpell.objects.all().delete()
    for days, mode in changes:
        try:
            actions.change_mode(
                county.estate,
                by=people["dispatcher"],
                mode=mode,
                from_on=TODAY + days * DAY,
                grounds="变更",
            )
        except Invalid:
            continue
    spells = list(county.estate.service_spells.order_by("from_on"))
    for one, following in zip(spells, spells[1:], strict=False):
        assert one.until_on == following.from_on
        assert one.mode != following.mode
    assert [spell.until_on for spell in spells[-1:]] == [None] * bool(spells)
    if spells:
        actions.turn_modes()
        (now,) = [
            s for s in spells if s.from_on <= TODAY and (not s.until_on or s.until_on > TODAY)
        ]
        assert Estate.objects.get(place=county.estate).service_mode == now.mode


# --- Buildings and dwellings -------------------------------------------------------------


def test_a_building_and_a_dwelling_have_their_details(county: County, people: People) -> None:
    clerk = people["dispatcher"]
    kept = actions.keep_building(county.building, by=clerk, floors=18, lifts=2, households=72)
    assert (kept.floors, kept.lifts) == (18, 2)
    with pytest.raises(Invalid):
        actions.keep_building(county.building, by=clerk, floors=0)
    with pytest.raises(Invalid):
        actions.keep_building(county.estate, by=clerk, floors=3)
    home = factories.place(
        PlaceKind.DWELLING, f"{county.entrance.code}0101", "101", county.entrance
    )
    assert actions.keep_dwelling(home, by=clerk, use="shop", floor=-1).floor == -1
    with pytest.raises(NotAllowed):
        actions.keep_dwelling(home, by=people["far_dispatcher"], floor=2)


# --- Facilities --------------------------------------------------------------------------


def facility(county: County, people: People, name: str = "1号电梯") -> Facility:
    return actions.enter_facility(
        county.building, by=people["dispatcher"], kind=FacilityKind.LIFT, name=name
    )


def test_a_facility_nobody_has_looked_at_is_not_intact(county: County, people: People) -> None:
    code = county.estate.code
    assert queries.facilities_intact(code, TODAY).blank
    lifts = [facility(county, people, f"{n}号电梯") for n in (1, 2, 3)]
    assert (queries.facilities_intact(code, TODAY).part, len(lifts)) == (0, 3)
    for lift, condition in zip(lifts, (Condition.INTACT, Condition.IMPAIRED), strict=False):
        actions.inspect_facility(lift, by=people["warden"], condition=condition, on=TODAY)
    found = queries.facilities_intact(code, TODAY)
    assert (found.part, found.whole) == (1, 3)
    actions.remove_facility(lifts[1], by=people["dispatcher"], on=TODAY)
    found = queries.facilities_intact(code, TODAY)
    assert (found.part, found.whole) == (1, 2)
    # The day before, nobody had looked.
    earlier = queries.facilities_intact(code, TODAY - DAY)
    assert (earlier.part, earlier.whole) == (0, 3)
    assert queries.intact_by_estate([county.estate], TODAY)[code] == found


def test_an_inspection_entered_late_does_not_hide_a_later_one(
    county: County, people: People
) -> None:
    lift = facility(county, people)
    warden = people["warden"]
    actions.inspect_facility(lift, by=warden, condition=Condition.INTACT, on=TODAY)
    actions.inspect_facility(lift, by=warden, condition=Condition.BROKEN, on=TODAY - 3 * DAY)
    lift.refresh_from_db()
    assert (lift.condition, lift.inspected_on) == ("intact", TODAY)
    assert lift.inspections.count() == 2


def test_what_cannot_be_inspected_is_refused(county: County, people: People) -> None:
    lift = facility(county, people)
    with pytest.raises(Invalid):
        facility(county, people)  # of that name twice
    with pytest.raises(Invalid):
        actions.inspect_facility(
            lift, by=people["warden"], condition=Condition.INTACT, on=TODAY + DAY
        )
    for who in ("manager", "manager_grid", "observer", "far_dispatcher"):
        with pytest.raises(NotAllowed):
            actions.inspect_facility(lift, by=people[who], condition=Condition.INTACT, on=TODAY)
    assert not lift.inspections.exists()
    actions.remove_facility(lift, by=people["dispatcher"], on=TODAY)
    with pytest.raises(WrongState):
        actions.inspect_facility(lift, by=people["warden"], condition=Condition.INTACT, on=TODAY)


# --- The plan ----------------------------------------------------------------------------


def test_a_plan_is_written_anew_and_every_version_stays(county: County, people: People) -> None:
    for n, place in ((1, county.estate), (2, county.estate), (1, county.community)):
        plan = actions.write_plan(
            place, by=people["dispatcher"], problems=f"问题{n}", measures=f"措施{n}"
        )
        assert plan.version == n
    assert [p.problems for p in queries.plans_of(county.estate)] == ["问题2", "问题1"]
    with pytest.raises(Invalid) as refusal:
        actions.write_plan(county.estate, by=people["dispatcher"], problems=" ", measures="")
    assert set(refusal.value.fields) == {"problems", "measures"}
    with pytest.raises(NotAllowed):
        actions.write_plan(county.estate, by=people["manager"], problems="甲", measures="乙")
    assert county.estate.estate_plans.count() == 2


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
