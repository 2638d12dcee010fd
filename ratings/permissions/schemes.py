"""Who keeps the schemes of a place, and who may read what is not settled yet."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Clock
from accounts.models import User
from common.errors import NotAllowed
from communities.models import Place, PlaceKind
from communities.models.places import CODE_LENGTH
from communities.scope import standing_of


def scheme_codes(actor: Actor) -> tuple[str, ...]:
    """The codes of the districts whose schemes this actor keeps; the console keeps all ("")."""
    if isinstance(actor, Clock):
        return ("",)
    if not isinstance(actor, User):
        return ()
    longest = CODE_LENGTH[PlaceKind.DISTRICT]
    return tuple(code for code in standing_of(actor).overseer_codes if len(code) <= longest)


def keeps_scheme(actor: Actor, place: Place) -> bool:
    """An officer of the district, whose authority assesses (DOMAIN part 7)."""
    codes = scheme_codes(actor)
    return bool(codes) and place.code.startswith(codes)


def check_keeps_scheme(actor: Actor, place: Place) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not keeps_scheme(actor, place):
        raise NotAllowed(
            _("The schemes of %(place)s are kept by the officers of the district.")
            % {"place": place.name}
        )


def reads_drafts(actor: Actor | None, place: Place) -> bool:
    """Whether this actor sees what is not settled: its keepers, and auditors of the district."""
    if actor is None:
        return False
    if keeps_scheme(actor, place):
        return True
    audited = standing_of(actor).auditor_codes if isinstance(actor, User) else ()
    return bool(audited) and place.code.startswith(audited)


def drafts_read_by(actor: Actor | None) -> Q:
    """The same over rows of schemes: where the drafts of a scheme are this actor's to see."""
    codes = scheme_codes(actor) if actor is not None else ()
    if isinstance(actor, User):
        codes += standing_of(actor).auditor_codes
    seen = Q(pk__in=())
    for code in codes:
        seen |= Q(place__code__startswith=code)
    return seen
