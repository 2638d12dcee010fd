"""Deviations from standards as their readers find them: keepers, and the firm they concern."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import NotAllowed
from common.paging import Sorting
from communities.models import Body, Deviation, Place, StandardVersion
from communities.permissions import kept_codes
from communities.permissions.estates import SPEAKING
from communities.queries import standards
from communities.queries.standards import Tally, _one
from communities.scope import standing_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NEWEST = Sorting("found_at", "key", descending=True)
SHOWN = 5


def _reads(user: User) -> Q:
    """What this person may read: as keeper, but not of their own firm; as manager or clerk."""
    standing = standing_of(user)
    held = {a.body_id for a in standing.appointments if a.body_id is not None}
    kept = Q(pk__in=[])
    for code in kept_codes(user):
        kept |= Q(estate__code__startswith=code)
        kept |= Q(estate=None, firm__place__code__startswith=code)
    kept &= Q(firm=None) | ~Q(firm__in=held)
    kept &= Q(estate=None) | ~Q(estate__in=standing.served_estate_ids)
    speaking = {a.body_id for a in standing.appointments if a.office in SPEAKING}
    return kept | Q(firm__in=speaking - {None})


def seen_by(user: User | None) -> Any:
    rows = Deviation.objects.select_related(
        "clause__version__standard__place", "estate__parent__parent__parent", "firm__place"
    )
    rows = rows.filter(_reads(user)) if user is not None else rows.none()
    return rows.annotate(found_at=Cast("on", CharField()), key=Cast("public_id", CharField()))


def deviation_of(user: User | None, key: str) -> Deviation:
    found: Deviation = _one(seen_by(user), key)
    return found


def reads_deviations(user: User) -> bool:
    """Whoever keeps a register or speaks for a firm."""
    return bool(kept_codes(user)) or standing_of(user).holds(*SPEAKING)


def check_reads_deviations(user: User) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not reads_deviations(user):
        raise NotAllowed(
            _("Deviations are read by those who keep the register, and by the firm concerned.")
        )


def deviation_list(user: User, *, state: str = "") -> "QuerySet[Any]":
    """`open`, `right` or `back`; else all of them."""
    rows = seen_by(user)
    if state == "open":
        return rows.filter(put_right_on=None, taken_back_on=None)  # type: ignore[no-any-return]
    if state in {"right", "back"}:
        name = "put_right_on" if state == "right" else "taken_back_on"
        return rows.filter(**{f"{name}__isnull": False})  # type: ignore[no-any-return]
    return rows  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Under:
    """Under which standards an estate or a firm works, and what departs from them."""

    fields: "list[tuple[StrOrPromise, list[StandardVersion]]]"
    # Nothing of a division: there the standards themselves are what one looks for.
    tally: Tally | None = None
    # The latest, for who may read them.
    deviations: list[Deviation] = field(default_factory=list)


def of_estate(estate: Place, user: User | None, on: date) -> Under:
    return _under([estate.code], Q(estate=estate), user, on)


def of_firm(firm: Body, served: Iterable[str], user: User | None, on: date) -> Under:
    """`served`: the codes of the estates it serves on this day."""
    return _under([firm.place.code, *served], Q(firm=firm), user, on)


def of_division(place: Place, on: date) -> Under:
    """What its own standards are and those it is under: one query."""
    return Under(standards.in_force_at([place.code], on))


def _under(codes: Iterable[str], of: Q, user: User | None, on: date) -> Under:
    """Two queries for everybody, a third for who may read more."""
    rows: list[Deviation] = []
    if user is not None and reads_deviations(user):
        rows = list(seen_by(user).filter(of).order_by("-on", "-pk")[:SHOWN])
    return Under(standards.in_force_at(codes, on), standards.tally(of), rows)
