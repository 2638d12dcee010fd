"""The sweeps of assessment."""

from accounts.heartbeats import sweep
from ratings.actions import (
    advice_alarms,
    bulletins,
    credit_alarms,
    freezing,
    listing_alarms,
    listing_files,
    objections,
    photos,
    polls,
    publications,
    rectification_alarms,
)


@sweep
def freeze_periods() -> int:
    return freezing.freeze_periods()


@sweep
def write_witness() -> int:
    return publications.write_witness()


@sweep
def verify_chain() -> int:
    return publications.verify_chain()


@sweep
def sound_rectification() -> int:
    return rectification_alarms.sound_rectification()


@sweep
def remove_unowned_photos() -> int:
    return photos.remove_unowned_photos()


@sweep
def remove_unowned_files() -> int:
    return listing_files.remove_unowned_files()


@sweep
def sound_listings() -> int:
    return listing_alarms.sound_listings()


@sweep
def sound_credit() -> int:
    return credit_alarms.sound_credit()


@sweep
def sound_advice() -> int:
    return advice_alarms.sound_advice()


@sweep
def close_polls() -> int:
    return polls.close_polls()


@sweep
def make_bulletins() -> int:
    return bulletins.make_bulletins()


@sweep
def forget_objectors() -> int:
    return objections.forget_objectors()
