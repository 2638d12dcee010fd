"""Internal notes."""

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from complaints.actions._step import Words, need, take
from complaints.models import Audience, Complaint, StatementKind
from complaints.permissions import handler_side, parties
from complaints.workflow import Verb


def add_note(complaint: Complaint, *, by: Actor, note: str) -> Complaint:
    """Leave a note the reporter never sees.

    What desk and grid write stays among staff; what the handler writes is for staff and handler.
    """
    need(note, "note", _("Write the note."))
    from_handler = handler_side(parties(by, complaint))
    audience = Audience.WORKERS if from_handler else Audience.STAFF
    return take(complaint, Verb.ADD_NOTE, by=by, words=Words(note, StatementKind.NOTE, audience))
