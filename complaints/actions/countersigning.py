"""The verb of those who watch over a place: countersigning what was found on site (W11)."""

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, actor_id
from complaints.actions import _tell
from complaints.actions._step import Move, Words, need, take
from complaints.models import Complaint, Event, StatementKind
from complaints.workflow import Party, Verb
from notifications.actions import notify


def countersign(complaint: Complaint, *, by: Actor, agrees: bool, note: str = "") -> Complaint:
    """Put one's name to the last on-site check, or say why one cannot agree; once a check.

    No clock waits for it (our decision): the desk hears of a disagreement and decides whether
    somebody looks again.
    """
    if not agrees:
        need(note, "note", _("Say what you found otherwise."))

    def change(move: Move) -> None:
        check = move.order.events.filter(verb=Verb.INSPECT).order_by("pk").last()
        if check is None:  # the law does not let it come to this
            return
        move.facts["checked_at"] = check.at.isoformat()
        if not agrees:
            _tell_desk(move, check)

    words = Words(note, StatementKind.NOTE)
    return take(
        complaint, Verb.COUNTERSIGN, by=by, words=words, facts={"agrees": agrees}, change=change
    )


def _tell_desk(move: Move, check: Event) -> None:
    """Whoever sits at the desk, and who made the check: not everybody of the grid."""
    order = move.order
    seats = _tell.seats_of([order], move.at)
    told = _tell.ears(order, Party.DESK, seats)
    if check.actor_id is not None:
        told.add(check.actor_id)
    told -= seats.serving(order.estate_id) | {actor_id(move.by) or 0}
    notify(
        sorted(told),
        kind="order_check_disputed",
        facts=_tell.facts_of(order),
        key=f"disputed:{check.pk}",
        at=move.at,
        duty=True,
    )
