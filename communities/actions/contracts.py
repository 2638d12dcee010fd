"""Verbs about contracts: which firm serves which estate from when to when, and how it ends."""

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import Conflict, NotAllowed, WrongState
from common.now import now, today
from communities.actions.estates import refuse
from communities.models import Body, BodyKind, Contract, Ending, Place, PlaceKind
from communities.permissions import check_keeps_register
from communities.queries.audience import desk_of, managers_of
from communities.rules import rule
from communities.scope import standing_of
from notifications.actions import notify

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BATCH = 200


@transaction.atomic
def engage_firm(
    firm: Body,
    *,
    estate: Place,
    from_on: date,
    until_on: date | None = None,
    by: Actor,
    number: str = "",
    signed_on: date | None = None,
    grade: str = "",
    fee: Decimal | None = None,
    dismissal_days: int | None = None,
    renewal_days: int | None = None,
) -> Contract:
    """Record a service contract over [from_on, until_on).

    Raises NotAllowed but for whoever keeps the estate's register and holds no office at the firm;
    Invalid where another contract serves the estate then.
    """
    _check_may(by, estate, firm)
    estate = Place.objects.select_for_update().get(pk=estate.pk)
    contract = Contract(
        firm=firm,
        estate=estate,
        from_on=from_on,
        until_on=until_on,
        number=number.strip(),
        signed_on=signed_on,
        grade=grade.strip(),
        fee=fee,
        dismissal_days=rule("dismissal_days") if dismissal_days is None else dismissal_days,
        renewal_days=rule("renewal_days") if renewal_days is None else renewal_days,
    )
    _check(contract)
    contract.save()
    _record(contract, by, "engage_firm", firm=firm.code, from_on=from_on.isoformat())
    return contract


@transaction.atomic
def change_contract(
    contract: Contract,
    *,
    by: Actor,
    until_on: date | None,
    number: str = "",
    signed_on: date | None = None,
    grade: str = "",
    fee: Decimal | None = None,
    dismissal_days: int | None = None,
    renewal_days: int | None = None,
) -> Contract:
    """Other terms, or another day of ending; who serves whom since when does not change."""
    _check_may(by, contract.estate, contract.firm)
    contract = _taken(contract)
    contract.until_on, contract.signed_on = until_on, signed_on
    contract.number, contract.grade, contract.fee = number.strip(), grade.strip(), fee
    if dismissal_days is not None:
        contract.dismissal_days = dismissal_days
    if renewal_days is not None:
        contract.renewal_days = renewal_days
    _check(contract)
    contract.save()
    _record(contract, by, "change_contract", **_contract(contract))
    return contract


@transaction.atomic
def renew_contract(
    contract: Contract, *, by: Actor, until_on: date | None, **terms: Any
) -> Contract:
    """The same firm goes on where this contract ends: a contract of its own, with its own terms.

    Terms that are not named stay as they were. Raises WrongState for one without an end.
    """
    _check_may(by, contract.estate, contract.firm)
    contract = _taken(contract)
    if contract.until_on is None:
        raise WrongState(_("This contract has no end; there is nothing to renew."))
    same = {
        "grade": contract.grade,
        "fee": contract.fee,
        "dismissal_days": contract.dismissal_days,
        "renewal_days": contract.renewal_days,
    }
    renewed = engage_firm(
        contract.firm,
        estate=contract.estate,
        from_on=contract.until_on,
        until_on=until_on,
        by=by,
        **{**same, **terms},
    )
    contract.ending = Ending.RENEWED
    contract.save(update_fields=["ending"])
    return renewed


@transaction.atomic
def end_engagement(
    contract: Contract,
    *,
    by: Actor,
    on: date,
    ending: str = Ending.AGREED,
    notified_on: date | None = None,
    grounds: str = "",
) -> Contract:
    """Record how a contract ends: `on` is the first day without the firm. Nobody is expelled here.

    1. Dismissed by the owners (Civil Code 946): the grounds name their decision, and the firm had
       the days of notice the contract grants.
    2. Not renewed (948): it ends on the day it would have ended; late notice is recorded and shown.
    3. Agreed by both sides: any day before.
    """
    _check_may(by, contract.estate, contract.firm)
    contract = _taken(contract)
    refuse(_wrong_end(contract, on, ending, notified_on, grounds))
    contract.until_on, contract.ending = on, ending
    contract.notified_on, contract.ended_grounds = notified_on, grounds.strip()
    contract.save(update_fields=["until_on", "ending", "notified_on", "ended_grounds"])
    _record(contract, by, "end_engagement", **_contract(contract), ending=ending)
    return contract


def _wrong_end(
    contract: Contract, on: date, ending: str, notified_on: date | None, grounds: str
) -> "dict[str, StrOrPromise]":
    if on <= contract.from_on:
        return {"on": _("A contract cannot end before it begins.")}
    if contract.until_on is not None and on > contract.until_on:
        return {"on": _("It ends before that day; renew it or change its terms.")}
    return (
        {} if ending == Ending.AGREED else _wrong_notice(contract, on, ending, notified_on, grounds)
    )


