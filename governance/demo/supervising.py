"""Offices above look at what stays late, and put some of it under supervision."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from accounts.models import User
from common.now import now
from common.workdays import SHANGHAI
from communities.models import Body, Place
from complaints import actions
from complaints.models import Complaint, SupervisionOrder
from complaints.supervision import State
from complaints.workflow import AT_WORK
from governance.demo import words
from governance.demo.acting import World
from governance.demo.agenda import SWEEP_AFTER, Life
from governance.demo.chance import waking
from governance.demo.plans import ACCUSATIONS

EVERY = timedelta(days=11)  # how often each office looks, so that no two look on the same days
MORNING = time(9, 40)
MOST = 4
# As the story ends some reply is late, some waits for the closing, some order was just issued: how
# long before, and how often an office looks again until it finds something.
FATES = {
    "silent": (timedelta(days=8), timedelta(hours=11), 12),
    "replied": (timedelta(days=3), timedelta(hours=7), 8),
    "open": (timedelta(minutes=40), timedelta(minutes=10), 3),
}
# So long something is late before an office above looks at it.
PATIENCE = timedelta(minutes=30)


def watch(world: World, start: datetime, until: datetime) -> None:
    """Put on the agenda when each office looks at what is late."""
    for number, place in enumerate(_offices(world)):
        at = start + EVERY + timedelta(days=3 * number)
        while at < until - FATES["silent"][0] - EVERY:
            world.agenda.add(_morning(at), _look(world, place, until))
            at += EVERY
    for fate, (before, again, times) in FATES.items():
        for place in _offices(world):
            life = _look(world, place, until, fate, again, times)
            world.agenda.add(until - before, life)


def _offices(world: World) -> list[Place]:
    """The subdistricts, and at last the district for what they leave lying."""
    return [*world.county.subdistricts, world.county.district]


def _morning(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(SHANGHAI).date(), MORNING, SHANGHAI)


def _look(
    world: World,
    place: Place,
    until: datetime,
    fate: str = "",
    again: timedelta = EVERY,
    times: int = 1,
) -> Life:
    """One look, or several: whoever has the most that is late gets a supervision order."""
    found = _late(place)
    while found is None and times > 1:
        times -= 1
        yield now() + again
        found = _late(place)
    people = world.people.handlers.get(found[0].pk, []) if found else []
    if found is None or not people:
        return
    body, orders = found
    hours = fate == "silent"
    slip = actions.supervise(
        orders,
        by=world.people.desks[place.pk][0],
        to=body,
        subject=f"{orders[0].category.name_zh}等诉求超时未办结",
        demand=world.chance.choice(words.DEMANDS),
        amount=24 * 3600 if hours else 5,
        unit="seconds" if hours else "working_days",
    )
    if fate in {"silent", "open"}:
        yield from _sweeps(slip, until)
        return
    yield from _lives(world, slip, people[0], world.people.desks[place.pk][0], fate, until)


def _late(place: Place) -> tuple[Body, list[Complaint]] | None:
    """The handler with the most late orders here, and those that are late the longest."""
    at = now()
    rows = Complaint.objects.whole().filter(
        place_code__startswith=place.code,
        status__in=sorted(AT_WORK),
        next_due_at__lte=at - PATIENCE,
        handler__isnull=False,
        supervised=0,
    )
    late = list(rows.exclude(category__code__in=sorted(ACCUSATIONS)).order_by("next_due_at", "pk"))
    if not late:
        return None
    most, _count = Counter(order.handler_id for order in late).most_common(1)[0]
    orders = [order for order in late if order.handler_id == most][:MOST]
    body = orders[0].handler
    return (body, orders) if body is not None else None


def _lives(
    world: World, slip: SupervisionOrder, answers: User, closes: User, fate: str, until: datetime
) -> Iterator[datetime]:
    chance = world.chance
    days = 0 if fate == "replied" else chance.choice((1, 2, 2, 3, 4, 8))
    yield from _sweeps(slip, waking(now() + timedelta(days=days), chance.uniform(10, 240)))
    slip = actions.reply(slip, by=answers, note=chance.choice(words.SUPERVISION_REPLIES))
    if fate == "replied":
        return
    yield waking(now(), chance.uniform(60, 900))
    if chance.happens(0.3):
        slip = actions.send_back_supervision(
            slip, by=closes, note=chance.choice(words.SENT_BACK), amount=2, unit="working_days"
        )
        yield from _sweeps(slip, waking(now(), chance.uniform(300, 1400)))
        slip = actions.reply(slip, by=answers, note=chance.choice(words.SUPERVISION_REPLIES))
        yield waking(now(), chance.uniform(60, 900))
    actions.close_supervision(slip, by=closes, note=chance.choice(words.CLOSINGS))


def _sweeps(slip: SupervisionOrder, until: datetime) -> Iterator[datetime]:
    """The sweep comes a few seconds after each alarm; then it goes on at the moment given."""
    while True:
        row = SupervisionOrder.objects.get(pk=slip.pk)
        if row.state != State.OPEN or row.alarm_at is None or row.alarm_at >= until:
            break
        yield row.alarm_at + SWEEP_AFTER
        actions.sound_supervision()
    yield until
