"""The old estate that no firm serves: its management committee takes orders in hand (W5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.actions import register
from accounts.actors import CLOCK
from accounts.models import User
from common.now import pretend
from communities.actions import appoint
from communities.models import Body, BodyKind, EstateKind, MemberRole, Office
from communities.scope import day_of
from complaints import actions
from complaints.models import Complaint
from complaints.workflow import Outcome, Verb
from governance.demo.acting import World
from governance.demo.county import Home
from governance.demo.people import PASSWORD


@dataclass(frozen=True)
class Matter:
    """One order: days ago, about what, in which words, how far it has come."""

    days: float
    code: str
    said: str
    done: str
    hold: Verb


MATTERS = (
    Matter(
        9.0, "0104", "二单元门口的台阶缺了一块，晚上容易绊倒。", "台阶已用水泥补平。", Verb.RATE
    ),
    Matter(
        1.2, "0501", "楼下的垃圾两天没人清。", "已安排轮值住户清运，并重排了值日表。", Verb.HANDLE
    ),
    Matter(0.11, "0206", "单元门关不上，外人随便进。", "", Verb.ACCEPT),
    Matter(0.05, "0504", "院子里的树枝挡住了一楼的窗户。", "", Verb.DISPATCH),
)


def lead_committee(world: World, until: datetime) -> int:
    """Give the committee's director an account and tell what it has in hand; how many orders."""
    found = _committee(world)
    if found is None:
        return 0
    home, body = found
    seat = body.committee.members.filter(role=MemberRole.DIRECTOR).first()
    desk = world.people.desks.get(home.community.pk, [])
    if seat is None or not desk:
        return 0
    with pretend(until - timedelta(days=30)):
        director = register(
            by=CLOCK,
            username="director1",
            name=seat.name,
            password=PASSWORD,
            phone="15400009021",
            phone_confirmed=True,
        )
        appoint(
            director,
            by=CLOCK,
            office=Office.COMMITTEE_DIRECTOR,
            at=body,
            from_on=day_of(until - timedelta(days=30)),
        )
    world.people.everybody["director1"] = director
    for number, matter in enumerate(MATTERS):
        _tell(world, home, body, matter, (director, desk[0]), until, number)
    with pretend(until):
        actions.sound_alarms()
    return len(MATTERS)


def _committee(world: World) -> tuple[Home, Body] | None:
    """The first old estate without a firm whose community's desk is held, and its committee."""
    for home in world.county.homes:
        if home.kind == EstateKind.OLD and home.firm is None:
            bodies = Body.objects.filter(place=home.place, kind=BodyKind.MANAGEMENT_COMMITTEE)
            body = bodies.select_related("committee", "place").first()
            if body is not None and home.community.pk in world.people.desks:
                return home, body
    return None


def _tell(
    world: World,
    home: Home,
    body: Body,
    matter: Matter,
    people: tuple[User, User],
    until: datetime,
    number: int,
) -> None:
    director, clerk = people
    begun = until - timedelta(days=matter.days)
    reporter = world.people.residents[number].user
    block = home.buildings[number % len(home.buildings)]

    def at(minutes: float) -> datetime:
        return begun + timedelta(minutes=minutes)

    with pretend(begun):
        order = actions.report(
            by=reporter,
            estate=home.place,
            building=block,
            category=world.categories[matter.code],
            description=matter.said,
        )
    with pretend(at(12)):
        order = actions.dispatch(order, by=clerk, handler=body, note="本小区无物业，请管委会处理。")
    if matter.hold == Verb.DISPATCH:
        return
    with pretend(at(31)):
        order = actions.accept(order, by=director, note="收到，马上去看。")
    if matter.hold == Verb.ACCEPT:
        return
    with pretend(at(96)):
        order = actions.handle(order, by=director, outcome=Outcome.SOLVED, note=matter.done)
    if matter.hold == Verb.HANDLE:
        return
    _settle(order, matter, clerk, reporter, at(150))


def _settle(order: Complaint, matter: Matter, clerk: User, reporter: User, on: datetime) -> None:
    with pretend(on):
        order = actions.answer(order, by=clerk, note=f"已核实：{matter.done}")
    with pretend(on + timedelta(hours=5)):
        actions.rate(order, by=reporter, solved=True, satisfaction=5, note="邻里自己管，快。")
