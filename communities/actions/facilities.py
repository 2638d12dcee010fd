"""Verbs about facilities: entered, looked at, removed."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import Conflict, Invalid, WrongState
from common.now import now, today
from communities.actions.estates import locked, refuse
from communities.models import Facility, Inspection, Place, PlaceKind
from communities.permissions import check_inspects, check_keeps_register

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@transaction.atomic
def enter_facility(
    place: Place, *, by: Actor, kind: str, name: str, installed_on: date | None = None
) -> Facility:
    """Enter a facility of an estate or a building. It is not intact until somebody has looked.

    Raises Invalid for one of that name there already, and for one that is still to come.
    """
    check_keeps_register(by, place)
    place = locked(place, PlaceKind.ESTATE, PlaceKind.BUILDING)
    wrong: dict[str, StrOrPromise] = {}
    if Facility.objects.filter(place=place, kind=kind, name=name, removed_on=None).exists():
        wrong["name"] = _("There is a facility of this kind and name here already.")
    if installed_on is not None and installed_on > today():
        wrong["installed_on"] = _("This day is still to come.")
    refuse(wrong)
    facility = Facility.objects.create(place=place, kind=kind, name=name, installed_on=installed_on)
    audit.record(by=by, verb="enter_facility", **_target(facility), kind=kind)
    return facility


@transaction.atomic
def inspect_facility(
    facility: Facility, *, by: Actor, condition: str, on: date, note: str = ""
) -> Inspection:
    """Somebody looked at a facility. One entered late does not hide what was found since."""
    check_inspects(by, facility.place)
    facility = _taken(facility)
    if on > today():
        raise Invalid(fields={"on": [_("This day is still to come.")]})
    if facility.installed_on is not None and on < facility.installed_on:
        raise Invalid(fields={"on": [_("The facility was not there yet.")]})
    done = Inspection.objects.create(
        facility=facility,
        on=on,
        condition=condition,
        note=note.strip(),
        by=by if isinstance(by, User) else None,
        entered_at=now(),
    )
    if facility.inspected_on is None or on >= facility.inspected_on:
        facility.condition, facility.inspected_on = condition, on
        facility.save(update_fields=["condition", "inspected_on"])
    audit.record(
        by=by, verb="inspect_facility", **_target(facility), new=condition, on=on.isoformat()
    )
    return done


@transaction.atomic
def remove_facility(facility: Facility, *, by: Actor, on: date) -> Facility:
    """`on` is the first day without it; its inspections stay on record."""
    check_keeps_register(by, facility.place)
    facility = _taken(facility)
    if on > today():
        raise Invalid(fields={"on": [_("This day is still to come.")]})
    if facility.inspected_on is not None and on < facility.inspected_on:
        raise Invalid(fields={"on": [_("Somebody looked at it after that day.")]})
    facility.removed_on = on
    facility.save(update_fields=["removed_on"])
    audit.record(by=by, verb="remove_facility", **_target(facility), on=on.isoformat())
    return facility


def _taken(facility: Facility) -> Facility:
    rows = Facility.objects.select_for_update(of=("self",)).select_related("place")
    found = rows.filter(pk=facility.pk).first()
    if found is None:
        raise Conflict
    if found.removed_on is not None:
        raise WrongState(_("This facility is no longer there."))
    return found


def _target(facility: Facility) -> dict[str, str]:
    return {
        "target_kind": "place",
        "target": facility.place.code,
        "facility": str(facility.public_id),
    }
