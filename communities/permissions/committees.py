"""Who records the steps of a committee, and who reads what is guarded about its members."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.errors import NotAllowed
from communities.models import Place
from communities.permissions.register import check_keeps_register, keeps_register
from communities.scope import standing_of
from communities.workflow import Hand

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def records(actor: Actor, estate: Place, hand: Hand) -> bool:
    """Whether this actor records steps of this hand for a committee of this estate."""
    if hand == Hand.CLOCK or not keeps_register(actor, estate):
        return False
    if hand == Hand.KEEPER or not isinstance(actor, User):
        return True
    return estate.code.startswith(standing_of(actor).overseer_codes or ("-",))


def check_records(actor: Actor, estate: Place, hand: Hand) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    check_keeps_register(actor, estate)
    if not records(actor, estate, hand):
        raise NotAllowed(_REASONS[hand])


_REASONS: "dict[Hand, StrOrPromise]" = {
    Hand.OVERSEER: _("This step is recorded by the subdistrict or the district."),
    Hand.CLOCK: _("This step is recorded by the clock."),
}
