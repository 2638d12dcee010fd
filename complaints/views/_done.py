"""What is shown once a report is in: its reference, and the tracking code for a short while."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from common.codes import normal
from common.now import now
from complaints.models import Complaint, Deadline
from complaints.views._who import followed
from complaints.workflow import Stage

FRESH = "fresh"
# A reload or a lost line must not cost somebody their code; after this it cannot be shown again.
SHOWN_FOR = timedelta(minutes=30)


@dataclass(frozen=True)
class Sent:
    """A report just sent from this browser."""

    order: Complaint
    secret: str
    for_somebody: bool


def show_once(
    request: HttpRequest, order: Complaint, secret: str, *, for_somebody: bool = False
) -> None:
    """Let this browser see the confirmation of a report for half an hour.

    Writes the session at once, inside the caller's transaction: an order whose tracking code was
    never shown to anybody would be lost to whoever reported it.
    """
    fresh = _still_fresh(request, order.reported_at)
    fresh[order.reference] = {
        "secret": secret,
        "until": (order.reported_at + SHOWN_FOR).isoformat(),
        "for_somebody": for_somebody,
    }
    request.session[FRESH] = fresh
    request.session.save()
    request.session.modified = False  # it is written: once is enough


def sent_lately(request: HttpRequest, reference: str) -> Sent | None:
    """The report of this reference, if this browser sent it within half an hour."""
    known = normal(reference) or ""
    kept = _still_fresh(request, now()).get(known)
    if kept is None:
        return None
    if kept["secret"] and not kept["for_somebody"] and known not in followed(request):
        return None
    order = Complaint.objects.whole().get(reference=known)
    return Sent(order, kept["secret"], kept["for_somebody"])


def _still_fresh(request: HttpRequest, at: datetime) -> dict[str, Any]:
    kept = request.session.get(FRESH, {}).items()
    return {ref: row for ref, row in kept if datetime.fromisoformat(row["until"]) > at}


def what_next(order: Complaint) -> list[tuple[str, datetime | None]]:
    """What happens next, and by when it is promised."""
    due = {row.stage: row.due_at for row in Deadline.objects.filter(complaint=order)}
    steps: list[tuple[str, datetime | None]] = []
    if Stage.INSPECT in due:
        check = (
            _("The subdistrict looks into it; the community's own people do not see it")
            if order.bypasses_community
            else _("The community's grid worker checks on site")
        )
        steps.append((check, due[Stage.INSPECT]))
    handler = (
        _("The property firm handles it")
        if order.handler_id or not order.bypasses_community
        else _("Whoever is in charge handles it")
    )
    steps.append((handler, due.get(Stage.HANDLE)))
    steps.append((_("You get an answer and can rate it"), due.get(Stage.FEEDBACK)))
    return steps
