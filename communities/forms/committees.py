"""What is asked about committees, and their verbs as the doors know them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from common.now import today
from communities.actions import committee_seats as seats
from communities.actions import committees as verbs
from communities.forms._deeds import Deed, DeedForm, choice, day, line, number, words
from communities.models import (
    COMMITTEE_BODIES,
    Committee,
    CommitteeMember,
    MemberRole,
    Place,
    PlaceKind,
)
from communities.permissions import check_keeps_register
from communities.permissions.committees import check_records
from communities.workflow import MANAGEMENT, OWNERS, Hand, Law, Step

KEPT = _("The register is kept.")
LAWS: dict[Step, Law] = {**OWNERS, **MANAGEMENT}


class StepForm(DeedForm):
    """The day of a step, what it is recorded with, and a note for the file."""

    on = day(_("On"))
    note = words(_("Note for the file"), 2000, 2, required=False)
    field_order = ("on", "people", "seats", "elected_on", "number", "term_from_on", "term_until_on")

    def known(self, target: Committee) -> dict[str, Any]:
        return {"on": today()}


def _asked() -> dict[str, forms.Field]:
    term = _("The day after its last: a term from 1 May to 1 May is whole years.")
    return {
        "people": number(_("How many belong to the group"), 99, min_value=1),
        "seats": number(_("How many seats"), 99, min_value=1),
        "elected_on": day(_("Elected on")),
        "number": line(_("Number of the filing"), 60),
        "term_from_on": day(_("Term begins on")),
        "term_until_on": day(_("Term ends before"), help_text=term),
    }


def _form_of(step: Step, row: Law) -> type[DeedForm]:
    fields = {name: field for name, field in _asked().items() if name in row.asks}
    if "note" in row.asks:
        # Of both kinds "conditions met" is one form; the verb knows which kind gives its grounds.
        fields["note"] = words(_("Grounds"), 2000, 3, required=step == Step.DISSOLVED)
    form: type[DeedForm] = type(f"{step.name.title()}Form", (StepForm,), fields)
    return form


def _deed_of(step: Step, row: Law) -> Deed:
    def do(committee: Committee, *, by: User, **given: Any) -> object:
        return verbs.record_step(committee, by=by, step=step, **given)

    def fits(committee: Committee) -> bool:
        return step in verbs.law_of(committee)

    def ready(committee: Committee) -> None:
        verbs.check_state(committee, step)

    def check(by: User, committee: Committee) -> None:
        check_records(by, committee.body.place, row.hand)

    grave = step == Step.DISSOLVED
    return Deed(
        step.label, _("Record it"), KEPT, _form_of(step, row), do, check, fits, grave, ready
    )


class FoundingForm(DeedForm):
    kind = choice(
        _("Kind"),
        [(kind.value, kind.label) for kind in COMMITTEE_BODIES],
    )
    name = line(
        pgettext_lazy("of a place or body", "Name"),
        120,
        required=False,
        help_text=_("Empty: the estate's name and the kind."),
    )


class SeatForm(DeedForm):
    name = line(_("Name"), 60, help_text=_("As it is published."))
    role = choice(_("Role"), MemberRole.choices)
    account = line(
        _("Account"),
        60,
        required=False,
        help_text=_(
            "Sign-in name or phone number of the account, so that the office goes with it."
        ),
    )
    from_on = day(_("From this day on"))
    until_on = day(_("First day without the seat"), required=False)
    floor_area = forms.DecimalField(
        label=_("Floor area behind the seat, m²"),
        max_digits=10,
        decimal_places=2,
        min_value=0,
        required=False,
    )
    party_member = forms.BooleanField(
        label=_("Party member (counted only; shown with the name to nobody else)"), required=False
    )
    confirmed = forms.BooleanField(
        label=_("The interests that were found are known"), required=False
    )

    def known(self, target: Committee) -> dict[str, Any]:
        return {"role": MemberRole.MEMBER, "from_on": target.elected_on or today()}

    def clean_account(self) -> User | None:
        typed = str(self.cleaned_data["account"]).strip()
        if not typed:
            return None
        found = (
            User.objects.filter(username=typed).first()
            or User.objects.filter(phone=typed, phone_confirmed_at__isnull=False).first()
        )
        if found is None:
            raise forms.ValidationError(_("There is no such account."))
        return found

    @property
    def given(self) -> dict[str, Any]:
        told = super().given
        told["user"] = told.pop("account")
        return told


class AmendForm(DeedForm):
    floor_area = forms.DecimalField(
        label=_("Floor area behind the seat, m²"),
        max_digits=10,
        decimal_places=2,
        min_value=0,
        required=False,
    )
    party_member = forms.BooleanField(
        label=_("Party member (counted only; shown with the name to nobody else)"), required=False
    )

    def known(self, target: CommitteeMember) -> dict[str, Any]:
        return {"floor_area": target.floor_area, "party_member": target.party_member}


class UnseatForm(DeedForm):
    on = day(_("First day without the seat"))
    grounds = line(_("Grounds"), 200)

    def known(self, target: CommitteeMember) -> dict[str, Any]:
        return {"on": today()}


class StrikeForm(DeedForm):
    note = words(_("Why it is struck out"), 2000, 2)


class TrainingForm(DeedForm):
    topic = line(_("Topic"), 200)
    on = day(_("Held on"))
    hours = forms.DecimalField(
        label=pgettext_lazy("of a training", "Hours"),
        max_digits=4,
        decimal_places=1,
        min_value=0,
        required=False,
    )
    people = number(_("How many of the committee took part"), 99, min_value=1)

    def known(self, target: Committee) -> dict[str, Any]:
        return {"on": today()}


class ReviewForm(DeedForm):
    year = number(_("Year"), 2100, min_value=2000)
    verdict = line(_("Result"), 40, help_text=_("For example: excellent, good, to be improved."))
    points = forms.DecimalField(
        label=_("Points"),
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        required=False,
    )
    note = words(_("Reasons"), 2000, 3, required=False)

    def known(self, target: Committee) -> dict[str, Any]:
        return {"year": today().year - 1}


def _found(estate: Place, *, by: User, **given: Any) -> object:
    return verbs.found_committee(by=by, estate=estate, **given)


def _train(committee: Committee, *, by: User, people: int, **given: Any) -> object:
    place = committee.body.place.parent or committee.body.place
    return seats.record_training(by=by, place=place, present={committee: people}, **given)


def _of_committee(by: User, committee: Committee) -> None:
    check_keeps_register(by, committee.body.place)


def _of_member(by: User, member: CommitteeMember) -> None:
    check_keeps_register(by, member.committee.body.place)


def _estate(place: Place) -> bool:
    return place.kind == PlaceKind.ESTATE


def _sits(member: CommitteeMember) -> bool:
    return member.until_on is None or member.until_on > today()


def _kept(
    title: Any, button: Any, form: type[DeedForm], do: Callable[..., Any], **how: Any
) -> Deed:
    return Deed(title, button, KEPT, form, do, _of_committee, **how)


# On the page of an estate.
FOUNDING = {
    "committee": Deed(
        _("Open the file of a committee"),
        _("Open the file"),
        KEPT,
        FoundingForm,
        _found,
        check_keeps_register,
        _estate,
    )
}
COMMITTEE_DEEDS: dict[str, Deed] = {
    **{step.value: _deed_of(step, row) for step, row in LAWS.items() if row.hand != Hand.CLOCK},
    "seat": _kept(
        _("A member of the committee"), _("Enter the member"), SeatForm, seats.seat_member
    ),
    "train": _kept(_("A training"), _("Record the training"), TrainingForm, _train),
    "review": _kept(_("Yearly review"), _("Record the review"), ReviewForm, seats.review_committee),
    "strike": _kept(
        _("Strike out the last entry"),
        _("Strike it out"),
        StrikeForm,
        verbs.strike_step,
        grave=True,
    ),
}
MEMBER_DEEDS = {
    "amend": Deed(
        _("Put right what is known of a member"),
        _("Keep the change"),
        KEPT,
        AmendForm,
        seats.amend_member,
        _of_member,
    ),
    "unseat": Deed(
        _("A seat ends"),
        _("End the seat"),
        KEPT,
        UnseatForm,
        seats.unseat_member,
        _of_member,
        _sits,
        grave=True,
    ),
}
