"""An estate's ledger, its buildings and how it is served: what is kept, what is refused."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry, User
from common.errors import Invalid, NotAllowed
from communities import actions
from communities.models import (
    Delivery,
    Estate,
    EstateKind,
    PlaceKind,
    ServiceMode,
    ServiceSpell,
)
from communities.queries import estates as queries
from tests import factories
from tests.factories import BEGINNING, County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)
DAY = timedelta(days=1)


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
