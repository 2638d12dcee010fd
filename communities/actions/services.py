"""Verbs about services beside the contract: offered by firms, needed by estates, and matched."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import Conflict, NotAllowed, WrongState
from common.now import today
from communities.actions.estates import locked, refuse
from communities.actions.firms import taken
from communities.models import Body, Need, Offer, Place, PlaceKind, in_force
from communities.permissions import (
    check_keeps_register,
    check_speaks_for,
    keeps_register,
    speaks_for,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@transaction.atomic
def offer_service(
    firm: Body,
    *,
    by: Actor,
    kind: str,
    name: str,
    standard: str,
    price: str = "",
    from_on: date | None = None,
) -> Offer:
    """A firm offers a service under a written standard. Raises Invalid without the standard."""
    check_speaks_for(by, firm)
    firm = taken(firm)
    wrong: dict[str, StrOrPromise] = {}
    if not name.strip():
        wrong["name"] = _("Name the service.")
    if not standard.strip():
        wrong["standard"] = _("Write what is done, how often and how well.")
    refuse(wrong)
    offer = Offer.objects.create(
        firm=firm,
        kind=kind,
        name=name.strip(),
        standard=standard.strip(),
        price=price.strip(),
        from_on=from_on or today(),
    )
    _record("body", firm.code, by, "offer_service", offer=str(offer.public_id), kind=kind)
    return offer


@transaction.atomic
def end_offer(offer: Offer, *, by: Actor, on: date) -> Offer:
    """`on` is the first day on which it is no longer offered."""
    check_speaks_for(by, offer.firm)
    rows = Offer.objects.select_for_update(of=("self",)).select_related("firm")
    found = rows.filter(pk=offer.pk).first()
    if found is None:
        raise Conflict
    if found.until_on is not None:
        raise WrongState(_("This offer has ended."))
    if on <= found.from_on:
        refuse({"on": _("An offer cannot end before it begins.")})
    found.until_on = on
    found.save(update_fields=["until_on"])
    _record("body", found.firm.code, by, "end_offer", offer=str(found.public_id))
    return found


@transaction.atomic
def raise_need(estate: Place, *, by: Actor, kind: str, text: str) -> Need:
    """Enter what an estate needs and has not; firms that offer it are found on the page of needs.

    Raises Invalid where the same is needed already.
    """
    check_keeps_register(by, estate)
    estate = locked(estate, PlaceKind.ESTATE)
    wrong: dict[str, StrOrPromise] = {}
    if not text.strip():
        wrong["text"] = _("Say what is needed.")
    if Need.objects.filter(
        estate=estate, kind=kind, text=text.strip(), met_on=None, lapsed_on=None
    ).exists():
        wrong["text"] = _("This need is on record already.")
    refuse(wrong)
    need = Need.objects.create(
        estate=estate,
        kind=kind,
        text=text.strip(),
        raised_on=today(),
        by=by if isinstance(by, User) else None,
    )
    _record("estate", estate.code, by, "raise_need", need=str(need.public_id), kind=kind)
    return need


@transaction.atomic
def meet_need(need: Need, *, by: Actor, firm: Body, on: date | None = None) -> Need:
    """A firm that offers such a service takes the need on.

    Raises NotAllowed but for the firm itself and whoever keeps the estate's register; Invalid
    where the firm does not offer it; WrongState for one that is met or has lapsed.
    """
    if not (keeps_register(by, need.estate) or speaks_for(by, firm)):
        raise NotAllowed(
            _("A need is taken on by a firm that offers it, or given to one by the estate's desk.")
        )
    found = _open(need)
    day = on or today()
    wrong: dict[str, StrOrPromise] = {}
    if not Offer.objects.filter(in_force(day), firm=firm, kind=found.kind).exists():
        wrong["firm"] = _("This firm does not offer such a service.")
    if not found.raised_on <= day <= today():
        wrong["on"] = _("Give a day between the need and today.")
    refuse(wrong)
    found.met_by, found.met_on = firm, day
    found.save(update_fields=["met_by", "met_on"])
    told = {"need": str(found.public_id), "firm": firm.code}
    _record("estate", found.estate.code, by, "meet_need", **told)
    return found


@transaction.atomic
def lapse_need(need: Need, *, by: Actor) -> Need:
    """The need is no longer there; it stays on record."""
    check_keeps_register(by, need.estate)
    found = _open(need)
    found.lapsed_on = today()
    found.save(update_fields=["lapsed_on"])
    _record("estate", found.estate.code, by, "lapse_need", need=str(found.public_id))
    return found


def _open(need: Need) -> Need:
    rows = Need.objects.select_for_update(of=("self",)).select_related("estate")
    found = rows.filter(pk=need.pk).first()
    if found is None:
        raise Conflict
    if found.met_on is not None or found.lapsed_on is not None:
        raise WrongState(_("This need is met or has lapsed."))
    return found


def _record(kind: str, target: str, by: Actor, verb: str, /, **facts: Any) -> None:
    audit.record(by=by, verb=verb, target_kind=kind, target=target, **facts)
