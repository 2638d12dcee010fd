"""What an actor is to an order, so which verbs are open. The restrictive party wins."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Clock, Reporter
from accounts.models import User
from common.errors import NotAllowed, WrongState
from communities.permissions.estates import observes
from communities.scope import Standing, day_of, standing_of
from complaints.models import Asked, Complaint, Deadline, Event
from complaints.models.orders import ComplaintQuerySet
from complaints.permissions.desks import at_desk
from complaints.workflow import (
    RETURNS_BEFORE_SUBDISTRICT,
    STEPS,
    Party,
    Stage,
    Verb,
)

NONE: frozenset[Party] = frozenset()
# A check on site, and what is said of it; the later of the two is what counts.
CHECKED = (Verb.INSPECT, Verb.COUNTERSIGN)
# Verbs that start a life or belong to the sweep are never offered on an order's page.
OFFERED = tuple(verb for verb in Verb if verb not in {Verb.REPORT, Verb.CLOSE_UNRATED})


def parties(actor: Actor, complaint: Complaint, *, row: bool = False) -> frozenset[Party]:
    """What this actor is to this order, today; empty means that it does not exist for them.

    The firm side wins over everything else, being handler or reporter over desk and grid. For a
    `row` of a list it is not asked whether everybody at the desk has a part in this very order:
    that would cost a query each, and whoever acts then sees as much from above.
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
    return _by_office(standing, complaint, row)


def _handling(user: User, standing: Standing, complaint: Complaint) -> Party | None:
    if complaint.handler_id is None:
        return None
    if complaint.handler_id in standing.handler_body_ids:
        return Party.HANDLER
    if complaint.handler_id in standing.repairer_body_ids and complaint.repairer_id == user.pk:
        return Party.REPAIRER
    return None


def _by_office(standing: Standing, complaint: Complaint, row: bool) -> frozenset[Party]:
    found: set[Party] = set()
    code = complaint.place_code
    above = code.startswith(standing.overseer_codes)
    local = not complaint.bypasses_community
    here = complaint.desk_id in standing.acting_desk_ids
    if above and not row:
        here = at_desk(standing, complaint)
    if here and (above or (local and code.startswith(standing.community_codes))):
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


class Case:
    """An actor before an order at one moment. What more than one verb asks for is read once."""

    def __init__(self, actor: Actor, complaint: Complaint, at: datetime) -> None:
        self.actor, self.complaint, self.at = actor, complaint, at

    @cached_property
    def parties(self) -> frozenset[Party]:
        return parties(self.actor, self.complaint)

    @cached_property
    def at_sight(self) -> frozenset[Party]:
        """The same, before it is asked whether the desk falls to this actor for this very order."""
        return parties(self.actor, self.complaint, row=True)

    def open_to(self, allowed: frozenset[Party]) -> frozenset[Party]:
        """Which of these parties the actor is; whoever may as overseer need not be the desk."""
        found = allowed & self.at_sight
        return found if found or Party.DESK not in allowed else allowed & self.parties

    @cached_property
    def promises(self) -> list[Deadline]:
        """The order's open promises, with what was asked for them."""
        rows = self.complaint.deadlines.filter(met_at__isnull=True, void_at__isnull=True)
        return list(rows.select_related("extension"))

    @cached_property
    def suspension_asked(self) -> bool:
        return self.complaint.suspensions.filter(state=Asked.ASKED).exists()

    def promise(self, stage: Stage) -> Deadline | None:
        return next((row for row in self.promises if row.stage == stage), None)

    @property
    def held_stage(self) -> Stage:
        """The stage this actor would ask more time for: the handler's own, or the desk's."""
        return Stage.HANDLE if Party.HANDLER in self.at_sight else Stage.FEEDBACK

    @property
    def decides_for_desk(self) -> bool:
        """Whether this actor stands above the order's desk; nobody grants time to themselves."""
        desk = self.complaint.desk.code
        above = standing_of(self.actor).overseer_codes if isinstance(self.actor, User) else ()
        return any(len(code) < len(desk) and desk.startswith(code) for code in above)


def asked_extension(case: Case) -> Deadline | None:
    """The promise for which this actor may decide whether there is more time."""
    for row in case.promises:
        asked = getattr(row, "extension", None)
        if asked is None or asked.state != Asked.ASKED or case.at >= row.due_at:
            continue
        if row.stage == Stage.HANDLE or case.decides_for_desk:
            return row
    return None


def party_for(
    verb: Verb, actor: Actor, complaint: Complaint, at: datetime, case: Case | None = None
) -> Party:
    """The party in which this actor may do this verb at this moment.

    Raises NotAllowed where the verb is not theirs, WrongState where it is not open now.
    """
    case = case or Case(actor, complaint, at)
    mine = case.open_to(STEPS[verb].parties)
    if not mine:
        raise NotAllowed(_("This step is not yours to take."))
    if complaint.status not in STEPS[verb].sources:
        raise WrongState(
            _("This can no longer be done: the order is now “%(status)s”.")
            % {"status": complaint.get_status_display()}
        )
    check_now = CHECKS.get(verb)
    if check_now is not None:
        check_now(case)
    # The nearest party acts: a clerk who is the desk and in the grid acts as the desk.
    return min(mine, key=lambda party: list(Party).index(party))


