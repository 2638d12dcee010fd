"""The sweeps beat runs."""

from accounts.heartbeats import sweep
from complaints import actions


@sweep
def sound_alarms() -> int:
    return actions.sound_alarms()


@sweep
def sound_supervision() -> int:
    return actions.sound_supervision()


@sweep
def reckon_anew() -> int:
    return actions.reckon_anew()


@sweep
def remove_unowned_photos() -> int:
    return actions.remove_unowned_photos()


@sweep
def follow_offices() -> int:
    return actions.follow_offices()
