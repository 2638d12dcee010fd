"""Everybody with an account: offices given through the verbs, and residents at home."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from accounts.actions import register
from accounts.actors import CLOCK
from accounts.models import User
from communities.actions import appoint
from communities.models import Body, Grid, Office, Place
from governance.demo import names
from governance.demo.chance import Chance
from governance.demo.county import County, Home

PASSWORD = "hongguanjia-2026"  # noqa: S105 the demo's, printed for everybody
RESIDENTS = 25
# Firms with more than a manager: the first estate's firm, and some of the large ones.
FRONT_DESKS = (1, 17)
REPAIRERS = (1, 1, 2, 8, 17)


@dataclass
class Resident:
    """Somebody with an account and a home."""

    user: User
    home: Home
    building: Place
    entrance: Place
    dwelling: str


@dataclass
class People:
    """Who acts where, by the id of the seat."""

    everybody: dict[str, User] = field(default_factory=dict)
    desks: dict[int, list[User]] = field(default_factory=dict)
    grids: dict[int, list[User]] = field(default_factory=dict)
    handlers: dict[int, list[User]] = field(default_factory=dict)
    repairers: dict[int, list[User]] = field(default_factory=dict)
    residents: list[Resident] = field(default_factory=list)
    watchers: list[tuple[User, Home]] = field(default_factory=list)


class Registrar:
    """Gives accounts and offices, in order, with names and numbers that nobody has."""

    def __init__(self, chance: Chance, county: County) -> None:
        self.county = county
        self.people = People()
        self._chance = chance
        self._names = self._fresh_names()
        self._count = 0

    def _fresh_names(self) -> Iterator[str]:
        known: set[str] = set()
        while True:
            name = self.name()
            if name not in known:
                known.add(name)
                yield name

    def name(self) -> str:
        return self._chance.choice(names.SURNAMES) + self._chance.choice(names.GIVEN)

    def person(self, username: str) -> User:
        """A new account. No number in China begins with 154, and nobody has an e-mail address."""
        self._count += 1
        user = register(
            by=CLOCK,
            username=username,
            name=next(self._names),
            password=PASSWORD,
            phone=f"1540000{self._count:04d}",
            phone_confirmed=True,
        )
        self.people.everybody[username] = user
        return user

    def seat(self, user: User, office: Office, at: Body | Grid | Place) -> User:
        appoint(user, by=CLOCK, office=office, at=at, from_on=self.county.founded_on)
        return user


def settle_people(chance: Chance, county: County) -> People:
    """Offices from the district down to the building, then residents."""
    registrar = Registrar(chance, county)
    _district(registrar)
    _subdistricts(registrar)
    for number, community in enumerate(county.communities):
        _community(registrar, number, community)
    _firms(registrar)
    _watchers(registrar)
    _residents(registrar, chance)
    return registrar.people


def _district(registrar: Registrar) -> None:
    county, people = registrar.county, registrar.people
    office = county.offices[county.district.pk]
    for number in (1, 2):
        officer = registrar.person(f"district{number}")
        registrar.seat(officer, Office.DISTRICT_OFFICER, office)
        people.desks.setdefault(county.district.pk, []).append(officer)
    registrar.seat(registrar.person("auditor1"), Office.AUDITOR, office)
    registrar.seat(registrar.person("admin1"), Office.ADMINISTRATOR, office)
    for duty, department in county.departments.items():
        officer = registrar.person(duty)
        registrar.seat(officer, Office.DEPARTMENT_OFFICER, department)
        people.handlers[department.pk] = [officer]


def _subdistricts(registrar: Registrar) -> None:
    for number, place in enumerate(registrar.county.subdistricts, 1):
        officer = registrar.person(f"subdistrict{number}")
        registrar.seat(officer, Office.SUBDISTRICT_OFFICER, registrar.county.offices[place.pk])
        registrar.people.desks[place.pk] = [officer]


def _community(registrar: Registrar, number: int, community: Place) -> None:
    """The desk and the grids. Of every second community the clerk leads the grids as well."""
    county, people = registrar.county, registrar.people
    first, second = county.grids[community.pk]
    office = county.offices[community.pk]
    clerk: User | None = None
    if community.name != names.VACANT_COMMUNITY:
        clerk = registrar.person(f"clerk{number + 1}")
        registrar.seat(clerk, Office.COMMUNITY_CLERK, office)
        people.desks[community.pk] = [clerk]
        if number % 6 == 0:
            secretary = registrar.person(f"secretary{number // 6 + 1}")
            registrar.seat(secretary, Office.COMMUNITY_SECRETARY, office)
            people.desks[community.pk].append(secretary)
        people.handlers[office.pk] = people.desks[community.pk]
    if clerk is not None and number % 2:
        for grid in (first, second):
            registrar.seat(clerk, Office.GRID_LEADER, grid)
            people.grids[grid.pk] = [clerk]
        return
    worker = registrar.person(f"grid{number + 1}")
    registrar.seat(worker, Office.GRID_WORKER, first)
    registrar.seat(worker, Office.GRID_LEADER, second)
    people.grids[first.pk], people.grids[second.pk] = [worker], [worker]


def _firms(registrar: Registrar) -> None:
    """A manager each; the second firm's manager is also a grid worker of the first grid."""
    county, people = registrar.county, registrar.people
    for number, firm in sorted(county.firms.items()):
        manager = registrar.person(f"manager{number}")
        registrar.seat(manager, Office.FIRM_MANAGER, firm)
        people.handlers[firm.pk] = [manager]
        if number in FRONT_DESKS:
            clerk = registrar.person(f"frontdesk{FRONT_DESKS.index(number) + 1}")
            registrar.seat(clerk, Office.FIRM_CLERK, firm)
            people.handlers[firm.pk].append(clerk)
    for number, firm_number in enumerate(REPAIRERS, 1):
        if firm_number in county.firms:
            firm = county.firms[firm_number]
            repairer = registrar.person(f"repairer{number}")
            registrar.seat(repairer, Office.REPAIRER, firm)
            people.repairers.setdefault(firm.pk, []).append(repairer)
    grid = county.grids[county.communities[0].pk][0]
    both = people.everybody["manager2"]
    registrar.seat(both, Office.GRID_WORKER, grid)
    people.grids[grid.pk].append(both)


