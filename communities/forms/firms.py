"""What is asked about firms, contracts, offers, needs, the preferred pool and honours."""

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.now import today
from communities.forms._deeds import DeedForm, choice, day, line, words
from communities.forms._deeds import number as count
from communities.models import (
    Body,
    BodyKind,
    Contract,
    Ending,
    HonourList,
    Need,
    Offer,
    Place,
    PlaceKind,
    ServiceKind,
    in_force,
)
from communities.permissions import keeps_register, speaks_for
from communities.rules import rule


class FirmForm(DeedForm):
    name = line(_("Name of the firm"), 120)
    credit_code = line(
        _("Unified social credit code"), 40, help_text=_("18 characters, as on the licence.")
    )
    community_led = forms.BooleanField(
        label=_("Led by a community's party organisation"), required=False
    )
    registered_on = day(_("Registered on"), required=False)
    licence_until = day(
        _("Licence valid until"), required=False, help_text=_("Empty for one without end.")
    )
    capital = forms.DecimalField(
        label=_("Registered capital, 10,000 yuan"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
    )
    representative = line(_("Legal representative"), 60, required=False)
    address = line(_("Address"), 200, required=False)
    phone = line(_("Service line"), 32, required=False, help_text=_("The firm's, nobody's own."))
    staff = count(_("Staff"), required=False)

    def known(self, target: Any) -> dict[str, Any]:
        firm = getattr(target, "firm", None) if isinstance(target, Body) else None
        if firm is None:
            return {}
        own = {"name": target.name, "phone": target.phone}
        return {name: getattr(firm, name, None) for name in self.base_fields} | own


class TermsForm(DeedForm):
    """The terms of a contract; who serves whom since when is said elsewhere."""

    number = line(_("Contract number"), 60, required=False)
    signed_on = day(_("Signed on"), required=False)
    until_on = day(
        _("First day without the contract"),
        required=False,
        help_text=_("The day after its last; empty for one without end."),
    )
    grade = line(_("Grade of service"), 40, required=False)
    fee = forms.DecimalField(
        label=_("Fee, yuan for each m² and month"),
        max_digits=7,
        decimal_places=3,
        min_value=0,
        required=False,
    )
    dismissal_days = count(
        _("Days of notice before dismissal"), 366, initial=partial(rule, "dismissal_days")
    )
    renewal_days = count(
        _("Days of notice before not renewing"), 366, initial=partial(rule, "renewal_days")
    )

    def known(self, target: Any) -> dict[str, Any]:
        if not isinstance(target, Contract):
            return {}
        return {name: getattr(target, name) for name in self.base_fields}


class RenewalForm(TermsForm):
    def known(self, target: Any) -> dict[str, Any]:
        kept = super().known(target)
        return {**kept, "number": "", "signed_on": None, "until_on": None}


class ContractForm(TermsForm):
    firm = forms.ModelChoiceField(
        label=_("Firm"), queryset=Body.objects.none(), to_field_name="code", empty_label="—"
    )
    from_on = day(_("From this day on"))
    field_order = ("firm", "from_on", "until_on", "number", "signed_on", "grade", "fee")

    def prepare(self) -> None:
        self.among("firm", firms_of(self.target))


def firms_of(place: Place) -> Any:
    """The firms of a place's prefecture that there still are, by name."""
    firms = Body.objects.filter(kind=BodyKind.FIRM, place__code__startswith=place.prefecture)
    return firms.exclude(dissolved_on__lte=today()).order_by("name", "code")


class EndingForm(DeedForm):
    ending = forms.ChoiceField(
        label=_("How it ends"),
        choices=[(e.value, e.label) for e in Ending if e != Ending.RENEWED],
        widget=forms.RadioSelect,
    )
    notified_on = day(
        _("Notice given on"),
        required=False,
        help_text=_("By the owners to the firm or by the firm to the owners."),
    )
    on = day(_("First day without the firm"))
    grounds = line(
        _("Grounds"), 200, required=False, help_text=_("The owners' decision and its number.")
    )

    def known(self, target: Contract) -> dict[str, Any]:
        return {"on": target.until_on}


class OfferForm(DeedForm):
    kind = choice(_("Kind of service"), ServiceKind.choices)
    name = line(_("Name"), 120)
    standard = words(
        _("Written standard"), 5000, 5, help_text=_("What is done, how often and how well.")
    )
    price = line(_("Price"), 120, required=False)
    from_on = day(_("From this day on"), required=False)


class EndForm(DeedForm):
    on = day(_("First day without it"))

    def known(self, target: Any) -> dict[str, Any]:
        return {"on": today()}


class NeedForm(DeedForm):
    kind = choice(_("Kind of service"), ServiceKind.choices)
    text = words(_("What is needed"), 500, 3)


class MeetForm(DeedForm):
    firm = forms.ModelChoiceField(
        label=_("Firm"),
        queryset=Body.objects.none(),
        to_field_name="code",
        empty_label=_("Please choose"),
        help_text=_("Firms that offer such a service."),
    )
    on = day(_("Taken on on"))

    def known(self, target: Any) -> dict[str, Any]:
        return {"on": today()}

    def prepare(self) -> None:
        """The desk chooses among those that offer it; a firm answers for itself."""
        need: Need = self.target
        offers = Offer.objects.filter(in_force(today()), kind=need.kind)
        offering = firms_of(need.estate).filter(pk__in=offers.values("firm"))
        if not keeps_register(self.by, need.estate):
            own = [firm.pk for firm in offering if speaks_for(self.by, firm)]
            offering = offering.filter(pk__in=own)
        self.among("firm", offering)


class NothingForm(DeedForm):
    """A verb that asks nothing more."""


class PoolForm(DeedForm):
    from_on = day(_("From this day on"))
    grounds = words(_("Grounds"), 2000, help_text=_("Social duty counts: say what it did."))

    def known(self, target: Any) -> dict[str, Any]:
        return {"from_on": today()}


class LeaveForm(DeedForm):
    on = day(_("First day outside the pool"))
    grounds = words(_("Grounds"), 2000)

    def known(self, target: Any) -> dict[str, Any]:
        return {"on": today()}


class HonoursForm(DeedForm):
    name = line(_("Name of the honour"), 120)
    year = count(_("Year"), 2100, min_value=1990)
    granted_by = line(_("Granted by"), 120)
    document = line(_("Document number"), 60, required=False)
    granted_on = day(_("Granted on"))

    def known(self, target: Any) -> dict[str, Any]:
        return {"year": today().year, "granted_on": today()}


class TakeBackForm(DeedForm):
    """One that stands on the list, from when on it does not, and why."""

    to = choice(_("What is taken back?"), [])
    on = day(_("First day without the honour"))
    because = line(_("Reason"), 200, help_text=_("It is shown on the list."))

    def known(self, target: HonourList) -> dict[str, Any]:
        return {"on": today()}

    def prepare(self) -> None:
        rows = self.target.honours.filter(taken_back_on=None).select_related("place", "body")
        self.standing = {str(h): h.place or h.body for h in rows.order_by("pk")}
        self.choose("to", [("", "—"), *((to.code, name) for name, to in self.standing.items())])

    def clean_to(self) -> Place | Body:
        code = self.cleaned_data["to"]
        found: Place | Body = next(to for to in self.standing.values() if to.code == code)
        return found


class HonourForm(DeedForm):
    to = line(_("Code of the estate or body"), 32, help_text=_("The estate's page shows its code."))
    grounds = line(_("Grounds"), 200, required=False)

    def clean_to(self) -> Place | Body:
        code = str(self.cleaned_data["to"]).strip()
        estate = Place.objects.filter(code=code, kind=PlaceKind.ESTATE).first()
        found = estate or Body.objects.filter(code=code).select_related("place").first()
        if found is None:
            raise forms.ValidationError(_("There is no estate or body of this code."))
        return found
