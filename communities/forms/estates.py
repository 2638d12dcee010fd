"""What is asked about estates, their buildings, facilities, plans and visits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.now import today
from communities.forms._deeds import DeedForm, choice, day, line, words
from communities.forms._deeds import number as count
from communities.models import (
    Appointment,
    Condition,
    Delivery,
    DwellingUse,
    EstateKind,
    FacilityKind,
    ObservationKind,
    Office,
    Place,
    PlaceKind,
    ServiceMode,
)
from communities.permissions import keeps_register


def area(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=12, decimal_places=2, required=False)


def degrees(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=9, decimal_places=6, required=False)


def _facts(of: Any, *names: str) -> dict[str, Any]:
    """What is known already, by field."""
    return {name: getattr(of, name) for name in names} if of is not None else {}


class LedgerForm(DeedForm):
    kind = choice(_("Kind"), EstateKind.choices)
    delivery = choice(_("Delivery"), Delivery.choices)
    delivered_on = day(_("Delivered on"), required=False)
    households = count(_("Households"))
    floor_area = area(_("Floor area, m²"))
    address = line(_("Address"), 200, required=False)
    latitude = degrees(_("Latitude"))
    longitude = degrees(_("Longitude"))
    service_mode = choice(_("How it is served"), ServiceMode.choices, required=False)

    def known(self, target: Place) -> dict[str, Any]:
        names = [name for name in self.base_fields if name != "service_mode"]
        return _facts(getattr(target, "estate", None), *names)

    def prepare(self) -> None:
        # Later it changes from a day on, with its grounds, and what it was stays on record.
        known = getattr(self.target, "estate", None)
        if known is not None and known.mode_entered:
            del self.fields["service_mode"]


class ModeForm(DeedForm):
    mode = choice(_("How it is served"), ServiceMode.choices)
    from_on = day(_("From this day on"))
    grounds = line(
        _("Grounds"), 200, help_text=_("The owners' decision, the takeover, the contract.")
    )


class BuildingForm(DeedForm):
    floors = count(_("Floors"), 200, required=False, min_value=1)
    lifts = count(_("Lifts"), 100)
    households = count(_("Households"))
    floor_area = area(_("Floor area, m²"))

    def known(self, target: Place) -> dict[str, Any]:
        return _facts(getattr(target, "building", None), *self.base_fields)


class DwellingForm(DeedForm):
    use = choice(_("Use"), DwellingUse.choices)
    floor = forms.IntegerField(label=_("Floor"), min_value=-9, max_value=200, required=False)
    floor_area = forms.DecimalField(
        label=_("Floor area, m²"), max_digits=10, decimal_places=2, required=False
    )

    def known(self, target: Place) -> dict[str, Any]:
        return _facts(getattr(target, "dwelling", None), *self.base_fields)


class FacilityForm(DeedForm):
    kind = choice(_("Kind"), FacilityKind.choices)
    name = line(_("Name"), 120, help_text=_("As people find it: lift 2 of building 3."))
    place = forms.ChoiceField(label=_("Where"), required=False)
    installed_on = day(_("Installed on"), required=False)

    def prepare(self) -> None:
        whole = self.target
        listed = [(whole.code, whole.name)]
        if whole.kind == PlaceKind.ESTATE:
            inside = whole.children.filter(kind=PlaceKind.BUILDING).order_by("code")
            listed += inside.values_list("code", "name")
        self.choose("place", listed)

    @property
    def given(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        code = found.pop("place") or self.target.code
        inside = self.target.children.filter(code=code).first()
        return {**found, "place": inside or self.target}


class InspectionForm(DeedForm):
    condition = forms.ChoiceField(
        label=_("Condition"), choices=Condition.choices, widget=forms.RadioSelect
    )
    on = day(_("Looked at on"))
    note = words(_("What was found"), 2000, 3, required=False)

    def known(self, target: Any) -> dict[str, Any]:
        return {"on": today()}


class RemovalForm(DeedForm):
    on = day(_("First day without it"))

    def known(self, target: Any) -> dict[str, Any]:
        return {"on": today()}


class PlanForm(DeedForm):
    problems = words(_("Problems"))
    measures = words(_("Measures"))
    goals = words(_("Goals"), rows=3, required=False)
    lead = line(_("Who leads"), 120, required=False)
    from_on = day(_("In force from"), required=False)

    def known(self, target: Place) -> dict[str, Any]:
        last = target.estate_plans.order_by("-version").first()
        return {**_facts(last, "problems", "measures", "goals", "lead"), "from_on": today()}


class VisitForm(DeedForm):
    warden = forms.ChoiceField(label=_("Warden"))
    on = day(_("Day of the visit"))
    note = words(_("What was seen and done"), 2000)

    def known(self, target: Any) -> dict[str, Any]:
        return {"on": today(), "warden": str(self.by.public_id)}

    def prepare(self) -> None:
        """Whoever keeps the register chooses; a warden speaks for themself."""
        held = Appointment.objects.filter(office=Office.WARDEN, place=self.target)
        held = held.select_related("user").order_by("-from_on", "pk")
        if not keeps_register(self.by, self.target):
            held = held.filter(user=self.by)
        self._wardens = {str(a.user.public_id): a.user for a in held}
        self.choose("warden", [(key, user.name) for key, user in self._wardens.items()])

    @property
    def given(self) -> dict[str, Any]:
        warden = self._wardens[self.cleaned_data["warden"]]
        return {**self.cleaned_data, "warden": warden}


class ObservationForm(DeedForm):
    kind = choice(_("What it is about"), ObservationKind.choices)
    text = words(
        _("What you observed"),
        help_text=_("Where, when, what. Name nobody who need not be named."),
    )


class AnswerForm(DeedForm):
    answer = words(_("Answer"))


class ReplyForm(DeedForm):
    text = words(_("Your answer"), 500)


class MessageForm(DeedForm):
    text = words(
        _("Your message"),
        500,
        help_text=_(
            "Your name goes with it, your number does not. Write down how you can be reached if "
            "you wish to be called."
        ),
    )
