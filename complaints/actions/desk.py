"""Verbs of the desk and the grid."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import Invalid
from communities.models import Body, BodyKind, PlaceKind
from complaints.actions._desks import move_desk_up
from complaints.actions._merged import pass_on_answer
from complaints.actions._step import Move, Words, need, take
from complaints.models import Audience, Complaint, Photo, PhotoMoment, StatementKind
from complaints.queries import may_handle
from complaints.workflow import RefusalGround, Status, Verb


def inspect(
    complaint: Complaint, *, by: Actor, note: str = "", photos: Sequence[Photo] = ()
) -> Complaint:
    """Say what was found on the spot. Meets the on-site check."""
    words = Words(note, StatementKind.NOTE)
    return take(
        complaint, Verb.INSPECT, by=by, words=words, photos=photos, moment=PhotoMoment.BEFORE
    )


def dispatch(complaint: Complaint, *, by: Actor, handler: Body, note: str = "") -> Complaint:
    """Give the order to the firm in force, a department, or (where no firm is) who stands in.

    That is the management committee, or the owners' committee, and the community without either.
    Raises Invalid for a body that cannot handle an order of this place.
    """
    return _dispatch(complaint, Verb.DISPATCH, by=by, handler=handler, note=note)


def redispatch(complaint: Complaint, *, by: Actor, handler: Body, note: str = "") -> Complaint:
    """Take the order from its handler and give it to another; an earlier breach stays theirs."""
    return _dispatch(complaint, Verb.REDISPATCH, by=by, handler=handler, note=note)


def _dispatch(
    complaint: Complaint, verb: Verb, *, by: Actor, handler: Body, note: str
) -> Complaint:
    def change(move: Move) -> None:
        order = move.order
        if verb == Verb.REDISPATCH and handler.pk == order.handler_id:
            raise Invalid(fields={"handler": [_("This body already has the order.")]})
        check_handler(move, handler)
        move.facts["handler"] = handler.name
        order.repairer = None
        give(move, handler)

    words = Words(note, StatementKind.NOTE, Audience.WORKERS)
    return take(complaint, verb, by=by, words=words, change=change)


def give(move: Move, handler: Body) -> None:
    """Make this body the handler; the work of a community is reviewed by its subdistrict."""
    move.order.handler = handler
    if handler.kind == BodyKind.COMMUNITY_OFFICE and move.order.desk.kind == PlaceKind.COMMUNITY:
        move_desk_up(move)


def check_handler(move: Move, handler: Body) -> None:
    """Raise Invalid unless this body may handle an order of this estate today."""
    if not may_handle(move.order, handler, move.at):
        raise Invalid(fields={"handler": [_("This body cannot handle orders of this estate.")]})


def refer_up(complaint: Complaint, *, by: Actor, note: str) -> Complaint:
    """Move the desk to the office above, with a reason; the deadlines run on."""
    need(note, "note", _("Say why the office above has to take this over."))
    words = Words(note, StatementKind.NOTE, Audience.STAFF)
    return take(complaint, Verb.REFER_UP, by=by, words=words, change=move_desk_up)


def answer(complaint: Complaint, *, by: Actor, note: str) -> Complaint:
    """Release the reviewed result, to the reporters of merged orders too. Meets feedback."""
    need(note, "note", _("Write the answer the reporter will read."))
    words = Words(note, StatementKind.ANSWER)
    with transaction.atomic():
        order = take(complaint, Verb.ANSWER, by=by, words=words)
        pass_on_answer(order)
    return order


def answer_directly(complaint: Complaint, *, by: Actor, note: str) -> Complaint:
    """Answer an enquiry, a suggestion or what needs no handler. Meets check and feedback."""
    need(note, "note", _("Write the answer the reporter will read."))
    words = Words(note, StatementKind.ANSWER)
    with transaction.atomic():
        order = take(complaint, Verb.ANSWER_DIRECTLY, by=by, words=words)
        pass_on_answer(order)
    return order


def send_back(
    complaint: Complaint, *, by: Actor, note: str, handler: Body | None = None
) -> Complaint:
    """Send a poor result back to the handler; the next round of handling begins.

    An order that was answered directly has no handler yet: then one is named here.
    """
    need(note, "note", _("Say what is missing, so that it can be put right."))

    def change(move: Move) -> None:
        if move.order.handler is not None:
            return
        if handler is None:
            raise Invalid(fields={"handler": [_("Choose who is to handle it.")]})
        check_handler(move, handler)
        give(move, handler)

    words = Words(note, StatementKind.NOTE, Audience.WORKERS)
    return take(complaint, Verb.SEND_BACK, by=by, words=words, change=change)


def refuse(complaint: Complaint, *, by: Actor, reason: str, note: str) -> Complaint:
    """Do not accept, on a ground from the list, telling the reporter the right door."""
    if reason not in RefusalGround.values:
        raise Invalid(fields={"reason": [_("Choose a ground from the list.")]})
    need(note, "note", _("Explain it to the reporter in your own words."))
    words = Words(note, StatementKind.ANSWER)
    with transaction.atomic():
        order = take(complaint, Verb.REFUSE, by=by, words=words, facts={"ground": reason})
        pass_on_answer(order)
    return order


def merge(complaint: Complaint, *, by: Actor, into: Complaint, note: str = "") -> Complaint:
    """Merge a double into the original, whose answer then (or now) goes to every reporter.

    Raises Invalid unless both are about the same estate, the original is open, and it is not
    the order itself or merged.
    """
    if into.pk == complaint.pk:
        raise Invalid(fields={"into": [_("An order cannot be merged into itself.")]})

    def change(move: Move) -> None:
        original = Complaint.objects.get(pk=into.pk)
        if original.estate_id != move.order.estate_id:
            raise Invalid(fields={"into": [_("The other order is about another estate.")]})
        if not original.is_open:
            raise Invalid(fields={"into": [_("The other order is no longer open.")]})
        if original.bypasses_community != move.order.bypasses_community:
            raise Invalid(fields={"into": [_("These two orders have different desks.")]})
        move.order.merged_into = original
        move.facts["into"] = original.reference

    words = Words(note, StatementKind.NOTE, Audience.STAFF)
    with transaction.atomic():
        # Both rows are locked, always in the same order, so that two mergers never cross.
        pks = sorted((complaint.pk, into.pk))
        list(Complaint.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
        order = take(complaint, Verb.MERGE, by=by, words=words, change=change)
        if order.merged_into is not None and order.merged_into.status == Status.ANSWERED:
            pass_on_answer(order.merged_into, to=order)
    return order
