"""Who may handle an order: a list for whoever dispatches, and the same as a yes or no."""

from datetime import date, datetime

from communities.models import COMMITTEE_BODIES, Body, BodyKind
from communities.queries.acting_committees import acting_committees
from communities.scope import day_of, firm_in_force
from complaints.models import Complaint

# Asked only where no firm is in force.
STANDING_IN = frozenset({*COMMITTEE_BODIES, BodyKind.COMMUNITY_OFFICE})


def handlers_for(order: Complaint, at: datetime) -> list[Body]:
    """The bodies this order may be dispatched to, those that usually handle its kind first.

    The firm in force, or else who stands in for one; then the departments of the district.
    """
    on = day_of(at)
    firm = firm_in_force(order.estate, on)
    local = [firm] if firm is not None else stand_ins(order, on)
    codes = [place.code for place in order.estate.chain()]
    departments = Body.objects.filter(kind=BodyKind.DEPARTMENT, place__code__in=codes)
    found = [*local, *departments.order_by("code")]
    return sorted(found, key=lambda body: not is_usual(order, body))


def is_usual(order: Complaint, body: Body) -> bool:
    """Whether such matters are this body's: those of a firm are whose that stands in for one."""
    usual = order.category.usual_handler
    return usual in {body.duty, str(body.kind)} or (
        usual == BodyKind.FIRM and body.kind in STANDING_IN
    )


def may_handle(order: Complaint, body: Body, at: datetime) -> bool:
    """The same rule for one body: whether `handlers_for` would name it."""
    if body.kind == BodyKind.DEPARTMENT:
        return order.estate.code.startswith(body.place.code)
    on = day_of(at)
    firm = firm_in_force(order.estate, on)
    local = [firm] if firm is not None else stand_ins(order, on)
    return body.pk in {one.pk for one in local}


def stand_ins(order: Complaint, on: date) -> list[Body]:
    """Who handles where no firm is in force: a committee of the estate, else the community.

    Nobody for an accusation of the community's own people. What is confidential goes to no
    committee, whose people are the reporter's neighbours (our decision). What came back once the
    community may take itself.
    """
    if order.bypasses_community:
        return []
    committees = (
        [] if order.confidential else acting_committees(order.estate, on, besides=order.reporter_id)
    )
    if committees and not order.returns:
        return committees
    offices = Body.objects.filter(kind=BodyKind.COMMUNITY_OFFICE, place=order.estate.parent_id)
    return [*committees, *offices.order_by("code")]
