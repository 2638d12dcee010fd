"""Verbs about lists of honours: "beautiful home" and others."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from common.errors import Invalid
from common.now import today
from communities.actions.estates import refuse
from communities.models import DIVISIONS, Body, Honour, HonourList, Place
from communities.permissions import check_keeps_register

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@transaction.atomic
def enter_honours(
    place: Place,
    *,
    by: Actor,
    name: str,
    year: int,
    granted_by: str,
    granted_on: date,
    document: str = "",
) -> HonourList:
    """Open a list of honours of a place and a year. Raises Invalid for one of that name then."""
    check_keeps_register(by, place)
    wrong: dict[str, StrOrPromise] = {}
    if place.kind not in DIVISIONS:
        wrong["place"] = _("A list belongs to a district, a subdistrict or a community.")
    if granted_on > today():
        wrong["granted_on"] = _("This day is still to come.")
    if not name.strip():
        wrong["name"] = _("Name the honour.")
    Place.objects.select_for_update().get(pk=place.pk)
    if HonourList.objects.filter(place=place, name=name.strip(), year=year).exists():
        wrong["name"] = _("There is a list of this name and year already.")
    refuse(wrong)
    found = HonourList.objects.create(
        place=place,
        name=name.strip(),
        year=year,
        granted_by=granted_by.strip(),
        document=document.strip(),
        granted_on=granted_on,
    )
    audit.record(by=by, verb="enter_honours", target_kind="place", target=place.code, year=year)
    return found


@transaction.atomic
def honour(of: HonourList, *, by: Actor, to: Place | Body, grounds: str = "") -> Honour:
    """Put an estate or a body on the list. Raises Invalid for one from elsewhere or twice."""
    check_keeps_register(by, of.place)
    of = HonourList.objects.select_for_update(of=("self",)).select_related("place").get(pk=of.pk)
    place = to if isinstance(to, Place) else None
    body = to if isinstance(to, Body) else None
    seat = to if isinstance(to, Place) else to.place
    wrong: dict[str, StrOrPromise] = {}
    if not seat.code.startswith(of.place.code):
        wrong["to"] = _("This lies outside the place of the list.")
    elif Honour.objects.filter(list=of, place=place, body=body, taken_back_on=None).exists():
        wrong["to"] = _("This is on the list already.")
    refuse(wrong)
    found = Honour.objects.create(list=of, place=place, body=body, grounds=grounds.strip())
    audit.record(by=by, verb="honour", target_kind="honours", target=str(of.public_id), to=to.code)
    return found


@transaction.atomic
def take_honour_back(
    of: HonourList, *, by: Actor, to: Place | Body, on: date, because: str
) -> Honour:
    """Take back what somebody was honoured with: it stays on the list, marked, and counts no more.

    `on` is the first day without it. Raises Invalid for one that is not on the list, for a day
    before the list was granted or still to come, and without the reason.
    """
    check_keeps_register(by, of.place)
    of = HonourList.objects.select_for_update(of=("self",)).select_related("place").get(pk=of.pk)
    place = to if isinstance(to, Place) else None
    body = to if isinstance(to, Body) else None
    standing = Honour.objects.filter(list=of, place=place, body=body, taken_back_on=None)
    found = standing.order_by("pk").first()
    wrong: dict[str, StrOrPromise] = {}
    if found is None:
        raise Invalid(fields={"to": [_("This is not on the list, or no longer.")]})
    if on < of.granted_on:
        wrong["on"] = _("It was not granted before that day.")
    elif on > today():
        wrong["on"] = _("This day is still to come.")
    if not because.strip():
        wrong["because"] = _("Say why it is taken back.")
    refuse(wrong)
    found.taken_back_on, found.taken_back_because = on, because.strip()
    found.save(update_fields=["taken_back_on", "taken_back_because"])
    audit.record(
        by=by,
        verb="take_honour_back",
        target_kind="honours",
        target=str(of.public_id),
        to=to.code,
        on=on.isoformat(),
    )
    return found
