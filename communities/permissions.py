"""Who may change what belongs to everybody: the calendar, and an office's duty roster."""

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Clock
from accounts.models import User
from common.errors import NotAllowed
from communities.models import Office
from communities.scope import standing_of


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
