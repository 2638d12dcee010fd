"""Verbs about firms: registered, changed; in the preferred pool and out of it."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from common.credit_codes import as_typed, fits
from common.errors import Conflict, Invalid, WrongState
from common.now import today
from common.pinyin import initials
from communities.actions.estates import refuse
from communities.models import (
    DIVISIONS,
    Body,
    BodyKind,
    Firm,
    Place,
    PlaceKind,
    PoolMembership,
)
from communities.permissions import (
    check_decides_pool,
    check_keeps_firm,
    check_keeps_register,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@transaction.atomic
def register_firm(
    seat: Place,
    *,
    by: Actor,
    name: str,
    credit_code: str,
    code: str = "",
    community_led: bool = False,
    registered_on: date | None = None,
    capital: Decimal | None = None,
    representative: str = "",
    address: str = "",
    licence_until: date | None = None,
    staff: int | None = None,
    phone: str = "",
) -> Body:
    """Take a firm into the register of the place it has its seat in.

    Without a code of its own it gets the next free one of its district. Raises Invalid for a
    social credit code whose check character is wrong (GB 32100-2015) or that is registered.
    """
    check_keeps_register(by, seat)
    # The district is locked: two firms at once would be given the same code.
    district = seat.above(PlaceKind.DISTRICT) or seat
    Place.objects.select_for_update().get(pk=district.pk)
    credit_code = as_typed(credit_code)
    wrong = _wrong_firm(name, credit_code, registered_on, licence_until)
    if seat.kind not in DIVISIONS:
        wrong["seat"] = _("A firm has its seat in a district, a subdistrict or a community.")
    if code and Body.objects.filter(code=code).exists():
        wrong["code"] = _("This code is taken.")
    if Firm.objects.filter(credit_code=credit_code).exists():
        wrong["credit_code"] = _("A firm with this credit code is registered already.")
    refuse(wrong)
    body = Body.objects.create(
        kind=BodyKind.FIRM,
        code=code or _next_code(district),
        name=name.strip(),
        place=seat,
        initials=initials(name),
        phone=phone.strip(),
    )
    Firm.objects.create(
        body=body,
        credit_code=credit_code,
        community_led=community_led,
        registered_on=registered_on,
        capital=capital,
        representative=representative.strip(),
        address=address.strip(),
        licence_until=licence_until,
        staff=staff,
    )
    _record(body, by, "register_firm", credit_code=credit_code)
    return body


def _next_code(district: Place) -> str:
    """`360730-F007`: the district and the next number that no firm has had."""
    begin = f"{district.code}-F"
    codes = Body.objects.filter(code__startswith=begin).values_list("code", flat=True)
    used = (code.removeprefix(begin) for code in codes)
    highest = max((int(number) for number in used if number.isdecimal()), default=0)
    return f"{begin}{highest + 1:03d}"


@transaction.atomic
def change_firm(
    firm: Body,
    *,
    by: Actor,
    name: str,
    credit_code: str,
    community_led: bool = False,
    registered_on: date | None = None,
    capital: Decimal | None = None,
    representative: str = "",
    address: str = "",
    licence_until: date | None = None,
    staff: int | None = None,
    phone: str = "",
) -> Body:
    """Change what is registered of a firm. Nobody does so for a firm they hold an office at."""
    check_keeps_firm(by, firm)
    firm = taken(firm)
    credit_code = as_typed(credit_code)
    wrong = _wrong_firm(name, credit_code, registered_on, licence_until)
    if Firm.objects.filter(credit_code=credit_code).exclude(body=firm).exists():
        wrong["credit_code"] = _("A firm with this credit code is registered already.")
    refuse(wrong)
    firm.name, firm.initials, firm.phone = name.strip(), initials(name), phone.strip()
    firm.save(update_fields=["name", "initials", "phone"])
    facts: dict[str, Any] = {
        "credit_code": credit_code,
        "community_led": community_led,
        "registered_on": registered_on,
        "capital": capital,
        "representative": representative.strip(),
        "address": address.strip(),
        "licence_until": licence_until,
        "staff": staff,
    }
    Firm.objects.update_or_create(body=firm, defaults=facts)
    until = licence_until.isoformat() if licence_until else None
    _record(firm, by, "change_firm", credit_code=credit_code, licence_until=until)
    return firm


def _wrong_firm(
    name: str, credit_code: str, registered_on: date | None, licence_until: date | None
) -> "dict[str, StrOrPromise]":
    wrong: dict[str, StrOrPromise] = {}
    if not name.strip():
        wrong["name"] = _("Give the firm's name.")
    if not fits(credit_code):
        wrong["credit_code"] = _(
            "This is not a unified social credit code: 18 characters, the last of which checks "
            "the others."
        )
    if registered_on is not None and registered_on > today():
        wrong["registered_on"] = _("This day is still to come.")
    if registered_on and licence_until and licence_until < registered_on:
        wrong["licence_until"] = _("A licence cannot end before the firm is registered.")
    return wrong


@transaction.atomic
def enter_pool(firm: Body, *, by: Actor, from_on: date, grounds: str) -> PoolMembership:
    """A district officer takes a firm into the preferred pool, with the grounds."""
    check_decides_pool(by, firm)
    firm = taken(firm)
    wrong: dict[str, StrOrPromise] = {}
    if not grounds.strip():
        wrong["grounds"] = _("Say on what grounds.")
    last = firm.pool_memberships.order_by("-from_on").first()
    if last is not None and (last.until_on is None or last.until_on > from_on):
        wrong["from_on"] = _("The firm stands in the pool on that day already.")
    refuse(wrong)
    member = PoolMembership.objects.create(firm=firm, from_on=from_on, grounds=grounds.strip())
    _record(firm, by, "enter_pool", from_on=from_on.isoformat())
    return member


@transaction.atomic
def leave_pool(member: PoolMembership, *, by: Actor, on: date, grounds: str) -> PoolMembership:
    """A district officer takes a firm out of the pool: `on` is the first day without it."""
    check_decides_pool(by, member.firm)
    rows = PoolMembership.objects.select_for_update(of=("self",)).select_related("firm")
    found = rows.filter(pk=member.pk).first()
    if found is None:
        raise Conflict
    if found.until_on is not None:
        raise WrongState(_("The firm has left the pool."))
    wrong: dict[str, StrOrPromise] = {}
    if on <= found.from_on:
        wrong["on"] = _("It cannot leave before it came in.")
    if not grounds.strip():
        wrong["grounds"] = _("Say on what grounds.")
    refuse(wrong)
    found.until_on, found.left_grounds = on, grounds.strip()
    found.save(update_fields=["until_on", "left_grounds"])
    _record(found.firm, by, "leave_pool", on=on.isoformat())
    return found


def taken(firm: Body) -> Body:
    """The firm, locked and read again. Raises Invalid for another body, WrongState when gone."""
    found = Body.objects.select_for_update(of=("self",)).select_related("place").get(pk=firm.pk)
    if found.kind != BodyKind.FIRM:
        raise Invalid(_("This is not a property firm."))
    if found.dissolved_on is not None and found.dissolved_on <= today():
        raise WrongState(_("This firm no longer exists."))
    return found


def _record(firm: Body, by: Actor, verb: str, **facts: Any) -> None:
    audit.record(by=by, verb=verb, target_kind="body", target=firm.code, **facts)
