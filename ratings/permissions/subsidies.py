"""Who grants honours with money: two officers of the place, neither of whom gets any of it."""

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import NotAllowed
from common.now import today
from communities.models import Body, PartyOrganisation, Place
from communities.scope import standing_of
from ratings.models import Award
from ratings.permissions.assessments import ties_of
from ratings.permissions.concerned import bodies_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What anybody reads: who has an award, and whose was taken back.
PUBLIC = Q(state__in=("approved", "taken_back"))
OFFICERS: "StrOrPromise" = _(
    "Honours and subsidies of a place are granted by its officers or those above."
)
OWN: "StrOrPromise" = _(
    "You hold an office there, or an interest in it is on record: two others decide on it."
)
SAME: "StrOrPromise" = _("You proposed this yourself: somebody else decides on it.")


def granted_codes(user: User) -> tuple[str, ...]:
    """The codes beneath which this person grants honours and subsidies."""
    return standing_of(user).overseer_codes


def grants(user: User, place: Place) -> bool:
    codes = granted_codes(user)
    return bool(codes) and place.code.startswith(codes)


def check_grants(user: User, place: Place) -> None:
    """Raises NotAllowed for everybody but the officers of the place and those above."""
    if not grants(user, place):
        raise NotAllowed(OFFICERS)


def check_grants_somewhere(user: User) -> None:
    """Raises NotAllowed for whoever is an officer of no place that grants."""
    if not granted_codes(user):
        raise NotAllowed(OFFICERS)


def gains(user: User, receiver: Place | Body) -> bool:
    """Tied to the receiver: to the body, its estate or the firm whose branch it is; to the
    estate, a body of it or the firm that serves it.
    """
    held, on = standing_of(user).appointments, today()
    tied = {a.body_id for a in held if a.body_id} | ties_of(user).during(on, on)
    at = {a.place_id for a in held if a.place_id}
    if isinstance(receiver, Body):
        branch = PartyOrganisation.objects.filter(body=receiver, firm__in=tied)
        return receiver.pk in tied or receiver.place_id in at or branch.exists()
    there = Body.objects.filter(pk__in=tied, place__code__startswith=receiver.code)
    answers = bodies_of(receiver, on, on)
    return receiver.pk in at or not tied.isdisjoint(answers) or there.exists()


def check_proposes(user: User, place: Place, receiver: Place | Body) -> None:
    """An officer who gets nothing of it; raises NotAllowed, with the reason, for others."""
    check_grants(user, place)
    if gains(user, receiver):
        raise NotAllowed(OWN)


def why_not_decide(user: User, award: Award) -> "StrOrPromise":
    """Why this person does not decide on an award; nothing where they may."""
    if not grants(user, award.category.programme.place):
        return OFFICERS
    if award.proposed_by_id == user.pk:
        return SAME
    return OWN if gains(user, award.receiver) else ""


def check_decides(user: User, award: Award) -> None:
    """Another officer than the one who proposed; raises NotAllowed, with the reason."""
    if refused := why_not_decide(user, award):
        raise NotAllowed(refused)


def check_pays(user: User, award: Award) -> None:
    """An officer who gets nothing of it records what was paid, and takes an award back."""
    check_proposes(user, award.category.programme.place, award.receiver)


def awards_seen_by(user: User | None) -> Q:
    """Awards this reader may see: officers those that are not decided too."""
    if user is None:
        return PUBLIC
    found = PUBLIC
    standing = standing_of(user)
    for code in (*standing.overseer_codes, *standing.auditor_codes):
        found |= Q(category__programme__place__code__startswith=code)
    return found
