"""Who acts on an order, when, and in which words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.actors import Actor
from accounts.models import User
from common.now import now
from common.workdays import SHANGHAI
from communities.models import BodyKind, Place
from complaints import actions
from complaints.models import Category, Complaint
from complaints.workflow import BY_STAFF, Urgency, Verb
from governance.demo import words
from governance.demo.agenda import Agenda
from governance.demo.chance import Chance, waking
from governance.demo.county import County
from governance.demo.paces import (
    DESK_LOOKS,
    DESK_LOOKS_URGENT,
    DESK_NIGHT,
    HASTE,
    PACES,
    Pace,
)
from governance.demo.people import People
from governance.demo.photos import Album
from governance.demo.plans import ACCUSATIONS, Plan
from governance.demo.topics import TOPICS


@dataclass
class World:
    """What every life needs."""

    chance: Chance
    county: County
    people: People
    album: Album
    agenda: Agenda
    categories: dict[str, Category]


class Over(Exception):
    """This life is told as far as it is to be told."""


class Acting:
    """One order, and everybody who has a part in it."""

    def __init__(self, world: World, plan: Plan) -> None:
        self.world, self.plan = world, plan
        self.chance = world.chance
        self.topic = TOPICS[plan.code]
        self.order: Complaint
        self.result = ""
        self.solvable = True
        self._case = self.chance.randrange(len(self.topic.what))
        self._place = {
            "b": plan.building.name if plan.building else "小区",
            "e": plan.entrance.name if plan.entrance else "",
            "f": self.chance.choice(words.FLOORS),
            "n": self.chance.choice(words.FEW),
        }

    @property
    def reporter(self) -> Actor | None:
        """Who can answer for the report in the portal; nobody where staff entered it."""
        return None if self.plan.source in BY_STAFF else self.plan.by

    def do(self, verb: Verb, **kwargs: Any) -> None:
        """Do the verb; the life ends here if it was only to come so far."""
        self.order = getattr(actions, verb.value)(self.order, **kwargs)
        self.world.agenda.heard(self.order)
        if verb == self.plan.hold:
            raise Over

    def say(self, templates: tuple[str, ...], **more: str) -> str:
        return self.chance.among(templates).format(**self._place, **more)

    def of_case(self, templates: tuple[str, ...]) -> str:
        """What belongs to the matter reported, of the topic's words."""
        return self.say((templates[self._case % len(templates)],)) if templates else ""

    def desk(self) -> User:
        """Whoever holds the order's desk today, or the one above that stands in."""
        place: Place | None = self.order.desk
        while place is not None and place.pk not in self.world.people.desks:
            place = place.parent
        people = self.world.people.desks[place.pk if place else self.world.county.district.pk]
        return people[0] if self.chance.happens(0.8) else self.chance.choice(people)

    def grid_worker(self) -> User | None:
        """Somebody of the grid who is neither the firm's manager nor the reporter."""
        grid = self.plan.home.grid
        if grid is None or self.plan.code in ACCUSATIONS:
            return None
        firm = self.plan.home.firm
        own = self.world.people.handlers.get(firm.pk, []) if firm else []
        workers = self.world.people.grids.get(grid.pk, [])
        fitting = [w for w in workers if w not in own and w != self.plan.by]
        return self.chance.choice(fitting) if fitting else None

    def handler(self) -> User:
        return self.chance.choice(self.world.people.handlers[self.order.handler_id or 0])

    @property
    def pace(self) -> Pace:
        handler = self.order.handler
        if handler is None or handler.kind == BodyKind.COMMUNITY_OFFICE:
            return PACES["community"]
        if handler.kind == BodyKind.DEPARTMENT:
            return PACES["department"]
        return PACES[self.plan.home.character]

    def after(self, median: float, night: float = 0.0, spread: float = 0.7) -> datetime:
        """The moment after some minutes; at once in a life that is to stop somewhere."""
        if self.plan.brisk:
            return now() + timedelta(minutes=self.chance.uniform(1.5, 5))
        minutes = self.chance.minutes(median, spread)
        if now().astimezone(SHANGHAI).weekday() == 0:
            minutes *= 1.3
        if self.chance.happens(night):
            return now() + timedelta(minutes=minutes)
        return waking(now(), minutes)

    @property
    def haste(self) -> float:
        return HASTE[self.order.urgency]

    def desk_looks(self) -> datetime:
        urgent = self.order.urgency == Urgency.URGENT
        return self.after(DESK_LOOKS_URGENT if urgent else DESK_LOOKS, DESK_NIGHT)
