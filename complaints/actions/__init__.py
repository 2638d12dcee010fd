"""The verbs: the only code that changes an order. Named as the citizen would say them."""

from complaints.actions.clockwork import sound_alarms
from complaints.actions.contacts import claim, reveal_contact
from complaints.actions.desk import (
    answer,
    answer_directly,
    dispatch,
    inspect,
    merge,
    redispatch,
    refer_up,
    refuse,
    send_back,
)
from complaints.actions.handling import accept, attend, handle, return_order
from complaints.actions.judging import TAGS, rate, record_callback, reopen
from complaints.actions.notes import add_note
from complaints.actions.reporting import report, supplement, urge, withdraw
from complaints.actions.rules import set_rule

__all__ = [
    "TAGS",
    "accept",
    "add_note",
    "answer",
    "answer_directly",
    "attend",
    "claim",
    "dispatch",
    "handle",
    "inspect",
    "merge",
    "rate",
    "record_callback",
    "redispatch",
    "refer_up",
    "refuse",
    "reopen",
    "report",
    "return_order",
    "reveal_contact",
    "send_back",
    "set_rule",
    "sound_alarms",
    "supplement",
    "urge",
    "withdraw",
]
