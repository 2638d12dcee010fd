"""Who looks after an estate beside those who keep its register: wardens, observers, firms."""

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Clock
from accounts.models import User
from common.errors import NotAllowed
from communities.models import FIRM_OFFICES, Body, Office, Place, PlaceKind
from communities.permissions.register import keeps_register
from communities.scope import standing_of

OBSERVING = frozenset({Office.OBSERVER, Office.INTEGRITY_SUPERVISOR})
# Whoever speaks for a firm.
SPEAKING = frozenset({Office.FIRM_MANAGER, Office.FIRM_CLERK})


def office_over(actor: Actor, offices: frozenset[Office], place: Place) -> str:
    """The first of these offices that the actor holds at this place or above it; else nothing.

    Whoever holds an office at the firm that serves the estate does not watch over it.
    """
    if not isinstance(actor, User):
        return ""
    standing = standing_of(actor)
    estate = place.above(PlaceKind.ESTATE)
    if estate is not None and estate.pk in standing.served_estate_ids:
        return ""
    held = (a for a in standing.appointments if a.office in offices and a.place is not None)
    return next((a.office for a in held if a.place and place.code.startswith(a.place.code)), "")


def inspects(actor: Actor, place: Place) -> bool:
    """Whoever keeps the register and the estate's warden: never the firm itself (our decision)."""
    return keeps_register(actor, place) or bool(
        office_over(actor, frozenset({Office.WARDEN}), place)
    )


def check_inspects(actor: Actor, place: Place) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not inspects(actor, place):
        raise NotAllowed(
            _("Facilities are looked at by the office that keeps the register and by the warden.")
        )


def check_visits(actor: Actor, estate: Place, warden: User) -> None:
    """Wardens record their own visits; whoever keeps the register, those of each warden."""
    own = actor == warden and bool(office_over(actor, frozenset({Office.WARDEN}), estate))
    if not own and not keeps_register(actor, estate):
        raise NotAllowed(
            _("A visit is recorded by the warden, or by the office that keeps the register.")
        )


def observes(actor: Actor, place: Place) -> str:
    """The office in which this actor observes the place; else nothing."""
    return office_over(actor, OBSERVING, place)


def check_observes(actor: Actor, place: Place) -> str:
    """The office in which the actor observes. Raises NotAllowed for everybody else."""
    if not (office := observes(actor, place)):
        raise NotAllowed(
            _("Observations come from the property observers and integrity supervisors of a place.")
        )
    return office


def speaks_for(actor: Actor, firm: Body) -> bool:
    """A manager or clerk of the firm, or whoever keeps the register at its seat."""
    if isinstance(actor, Clock):
        return True
    if not isinstance(actor, User):
        return False
    held = {a.office for a in standing_of(actor).appointments if a.body_id == firm.pk}
    return bool(held & SPEAKING) or (not held & FIRM_OFFICES and keeps_register(actor, firm.place))


def check_speaks_for(actor: Actor, firm: Body) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not speaks_for(actor, firm):
        raise NotAllowed(
            _("This is for the firm's manager or clerk, and for whoever keeps its register.")
        )


def keeps_firm(actor: Actor, firm: Body) -> bool:
    """Whoever keeps the register at the firm's seat and holds no office at the firm."""
    if isinstance(actor, User) and any(
        a.body_id == firm.pk for a in standing_of(actor).appointments
    ):
        return False
    return keeps_register(actor, firm.place)


def check_keeps_firm(actor: Actor, firm: Body) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not keeps_firm(actor, firm):
        raise NotAllowed(_("A firm's register is kept by the office at its seat."))


def decides_pool(actor: Actor, firm: Body) -> bool:
    """An officer of the district the firm has its seat in."""
    if not isinstance(actor, User):
        return isinstance(actor, Clock)
    held = standing_of(actor).appointments
    return keeps_firm(actor, firm) and any(
        a.office == Office.DISTRICT_OFFICER
        and a.body is not None
        and firm.place.code.startswith(a.body.place.code)
        for a in held
    )


def check_decides_pool(actor: Actor, firm: Body) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not decides_pool(actor, firm):
        raise NotAllowed(_("A district officer decides on the preferred pool."))


def posts_signs(actor: Actor, estate: Place) -> bool:
    """Whoever keeps the register of an estate, serves it, or holds an office there."""
    if keeps_register(actor, estate):
        return True
    if not isinstance(actor, User):
        return False
    standing = standing_of(actor)
    held = (a.place for a in standing.appointments if a.place is not None)
    return estate.pk in standing.served_estate_ids or any(
        place.code.startswith(estate.code) or estate.code.startswith(place.code) for place in held
    )


def check_posts_signs(actor: Actor, estate: Place) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not posts_signs(actor, estate):
        raise NotAllowed(
            _("Signs are printed by those who keep the estate's register, serve it or serve in it.")
        )
