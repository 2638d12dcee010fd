"""Who keeps the register of a place: the office that answers for it, and those above."""

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Clock
from accounts.models import User
from common.errors import NotAllowed
from communities.models import Place, PlaceKind
from communities.scope import standing_of


def kept_codes(actor: Actor) -> tuple[str, ...]:
    """The codes under which this actor keeps the register; the console keeps it everywhere ("").

    Community staff keep their community, officers of a subdistrict or district what is theirs
    (our decision: whoever answers for a place knows it best).
    """
    if isinstance(actor, Clock):
        return ("",)
    if not isinstance(actor, User):
        return ()
    standing = standing_of(actor)
    return (*standing.overseer_codes, *standing.community_codes)


def keeps_register(actor: Actor, place: Place) -> bool:
    """Whether this actor may enter and change what lies at a place: the place itself included.

    Not at an estate which their own firm serves: there they have the firm's view alone (DOMAIN 1).
    """
    codes = kept_codes(actor)
    if not codes or not place.code.startswith(codes):
        return False
    if not isinstance(actor, User):
        return True
    served = standing_of(actor).served_estate_ids
    if not served:
        return True
    estate = place.above(PlaceKind.ESTATE)
    return estate is None or estate.pk not in served


def check_keeps_register(actor: Actor, place: Place) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not keeps_register(actor, place):
        raise NotAllowed(
            _("The register of %(place)s is kept by the office that answers for it.")
            % {"place": place.name}
        )
