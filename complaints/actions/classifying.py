"""Putting an order under the category it belongs to."""

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import Invalid
from communities.models import PlaceKind
from complaints.actions._desks import move_desk_up
from complaints.actions._step import Move, Words, need, take
from complaints.models import Audience, Category, Complaint, StatementKind
from complaints.workflow import Urgency, Verb


def reclassify(
    complaint: Complaint, *, by: Actor, category: Category, note: str, urgency: str = ""
) -> Complaint:
    """Change the category, and with it how pressing the order is.

    Its open promises come under the rules of the new class and run on from where they ran, with
    every pause and extension kept; what is late stays late. `urgency` overrules the category's
    own. An accusation against the community's own people goes to the subdistrict, and no order
    that went there for that reason comes back by this.
    """
    need(note, "note", _("Say why the category is changed."))
    if category.parent_id is None:
        raise Invalid(fields={"category": [_("Choose a category, not a group of them.")]})
    if urgency and urgency not in Urgency.values:
        raise Invalid(fields={"urgency": [_("This urgency is unknown.")]})

    def change(move: Move) -> None:
        order = move.order
        pressing = urgency or category.urgency or Urgency.NORMAL
        if category.pk == order.category_id and pressing == order.urgency:
            raise Invalid(fields={"category": [_("The order has this category already.")]})
        if order.bypasses_community and not category.bypass_community:
            raise Invalid(
                fields={"category": [_("An accusation stays away from those it accuses.")]}
            )
        move.facts.update(
            was=order.category.code, now=category.code, urgency=pressing, urgency_was=order.urgency
        )
        if category.bypass_community and not order.bypasses_community:
            order.bypasses_community = True
            move_desk_up(move, to=PlaceKind.SUBDISTRICT)
        order.category, order.urgency = category, pressing
        moved = move.promises.reclassify()
        move.facts["due"] = {row.stage: row.due_at.isoformat() for row in moved}

    words = Words(note, StatementKind.NOTE, Audience.WORKERS)
    return take(complaint, Verb.RECLASSIFY, by=by, words=words, change=change)
