"""The verbs: the only code that changes places, bodies, offices, the calendar and the rosters."""

from communities.actions.calendar import NoticeDay, check_notice, enter_notice, mark_reckoned
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
    "appoint",
    "check_notice",
    "dismiss",
    "end_engagement",
    "engage_firm",
    "enter_notice",
    "found_body",
    "found_place",
    "mark_reckoned",
]
