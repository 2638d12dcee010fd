"""What is asked about party organisations, and their verbs as the doors know them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from common.now import today
from communities.actions import party, party_posts
from communities.forms._deeds import Deed, DeedForm, choice, day, line, number, words
from communities.models import (
    Body,
    BodyKind,
    Contract,
    Grid,
    Instructor,
    PartyForm,
    PartyLevel,
    PartyOrganisation,
    Place,
    PlaceKind,
    Post,
    PostKind,
    in_force,
)
from communities.permissions import check_keeps_register

KEPT = _("The register is kept.")


Near = dict[str, PartyOrganisation]


def organisations_near(place: Place, *, but: PartyOrganisation | None = None) -> Near:
    """Those at a place and above it, by code: what an organisation there may stand beneath."""
    codes = [above.code for above in place.chain()]
    rows = PartyOrganisation.objects.filter(
        body__place__code__in=codes, body__dissolved_on__isnull=True
    ).select_related("body")
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return {row.body.code: row for row in rows.order_by("body__code")}


def _named(near: Near) -> list[tuple[str, str]]:
    return [(code, row.body.name) for code, row in near.items()]


class OrganisationForm(DeedForm):
    name = line(pgettext_lazy("of a place or body", "Name"), 120)
    level = choice(_("Level"), PartyLevel.choices)
    form = choice(_("Form"), PartyForm.choices)
    parent = choice(_("Stands beneath"), (), required=False)
    full_members = number(
        _("Full members"), 100_000, help_text=_("How many; nobody is named here.")
    )
    probationary_members = number(_("Probationary members"), 100_000)
    estates = forms.ModelMultipleChoiceField(
        label=_("Works in these estates"),
        queryset=Place.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    grids = forms.ModelMultipleChoiceField(
        label=_("Works in these grids"),
        queryset=Grid.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def at(self) -> Place:
        place: Place = self.target if isinstance(self.target, Place) else self.target.body.place
        return place

    def known(self, target: Any) -> dict[str, Any]:
        if isinstance(target, Place):
            return {"form": PartyForm.STANDING, "full_members": 0, "probationary_members": 0}
        names = ("level", "form", "full_members", "probationary_members")
        return {
            **{name: getattr(target, name) for name in names},
            "name": target.body.name,
            "parent": target.parent.body.code if target.parent is not None else "",
            "estates": [place.code for place in target.estates.all()],
            "grids": [grid.code for grid in target.grids.all()],
        }

    def prepare(self) -> None:
        own = None if isinstance(self.target, Place) else self.target
        near = organisations_near(self.at, but=own)
        if own is not None and own.parent is not None:
            near[own.parent.body.code] = own.parent
        self.near = near
        self.choose("parent", [("", "—"), *_named(near)])
        community = self.at.above(PlaceKind.COMMUNITY)
        if community is None:
            del self.fields["estates"], self.fields["grids"]
            return
        estates = Place.objects.estates().filter(code__startswith=community.code)
        self.among("estates", estates.filter(closed_on__isnull=True))
        self.among("grids", Grid.objects.filter(community=community, closed_on__isnull=True))

    def clean_parent(self) -> PartyOrganisation | None:
        return self.near.get(str(self.cleaned_data["parent"]))


class FoundingForm(OrganisationForm):
    firm = forms.ModelChoiceField(
        label=_("The firm whose organisation it is"),
        queryset=Body.objects.none(),
        to_field_name="code",
        required=False,
        empty_label="—",
        help_text=_("Only for organisations of firms that serve here."),
    )

    def prepare(self) -> None:
        super().prepare()
        serving = Contract.objects.filter(in_force(today()), estate__code__startswith=self.at.code)
        firms = Body.objects.filter(kind=BodyKind.FIRM, pk__in=serving.values("firm"))
        self.among("firm", firms.order_by("name"))


class EndForm(DeedForm):
    on = day(_("First day without it"))

    def known(self, target: Any) -> dict[str, Any]:
        return {"on": today()}


class UnderForm(DeedForm):
    under = line(_("Code of the organisation it also works under"), 32)
    from_on = day(_("From this day on"))

    def known(self, target: Any) -> dict[str, Any]:
        return {"from_on": today()}

    def clean_under(self) -> PartyOrganisation:
        rows = PartyOrganisation.objects.select_related("body")
        found = rows.filter(body__code=str(self.cleaned_data["under"]).strip()).first()
        if found is None:
            raise forms.ValidationError(_("There is no party organisation of this code."))
        return found


class EndUnderForm(DeedForm):
    under = choice(_("It no longer works under"), ())
    on = day(_("First day without it"))

    def known(self, target: Any) -> dict[str, Any]:
        return {"on": today()}

    def prepare(self) -> None:
        links = self.target.works_under.filter(until_on__isnull=True)
        rows = PartyOrganisation.objects.filter(pk__in=links.values("under"))
        self.near = {row.body.code: row for row in rows.select_related("body")}
        self.choose("under", [("", "—"), *_named(self.near)])

    def clean_under(self) -> PartyOrganisation:
        return self.near[str(self.cleaned_data["under"])]


class StarsForm(DeedForm):
    year = number(_("Year"), 2100, min_value=2000)
    stars = number(_("Stars"), 99)
    grounds = words(_("Grounds"), 2000, 3, required=False)

    def known(self, target: Any) -> dict[str, Any]:
        return {"year": today().year - 1}


class CultivationForm(DeedForm):
    year = number(_("Year"), 2100, min_value=2000)
    staff_to_members = number(_("Staff developed as party members"), 100_000)
    members_to_backbone = number(_("Party members developed as backbone"), 100_000)

    def known(self, target: Any) -> dict[str, Any]:
        return {"year": today().year}


def _by_code(code: Any, *kinds: str) -> Place | Body:
    """A place or body of these kinds by its code."""
    wanted = str(code).strip()
    found = Place.objects.filter(code=wanted, kind__in=kinds).first()
    found_body = Body.objects.filter(code=wanted, kind__in=kinds).first()
    if found is None and found_body is None:
        raise forms.ValidationError(_("Nothing of this code can be chosen here."))
    return found or found_body  # type: ignore[return-value]


class PostForm(DeedForm):
    kind = choice(_("Kind"), PostKind.choices)
    title = line(_("Title"), 120)
    place = line(_("Code of the estate or building"), 24)
    holder = line(_("Holder"), 60, required=False)
    displayed = forms.BooleanField(
        label=_("The holder displays it: the public reads the name"), required=False
    )
    from_on = day(_("From this day on"))

    def known(self, target: PartyOrganisation) -> dict[str, Any]:
        at = target.body.place
        return {"from_on": today(), "place": at.code if at.kind == PlaceKind.ESTATE else ""}

    def clean_place(self) -> Place | Body:
        return _by_code(self.cleaned_data["place"], PlaceKind.ESTATE, PlaceKind.BUILDING)


class DisplayForm(DeedForm):
    displayed = forms.BooleanField(
        label=_("The holder displays it: the public reads the name"), required=False
    )

    def known(self, target: Post) -> dict[str, Any]:
        return {"displayed": target.displayed}


class InstructorForm(DeedForm):
    to = line(_("Code of the firm or estate"), 32)
    name = line(_("Name"), 60)
    from_on = day(_("From this day on"))

    def known(self, target: Any) -> dict[str, Any]:
        return {"from_on": today()}

    def clean_to(self) -> Place | Body:
        return _by_code(self.cleaned_data["to"], PlaceKind.ESTATE, BodyKind.FIRM)


# --- The tables --------------------------------------------------------------------------


def _at_body(by: User, target: PartyOrganisation) -> None:
    check_keeps_register(by, target.body.place)


def _at_organisation(by: User, post: Post) -> None:
    check_keeps_register(by, post.organisation.body.place)


def _at_sender(by: User, sent: Instructor) -> None:
    check_keeps_register(by, sent.sent_by.body.place)


def _found_party(place: Place, *, by: User, **given: Any) -> object:
    return party.found_organisation(by=by, place=place, **given)


def upper(place: Place) -> bool:
    return place.kind in {
        PlaceKind.DISTRICT,
        PlaceKind.SUBDISTRICT,
        PlaceKind.COMMUNITY,
        PlaceKind.ESTATE,
    }


def running(row: Any) -> bool:
    return row.until_on is None


def lasts(row: Any) -> bool:
    return row.body.dissolved_on is None


def _of_body(title: Any, button: Any, form: type[DeedForm], do: Callable[..., Any]) -> Deed:
    return Deed(title, button, KEPT, form, do, _at_body, lasts)


# On the page of a place.
AT_PLACE = {
    "party": Deed(
        _("Enter a party organisation"),
        _("Enter it"),
        KEPT,
        FoundingForm,
        _found_party,
        check_keeps_register,
        upper,
    ),
}
PARTY_DEEDS = {
    "change": _of_body(
        _("Keep the record"), _("Keep the record"), OrganisationForm, party.change_organisation
    ),
    "under": _of_body(
        _("It also works under another"), _("Enter the link"), UnderForm, party.work_under
    ),
    "not_under": _of_body(_("A link ends"), _("End the link"), EndUnderForm, party.end_work_under),
    "stars": _of_body(_("Stars of a year"), _("Keep the stars"), StarsForm, party.rate_stars),
    "cultivation": _of_body(
        _("Two-way cultivation"), _("Keep the counts"), CultivationForm, party.count_cultivation
    ),
    "post": _of_body(
        _("A party member's post"), _("Enter the post"), PostForm, party_posts.found_post
    ),
    "instructor": _of_body(
        _("Send an instructor"), _("Enter it"), InstructorForm, party_posts.send_instructor
    ),
    "dissolve": Deed(
        _("Dissolve the organisation"),
        _("Dissolve it"),
        KEPT,
        EndForm,
        party.dissolve_organisation,
        _at_body,
        lasts,
        grave=True,
    ),
}
POST_DEEDS = {
    "display": Deed(
        _("Displayed or not"),
        _("Keep the change"),
        KEPT,
        DisplayForm,
        party_posts.display_post,
        _at_organisation,
        running,
    ),
    "end": Deed(
        _("The post ends"),
        _("End the post"),
        KEPT,
        EndForm,
        party_posts.end_post,
        _at_organisation,
        running,
        grave=True,
    ),
}
INSTRUCTOR_DEEDS = {
    "recall": Deed(
        _("The instructor leaves"),
        _("Keep the change"),
        KEPT,
        EndForm,
        party_posts.recall_instructor,
        _at_sender,
        running,
        grave=True,
    )
}
