"""The sweeps of the register."""

from accounts.heartbeats import sweep
from communities import actions


@sweep
def tell_of_ends() -> int:
    return actions.tell_of_ends()
