"""A person's page: the offices they hold in public, and what those who oversee them read."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import Http404

from accounts.models import User
from communities.models import Appointment, Interest, Office
from communities.permissions.interests import Findings, findings, reads_interests
from communities.permissions.offices import APPOINTED_BY, may_appoint, offices_seen
from communities.queries.office_words import ALLOWS
from communities.queries.offices import SEATED

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Whom residents turn to, by name. A branch secretary would show who is in the Party (DOMAIN 11).
PUBLIC_OFFICES = frozenset(
    {
        Office.COMMUNITY_SECRETARY,
        Office.COMMUNITY_CLERK,
        Office.GRID_LEADER,
        Office.GRID_WORKER,
        Office.BUTLER,
        Office.WARDEN,
        Office.OBSERVER,
        Office.INTEGRITY_SUPERVISOR,
        Office.COMMITTEE_DIRECTOR,
        Office.FIRM_MANAGER,
    }
)


@dataclass(frozen=True)
class Held:
    """An office of a person as one reader may see it."""

    appointment: Appointment
    allows: "StrOrPromise"
    given_by: "StrOrPromise"
    # `held`, `coming` or `over`.
    state: str
    # Whether the reader may read all of it, not its public face alone; and end or hand it over.
    whole: bool
    may_end: bool
    found: Findings = field(default_factory=Findings)


@dataclass(frozen=True)
class Person:
    """Somebody, as far as one reader may know of them."""

    user: User
    own: bool
    held: list[Held]
    past: list[Held]
    # None: not for this reader.
    interests: list[Interest] | None

    @property
    def whole(self) -> bool:
        return self.own or any(row.whole for row in (*self.held, *self.past))

    @property
    def barred(self) -> list["StrOrPromise"]:
        return [word for row in self.held for word in row.found.barred]

    @property
    def crossed(self) -> list["StrOrPromise"]:
        """What one should know of somebody who serves a firm and an office, each sentence once."""
        found = {str(word): word for row in self.held for word in row.found.notes}
        return list(found.values())


def person_seen(reader: User | None, public_id: Any, on: date) -> Person:
    """What this reader may know of a person; 404 where that is nothing."""
    user = User.objects.filter(public_id=public_id).first()
    if user is None:
        raise Http404
    own = reader is not None and reader.pk == user.pk
    rows = Appointment.objects.filter(user=user)
    public = Q(office__in=sorted(PUBLIC_OFFICES), from_on__lte=on) & (
        Q(until_on__isnull=True) | Q(until_on__gt=on)
    )
    seen = set()
    if own:
        seen = set(rows.values_list("pk", flat=True))
    elif reader is not None:
        seen = set(rows.filter(offices_seen(reader)).values_list("pk", flat=True))
    shown = rows.filter(Q(pk__in=seen) | public) if user.is_active else rows.filter(pk__in=seen)
    found = list(shown.select_related(*SEATED).order_by("-from_on", "pk"))
    if not found and not own:
        raise Http404
    held = [_held(reader, row, row.pk in seen, on) for row in found]
    return Person(
        user=user,
        own=own,
        held=[row for row in held if row.state != "over"],
        past=[row for row in held if row.state == "over"],
        interests=_interests(reader, user),
    )


def _held(reader: User | None, row: Appointment, whole: bool, on: date) -> Held:
    office = Office(row.office)
    over = row.until_on is not None and row.until_on <= on
    state = "over" if over else "coming" if row.from_on > on else "held"
    may_end = bool(
        reader is not None
        and whole
        and not over
        and reader.pk != row.user_id
        and may_appoint(reader, office, row.seat)
    )
    return Held(
        appointment=row,
        allows=ALLOWS[office],
        given_by=APPOINTED_BY[office].sentence,
        state=state,
        whole=whole,
        may_end=may_end,
        found=findings(row.user, office, row.seat, row.from_on, row.until_on)
        if whole and not over
        else Findings(),
    )


def _interests(reader: User | None, user: User) -> list[Interest] | None:
    if reader is None or not reads_interests(reader, user):
        return None
    rows = Interest.objects.filter(user=user).select_related("firm", "by")
    return list(rows.order_by("-from_on", "-pk"))


def interest_of(reader: User, person: User, public_id: Any) -> Interest:
    """An interest of a person whose interests this reader may read. Else 404."""
    found = Interest.objects.filter(user=person, public_id=public_id).select_related("user", "firm")
    row = found.first()
    if row is None or not reads_interests(reader, person):
        raise Http404
    return row