def _check_return(case: Case) -> None:
    """Each handler may return an order once; what the subdistrict dispatched after that stays."""
    complaint = case.complaint
    if complaint.returns >= RETURNS_BEFORE_SUBDISTRICT:
        raise WrongState(_("The subdistrict has decided who handles this: it cannot be returned."))
    returned = Event.objects.filter(
        complaint=complaint, verb=Verb.RETURN_ORDER, body_id=complaint.handler_id
    )
    if complaint.returns and returned.exists():
        raise WrongState(_("You have returned this order once; it cannot be returned again."))


def _check_refer_up(case: Case) -> None:
    if case.complaint.desk.parent_id is None:
        raise WrongState(_("The district is the last desk: there is nobody above it."))


def _check_reopen(case: Case) -> None:
    until = case.complaint.reopen_until
    if until is None or case.at >= until:
        raise WrongState(_("The time for reopening is over. Please report it anew."))


def _check_urge(case: Case) -> None:
    urged = case.complaint.urged_at
    if urged is not None and day_of(urged) == day_of(case.at):
        raise WrongState(_("You have urged today; you can urge again tomorrow."))


def _check_ask_extension(case: Case) -> None:
    """Once per promise, while it is open and not late (our decision)."""
    row = case.promise(case.held_stage)
    if row is None:
        raise WrongState(_("Nothing of yours is running for which there could be more time."))
    if getattr(row, "extension", None) is not None:
        raise WrongState(_("More time was asked for once already; it cannot be asked for again."))
    if case.at >= row.due_at:
        raise WrongState(_("It is late already: more time can only be asked for before it is due."))


def _check_decide_extension(case: Case) -> None:
    if asked_extension(case) is None:
        raise WrongState(_("No request for more time waits for you."))


def _check_ask_suspension(case: Case) -> None:
    if case.complaint.suspended_until is not None:
        raise WrongState(_("The order is suspended already."))
    if Party.HANDLER in case.at_sight and case.promise(Stage.HANDLE) is None:
        raise WrongState(_("Nothing of yours is running that could wait."))
    if case.suspension_asked:
        raise WrongState(_("Suspension has been asked for; the office above has to decide."))
    if Party.OVERSEER in case.at_sight:
        raise WrongState(_("You can suspend it yourself."))


def _check_refuse_suspension(case: Case) -> None:
    if not case.suspension_asked:
        raise WrongState(_("Nobody has asked for suspension."))


def _check_resume(case: Case) -> None:
    if case.complaint.suspended_until is None:
        raise WrongState(_("The order is not suspended."))


def _check_countersign(case: Case) -> None:
    """Once a check, by somebody who watches over the place and had no part in it."""
    order = case.complaint
    if not observes(case.actor, order.estate):
        raise NotAllowed(
            _("Checks are countersigned by the estate's observers and integrity supervisors.")
        )
    if case.parties & {Party.DESK, Party.GRID}:
        raise NotAllowed(_("Those who check on site do not countersign each other's checks."))
    last = Event.objects.filter(complaint=order, verb__in=CHECKED).order_by("pk").last()
    if last is None:
        raise WrongState(_("There is no on-site check yet."))
    if last.verb == Verb.COUNTERSIGN:
        raise WrongState(_("This check has been countersigned already."))
    if isinstance(case.actor, User) and last.actor_id == case.actor.pk:
        raise NotAllowed(_("You made this check yourself: somebody else has to countersign it."))


CHECKS: dict[Verb, Callable[[Case], None]] = {
    Verb.RETURN_ORDER: _check_return,
    Verb.REFER_UP: _check_refer_up,
    Verb.REOPEN: _check_reopen,
    Verb.URGE: _check_urge,
    Verb.ASK_EXTENSION: _check_ask_extension,
    Verb.GRANT_EXTENSION: _check_decide_extension,
    Verb.REFUSE_EXTENSION: _check_decide_extension,
    Verb.ASK_SUSPENSION: _check_ask_suspension,
    Verb.REFUSE_SUSPENSION: _check_refuse_suspension,
    Verb.RESUME: _check_resume,
    Verb.COUNTERSIGN: _check_countersign,
}


def may(
    verb: Verb, actor: Actor, complaint: Complaint, at: datetime, case: Case | None = None
) -> bool:
    """Whether `party_for` would let this pass."""
    try:
        party_for(verb, actor, complaint, at, case)
    except (NotAllowed, WrongState):
        return False
    return True


def open_verbs(
    actor: Actor, complaint: Complaint, at: datetime, case: Case | None = None
) -> list[Verb]:
    """The buttons on the page and the `verbs` of the API: one list, so they cannot drift."""
    case = case or Case(actor, complaint, at)
    return [verb for verb in OFFERED if may(verb, actor, complaint, at, case)]


def reads_internal(mine: frozenset[Party]) -> bool:
    """Whether internal notes are for these parties."""
    return bool(mine & {Party.DESK, Party.GRID, Party.OVERSEER})


def handler_side(mine: frozenset[Party]) -> bool:
    """Whether these parties get the handler's view: no field of the reporter, ever."""
    return bool(mine & {Party.HANDLER, Party.REPAIRER})


def stands_in(by: User, order: Complaint) -> bool:
    """Whether somebody who is the desk of an order is so for an office that cannot act in it."""
    return order.desk_id not in standing_of(by).desk_place_ids


def may_reveal(actor: Actor, complaint: Complaint, mine: frozenset[Party] | None = None) -> bool:
    """Whether this actor may be shown the reporter's number, for a reason that is logged.

    The desk may; the grid may unless the report is confidential. Nobody on an accusation's
    own side ever reaches this: to them the order does not exist.
    """
    mine = parties(actor, complaint) if mine is None else mine
    return Party.DESK in mine or (Party.GRID in mine and not complaint.confidential)