def _wrong_notice(
    contract: Contract, on: date, ending: str, notified_on: date | None, grounds: str
) -> "dict[str, StrOrPromise]":
    if notified_on is None or notified_on > today():
        return {"notified_on": _("Say on which day notice was given.")}
    if ending == Ending.DISMISSED:
        if not grounds.strip():
            return {"grounds": _("Name the owners' decision.")}
        earliest = notified_on + timedelta(days=contract.dismissal_days)
        if on < earliest:
            said = {"days": contract.dismissal_days, "day": earliest.isoformat()}
            return {"on": _("With %(days)s days of notice it ends on %(day)s or later.") % said}
    if ending == Ending.NOT_RENEWED and on != contract.until_on:
        return {"on": _("A contract that is not renewed ends on the day it says.")}
    return {}


def tell_endings() -> int:
    """The sweep: contracts whose time for notice of not renewing begins are told of, once.

    The community's desk and the firm's managers hear. Another day of ending is told again; a
    contract that is renewed already, or of whose end notice was given, is not.
    """
    done = 0
    for pk in due_to_tell(today()).values_list("pk", flat=True)[:BATCH]:
        done += _tell(pk)
    return done


def due_to_tell(on: date) -> Any:
    """Contracts that end within their own days of notice and were not told of yet."""
    running = Contract.objects.filter(until_on__gt=on, ending="")
    untold = running.exclude(told_until_on=F("until_on")).order_by("until_on", "pk")
    within = Q(pk=0)
    for days in running.values_list("renewal_days", flat=True).distinct().order_by():
        within |= Q(renewal_days=days, until_on__lte=on + timedelta(days=days))
    return untold.filter(within)


@transaction.atomic
def _tell(pk: int) -> int:
    rows = Contract.objects.select_for_update(of=("self",), skip_locked=True)
    contract = rows.select_related("estate", "firm").filter(pk=pk).first()
    if contract is None or contract.until_on is None:
        return 0
    if contract.told_until_on == contract.until_on or contract.ending:
        return 0
    at = now()
    contract.told_until_on = contract.until_on
    contract.save(update_fields=["told_until_on"])
    notify(
        desk_of(contract.estate) | managers_of(contract.firm),
        kind="reminder_contract",
        facts={
            "firm": contract.firm.name,
            "estate": contract.estate.name,
            "last_day": (contract.until_on - timedelta(days=1)).isoformat(),
            "notice_by": notice_by(contract).isoformat(),
            "path": reverse("communities:place", args=[contract.estate.code]),
        },
        # By the moment, not the day of ending: one that comes back is told again.
        key=f"contract {contract.public_id} {at:%y%m%d%H%M%S}",
        at=at,
        duty=True,
    )
    return 1


def notice_by(contract: Contract) -> date:
    """The last day on which a side may say in time that it will not go on."""
    if contract.until_on is None:
        raise ValueError("a contract without an end is not renewed")
    return contract.until_on - timedelta(days=contract.renewal_days)


def _check_may(by: Actor, estate: Place, firm: Body) -> None:
    check_keeps_register(by, estate)
    if isinstance(by, User) and any(a.body_id == firm.pk for a in standing_of(by).appointments):
        raise NotAllowed(_("Whoever holds an office at a firm does not keep its contracts."))


def _check(contract: Contract) -> None:
    """Raises Invalid, by field. The estate is locked, so that two new ones see each other."""
    wrong: dict[str, StrOrPromise] = {}
    if contract.firm.kind != BodyKind.FIRM:
        wrong["firm"] = _("This is not a property firm.")
    if contract.estate.kind != PlaceKind.ESTATE:
        wrong["estate"] = _("Contracts are made for estates.")
    if contract.until_on is not None and contract.until_on <= contract.from_on:
        wrong["until_on"] = _("A contract cannot end before it begins.")
    elif _overlaps(contract):
        wrong["estate"] = _("Another firm serves this estate at that time.")
    if contract.fee is not None and contract.fee < 0:
        wrong["fee"] = _("A fee is not less than nothing.")
    if contract.signed_on is not None and contract.signed_on > today():
        wrong["signed_on"] = _("This day is still to come.")
    refuse(wrong)


def _overlaps(contract: Contract) -> bool:
    others = Contract.objects.filter(estate=contract.estate).exclude(pk=contract.pk or 0)
    if contract.until_on is not None:
        others = others.filter(from_on__lt=contract.until_on)
    return others.filter(Q(until_on__isnull=True) | Q(until_on__gt=contract.from_on)).exists()


def _taken(contract: Contract) -> Contract:
    """Locked with its estate and read again; what is over stays as it was."""
    Place.objects.select_for_update().get(pk=contract.estate_id)
    rows = Contract.objects.select_for_update(of=("self",)).select_related("firm__firm", "estate")
    found = rows.filter(pk=contract.pk).first()
    if found is None:
        raise Conflict
    if found.until_on is not None and found.until_on <= today():
        raise WrongState(_("This contract is over; it stays on record as it was."))
    if found.ending:
        raise WrongState(_("How this contract ends is on record already."))
    return found


def _contract(contract: Contract) -> dict[str, Any]:
    until_on = contract.until_on.isoformat() if contract.until_on else None
    return {"contract": str(contract.public_id), "until_on": until_on}


def _record(contract: Contract, by: Actor, verb: str, /, **facts: Any) -> None:
    audit.record(
        by=by,
        verb=verb,
        target_kind="estate",
        target=contract.estate.code,
        **facts,
    )