def _watchers(registrar: Registrar) -> None:
    """Those who watch over an estate, most of them at the first one."""
    first, other = registrar.county.homes[0], registrar.county.homes[-1]
    community = first.community
    seats: tuple[tuple[str, Home, tuple[tuple[Office, Place], ...]], ...] = (
        ("butler1", first, tuple((Office.BUTLER, block) for block in first.buildings[:3])),
        ("butler2", other, ((Office.BUTLER, other.buildings[0]),)),
        ("observer1", first, ((Office.OBSERVER, first.place),)),
        ("committee1", first, ((Office.COMMITTEE_MEMBER, first.place),)),
        ("committee2", other, ((Office.COMMITTEE_MEMBER, other.place),)),
        (
            "branch1",
            first,
            ((Office.BRANCH_SECRETARY, first.place), (Office.WARDEN, first.place)),
        ),
        ("supervisor1", first, ((Office.INTEGRITY_SUPERVISOR, community),)),
    )
    for username, home, held in seats:
        user = registrar.person(username)
        for office, place in held:
            registrar.seat(user, office, place)
        registrar.people.watchers.append((user, home))


def _residents(registrar: Registrar, chance: Chance) -> None:
    """Four live at the first estate, the others all over the county."""
    homes = registrar.county.homes
    for number in range(1, RESIDENTS + 1):
        home = homes[0] if number <= 4 else chance.choice(homes)
        building = chance.choice(home.buildings)
        entrance = chance.choice(home.entrances[building.pk])
        user = registrar.person(f"resident{number}")
        dwelling = f"{building.name}{entrance.name}{chance.randint(1, 11)}0{chance.randint(1, 4)}室"
        registrar.people.residents.append(Resident(user, home, building, entrance, dwelling))
