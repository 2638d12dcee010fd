"""What somebody is to an order, or to a supervision order, and so which verbs are open."""

from complaints.permissions.desks import at_desk_of
from complaints.permissions.orders import (
    CHECKED,
    OFFERED,
    Case,
    asked_extension,
    handler_side,
    may,
    may_reveal,
    open_verbs,
    parties,
    party_for,
    reads_internal,
    stands_in,
    visible_to,
)

__all__ = [
    "CHECKED",
    "OFFERED",
    "Case",
    "asked_extension",
    "at_desk_of",
    "handler_side",
    "may",
    "may_reveal",
    "open_verbs",
    "parties",
    "party_for",
    "reads_internal",
    "stands_in",
    "visible_to",
]
