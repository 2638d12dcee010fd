"""Who may change what belongs to everybody: the calendar, and an office's duty roster."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Clock
from accounts.models import User
from common.errors import NotAllowed
from communities.models import Appointment, Body, DutyShift, Office
from communities.scope import standing_of

ROSTER_KEEPERS = frozenset(
    {Office.COMMUNITY_SECRETARY, Office.SUBDISTRICT_OFFICER, Office.DISTRICT_OFFICER}
)


def may_enter_notices(actor: Actor) -> bool:
    """An officer of a district, an administrator, or the operator at the console."""
    if isinstance(actor, Clock):
        return True
    if not isinstance(actor, User):
        return False
    standing = standing_of(actor)
    return standing.administrator or standing.holds(Office.DISTRICT_OFFICER)


def check_may_enter_notices(actor: Actor) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not may_enter_notices(actor):
        raise NotAllowed(
            _("Only a district officer or an administrator enters the State Council's notices.")
        )


def keeps_roster(actor: Actor, body: Body) -> bool:
    """The officers and the secretary of an office; its clerks while it has no secretary."""
    if isinstance(actor, Clock):
        return True
    if not isinstance(actor, User):
        return False
    standing = standing_of(actor)
    held = {a.office for a in standing.appointments if a.body_id == body.pk}
    if held & ROSTER_KEEPERS:
        return True
    return Office.COMMUNITY_CLERK in held and not _has_secretary(body, standing.on)


def _has_secretary(body: Body, on: date) -> bool:
    held = Appointment.objects.in_force(on).filter(body=body, office=Office.COMMUNITY_SECRETARY)
    return held.exists()


def check_keeps_roster(actor: Actor, body: Body) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not keeps_roster(actor, body):
        raise NotAllowed(_("The roster is kept by the secretary or the officers of this office."))


def check_may_stand_in(actor: Actor, shift: DutyShift) -> None:
    """The two of the shift say themselves that one stands in; so may whoever keeps the roster."""
    own = isinstance(actor, User) and actor.pk in {shift.user_id, shift.deputy_id}
    if not own and not keeps_roster(actor, shift.body):
        raise NotAllowed(
            _("Only the two of this shift, or whoever keeps the roster, can say who stands in.")
        )
