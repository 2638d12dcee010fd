"""Plain nouns for tests: a small county with everybody in it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from accounts.actors import CLOCK
from accounts.models import User
from common.now import now
from communities.actions import appoint, engage_firm, found_place, invite, set_shift
from communities.models import (
    Body,
    BodyKind,
    DutyShift,
    EstateKind,
    Firm,
    Grid,
    GridKind,
    Invitation,
    Office,
    Place,
    PlaceKind,
    ServiceMode,
)

BEGINNING = date(2020, 1, 1)
PASSWORD = "lantern-and-plum-7"
_numbers = count(1)


def person(username: str, name: str = "", phone: str | None = None) -> User:
    """An account whose password is PASSWORD, hashed cheaply: argon2 in a hundred tests is slow."""
    from django.contrib.auth.hashers import make_password

    return User.objects.create(
        username=username,
        name=name or username,
        phone=phone,
        password=make_password(PASSWORD, hasher="md5"),
        registered_at=now(),
        phone_confirmed_at=now() if phone else None,
    )


def place(kind: PlaceKind, code: str, name: str, parent: Place | None = None) -> Place:
    return found_place(by=CLOCK, kind=kind, code=code, name=name, parent=parent, from_on=BEGINNING)


def body(kind: BodyKind, at: Place, name: str, duty: str = "") -> Body:
    made = Body.objects.create(
        kind=kind,
        code=f"{at.code[:6]}-{kind[:2]}-{next(_numbers):05d}",
        name=name,
        place=at,
        duty=duty,
    )
    if kind == BodyKind.FIRM:
        Firm.objects.create(body=made, credit_code=f"91{next(_numbers):016d}")
    return made


def estate(
    parent: Place,
    number: int,
    name: str,
    kind: EstateKind = EstateKind.COMMODITY,
    mode: ServiceMode = ServiceMode.MARKET,
    buildings: int = 2,
) -> Place:
    """An estate with buildings of two entrances each."""
    made = place(PlaceKind.ESTATE, f"{parent.code}{number:03d}", name, parent)
    ledger = made.estate
    ledger.kind, ledger.service_mode, ledger.households = kind, mode, 120 * buildings
    ledger.save()
    for b in range(1, buildings + 1):
        block = place(PlaceKind.BUILDING, f"{made.code}{b:03d}", f"{b}栋", made)
        for e in (1, 2):
            place(PlaceKind.ENTRANCE, f"{block.code}{e:02d}", f"{e}单元", block)
    return made


def shift(county: "County", user: User) -> DutyShift:
    """Somebody of the community's office on duty from now on, for a day."""
    at = now()
    return set_shift(
        by=CLOCK, body=county.community_office, user=user, from_at=at, until_at=at + timedelta(1)
    )


def invited(county: "County", by: User) -> Invitation:
    """Somebody new is invited to the grid."""
    made, _secret = invite(
        by=by,
        office=Office.GRID_WORKER,
        at=county.grid,
        name="林小桥",
        phone="13700000009",
        from_on=now().date(),
    )
    return made


@dataclass
class County:
    """Two districts, the one with everything and the one next door."""

    district: Place
    subdistrict: Place
    community: Place
    estate: Place
    other_estate: Place
    unserved: Place
    building: Place
    entrance: Place
    firm: Body
    rival: Body
    fire: Body
    community_office: Body
    subdistrict_office: Body
    district_office: Body
    far_community: Place
    far_estate: Place
    far_office: Body
    far_district_office: Body
    grid: Grid
    people: dict[str, User] = field(default_factory=dict)


