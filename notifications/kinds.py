"""What a kind of notice is about, as far as people choose what reaches them where.

The floors above name the kinds. One that is not listed is sorted by how its name begins, so that a
new one is never lost: at worst it stands under "news".
"""

from notifications.models.people import Group

MINE = {
    "order_inspect",
    "order_accept",
    "order_answer",
    "order_answer_directly",
    "order_answered_with_original",
    "order_close_unrated",
    "order_refuse",
    "order_merge",
    "contact_revealed",
}
# Told to the reporter and to those who work on it alike: to these it is a duty.
BOTH = {"order_dispatch", "order_redispatch", "order_attend", "order_record_callback"}
LATE = ("order_late", "order_remind", "order_half", "late_", "reminder", "deadline_", "stage_")
SUPERVISION = ("supervision", "order_supervis", "duty_", "call_in")


def group_of(kind: str, *, duty: bool = False) -> Group:
    """The group a notice of this kind stands under; `duty` tells work from one's own report."""
    if kind.startswith(SUPERVISION):
        return Group.SUPERVISION
    if kind.startswith(LATE):
        return Group.LATE
    if kind in MINE or (kind in BOTH and not duty):
        return Group.MINE
    work = ("order_", "robot_", "register_", "assessment_", "rectification_", "advice_", "credit_")
    if kind.startswith(work):
        return Group.WORK
    return Group.NEWS
