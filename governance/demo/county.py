"""The nouns: places, grids, firms, departments and offices, entered through the verbs."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from accounts.actors import CLOCK
from common.credit_codes import check_character
from communities.actions import (
    end_engagement,
    engage_firm,
    found_grid,
    found_place,
    register_firm,
    set_buildings,
)
from communities.models import (
    Body,
    BodyKind,
    EstateKind,
    Grid,
    GridKind,
    Place,
    PlaceKind,
    ServiceMode,
)
from governance.demo import names
from governance.demo.chance import Chance

DELIVERED = {EstateKind.COMMODITY: 2016, EstateKind.RESETTLEMENT: 2013, EstateKind.OLD: 1994}


@dataclass
class Home:
    """An estate with what the stories need of it."""

    place: Place
    kind: EstateKind
    mode: ServiceMode
    buildings: list[Place]
    entrances: dict[int, list[Place]]
    community: Place
    firm: Body | None
    # "good", "poor" …: how the firm works (see `paces`).
    character: str
    grid: Grid | None = None


@dataclass
class County:
    """Everything that stands still."""

    founded_on: date
    district: Place
    subdistricts: list[Place] = field(default_factory=list)
    communities: list[Place] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    firms: dict[int, Body] = field(default_factory=dict)
    departments: dict[str, Body] = field(default_factory=dict)
    # The office of a district, subdistrict or community, by the id of its place.
    offices: dict[int, Body] = field(default_factory=dict)
    # Grids of a community, by the id of its place.
    grids: dict[int, list[Grid]] = field(default_factory=dict)


def found_county(chance: Chance, founded_on: date, *, small: bool) -> County:
    """The district and everything beneath it, each place under its code."""
    code, name = names.DISTRICT
    district = found_place(
        by=CLOCK, kind=PlaceKind.DISTRICT, code=code, name=name, from_on=founded_on
    )
    county = County(founded_on, district)
    _office(county, district, BodyKind.DISTRICT_OFFICE, f"{name}住房和城乡建设局物业管理科")
    for number, (duty, title) in enumerate(names.DEPARTMENTS, 1):
        county.departments[duty] = Body.objects.create(
            kind=BodyKind.DEPARTMENT,
            code=f"{code}-D{number:02d}",
            name=title,
            place=district,
            duty=duty,
        )
    for code, name, communities in names.SUBDISTRICTS:
        wanted = [(i, c) for i, c in enumerate(communities, 1) if not small or c in names.SMALL]
        if wanted:
            _subdistrict(county, chance, code, name, wanted, small=small)
    return county


def _subdistrict(
    county: County,
    chance: Chance,
    code: str,
    name: str,
    communities: list[tuple[int, str]],
    *,
    small: bool,
) -> None:
    place = found_place(
        by=CLOCK,
        kind=PlaceKind.SUBDISTRICT,
        code=code,
        name=name,
        parent=county.district,
        from_on=county.founded_on,
    )
    county.subdistricts.append(place)
    title = f"{name}人民政府" if name.endswith("镇") else f"{name}办事处"
    _office(county, place, BodyKind.SUBDISTRICT_OFFICE, title)
    for number, community in communities:
        _community(county, chance, place, f"{code}{number:03d}", community, small=small)


def _community(
    county: County, chance: Chance, above: Place, code: str, name: str, *, small: bool
) -> None:
    place = found_place(
        by=CLOCK,
        kind=PlaceKind.COMMUNITY,
        code=code,
        name=name,
        parent=above,
        from_on=county.founded_on,
    )
    county.communities.append(place)
    _office(county, place, BodyKind.COMMUNITY_OFFICE, f"{name}居民委员会")
    estates = names.ESTATES[name][: 2 if small else None]
    homes = [
        _estate(county, chance, place, number, *estate) for number, estate in enumerate(estates, 1)
    ]
    county.homes += homes
    county.grids[place.pk] = _grids(place, homes)


def _estate(
    county: County,
    chance: Chance,
    community: Place,
    number: int,
    name: str,
    kind: EstateKind,
    mode: ServiceMode,
    firm_number: int,
    buildings: int,
) -> Home:
    def found(kind: PlaceKind, code: str, name: str, parent: Place) -> Place:
        return found_place(
            by=CLOCK, kind=kind, code=code, name=name, parent=parent, from_on=county.founded_on
        )

    place = found(PlaceKind.ESTATE, f"{community.code}{number:03d}", name, community)
    households = buildings * chance.randint(28, 64)
    ledger = place.estate
    ledger.kind, ledger.service_mode = kind, mode
    ledger.delivered_on = date(DELIVERED[kind] + chance.randint(0, 6), chance.randint(1, 12), 1)
    ledger.households = households
    ledger.floor_area = Decimal(households * chance.randint(82, 118))
    ledger.save()
    blocks, entrances = [], {}
    for b in range(1, buildings + 1):
        block = found(PlaceKind.BUILDING, f"{place.code}{b:03d}", f"{b}栋", place)
        blocks.append(block)
        entrances[block.pk] = [
            found(PlaceKind.ENTRANCE, f"{block.code}{e:02d}", f"{e}单元", block)
            for e in range(1, chance.randint(1, 3) + 1)
        ]
    firm = _engaged(county, chance, place, mode, firm_number) if firm_number else None
    character = names.FIRMS[firm_number - 1][1] if firm_number else "community"
    return Home(place, kind, mode, blocks, entrances, community, firm, character)


def _engaged(county: County, chance: Chance, estate: Place, mode: ServiceMode, number: int) -> Body:
    """The firm that serves the estate; some estates have had another before."""
    firm = county.firms.get(number) or _firm(county, number, mode)
    begin = date(county.founded_on.year, chance.randint(1, 12), 1)
    before = county.firms.get(number - 1)
    if before is not None and chance.happens(0.2):
        former = engage_firm(before, by=CLOCK, estate=estate, from_on=begin)
        begin = begin + timedelta(days=365)
        end_engagement(former, by=CLOCK, on=begin)
    engage_firm(firm, by=CLOCK, estate=estate, from_on=begin)
    return firm


def _firm(county: County, number: int, mode: ServiceMode) -> Body:
    name, _character = names.FIRMS[number - 1]
    code = f"91{county.district.code}MA0{number:06d}"
    body = register_firm(
        county.district,
        by=CLOCK,
        code=f"{county.district.code}-F{number:03d}",
        name=f"{county.district.name.removesuffix('县')}{name}物业服务有限公司",
        credit_code=code + check_character(code),
        community_led=mode == ServiceMode.COMMUNITY_LED,
        registered_on=date(county.founded_on.year - 1 - number % 9, 3, 1 + number),
        capital=Decimal(50 * (1 + number % 6)),
        licence_until=date(county.founded_on.year + 14 + number, 2, 28),
        phone=f"0700-55{number:05d}",
        staff=12 + 7 * number,
    )
    county.firms[number] = body
    return body


def _office(county: County, place: Place, kind: BodyKind, name: str) -> None:
    county.offices[place.pk] = Body.objects.create(
        kind=kind, code=f"{place.code}-O1", name=name, place=place
    )


def _grids(community: Place, homes: list[Home]) -> list[Grid]:
    """Two grids to a community, each over the buildings of half its estates."""
    stem = community.name.removesuffix("社区")
    found = []
    half = (len(homes) + 1) // 2
    for number, share in enumerate((homes[:half], homes[half:]), 1):
        name = f"{stem}第{'一二'[number - 1]}网格"
        grid = found_grid(by=CLOCK, kind=GridKind.SMALL, community=community, name=name)
        set_buildings(
            grid, by=CLOCK, buildings=[block for home in share for block in home.buildings]
        )
        for home in share:
            home.grid = grid
        found.append(grid)
    return found
