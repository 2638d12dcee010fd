"""What an actor is to an order, so which verbs are open. The restrictive party wins."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Clock, Reporter
from accounts.models import User
from common.errors import NotAllowed, WrongState
from communities.scope import Standing, day_of, standing_of
from complaints.models import Complaint, Event
from complaints.models.orders import ComplaintQuerySet
from complaints.workflow import (
    RETURNS_BEFORE_SUBDISTRICT,
    STEPS,
    Party,
    Verb,
)

NONE: frozenset[Party] = frozenset()
# Verbs that start a life or belong to the sweep are never offered on an order's page.
OFFERED = tuple(verb for verb in Verb if verb not in {Verb.REPORT, Verb.CLOSE_UNRATED})


def parties(actor: Actor, complaint: Complaint) -> frozenset[Party]:
    """What this actor is to this order, today; empty means that it does not exist for them.

    The firm side wins over everything else, being handler or reporter over desk and grid.
    """
    if isinstance(actor, Clock):
        return frozenset({Party.CLOCK})
    if isinstance(actor, Reporter):
        mine = bool(complaint.secret_digest) and actor.digest == complaint.secret_digest
        return frozenset({Party.REPORTER}) if mine else NONE
    standing = standing_of(actor)
    handling = _handling(actor, standing, complaint)
    reporting = complaint.reporter_id == actor.pk
    if handling:
        return frozenset({handling})
    if reporting:
        return frozenset({Party.REPORTER})
    if complaint.estate_id in standing.served_estate_ids:
        return NONE
    return _by_office(standing, complaint)


def _handling(user: User, standing: Standing, complaint: Complaint) -> Party | None:
    if complaint.handler_id is None:
        return None
    if complaint.handler_id in standing.handler_body_ids:
        return Party.HANDLER
    if complaint.handler_id in standing.repairer_body_ids and complaint.repairer_id == user.pk:
        return Party.REPAIRER
    return None


def _by_office(standing: Standing, complaint: Complaint) -> frozenset[Party]:
    found: set[Party] = set()
    code = complaint.place_code
    at_desk = complaint.desk_id in standing.acting_desk_ids
    above = code.startswith(standing.overseer_codes)
    local = not complaint.bypasses_community
    if at_desk and (above or (local and code.startswith(standing.community_codes))):
        found.add(Party.DESK)
    if local and _in_grid(standing, complaint):
        found.add(Party.GRID)
    if above:
        found.add(Party.OVERSEER)
    watching = code.startswith(standing.watcher_codes + standing.community_codes)
    if watching and local and not complaint.confidential:
        found.add(Party.WATCHER)
    if code.startswith(standing.auditor_codes):
        found.add(Party.AUDITOR)
    return frozenset(found)


def _in_grid(standing: Standing, complaint: Complaint) -> bool:
    if complaint.building_id is not None:
        return complaint.building_id in standing.grid_building_ids
    # Trouble somewhere in the estate concerns every grid with a building there (our decision).
    return complaint.estate_id in standing.grid_estate_ids


def visible_to(user: User, orders: ComplaintQuerySet | None = None) -> ComplaintQuerySet:
    """The same rule as `parties`, as a filter: exactly the orders where it is not empty."""
    base = Complaint.objects.all() if orders is None else orders
    standing = standing_of(user)
    handling = Q(handler_id__in=standing.handler_body_ids) | Q(
        handler_id__in=standing.repairer_body_ids, repairer_id=user.pk
    )
    reporting = Q(reporter_id=user.pk)
    local = Q(bypasses_community=False)
    grid = local & (
        Q(building_id__in=standing.grid_building_ids)
        | Q(building_id__isnull=True, estate_id__in=standing.grid_estate_ids)
    )
    at_desk = local & Q(desk_id__in=standing.acting_desk_ids) & _under(standing.community_codes)
    watched = (
        local
        & Q(confidential=False)
        & (_under(standing.watcher_codes) | _under(standing.community_codes))
    )
    above = _under(standing.overseer_codes) | _under(standing.auditor_codes)
    by_office = (grid | at_desk | watched | above) & ~Q(estate_id__in=standing.served_estate_ids)
    return base.filter(handling | reporting | by_office)


def _under(codes: tuple[str, ...]) -> Q:
    found = Q(pk__in=())
    for code in codes:
        found |= Q(place_code__startswith=code)
    return found


def party_for(verb: Verb, actor: Actor, complaint: Complaint, at: datetime) -> Party:
    """The party in which this actor may do this verb at this moment.

    Raises NotAllowed where the verb is not theirs, WrongState where it is not open now.
    """
    mine = STEPS[verb].parties & parties(actor, complaint)
    if not mine:
        raise NotAllowed(_("This step is not yours to take."))
    if complaint.status not in STEPS[verb].sources:
        raise WrongState(
            _("This can no longer be done: the order is now “%(status)s”.")
            % {"status": complaint.get_status_display()}
        )
    check_now = CHECKS.get(verb)
    if check_now is not None:
        check_now(complaint, at)
    # The nearest party acts: a clerk who is the desk and in the grid acts as the desk.
    return min(mine, key=lambda party: list(Party).index(party))


def _check_return(complaint: Complaint, at: datetime) -> None:
    """Each handler may return an order once; what the subdistrict dispatched after that stays."""
    if complaint.returns >= RETURNS_BEFORE_SUBDISTRICT:
        raise WrongState(_("The subdistrict has decided who handles this: it cannot be returned."))
    returned = Event.objects.filter(
        complaint=complaint, verb=Verb.RETURN_ORDER, body_id=complaint.handler_id
    )
    if complaint.returns and returned.exists():
        raise WrongState(_("You have returned this order once; it cannot be returned again."))


def _check_refer_up(complaint: Complaint, at: datetime) -> None:
    if complaint.desk.parent_id is None:
        raise WrongState(_("The district is the last desk: there is nobody above it."))


def _check_reopen(complaint: Complaint, at: datetime) -> None:
    if complaint.reopen_until is None or at >= complaint.reopen_until:
        raise WrongState(_("The time for reopening is over. Please report it anew."))


def _check_urge(complaint: Complaint, at: datetime) -> None:
    if complaint.urged_at is not None and day_of(complaint.urged_at) == day_of(at):
        raise WrongState(_("You have urged today; you can urge again tomorrow."))


CHECKS: dict[Verb, Callable[[Complaint, datetime], None]] = {
    Verb.RETURN_ORDER: _check_return,
    Verb.REFER_UP: _check_refer_up,
    Verb.REOPEN: _check_reopen,
    Verb.URGE: _check_urge,
}


def may(verb: Verb, actor: Actor, complaint: Complaint, at: datetime) -> bool:
    """Whether `party_for` would let this pass."""
    try:
        party_for(verb, actor, complaint, at)
    except (NotAllowed, WrongState):
        return False
    return True


def open_verbs(actor: Actor, complaint: Complaint, at: datetime) -> list[Verb]:
    """The buttons on the page and the `verbs` of the API: one list, so they cannot drift."""
    return [verb for verb in OFFERED if may(verb, actor, complaint, at)]


def reads_internal(mine: frozenset[Party]) -> bool:
    """Whether internal notes are for these parties."""
    return bool(mine & {Party.DESK, Party.GRID, Party.OVERSEER})


def handler_side(mine: frozenset[Party]) -> bool:
    """Whether these parties get the handler's view: no field of the reporter, ever."""
    return bool(mine & {Party.HANDLER, Party.REPAIRER})


def may_reveal(actor: Actor, complaint: Complaint) -> bool:
    """Whether this actor may be shown the reporter's number, for a reason that is logged.

    The desk may; the grid may unless the report is confidential. Nobody on an accusation's
    own side ever reaches this: to them the order does not exist.
    """
    mine = parties(actor, complaint)
    return Party.DESK in mine or (Party.GRID in mine and not complaint.confidential)
