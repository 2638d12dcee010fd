"""The sweep of the roof."""

from accounts.heartbeats import sweep
from governance import indicators


@sweep
def take_figures() -> int:
    return indicators.take_figures()
