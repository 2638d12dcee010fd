"""Observers put their names to what was found on site; some checks still wait for one (W11)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.models import User
from common.now import now, pretend
from complaints import actions
from complaints.models import Complaint
from complaints.permissions import may
from complaints.workflow import Verb
from governance.demo.acting import World

OBSERVERS = ("observer1", "supervisor1")
# What they say, one check after the other; the rest waits.
SAID = (
    (True, "当时我也在场，情况属实。"),
    (False, "核实照片拍的是东侧，西侧同样有问题，请一并查看。"),
    (True, ""),
)


def countersign_some(world: World, until: datetime) -> int:
    """How many checks of the first estate were countersigned, minutes before the story ends."""
    done = 0
    with pretend(until - timedelta(minutes=2)):
        for (agrees, note), (user, order) in zip(SAID, _waiting(world), strict=False):
            actions.countersign(order, by=user, agrees=agrees, note=note)
            done += 1
    return done


def _waiting(world: World) -> Iterator[tuple[User, Complaint]]:
    """Orders whose check waits for one of them, in turn: one of each stays as it is."""
    left = [world.people.everybody[name] for name in OBSERVERS]
    orders = Complaint.objects.whole().open().filter(estate=world.county.homes[0].place)
    fitting = [
        order
        for order in orders.order_by("-reported_at", "pk")
        if any(may(Verb.COUNTERSIGN, user, order, now()) for user in left)
    ]
    for number, order in enumerate(fitting[1:]):
        user = left[number % len(left)]
        if may(Verb.COUNTERSIGN, user, order, now()):
            yield user, order
