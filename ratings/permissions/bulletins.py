"""Who makes and issues the bulletins of a place, and who reads them before they are issued."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Clock
from accounts.models import User
from common.errors import NotAllowed
from communities.models import DIVISIONS, Place
from communities.scope import standing_of

ISSUED = Q(issued_at__isnull=False)


def bulletin_codes(actor: Actor | None) -> tuple[str, ...]:
    """The codes beneath which this actor makes bulletins; the console beneath all ("")."""
    if isinstance(actor, Clock):
        return ("",)
    return standing_of(actor).overseer_codes if isinstance(actor, User) else ()


def keeps_bulletins(actor: Actor | None, place: Place) -> bool:
    """An officer of the district or subdistrict that the place is or lies in."""
    codes = bulletin_codes(actor)
    return bool(codes) and place.kind in DIVISIONS and place.code.startswith(codes)


def check_keeps_bulletins(actor: Actor, place: Place) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not keeps_bulletins(actor, place):
        raise NotAllowed(
            _("The bulletins of %(place)s are made by the officers of its subdistrict or district.")
            % {"place": place.name}
        )


def beneath(codes: tuple[str, ...], column: str = "place__code") -> Q:
    found = Q(pk__in=())
    for code in codes:
        found |= Q(**{f"{column}__startswith": code})
    return found


def drafts_read_by(user: User | None) -> Q:
    """Where this reader reads what is not issued: officers above the place, and auditors there."""
    return beneath(_read(user))


def reads_drafts(user: User | None, place: Place) -> bool:
    """The same of one place."""
    return place.code.startswith(_read(user))


def _read(user: User | None) -> tuple[str, ...]:
    return () if user is None else (*bulletin_codes(user), *standing_of(user).auditor_codes)
