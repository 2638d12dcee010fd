"""Which orders there are: when, where, about what, from whom, and what becomes of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from accounts.actors import Actor, Reporter
from accounts.models import User
from common.codes import digest, new_secret
from common.workdays import SHANGHAI
from communities.models import Place
from complaints.workflow import BY_STAFF, Kind, Source, Verb
from governance.demo.chance import Chance
from governance.demo.county import County, Home
from governance.demo.names import GIVEN, SURNAMES
from governance.demo.paces import HOURS, STORM, STORM_TOPICS, WEEKDAYS
from governance.demo.people import People, Resident
from governance.demo.topics import TOPICS

# Accusations, which never enter the community's queue; always told in confidence here.
ACCUSATIONS = frozenset({"1601", "1602"})
# What several neighbours notice at once.
SHARED = frozenset({"0101", "0202", "0204", "0205", "0301", "0302", "0502", "0801", "0802"})
CROWDED = {"excellent": 0.7, "good": 1.0, "fair": 1.3, "slow": 1.7, "poor": 2.2, "community": 0.9}
SOURCES = {
    Source.WEB: 34,
    Source.QR: 34,
    Source.PHONE: 14,
    Source.WALK_IN: 6,
    Source.CHAT: 7,
    Source.PATROL: 5,
}


class Fate(StrEnum):
    """What becomes of an order, beside the plain way."""

    PLAIN = "plain"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    RETURNED = "returned"
    RETURNED_TWICE = "returned twice"
    REDISPATCHED = "redispatched"
    REFERRED_UP = "referred up"


FATES = {
    Fate.PLAIN: 80.0,
    Fate.WITHDRAWN: 4.5,
    Fate.REFUSED: 4.5,
    Fate.RETURNED: 4.0,
    Fate.RETURNED_TWICE: 1.0,
    Fate.REDISPATCHED: 2.5,
    Fate.REFERRED_UP: 3.5,
}


@dataclass
class Plan:
    """One order to be."""

    at: datetime
    home: Home
    building: Place | None
    entrance: Place | None
    code: str
    kind: Kind
    source: Source
    by: Actor
    # The person behind a report that staff enter, if they have an account.
    caller: User | None = None
    name: str = ""
    phone: str = ""
    dwelling: str = ""
    confidential: bool = False
    fate: Fate = Fate.PLAIN
    # Its life stops after this verb, and everybody before that was quick.
    hold: Verb | None = None
    # What the reporter will say; left to chance where it is None.
    verdict: bool | None = None
    double_of: "Plan | None" = None
    # Filled in once it is reported.
    order_id: int = 0

    @property
    def brisk(self) -> bool:
        return self.hold is not None


class Planner:
    """Draws plans over the days from `start` to `end`."""

    def __init__(
        self, chance: Chance, county: County, people: People, start: datetime, end: datetime
    ) -> None:
        self.chance, self.county, self.people = chance, county, people
        self.end = end
        first = start.astimezone(SHANGHAI).date()
        self.days = [
            first + timedelta(days=n)
            for n in range((end.astimezone(SHANGHAI).date() - first).days + 1)
        ]
        monday = self.days[int(len(self.days) * 0.6)]
        monday -= timedelta(days=monday.weekday())
        self.storm = frozenset(monday + timedelta(days=n) for n in range(6))
        self.weights = [self._weight(number, day) for number, day in enumerate(self.days)]
        self._homes = {n: self._crowd(n, home) for n, home in enumerate(county.homes)}
        self._mine: dict[int, Resident] = {r.user.pk: r for r in people.residents}

    def _weight(self, number: int, day: date) -> float:
        trend = 0.85 + 0.3 * number / len(self.days)
        return WEEKDAYS[day.weekday()] * trend * (STORM if day in self.storm else 1.0)

    def _crowd(self, number: int, home: Home) -> float:
        return len(home.buildings) * CROWDED[home.character] * (2.0 if number == 0 else 1.0)

    def many(self, count: int) -> list[Plan]:
        """So many plans, some of them doubles of one before."""
        plans: list[Plan] = []
        while len(plans) < count:
            plan = self.one()
            plans.append(plan)
            if plan.code in SHARED and self.chance.happens(0.16) and len(plans) < count:
                plans.append(self.double(plan))
        return plans

    def one(self) -> Plan:
        at = self._moment()
        code = self._topic(at)
        home = self.county.homes[self.chance.one(self._homes)]
        plan = self.reported(at, home, code)
        plan.fate = self.chance.one(FATES)
        return plan

    def double(self, plan: Plan) -> Plan:
        """A neighbour reports the same a little later."""
        at = min(plan.at + timedelta(minutes=self.chance.uniform(8, 70)), self.end)
        double = self.reported(at, plan.home, plan.code, anonymous=True)
        double.building, double.kind = plan.building, plan.kind
        double.entrance = plan.entrance if plan.building else None
        double.double_of = plan
        return double

    def reported(self, at: datetime, home: Home, code: str, *, anonymous: bool = False) -> Plan:
        """Somebody to report it, in a way that fits."""
        source = Source(self.chance.one(SOURCES))
        if anonymous or code in ACCUSATIONS:
            source = Source.WEB
        plan = Plan(
            at,
            home,
            building=None,
            entrance=None,
            code=code,
            kind=self.chance.choice(TOPICS[code].kinds),
            source=source,
            by=Reporter(digest(new_secret())),
        )
        if source in BY_STAFF:
            self._by_staff(plan)
        elif source == Source.PATROL:
            self._on_patrol(plan)
        elif not anonymous and self.chance.happens(0.55):
            self._by_resident(plan)
        elif self.chance.happens(0.7):
            plan.name, plan.phone = self._stranger()
        if plan.building is None and self.chance.happens(0.85):
            plan.building = self.chance.choice(plan.home.buildings)
        if plan.building is not None and plan.entrance is None and self.chance.happens(0.7):
            plan.entrance = self.chance.choice(plan.home.entrances[plan.building.pk])
        plan.confidential = code in ACCUSATIONS or self.chance.happens(0.05)
        return plan

    def _by_staff(self, plan: Plan) -> None:
        desk = plan.home.community
        above = desk.parent or self.county.district
        plan.by = self.people.desks.get(desk.pk, self.people.desks[above.pk])[0]
        plan.name, plan.phone = self._stranger()
        if self.chance.happens(0.25):
            resident = self.chance.choice(self.people.residents)
            plan.caller, plan.name = resident.user, resident.user.name
            plan.phone, plan.dwelling = resident.user.phone or "", resident.dwelling
            plan.home = resident.home
            desk = plan.home.community
            above = desk.parent or self.county.district
            plan.by = self.people.desks.get(desk.pk, self.people.desks[above.pk])[0]

    def _on_patrol(self, plan: Plan) -> None:
        """Found by a watcher at their estate; somebody else's round is a plain report."""
        user, home = self.chance.choice(self.people.watchers)
        plan.by, plan.home, plan.name, plan.phone = user, home, user.name, user.phone or ""

    def _by_resident(self, plan: Plan) -> None:
        near = [r for r in self.people.residents if r.home is plan.home]
        resident = self.chance.choice(near or self.people.residents)
        plan.by, plan.home, plan.dwelling = resident.user, resident.home, resident.dwelling
        plan.name, plan.phone = resident.user.name, resident.user.phone or ""
        if self.chance.happens(0.75):
            plan.building, plan.entrance = resident.building, resident.entrance

    def _stranger(self) -> tuple[str, str]:
        name = self.chance.choice(SURNAMES) + self.chance.choice(GIVEN)
        return name, f"1540{self.chance.randint(1000000, 9999999)}"

    def _moment(self) -> datetime:
        while True:
            day = self.chance.choices(self.days, self.weights)[0]
            hour = self.chance.one(HOURS)
            at = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
            at += timedelta(seconds=self.chance.uniform(0, 3600))
            if at < self.end:
                return at

    def _topic(self, at: datetime) -> str:
        if at.date() in self.storm and self.chance.happens(0.65):
            return self.chance.one(STORM_TOPICS)
        return self.chance.one({code: topic.weight for code, topic in TOPICS.items()})
