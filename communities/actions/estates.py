"""Verbs about estates: their ledger, how they are served, their buildings and their plans."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import Invalid
from common.now import now, today
from communities.models import (
    Building,
    Delivery,
    Dwelling,
    DwellingUse,
    Estate,
    EstatePlan,
    Place,
    PlaceKind,
    ServiceMode,
    ServiceSpell,
    in_force,
)
from communities.permissions import check_keeps_register
from communities.rules import rule

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# So many estates are turned in one round of the sweep.
BATCH = 500


def refuse(wrong: "Mapping[str, StrOrPromise]") -> None:
    """Raises Invalid where anything is wrong, each sentence at its field."""
    if wrong:
        raise Invalid(fields={name: [sentence] for name, sentence in wrong.items()})


def locked(place: Place, *kinds: PlaceKind) -> Place:
    """The place, locked and read again. Raises Invalid where it is of another kind or closed."""
    place = Place.objects.select_for_update().get(pk=place.pk)
    if place.kind not in kinds:
        raise Invalid(_("There is no such record for this kind of place."))
    if place.closed_on is not None and place.closed_on <= today():
        raise Invalid(_("This place no longer exists."))
    return place


@transaction.atomic
def keep_ledger(
    estate: Place,
    *,
    by: Actor,
    kind: str,
    delivery: str = Delivery.DELIVERED,
    delivered_on: date | None = None,
    households: int = 0,
    floor_area: Decimal | None = None,
    address: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    service_mode: str = "",
) -> Estate:
    """Enter or change what is known of an estate. How it is served changes by `change_mode`.

    `service_mode` counts only where nothing is known of it yet. Raises Invalid, by field.
    """
    check_keeps_register(by, estate)
    estate = locked(estate, PlaceKind.ESTATE)
    refuse(_wrong_ledger(delivery, delivered_on, floor_area, latitude, longitude))
    facts: dict[str, Any] = {
        "kind": kind,
        "delivery": delivery,
        "delivered_on": delivered_on,
        "households": households,
        "floor_area": floor_area,
        "address": address,
        "latitude": latitude,
        "longitude": longitude,
    }
    found = Estate.objects.filter(place=estate).first()
    if found is None:
        found = Estate(place=estate, service_mode=ServiceMode.NONE)
    begins = not found.mode_entered
    if begins:
        found.service_mode = service_mode or ServiceMode.NONE
    for name, value in facts.items():
        setattr(found, name, value)
    found.save()
    if begins:
        _begin_spells(estate, found)
    told = {name: str(value) for name, value in facts.items() if value not in (None, "")}
    told.pop("address", None)
    audit.record(by=by, verb="keep_ledger", target_kind="estate", target=estate.code, **told)
    return found


def _wrong_ledger(
    delivery: str,
    delivered_on: date | None,
    floor_area: Decimal | None,
    latitude: Decimal | None,
    longitude: Decimal | None,
) -> "dict[str, StrOrPromise]":
    wrong: dict[str, StrOrPromise] = {}
    if delivery == Delivery.BUILDING and delivered_on is not None and delivered_on <= today():
        wrong["delivered_on"] = _("What is under construction has not been delivered yet.")
    if delivery == Delivery.DELIVERED and delivered_on is not None and delivered_on > today():
        wrong["delivered_on"] = _("This day is still to come.")
    if floor_area is not None and floor_area <= 0:
        wrong["floor_area"] = _("The area is more than nothing.")
    if (latitude is None) != (longitude is None):
        wrong["longitude" if longitude is None else "latitude"] = _("Give both, or neither.")
    if latitude is not None and abs(latitude) > 90:
        wrong["latitude"] = _("A latitude lies between -90 and 90 degrees.")
    if longitude is not None and abs(longitude) > 180:
        wrong["longitude"] = _("A longitude lies between -180 and 180 degrees.")
    return wrong


def _begin_spells(estate: Place, known: Estate) -> None:
    """The first spell: from delivery, or from the day the estate has had its code."""
    coded = estate.codes.order_by("from_on").values_list("from_on", flat=True).first()
    days = [day for day in (known.delivered_on, coded, today()) if day is not None]
    ServiceSpell.objects.create(estate=estate, mode=known.service_mode, from_on=min(days))


@transaction.atomic
def change_mode(
    estate: Place, *, by: Actor, mode: str, from_on: date, grounds: str
) -> ServiceSpell:
    """From this day on the estate is served otherwise; what was before stays on record.

    Spells are appended: raises Invalid for a day not after the last change, for one more than a
    year ahead, where nothing would change, and without grounds.
    """
    check_keeps_register(by, estate)
    estate = locked(estate, PlaceKind.ESTATE)
    known = Estate.objects.filter(place=estate).first()
    if known is None:
        raise Invalid(_("Enter the estate's ledger first."))
    if not estate.service_spells.exists():
        _begin_spells(estate, known)
    last = estate.service_spells.select_for_update().get(until_on__isnull=True)
    wrong: dict[str, StrOrPromise] = {}
    if from_on <= last.from_on:
        wrong["from_on"] = _("The last change was on %(day)s; give a later day.") % {
            "day": last.from_on.isoformat()
        }
    elif from_on > (latest := today() + timedelta(days=rule("change_ahead_days"))):
        wrong["from_on"] = _("This is too far ahead: %(day)s at the latest.") % {
            "day": latest.isoformat()
        }
    if mode == last.mode:
        wrong["mode"] = _("It is served like this already.")
    if not grounds.strip():
        wrong["grounds"] = _("Say on what grounds.")
    refuse(wrong)
    last.until_on = from_on
    last.save(update_fields=["until_on"])
    spell = ServiceSpell.objects.create(
        estate=estate, mode=mode, from_on=from_on, grounds=grounds.strip()
    )
    if from_on <= today():
        Estate.objects.filter(place=estate).update(service_mode=mode)
    audit.record(
        by=by,
        verb="change_mode",
        target_kind="estate",
        target=estate.code,
        new=mode,
        old=last.mode,
        from_on=from_on.isoformat(),
    )
    return spell


def turn_modes() -> int:
    """The sweep: estates whose day of change has come are served otherwise from now on."""
    done = 0
    spells = ServiceSpell.objects.filter(in_force(today()))
    stale = spells.exclude(estate__estate__service_mode=F("mode"))
    for estate, mode in list(stale.values_list("estate", "mode")[:BATCH]):
        known = Estate.objects.filter(place=estate).exclude(service_mode=mode)
        done += known.update(service_mode=mode)
    return done


@transaction.atomic
def keep_building(
    building: Place,
    *,
    by: Actor,
    floors: int | None = None,
    lifts: int = 0,
    households: int = 0,
    floor_area: Decimal | None = None,
) -> Building:
    """Enter or change what is known of a building. Raises Invalid for no floors or no area."""
    check_keeps_register(by, building)
    building = locked(building, PlaceKind.BUILDING)
    wrong: dict[str, StrOrPromise] = {}
    if floors is not None and floors < 1:
        wrong["floors"] = _("A building has one floor at least.")
    if floor_area is not None and floor_area <= 0:
        wrong["floor_area"] = _("The area is more than nothing.")
    refuse(wrong)
    facts = {
        "floors": floors,
        "lifts": lifts,
        "households": households,
        "floor_area": floor_area,
    }
    found, _fresh = Building.objects.update_or_create(place=building, defaults=facts)
    told = {name: str(value) for name, value in facts.items() if value is not None}
    audit.record(by=by, verb="keep_building", target_kind="place", target=building.code, **told)
    return found


@transaction.atomic
def keep_dwelling(
    dwelling: Place,
    *,
    by: Actor,
    use: str = DwellingUse.HOME,
    floor: int | None = None,
    floor_area: Decimal | None = None,
) -> Dwelling:
    """Enter or change what is known of a dwelling: never who lives there."""
    check_keeps_register(by, dwelling)
    dwelling = locked(dwelling, PlaceKind.DWELLING)
    if floor_area is not None and floor_area <= 0:
        refuse({"floor_area": _("The area is more than nothing.")})
    facts = {"use": use, "floor": floor, "floor_area": floor_area}
    found, _fresh = Dwelling.objects.update_or_create(place=dwelling, defaults=facts)
    told = {name: str(value) for name, value in facts.items() if value is not None}
    audit.record(by=by, verb="keep_dwelling", target_kind="place", target=dwelling.code, **told)
    return found


@transaction.atomic
def write_plan(
    place: Place,
    *,
    by: Actor,
    problems: str,
    measures: str,
    goals: str = "",
    lead: str = "",
    from_on: date | None = None,
) -> EstatePlan:
    """A new version of the plan of a community or an estate; the earlier ones stay readable."""
    check_keeps_register(by, place)
    place = locked(place, PlaceKind.COMMUNITY, PlaceKind.ESTATE)
    wrong: dict[str, StrOrPromise] = {}
    if not problems.strip():
        wrong["problems"] = _("Say what is wrong.")
    if not measures.strip():
        wrong["measures"] = _("Say what will be done.")
    refuse(wrong)
    last = place.estate_plans.order_by("-version").first()
    plan = EstatePlan.objects.create(
        place=place,
        version=last.version + 1 if last else 1,
        problems=problems.strip(),
        measures=measures.strip(),
        goals=goals.strip(),
        lead=lead.strip(),
        from_on=from_on or today(),
        by=by if isinstance(by, User) else None,
        entered_at=now(),
    )
    audit.record(
        by=by, verb="write_plan", target_kind="place", target=place.code, version=plan.version
    )
    return plan
