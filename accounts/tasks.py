"""Housekeeping."""

from accounts import codes, once, sessions
from accounts.heartbeats import sweep


@sweep
def forget_old_keys() -> int:
    return once.forget_old_keys()


@sweep
def forget_old_codes() -> int:
    return codes.forget_old_codes()


@sweep
def forget_old_sessions() -> int:
    return sessions.forget_old_sessions()


@sweep
def forget_old_sign_ins() -> int:
    return sessions.forget_old_sign_ins()
