"""Verbs of the handler."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.errors import Invalid
from communities.models import Appointment, Office, PlaceKind
from communities.scope import day_of
from complaints.actions._desks import move_desk_up
from complaints.actions._step import Move, Words, take
from complaints.models import Audience, Complaint, Photo, PhotoMoment, StatementKind
from complaints.workflow import (
    RETURNS_BEFORE_SUBDISTRICT,
    CannotReason,
    Outcome,
    ReturnReason,
    Verb,
)


def accept(
    complaint: Complaint, *, by: Actor, repairer: User | None = None, note: str = ""
) -> Complaint:
    """Confirm receipt, and name the repairer if one goes. The clock has run since dispatch."""

    def change(move: Move) -> None:
        if repairer is None:
            return
        serves = Appointment.objects.in_force(day_of(move.at)).filter(
            user=repairer, office=Office.REPAIRER, body=move.order.handler
        )
        if not serves.exists():
            raise Invalid(fields={"repairer": [_("Choose one of your own repairers.")]})
        move.order.repairer = repairer

    words = Words(note, StatementKind.NOTE)
    return take(complaint, Verb.ACCEPT, by=by, words=words, change=change)


def return_order(complaint: Complaint, *, by: Actor, reason: str, note: str = "") -> Complaint:
    """Send the order back as not one's duty, with a reason from the list; once per handler.

    The second return of an order moves the desk to the subdistrict.
    """
    if reason not in ReturnReason.values:
        raise Invalid(fields={"reason": [_("Choose a reason from the list.")]})

    def change(move: Move) -> None:
        order = move.order
        order.returns += 1
        move.facts["handler"] = order.handler.name if order.handler else ""
        if order.returns >= RETURNS_BEFORE_SUBDISTRICT:
            move_desk_up(move, to=PlaceKind.SUBDISTRICT)
        order.handler = order.repairer = None

    words = Words(note, StatementKind.NOTE, Audience.WORKERS)
    return take(
        complaint,
        Verb.RETURN_ORDER,
        by=by,
        words=words,
        facts={"reason": reason},
        change=change,
    )


def attend(
    complaint: Complaint, *, by: Actor, note: str, photos: Sequence[Photo] = ()
) -> Complaint:
    """Been on the spot: what was done, made safe, and a dated plan for the rest. Meets handling."""
    if not note.strip():
        raise Invalid(
            fields={"note": [_("Say what was done on the spot, and by when the rest will be.")]}
        )
    words = Words(note, StatementKind.RESULT)
    return take(complaint, Verb.ATTEND, by=by, words=words, photos=photos)


def handle(
    complaint: Complaint,
    *,
    by: Actor,
    outcome: str,
    note: str,
    reason: str = "",
    photos: Sequence[Photo] = (),
) -> Complaint:
    """Report the result: solved, or cannot, with the reason and where it goes next."""
    fields: dict[str, list[object]] = {}
    if outcome not in Outcome.values:
        fields["outcome"] = [_("Say whether it is solved.")]
    if outcome == Outcome.CANNOT and reason not in CannotReason.values:
        fields["reason"] = [_("Say why it cannot be solved.")]
    if not note.strip():
        fields["note"] = [_("Describe the result in words.")]
    if fields:
        raise Invalid(fields=fields)  # type: ignore[arg-type]
    facts = {"outcome": outcome}
    if outcome == Outcome.CANNOT:
        facts["reason"] = reason
    words = Words(note, StatementKind.RESULT)
    return take(
        complaint,
        Verb.HANDLE,
        by=by,
        words=words,
        facts=facts,
        photos=photos,
        moment=PhotoMoment.AFTER,
    )
