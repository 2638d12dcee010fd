"""The moments tests speak of, as people say them: Shanghai time."""

from contextlib import ExitStack
from datetime import datetime, timedelta

from common.now import pretend
from common.workdays import SHANGHAI


def at(text: str) -> datetime:
    """`2026-03-02 10:00` on a Shanghai clock; `2026-03-02` is the beginning of that day."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# A plain Monday morning: no holiday near, and every deadline of hours ends the same day.
MONDAY = at("2026-03-02 09:00")


class Pretended:
    """A clock that stands where it was put, until it is put elsewhere."""

    def __init__(self, moment: datetime) -> None:
        self._stack = ExitStack()
        self.moment = moment
        self.put(moment)

    def put(self, moment: datetime) -> datetime:
        """Move the clock to a moment."""
        self.stop()
        self.moment = self._stack.enter_context(pretend(moment))
        return self.moment

    def forward(self, **amount: float) -> datetime:
        """Move it on by `hours=3`, `days=1`, `minutes=15` …"""
        return self.put(self.moment + timedelta(**amount))

    def stop(self) -> None:
        """Let the clock be the database's again."""
        self._stack.close()
