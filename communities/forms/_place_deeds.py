"""The verbs of places, firms and contracts as their doors know them."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities import actions
from communities.forms import estates as asked
from communities.forms import firms as business
from communities.forms._deeds import Deed
from communities.models import DIVISIONS, Place, PlaceKind
from communities.permissions import (
    check_decides_pool,
    check_keeps_firm,
    check_keeps_register,
    check_observes,
    check_speaks_for,
    check_visits,
)

KEPT = _("The register is kept.")
ESTATE, BUILDING, DWELLING = PlaceKind.ESTATE, PlaceKind.BUILDING, PlaceKind.DWELLING
COMMUNITY = PlaceKind.COMMUNITY


def of(*kinds: PlaceKind) -> Callable[[Any], bool]:
    return lambda place: place.kind in kinds


def at(attribute: str, check: Callable[[User, Any], object]) -> Callable[[User, Any], object]:
    """The check of what the target belongs to."""
    return lambda by, target: check(by, getattr(target, attribute))


def _keep(place: Place, /, *, by: User, **given: Any) -> Any:
    return actions.engage_firm(given.pop("firm"), estate=place, by=by, **given)


def _may_visit(by: User, estate: Place) -> None:
    check_visits(by, estate, by)


def _enter_facility(_at: Place, /, *, by: User, place: Place, **given: Any) -> Any:
    """At the estate or at one of its buildings, as the form says."""
    return actions.enter_facility(place, by=by, **given)


PLACE_DEEDS = {
    "ledger": Deed(
        _("The estate's ledger"),
        _("Keep the ledger"),
        KEPT,
        asked.LedgerForm,
        actions.keep_ledger,
        check_keeps_register,
        of(ESTATE),
    ),
    "mode": Deed(
        _("Served otherwise from a day on"),
        _("Enter the change"),
        KEPT,
        asked.ModeForm,
        actions.change_mode,
        check_keeps_register,
        of(ESTATE),
    ),
    "building": Deed(
        _("What is known of the building"),
        _("Keep the building"),
        KEPT,
        asked.BuildingForm,
        actions.keep_building,
        check_keeps_register,
        of(BUILDING),
    ),
    "dwelling": Deed(
        _("What is known of the dwelling"),
        _("Keep the dwelling"),
        KEPT,
        asked.DwellingForm,
        actions.keep_dwelling,
        check_keeps_register,
        of(DWELLING),
        help=_("Never who lives there."),
    ),
    "facility": Deed(
        _("Enter a facility"),
        _("Enter the facility"),
        KEPT,
        asked.FacilityForm,
        _enter_facility,
        check_keeps_register,
        of(ESTATE, BUILDING),
        help=_("It counts as intact once somebody has looked at it and found it so."),
    ),
    "plan": Deed(
        _("A new version of the plan"),
        _("Keep this version"),
        KEPT,
        asked.PlanForm,
        actions.write_plan,
        check_keeps_register,
        of(COMMUNITY, ESTATE),
        help=_("Earlier versions stay readable."),
    ),
    "visit": Deed(
        _("Record a warden's visit"),
        _("Record the visit"),
        _("The visit is on record."),
        asked.VisitForm,
        actions.record_visit,
        _may_visit,
        of(ESTATE),
    ),
    "observation": Deed(
        _("Note an observation"),
        _("Send it to the community"),
        _("The community's desk has been told. You will hear when it answers."),
        asked.ObservationForm,
        actions.file_observation,
        check_observes,
        of(COMMUNITY, ESTATE),
    ),
    "need": Deed(
        _("What the estate needs"),
        _("Enter the need"),
        KEPT,
        business.NeedForm,
        actions.raise_need,
        check_keeps_register,
        of(ESTATE),
    ),
    "contract": Deed(
        _("A contract with a firm"),
        _("Enter the contract"),
        KEPT,
        business.ContractForm,
        _keep,
        check_keeps_register,
        of(ESTATE),
    ),
    "firm": Deed(
        _("Take a firm into the register"),
        _("Register the firm"),
        KEPT,
        business.FirmForm,
        actions.register_firm,
        check_keeps_register,
        of(*DIVISIONS),
    ),
    "honours": Deed(
        _("A list of honours"),
        _("Enter the list"),
        KEPT,
        business.HonoursForm,
        actions.enter_honours,
        check_keeps_register,
        of(*DIVISIONS),
    ),
}

FIRM_DEEDS = {
    "change": Deed(
        _("What is registered of the firm"),
        _("Keep the change"),
        KEPT,
        business.FirmForm,
        actions.change_firm,
        check_keeps_firm,
    ),
    "offer": Deed(
        _("Offer a service"),
        _("Offer the service"),
        KEPT,
        business.OfferForm,
        actions.offer_service,
        check_speaks_for,
    ),
    "pool": Deed(
        _("Into the preferred pool"),
        _("Take it into the pool"),
        KEPT,
        business.PoolForm,
        actions.enter_pool,
        check_decides_pool,
    ),
}

CONTRACT_DEEDS = {
    "change": Deed(
        _("Terms of the contract"),
        _("Keep the terms"),
        KEPT,
        business.TermsForm,
        actions.change_contract,
        at("estate", check_keeps_register),
    ),
    "renew": Deed(
        _("Renew the contract"),
        _("Enter the new contract"),
        KEPT,
        business.RenewalForm,
        actions.renew_contract,
        at("estate", check_keeps_register),
        help=_("It begins where this one ends and stands beside it as a contract of its own."),
    ),
    "end": Deed(
        _("How the contract ends"),
        _("Record the end"),
        KEPT,
        business.EndingForm,
        actions.end_engagement,
        at("estate", check_keeps_register),
        grave=True,
        help=_(
            "What the owners or both sides decided is recorded here; the portal dismisses nobody."
        ),
    ),
}
