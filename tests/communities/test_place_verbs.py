"""Places are entered, renamed, recoded, moved and closed; their offices keep what they had."""

from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Invalid, NotAllowed, WrongState
from common.now import now, today
from communities import actions
from communities.models import Grid, Office, Place, PlaceCode, PlaceKind
from communities.queries import beneath, estates_of, find_estates, place_of_code
from complaints.models import Complaint
from complaints.permissions import visible_to
from complaints.workflow import Status
from notifications.models import Robot
from tests.complaints.walks import complaint_at
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
People = dict[str, User]
NEW = "990101002001"


def again(user: User) -> User:
    """The same person on their next request."""
    return User.objects.get(pk=user.pk)


def again_place(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


def rows() -> tuple[list[object], list[object], int]:
    """All that a refused verb must have left as it was."""
    return (
        list(Place.objects.order_by("pk").values_list("code", "name", "parent", "closed_on")),
        list(PlaceCode.objects.order_by("pk").values_list("code", "from_on", "until_on")),
        AuditEntry.objects.count(),
    )


# --- Entering ----------------------------------------------------------------------------


def test_below_the_community_the_next_free_number_is_given(county: County, people: People) -> None:
    made = actions.found_place(
        kind=PlaceKind.ESTATE,
        name="  柳林  雅居 ",
        parent=county.community,
        by=people["dispatcher"],
    )
    assert (made.code, made.name, made.initials) == ("990101001001004", "柳林 雅居", "llyj")
    assert PlaceCode.objects.get(place=made).from_on == today()
    entry = AuditEntry.objects.get(verb="found_place", target=made.code)
    assert "柳林" not in str(entry.facts)


def test_a_number_that_was_given_once_is_not_given_again(county: County) -> None:
    other = Place.objects.get(code="990101001001003")
    actions.move_place(other, by=CLOCK, to=county.far_community)
    made = actions.found_place(
        by=CLOCK, kind=PlaceKind.ESTATE, name="柳林雅居", parent=county.community
    )
    assert made.code == "990101001001004"
    with pytest.raises(Invalid) as refusal:
        actions.found_place(
            by=CLOCK,
            kind=PlaceKind.ESTATE,
            code="990101001001003",
            name="柳林雅居",
            parent=county.community,
        )
    assert list(refusal.value.fields) == ["code"]


@pytest.mark.parametrize(
    ("kind", "code", "name", "field"),
    [
        (PlaceKind.COMMUNITY, "", "河南社区", "code"),  # the state's codes are not ours to give
        (PlaceKind.ESTATE, "990101001009", "柳林雅居", "code"),
        (PlaceKind.BUILDING, "", "9栋", "code"),  # a building lies in an estate
        (PlaceKind.ESTATE, "990101001001001", "柳林雅居", "code"),  # taken
        (PlaceKind.ESTATE, "", "  ", "name"),
        (PlaceKind.ESTATE, "", "长" * 121, "name"),
    ],
)
def test_what_does_not_fit_is_refused(
    kind: PlaceKind, code: str, name: str, field: str, county: County
) -> None:
    before = rows()
    with pytest.raises(Invalid) as refusal:
        actions.found_place(by=CLOCK, kind=kind, code=code, name=name, parent=county.community)
    assert list(refusal.value.fields) == [field]
    assert rows() == before


def test_beneath_a_closed_place_nothing_is_entered(county: County) -> None:
    actions.close_place(county.unserved, by=CLOCK)
    with pytest.raises(Invalid) as refusal:
        actions.found_place(by=CLOCK, kind=PlaceKind.BUILDING, name="9栋", parent=county.unserved)
    assert list(refusal.value.fields) == ["parent"]


# --- Who may -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["far_dispatcher", "far_district", "manager", "resident", "branch"])
def test_the_next_community_and_the_firm_change_nothing_here(
    who: str, county: County, people: People
) -> None:
    before = rows()
    by = people[who]
    with pytest.raises(NotAllowed):
        actions.found_place(kind=PlaceKind.ESTATE, name="某处", parent=county.community, by=by)
    with pytest.raises(NotAllowed):
        actions.rename_place(county.unserved, by=by, name="某处")
    with pytest.raises(NotAllowed):
        actions.recode_place(county.unserved, by=by, code="990101001001777")
    with pytest.raises(NotAllowed):
        actions.move_place(county.unserved, by=by, to=county.far_community)
    with pytest.raises(NotAllowed):
        actions.close_place(county.unserved, by=by)
    assert rows() == before


def test_a_community_does_not_change_its_own_code_its_subdistrict_does(
    county: County, people: People
) -> None:
    before = rows()
    with pytest.raises(NotAllowed, match="梅江街道"):
        actions.recode_place(county.community, by=people["dispatcher"], code="990101001777")
    with pytest.raises(NotAllowed):
        actions.rename_place(county.subdistrict, by=people["subdistrict"], name="某街道")
    with pytest.raises(NotAllowed):
        actions.rename_place(county.district, by=people["district"], name="某县")
    assert rows() == before
    actions.rename_place(county.community, by=people["subdistrict"], name="河东新村社区")
    actions.rename_place(county.subdistrict, by=people["district"], name="梅江镇")
    assert again_place(county.community).name == "河东新村社区"


def test_moving_takes_both_communities(county: County, people: People) -> None:
    with pytest.raises(NotAllowed):
        actions.move_place(county.unserved, by=people["dispatcher"], to=county.far_community)
    moved = actions.move_place(county.unserved, by=people["subdistrict"], to=county.far_community)
    assert moved.parent == county.far_community


# --- Another code ------------------------------------------------------------------------


def test_a_new_code_reaches_everything_beneath_and_the_old_ones_are_remembered(
    county: County, clock: Pretended
) -> None:
    buildings = list(county.estate.children.order_by("code"))
    actions.recode_place(county.community, by=CLOCK, code="990101001777")
    assert again_place(county.community).code == "990101001777"
    assert again_place(county.estate).code == "990101001777001"
    assert [again_place(b).code for b in buildings] == ["990101001777001001", "990101001777001002"]
    codes = list(county.estate.codes.order_by("pk").values_list("code", "until_on"))
    assert codes == [("990101001001001", today()), ("990101001777001", None)]
    assert Place.objects.under("990101001001").count() == 0
    assert again_place(county.far_community).code == "990101001002"


def test_orders_of_the_old_code_stay_in_scope_and_new_ones_are_too(
    county: County, people: People
) -> None:
    before = complaint_at(Status.REPORTED, county, people)
    actions.recode_place(county.community, by=people["subdistrict"], code="990101001777")
    county.estate.refresh_from_db()
    county.building = again_place(county.building)
    after = complaint_at(Status.REPORTED, county, people)
    assert before.place_code[:12] != after.place_code[:12]
    for who in ("dispatcher", "subdistrict", "district", "grid_worker"):
        seen = visible_to(again(people[who]))
        assert {before, after} <= set(seen), who
    assert not visible_to(again(people["far_dispatcher"])).exists()


def test_a_code_that_was_anothers_is_refused_for_it_would_show_their_orders(
    county: County,
) -> None:
    actions.recode_place(county.community, by=CLOCK, code="990101001777")
    before = rows()
    for code in ("990101001001", "990101001777"):
        with pytest.raises(Invalid):
            actions.recode_place(county.far_community, by=CLOCK, code=code)
    assert rows() == before
    # Its own former code is no other's: a mistake can be taken back.
    actions.recode_place(county.community, by=CLOCK, code="990101001001")
    assert again_place(county.estate).code == "990101001001001"
    assert county.community.codes.filter(until_on__isnull=True).count() == 1


@pytest.mark.parametrize("days", [1, -9999])
def test_a_code_changes_neither_tomorrow_nor_before_it_began(days: int, county: County) -> None:
    before = rows()
    with pytest.raises(Invalid) as refusal:
        actions.recode_place(
            county.community, by=CLOCK, code="990101001777", on=today() + timedelta(days)
        )
    assert list(refusal.value.fields) == ["on"]
    assert rows() == before


def test_the_offices_chat_group_goes_with_it(county: County) -> None:
    robot = Robot.objects.create(
        place_code=county.community.code, name="群", kind="wecom", added_at=now()
    )
    actions.recode_place(county.subdistrict, by=CLOCK, code="990101009")
    robot.refresh_from_db()
    assert robot.place_code == "990101009001"


# --- Another parent ----------------------------------------------------------------------


def test_an_estate_that_moves_keeps_its_number_if_it_is_free_and_leaves_the_grids(
    county: County,
) -> None:
    actions.set_buildings(
        county.grid,
        by=CLOCK,
        buildings=[*county.grid.buildings.all(), *county.unserved.children.all()],
    )
    moved = actions.move_place(county.unserved, by=CLOCK, to=county.far_community)
    assert moved.code == "990101001002003"
    taken = actions.move_place(county.estate, by=CLOCK, to=county.far_community)
    assert taken.code == "990101001002004"  # 001 is there already
    assert not county.grid.buildings.exists()
    assert again_place(county.building).parent == county.estate


@pytest.mark.parametrize("to", ["district", "estate", "community"])
def test_a_place_lies_only_where_its_kind_may(to: str, county: County) -> None:
    before = rows()
    with pytest.raises(Invalid) as refusal:
        actions.move_place(county.unserved, by=CLOCK, to=getattr(county, to))
    assert list(refusal.value.fields) == ["to"]
    assert rows() == before


def test_a_community_that_moves_needs_the_states_code(county: County) -> None:
    other = actions.found_place(
        by=CLOCK, kind=PlaceKind.SUBDISTRICT, code="990101002", name="某镇", parent=county.district
    )
    with pytest.raises(Invalid):
        actions.move_place(county.community, by=CLOCK, to=other)
    actions.move_place(county.community, by=CLOCK, to=other, code=NEW)
    assert again_place(county.estate).code == f"{NEW}001"
    assert again_place(county.community).parent == other
    assert Grid.objects.get(pk=county.grid.pk).buildings.count() == 2


# --- Closing -----------------------------------------------------------------------------


def test_what_is_still_at_work_is_not_closed(county: County) -> None:
    before = rows()
    for place in (county.estate, county.community, county.subdistrict):
        with pytest.raises(WrongState):
            actions.close_place(place, by=CLOCK)
    assert rows() == before


def test_an_estate_at_rest_closes_with_its_buildings_and_is_offered_nowhere(
    county: County, clock: Pretended
) -> None:
    door = county.unserved.children.order_by("code")[0].children.order_by("code")[0]
    actions.close_place(county.unserved, by=CLOCK)
    assert again_place(door).closed_on == today()
    assert find_estates("老机床") == []
    assert estates_of([county.unserved.code]) == []
    assert county.unserved not in beneath(county.community.code)[1]
    assert place_of_code(door.code) is None
    with pytest.raises(WrongState):
        actions.rename_place(county.unserved, by=CLOCK, name="某处")


def test_a_closing_day_to_come_closes_nothing_yet(county: County, clock: Pretended) -> None:
    actions.close_place(county.unserved, by=CLOCK, on=today() + timedelta(1))
    assert find_estates("老机床") == [county.unserved]
    clock.forward(days=1)
    assert find_estates("老机床") == []


def test_a_closed_place_is_opened_again_with_what_closed_that_day(
    county: County, people: People, clock: Pretended
) -> None:
    clerk = people["dispatcher"]
    estate = county.unserved
    block = estate.children.order_by("code")[0]
    actions.close_place(block, by=CLOCK, on=today())
    clock.forward(days=1)
    with pytest.raises(WrongState):
        actions.reopen_place(estate, by=clerk)
    actions.close_place(estate, by=CLOCK)
    with pytest.raises(NotAllowed):
        actions.reopen_place(estate, by=people["far_dispatcher"])
    beneath = estate.children.exclude(pk=block.pk).get()
    with pytest.raises(WrongState):  # the estate first
        actions.reopen_place(beneath, by=clerk)
    estate.refresh_from_db()
    assert estate.closed_on == today()
    actions.reopen_place(estate, by=clerk)
    still = Place.objects.under(estate.code).exclude(closed_on=None)
    assert set(still.values_list("code", flat=True)) == {
        block.code,
        *block.children.values_list("code", flat=True),
    }
    assert AuditEntry.objects.filter(verb="reopen_place", target=estate.code).count() == 1
    clerk_of = program(clerk)
    door = f"/api/v1/places/{block.code}/reopen/"
    assert program(people["far_dispatcher"]).post(door, {}, format="json").status_code == 403
    assert clerk_of.post(door, {}, format="json").status_code == 200
    assert clerk_of.post(door, {}, format="json").status_code == 409


def test_the_page_of_a_closed_estate_opens_it_again(
    county: County, people: People, client: Client
) -> None:
    actions.close_place(county.unserved, by=CLOCK)
    path = f"/places/{county.unserved.code}/change/reopen/"
    client.force_login(people["dispatcher"], backend="accounts.backends.PhoneOrName")
    assert path in client.get(f"/places/{county.unserved.code}/").content.decode()
    assert client.get(path).status_code == 200
    client.post(path)
    county.unserved.refresh_from_db()
    assert county.unserved.closed_on is None
    assert path not in client.get(f"/places/{county.unserved.code}/").content.decode()


def test_nobody_reports_at_a_closed_place(county: County, people: People) -> None:
    actions.close_place(county.unserved, by=CLOCK)
    closed = again_place(county.unserved)
    with pytest.raises(Invalid) as refusal:
        complaint_at(Status.REPORTED, county, people, estate=closed, building=None)
    assert list(refusal.value.fields) == ["estate"]
    assert not Complaint.objects.exists()


def test_a_sign_put_up_before_the_code_changed_still_leads_to_its_door(county: County) -> None:
    old = county.entrance.code
    actions.recode_place(county.community, by=CLOCK, code="990101001777")
    found = place_of_code(old)
    assert found == county.entrance
    assert found is not None
    assert found.code == "99010100177700100101"


def test_a_grid_worker_stays_with_the_buildings_whatever_their_code(
    county: County, people: People
) -> None:
    actions.recode_place(county.estate, by=people["dispatcher"], code="990101001001888")
    worker = again(people["grid_worker"])
    order = complaint_at(Status.REPORTED, county, people)
    assert order in visible_to(worker)
    assert worker.appointments.filter(office=Office.GRID_WORKER).exists()
    assert date.min < today()
