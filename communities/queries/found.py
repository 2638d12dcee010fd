"""One record of the register by what its address says, or 404."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from common.now import today
from communities.models import (
    Appointment,
    Body,
    BodyKind,
    Contract,
    Facility,
    HonourList,
    Need,
    Observation,
    Offer,
    Office,
    Place,
    PlaceKind,
    PoolMembership,
    in_force,
)
from communities.permissions import keeps_register


def _one(rows: "QuerySet[Any]", **key: Any) -> Any:
    found = rows.filter(**key).first()
    if found is None:
        raise Http404
    return found


def _uuid(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        raise Http404 from None


def place(_user: User | None, code: str) -> Place:
    """A place of any kind that still exists, with what is known of it and those above it."""
    rows = Place.objects.select_related(
        "estate", "building", "dwelling", "parent__parent__parent__parent"
    )
    found: Place = _one(rows.exclude(closed_on__lte=today()), code=code)
    return found


def estate(code: str) -> Place:
    found = place(None, code)
    if found.kind != PlaceKind.ESTATE:
        raise Http404
    return found


def firm(_user: User | None, code: str) -> Body:
    rows = Body.objects.filter(kind=BodyKind.FIRM).select_related("firm", "place__parent__parent")
    found: Body = _one(rows, code=code)
    return found


def facility(_user: User, key: str) -> Facility:
    rows = Facility.objects.select_related("place__parent__parent")
    found: Facility = _one(rows, public_id=_uuid(key))
    return found


def contract(_user: User, key: str) -> Contract:
    rows = Contract.objects.select_related("firm__firm", "estate__parent__parent__parent")
    found: Contract = _one(rows, public_id=_uuid(key))
    return found


def offer(_user: User, key: str) -> Offer:
    found: Offer = _one(Offer.objects.select_related("firm__place"), public_id=_uuid(key))
    return found


def need(_user: User, key: str) -> Need:
    rows = Need.objects.select_related("estate__parent__parent__parent", "met_by")
    found: Need = _one(rows, public_id=_uuid(key))
    return found


def pool(_user: User, key: str) -> PoolMembership:
    rows = PoolMembership.objects.select_related("firm__place")
    found: PoolMembership = _one(rows, public_id=_uuid(key))
    return found


def honours(_user: User | None, key: str) -> HonourList:
    found: HonourList = _one(HonourList.objects.select_related("place"), public_id=_uuid(key))
    return found


def butler(_user: User, key: str) -> Appointment:
    """The butler of a building today."""
    rows = Appointment.objects.filter(in_force(today()), office=Office.BUTLER, place__isnull=False)
    found: Appointment = _one(rows.select_related("place__parent", "user"), public_id=_uuid(key))
    return found


def observation(user: User, key: str) -> Observation:
    """An observation of one's own, or of a place one keeps the register of: else 404."""
    rows = Observation.objects.select_related(
        "place__parent__parent__parent", "user", "answered_by"
    )
    found: Observation = _one(rows, public_id=_uuid(key))
    if found.user_id != user.pk and not keeps_register(user, found.place):
        raise Http404
    return found
