"""Who enters and changes places: a division is kept by the office above it."""

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Clock
from common.errors import NotAllowed
from communities.models import DIVISIONS, Place
from communities.permissions.register import check_keeps_register, keeps_register


def keeps_place(actor: Actor, place: Place) -> bool:
    """Whether this actor may rename, recode, move or close a place."""
    if place.kind not in DIVISIONS:
        return keeps_register(actor, place)
    return isinstance(actor, Clock) or (
        place.parent is not None and keeps_register(actor, place.parent)
    )


def check_keeps_place(actor: Actor, place: Place) -> None:
    """Raises NotAllowed, with the reason, for everybody else.

    A community does not change its own code or bounds: the subdistrict does, as for a subdistrict
    the district. A district is changed at the console.
    """
    if place.kind not in DIVISIONS:
        check_keeps_register(actor, place)
    elif not keeps_place(actor, place):
        if place.parent is None:
            raise NotAllowed(_("A district is opened, changed and closed at the console."))
        raise NotAllowed(
            _("%(place)s is changed by the office above it, that of %(above)s.")
            % {"place": place.name, "above": place.parent.name}
        )


def check_opens_beneath(actor: Actor, parent: Place | None) -> None:
    """Raises NotAllowed for whoever may not enter a place beneath this one."""
    if parent is not None:
        check_keeps_register(actor, parent)
    elif not isinstance(actor, Clock):
        raise NotAllowed(_("A district is opened, changed and closed at the console."))
