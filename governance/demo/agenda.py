"""Time goes by: lives take turns in the order of their moments, and the clock sweeps between."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from common.errors import NotAllowed, WrongState
from common.now import pretend
from complaints import actions
from complaints.models import Complaint

# A life does what it has to do now, then says when it goes on.
Life = Iterator[datetime]
A_MOMENT = timedelta(seconds=1)
# The sweep runs every ten seconds in the portal; here it comes this long after an alarm.
SWEEP_AFTER = timedelta(seconds=4)


class Agenda:
    """Lives by the moment of their next step. Steps at or after `until` never happen."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.steps = self.sweeps = 0
        self._waiting: list[tuple[datetime, int, Life]] = []
        self._count = 0
        # The alarm of each order that has one, as its last verb or sweep has set it.
        self._alarms: dict[int, datetime] = {}

    def add(self, at: datetime, life: Life) -> None:
        self._count += 1
        heapq.heappush(self._waiting, (at, self._count, life))

    def heard(self, order: Complaint) -> None:
        """Take note of the alarm a verb has set, so that the sweep comes in time."""
        if order.alarm_at is None:
            self._alarms.pop(order.pk, None)
        else:
            self._alarms[order.pk] = order.alarm_at

    def run(self, progress: Callable[[datetime], None]) -> None:
        while self._waiting and self._waiting[0][0] < self.until:
            at, _number, life = heapq.heappop(self._waiting)
            self._sweep(at)
            progress(at)
            with pretend(at):
                goes_on = next(life, None)
            self.steps += 1
            if goes_on is not None:
                self.add(max(goes_on, at + A_MOMENT), life)
        self._sweep(self.until)

    def _sweep(self, until: datetime) -> None:
        """Every alarm up to this moment, each a few seconds after it was due."""
        while (alarm := min(self._alarms.values(), default=until)) < until:
            with pretend(min(alarm + SWEEP_AFTER, until)):
                actions.sound_alarms()
            self.sweeps += 1
            alarmed = Complaint.objects.filter(alarm_at__isnull=False).order_by("pk")
            alarms = alarmed.values_list("pk", "alarm_at")
            self._alarms = {pk: alarm_at for pk, alarm_at in alarms if alarm_at is not None}


def aside(at: datetime, do: Callable[[], Complaint | None], agenda: Agenda) -> None:
    """Something that may happen beside an order's life, if the order still lets it."""

    def life() -> Life:
        try:
            order = do()
        except (NotAllowed, WrongState):
            return
        if order is not None:
            agenda.heard(order)
        yield from ()

    agenda.add(at, life())
