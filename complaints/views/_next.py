"""What happens next with an order, in words for whoever reported it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from complaints.queries import OrderPage
from complaints.workflow import RIGHT_DOOR, RefusalGround, Stage, Status

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Sentence, and the stage whose due time goes with it.
SENTENCES: dict[str, tuple["StrOrPromise", Stage | None]] = {
    Status.REPORTED: (
        _("The community checks on site and passes it to whoever has to handle it."),
        Stage.INSPECT,
    ),
    Status.DISPATCHED: (_("%(handler)s has been told and has to be there in time."), Stage.HANDLE),
    Status.HANDLING: (_("%(handler)s is working on it."), Stage.HANDLE),
    Status.HANDLED: (
        _("The community checks the result; then you get the answer."),
        Stage.FEEDBACK,
    ),
    Status.ANSWERED: (
        _("Please say whether it is solved. Without a word from you it closes."),
        None,
    ),
    Status.RECHECK: (
        _("You said it is not solved. The community looks into it and answers again."),
        Stage.FEEDBACK,
    ),
    Status.CLOSED: (_("It is closed. If it is not solved after all, you can reopen it."), None),
    Status.REFUSED: (_("It was not accepted."), None),
    Status.MERGED: (
        _("Somebody reported the same before you. You get the same answer, here."),
        None,
    ),
    Status.WITHDRAWN: (_("You withdrew it. You can report anew at any time."), None),
}


def next_step(page: OrderPage) -> tuple[str, datetime | None]:
    """The sentence, and until when (none where nothing is promised)."""
    order = page.order
    if page.rest is not None:
        return str(_("It has to wait, and no time runs. Below you read for what.")), None
    sentence, stage = SENTENCES[order.status]
    handler = page.handler_name or str(_("The handler"))
    words = str(sentence) % {"handler": handler} if "%(" in str(sentence) else str(sentence)
    if order.status == Status.ANSWERED:
        return words, order.rate_until
    if order.status == Status.CLOSED:
        open_still = order.reopen_until is not None and page.at < order.reopen_until
        return (words, order.reopen_until) if open_still else (str(_("It is closed.")), None)
    if order.status == Status.REFUSED:
        return " ".join([words, _right_door(page)]).strip(), None
    due = next((row.due_at for row in page.open_deadlines if row.stage == stage), None)
    if order.status == Status.REPORTED and due is None and not order.bypasses_community:
        words = str(_("The community has checked on site and passes it to whoever handles it."))
    return words, due


def _right_door(page: OrderPage) -> str:
    """Where to go instead, as the refusal's ground says."""
    grounds = [line.facts.get("ground") for line in page.timeline if line.verb == "refuse"]
    known = [RefusalGround(ground) for ground in grounds if ground in RefusalGround.values]
    return str(RIGHT_DOOR[known[-1]]) if known else ""
