"""The sweeps of the register."""

from accounts.heartbeats import sweep
from communities import actions
from communities.actions import committee_alarms
from communities.sheets import run


@sweep
def tell_of_ends() -> int:
    return actions.tell_of_ends()


@sweep
def tell_endings() -> int:
    return actions.tell_endings()


@sweep
def turn_modes() -> int:
    return actions.turn_modes()


@sweep
def sound_committees() -> int:
    return committee_alarms.sound_committees()


@sweep
def run_imports() -> int:
    return run.run_imports()
