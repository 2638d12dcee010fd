"""Who reads the rules of a place, and who changes them."""

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Clock
from accounts.models import User
from common.errors import NotAllowed
from communities.models import Place, PlaceKind
from communities.models.places import CODE_LENGTH
from communities.scope import standing_of

# Where a rule may stand; what lies deeper goes by the nearest of these above it.


def may_change_rules(actor: Actor, place: Place | None) -> bool:
    """An officer of the place's district; for everywhere only the operator at the console."""
    if isinstance(actor, Clock):
        return True
    if not isinstance(actor, User) or place is None:
        return False
    codes = standing_of(actor).overseer_codes
    districts = tuple(c for c in codes if len(c) <= CODE_LENGTH[PlaceKind.DISTRICT])
    return place.code.startswith(districts)


def check_may_change_rules(actor: Actor, place: Place | None) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not may_change_rules(actor, place):
        raise NotAllowed(_("Only an officer of the district may change its rules."))


def rule_codes(user: User) -> list[str]:
    """The codes of the places whose rules are this person's to read, the widest first."""
    standing = standing_of(user)
    codes = {*standing.overseer_codes, *standing.community_codes, *standing.auditor_codes}
    return sorted(codes, key=lambda code: (len(code), code))


def may_read_rules(user: User, place: Place) -> bool:
    """Their own places, what lies beneath them, and what lies above, where rules come from."""
    return any(
        place.code.startswith(code) or code.startswith(place.code) for code in rule_codes(user)
    )
