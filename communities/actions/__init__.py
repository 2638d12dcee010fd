"""The verbs: the only code that changes places, bodies, offices, the calendar and the rosters."""

from communities.actions.calendar import NoticeDay, check_notice, enter_notice, mark_reckoned
from communities.actions.duty import Repeated, copy_week, remove_shift, set_shift, stand_in
from communities.actions.register import (
    BODY_OF_OFFICE,
    FIRM_SEATS,
    GRID_SEATS,
    appoint,
    dismiss,
    end_engagement,
    engage_firm,
    found_body,
    found_place,
)

__all__ = [
    "BODY_OF_OFFICE",
    "FIRM_SEATS",
    "GRID_SEATS",
    "NoticeDay",
    "Repeated",
    "appoint",
    "check_notice",
    "copy_week",
    "dismiss",
    "end_engagement",
    "engage_firm",
    "enter_notice",
    "found_body",
    "found_place",
    "mark_reckoned",
    "remove_shift",
    "set_shift",
    "stand_in",
]
