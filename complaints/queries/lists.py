"""Page-shaped reads of orders."""

from django.db.models import Case, OuterRef, Q, QuerySet, Value, When
from django.http import Http404

from accounts.actors import Actor, Reporter
from accounts.models import User
from common.codes import normal
from communities.scope import standing_of
from complaints.models import Complaint, Deadline
from complaints.models.orders import ComplaintQuerySet
from complaints.permissions import at_desk_of, visible_to


def seen(actor: Actor, reference: str) -> Complaint:
    """The order of this reference, if the actor may see it. What one may not see is 404.

    Forgives how the reference was typed. One rule for users and for holders of a secret.
    """
    known = normal(reference)
    orders = Complaint.objects.whole()
    if known is not None and isinstance(actor, User):
        order = visible_to(actor, orders).filter(reference=known).first()
        if order is not None:
            return order
    if known is not None and isinstance(actor, Reporter) and actor.digest:
        order = orders.filter(reference=known, secret_digest=actor.digest).first()
        if order is not None:
            return order
    raise Http404


def queue(user: User) -> ComplaintQuerySet:
    """Open orders of one's desks and grids, the most pressing first; each says if it is one's desk.

    Those of desks beneath as well where everybody there has a part in the order.
    """
    standing = standing_of(user)
    mine = at_desk_of(standing)
    grid = Q(building_id__in=standing.grid_building_ids) | Q(
        building_id__isnull=True, estate_id__in=standing.grid_estate_ids
    )
    near = visible_to(user).open().filter(mine | grid)
    here = Case(When(mine, then=Value(True)), default=Value(False))
    return near.annotate(at_desk=here).for_page().by_time_left()


def orders_of_handler(user: User) -> ComplaintQuerySet:
    """Open orders that this person's firm, department or committee has to handle."""
    standing = standing_of(user)
    mine = Q(handler_id__in=standing.handler_body_ids) | Q(
        handler_id__in=standing.repairer_body_ids, repairer_id=user.pk
    )
    return Complaint.objects.open().filter(mine).for_page().by_time_left()


def extended_promises() -> QuerySet[Deadline]:
    """Promises of the outer order that were given more time."""
    return Deadline.objects.filter(complaint=OuterRef("pk"), extended_amount__isnull=False)


def my_reports(user: User) -> ComplaintQuerySet:
    return Complaint.objects.filter(reporter=user).for_page().order_by("-reported_at", "-pk")
