"""The verbs: the only code that changes an order. Named as the citizen would say them."""

from complaints.actions.anonymous import (
    check_anonymous,
    keep_photo_anonymously,
    report_anonymously,
    track,
)
from complaints.actions.classifying import reclassify
from complaints.actions.clockwork import sound_alarms
from complaints.actions.contacts import claim, reveal_contact
from complaints.actions.countersigning import countersign
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
from complaints.actions.photos import drop_photo, keep_photo, remove_unowned_photos
from complaints.actions.reckoning import reckon_anew
from complaints.actions.repairers import follow_offices
from complaints.actions.reporting import report, supplement, urge, withdraw
from complaints.actions.rules import (
    AS_IT_IS,
    apply_preset,
    set_hours,
    set_rule,
    withdraw_rule,
    withdraw_rules,
)
from complaints.actions.slip_alarms import sound_supervision
from complaints.actions.supervising import (
    cancel_supervision,
    close_supervision,
    reply,
    send_back_supervision,
    supervise,
)
from complaints.actions.waiting import (
    ask_extension,
    ask_suspension,
    grant_extension,
    refuse_extension,
    refuse_suspension,
    resume,
    suspend,
)

__all__ = [
    "AS_IT_IS",
    "TAGS",
    "accept",
    "add_note",
    "answer",
    "answer_directly",
    "apply_preset",
    "ask_extension",
    "ask_suspension",
    "attend",
    "cancel_supervision",
    "check_anonymous",
    "claim",
    "close_supervision",
    "countersign",
    "dispatch",
    "drop_photo",
    "follow_offices",
    "grant_extension",
    "handle",
    "inspect",
    "keep_photo",
    "keep_photo_anonymously",
    "merge",
    "rate",
    "reclassify",
    "reckon_anew",
    "record_callback",
    "redispatch",
    "refer_up",
    "refuse",
    "refuse_extension",
    "refuse_suspension",
    "remove_unowned_photos",
    "reopen",
    "reply",
    "report",
    "report_anonymously",
    "resume",
    "return_order",
    "reveal_contact",
    "send_back",
    "send_back_supervision",
    "set_hours",
    "set_rule",
    "sound_alarms",
    "sound_supervision",
    "supervise",
    "supplement",
    "suspend",
    "track",
    "urge",
    "withdraw",
    "withdraw_rule",
    "withdraw_rules",
]
