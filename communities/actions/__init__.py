"""The verbs: the only code that changes places, bodies, offices, the calendar and the rosters."""

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
    "appoint",
    "dismiss",
    "end_engagement",
    "engage_firm",
    "found_body",
    "found_place",
]
