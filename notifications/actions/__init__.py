"""The verbs of notices: writing, delivering, reading; wishes; chat groups; the dead."""

from notifications.actions.dead import retry_notes, retry_notices
from notifications.actions.delivery import deliver_pending
from notifications.actions.groups import connect_robot, disconnect_robot, follow_place, greet
from notifications.actions.wishes import bind_wechat, set_wishes, unbind
from notifications.actions.writing import Line, lines, mark_read, notify, prepared, write

__all__ = [
    "Line",
    "bind_wechat",
    "connect_robot",
    "deliver_pending",
    "disconnect_robot",
    "follow_place",
    "greet",
    "lines",
    "mark_read",
    "notify",
    "prepared",
    "retry_notes",
    "retry_notices",
    "set_wishes",
    "unbind",
    "write",
]
