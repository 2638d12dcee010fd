"""What somebody is to a supervision order, which verbs are open, and who may open one on what."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.errors import NotAllowed, WrongState
from communities.models import (
    DESK_OFFICES,
    HANDLING_OFFICES,
    OVERSEER_OFFICES,
    Appointment,
    Body,
    BodyKind,
    Office,
)
from communities.scope import Standing, standing_of
from complaints.models import Complaint, SupervisedOrder, SupervisionEvent, SupervisionOrder
from complaints.models.supervision import SupervisionQuerySet
from complaints.permissions.orders import parties
from complaints.supervision import STEPS, Side, SupervisionVerb
from complaints.workflow import AT_WORK, Party

# Who answers for a body, and who of them is its head.
ANSWERING = DESK_OFFICES | HANDLING_OFFICES
HEADS = ANSWERING - {Office.FIRM_CLERK, Office.COMMUNITY_CLERK}
OFFICES_OF_PLACES = frozenset({BodyKind.COMMUNITY_OFFICE, BodyKind.SUBDISTRICT_OFFICE})
NOTHING: frozenset[Side] = frozenset()
ON_SLIPS = tuple(verb for verb in SupervisionVerb if verb != SupervisionVerb.SUPERVISE)


def answers_for(standing: Standing) -> frozenset[int]:
    """The bodies in whose name this person replies."""
    at_desks = frozenset(
        a.body_id
        for a in standing.appointments
        if a.office in DESK_OFFICES and a.body_id is not None
    )
    return at_desks | standing.handler_body_ids


def sides(actor: Actor, slip: SupervisionOrder) -> frozenset[Side]:
    """What this actor is to this supervision order, today; empty: it does not exist for them.

    The restrictive side wins: whoever answers for the body addressed neither closes nor oversees,
    and whoever serves one of the estates for a firm is no office above it.
    """
    if not isinstance(actor, User):
        return NOTHING
    standing = standing_of(actor)
    if slip.addressed_to_id in answers_for(standing):
        return frozenset({Side.ADDRESSEE})
    place = slip.issued_by.place
    found: set[Side] = set()
    if place.pk in standing.acting_desk_ids:
        found.add(Side.ISSUER)
    if place.code.startswith(standing.overseer_codes):
        found.add(Side.OVERSEER)
    if place.code.startswith(standing.auditor_codes):
        found.add(Side.AUDITOR)
    served = standing.served_estate_ids
    if found and served and slip.supervised.filter(complaint__estate__in=served).exists():
        return NOTHING
    return frozenset(found)


def supervisions_visible_to(user: User) -> SupervisionQuerySet:
    """The same rule as `sides`, as a filter: exactly those where it is not empty."""
    standing = standing_of(user)
    above = Q(issued_by__place__in=standing.acting_desk_ids)
    for code in standing.overseer_codes + standing.auditor_codes:
        above |= Q(issued_by__place__code__startswith=code)
    if standing.served_estate_ids:
        own = SupervisedOrder.objects.filter(
            supervision=OuterRef("pk"), complaint__estate__in=standing.served_estate_ids
        )
        above = Q(above, ~Exists(own))
    return SupervisionOrder.objects.filter(Q(addressed_to__in=answers_for(standing)) | above)


def side_for(verb: SupervisionVerb, actor: Actor, slip: SupervisionOrder) -> Side:
    """The side on which this actor may do this verb now.

    Raises NotAllowed where the verb is not theirs, WrongState where it is not open now.
    """
    step = STEPS[verb]
    if step.side not in sides(actor, slip):
        raise NotAllowed(_("This step is not yours to take."))
    if slip.state not in step.sources:
        raise WrongState(
            _("This can no longer be done: the supervision order is now “%(state)s”.")
            % {"state": slip.get_state_display()}
        )
    if verb == SupervisionVerb.CLOSE and isinstance(actor, User) and _replied(actor, slip):
        raise NotAllowed(_("You wrote this reply yourself: somebody else has to close it."))
    return step.side


def _replied(user: User, slip: SupervisionOrder) -> bool:
    """Whether the reply that waits is this person's, whatever office they hold by now."""
    mine = SupervisionEvent.objects.filter(supervision=slip, actor_id=user.pk, round=slip.round)
    return mine.filter(verb=SupervisionVerb.REPLY).exists()


def open_supervision_verbs(actor: Actor, slip: SupervisionOrder) -> list[SupervisionVerb]:
    """The buttons on the page and the `verbs` of the API: one list, so they cannot drift."""
    found: list[SupervisionVerb] = []
    for verb in ON_SLIPS:
        try:
            side_for(verb, actor, slip)
        except (NotAllowed, WrongState):
            continue
        found.append(verb)
    return found


# --- Opening one -------------------------------------------------------------------------


def check_may_open(actor: Actor) -> User:
    """Raises NotAllowed unless this is an officer of a subdistrict or the district."""
    if not isinstance(actor, User) or not standing_of(actor).overseer_codes:
        raise NotAllowed(_("Only officers of a subdistrict or the district supervise orders."))
    return actor


def check_supervisable(user: User, order: Complaint) -> None:
    """Raises NotAllowed for an order one does not oversee, WrongState where nobody is at work."""
    if Party.OVERSEER not in parties(user, order, row=True):
        raise NotAllowed(
            _("You do not oversee order %(reference)s.") % {"reference": order.reference}
        )
    if order.status not in AT_WORK:
        raise WrongState(
            _("Nobody is at work on order %(reference)s: it is now “%(status)s”.")
            % {"reference": order.reference, "status": order.get_status_display()}
        )


def may_supervise(actor: Actor, order: Complaint) -> bool:
    """Whether `check_supervisable` would let this pass: the button on an order's page."""
    if not isinstance(actor, User):
        return False
    try:
        check_supervisable(actor, order)
    except (NotAllowed, WrongState):
        return False
    return True


def issuing_offices(user: User, orders: Sequence[Complaint]) -> list[Appointment]:
    """The offices in which this person stands above all of these orders, the nearest first."""
    shared = set.intersection(*({p.pk for p in order.estate.chain()} for order in orders))
    held = [
        a
        for a in standing_of(user).appointments
        if a.office in OVERSEER_OFFICES and a.body is not None and a.body.place_id in shared
    ]
    return sorted(held, key=lambda a: -len(a.body.place.code) if a.body else 0)


def may_be_addressed(body: Body, orders: Sequence[Complaint], office: Body) -> bool:
    """Whether each order is this body's to know of, and the body stands below the office.

    Whoever has it in hand, or an office between it and the issuing one; but of an accusation the
    community learns nothing.
    """
    return all(_knows(body, order, office) for order in orders)


def _knows(body: Body, order: Complaint, office: Body) -> bool:
    if body.pk == office.pk:
        return False
    if body.kind not in OFFICES_OF_PLACES:
        return body.pk == order.handler_id
    if order.bypasses_community and body.kind == BodyKind.COMMUNITY_OFFICE:
        return False
    above = len(office.place.code)
    return body.place_id in {p.pk for p in order.estate.chain() if len(p.code) > above}