def county() -> County:
    """Build the county; nobody holds an office yet (see `cast`)."""
    district = place(PlaceKind.DISTRICT, "990101", "红枫县")
    subdistrict = place(PlaceKind.SUBDISTRICT, "990101001", "梅江街道", district)
    community = place(PlaceKind.COMMUNITY, "990101001001", "河东社区", subdistrict)
    far_community = place(PlaceKind.COMMUNITY, "990101001002", "河西社区", subdistrict)
    home = estate(community, 1, "桂花苑")
    other = estate(community, 2, "银杏里")
    unserved = estate(community, 3, "老机床厂宿舍", EstateKind.OLD, ServiceMode.NONE)
    far_estate = estate(far_community, 1, "临江府")
    other_district = place(PlaceKind.DISTRICT, "990102", "青松县")
    building = home.children.order_by("code")[0]
    firm = body(BodyKind.FIRM, district, "和顺物业")
    rival = body(BodyKind.FIRM, district, "远大物业")
    engage_firm(firm, by=CLOCK, estate=home, from_on=BEGINNING)
    engage_firm(rival, by=CLOCK, estate=other, from_on=BEGINNING)
    engage_firm(rival, by=CLOCK, estate=far_estate, from_on=BEGINNING)
    grid = Grid.objects.create(
        kind=GridKind.SMALL, code="990101001001G01", name="河东第一网格", community=community
    )
    grid.buildings.set(home.children.all())
    return County(
        district=district,
        subdistrict=subdistrict,
        community=community,
        estate=home,
        other_estate=other,
        unserved=unserved,
        building=building,
        entrance=building.children.order_by("code")[0],
        firm=firm,
        rival=rival,
        fire=body(BodyKind.DEPARTMENT, district, "红枫县消防救援大队", "fire"),
        community_office=body(BodyKind.COMMUNITY_OFFICE, community, "河东社区"),
        subdistrict_office=body(BodyKind.SUBDISTRICT_OFFICE, subdistrict, "梅江街道办事处"),
        district_office=body(BodyKind.DISTRICT_OFFICE, district, "红枫县住建局物业科"),
        far_community=far_community,
        far_estate=far_estate,
        far_office=body(BodyKind.COMMUNITY_OFFICE, far_community, "河西社区"),
        far_district_office=body(BodyKind.DISTRICT_OFFICE, other_district, "青松县住建局"),
        grid=grid,
    )


def cast(c: County) -> dict[str, User]:
    """Everybody, with what they hold. Who may see what is said beside each.

    resident       reports; sees their own orders
    neighbour      lives next door; sees nothing of others
    dispatcher     clerk of the community's desk: everything under it
    far_dispatcher clerk next door: nothing here
    grid_worker    of the estate's grid: its buildings' orders
    manager        of the firm: its orders, no field of the reporter
    repairer       of the firm: orders given to them
    rival          manager of another firm: nothing here
    manager_grid   the firm's manager elsewhere and grid worker here: the firm's view only
    committee      owners' committee member of the estate: masked, never confidential
    branch         branch secretary of the estate: as committee
    fire           department officer: orders given to the department
    subdistrict    officer: everything under the subdistrict
    district       officer: everything under the district
    far_district   officer of the other district: nothing here
    auditor        of the district: events, masked
    administrator  accounts, no orders
    """
    people = {
        name: person(name, display, phone)
        for name, display, phone in (
            ("resident", "陈晓梅", "13900000001"),
            ("neighbour", "周大勇", "13900000002"),
            ("dispatcher", "李社区", None),
            ("far_dispatcher", "王远社", None),
            ("grid_worker", "赵网格", None),
            ("manager", "钱经理", None),
            ("repairer", "孙维修", None),
            ("rival", "吴对手", None),
            ("manager_grid", "郑双职", None),
            ("committee", "冯委员", None),
            ("branch", "褚书记", None),
            ("fire", "卫消防", None),
            ("subdistrict", "蒋街道", None),
            ("district", "沈区县", None),
            ("far_district", "韩邻县", None),
            ("auditor", "杨审计", None),
            ("administrator", "朱管理", None),
        )
    }
    seats: list[tuple[str, Office, Body | Grid | Place]] = [
        ("dispatcher", Office.COMMUNITY_CLERK, c.community_office),
        ("far_dispatcher", Office.COMMUNITY_CLERK, c.far_office),
        ("grid_worker", Office.GRID_WORKER, c.grid),
        ("manager", Office.FIRM_MANAGER, c.firm),
        ("repairer", Office.REPAIRER, c.firm),
        ("rival", Office.FIRM_MANAGER, c.rival),
        ("manager_grid", Office.FIRM_MANAGER, c.firm),
        ("manager_grid", Office.GRID_WORKER, c.grid),
        ("committee", Office.COMMITTEE_MEMBER, c.estate),
        ("branch", Office.BRANCH_SECRETARY, c.estate),
        ("fire", Office.DEPARTMENT_OFFICER, c.fire),
        ("subdistrict", Office.SUBDISTRICT_OFFICER, c.subdistrict_office),
        ("district", Office.DISTRICT_OFFICER, c.district_office),
        ("far_district", Office.DISTRICT_OFFICER, c.far_district_office),
        ("auditor", Office.AUDITOR, c.district_office),
        ("administrator", Office.ADMINISTRATOR, c.district_office),
    ]
    for name, office, seat in seats:
        appoint(people[name], by=CLOCK, office=office, at=seat, from_on=BEGINNING)
    c.people = people
    return people
