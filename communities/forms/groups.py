"""What is asked about groups of bodies, and their verbs as the doors know them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from common.now import today
from communities.actions import groups
from communities.forms._deeds import Deed, DeedForm, choice, day, line, number, words
from communities.forms.party import KEPT, EndForm, lasts, running, upper
from communities.models import Body, Group, GroupKind, GroupMembership, Place
from communities.permissions import check_keeps_register


class GroupForm(DeedForm):
    kind = choice(_("Kind"), GroupKind.choices)
    name = line(pgettext_lazy("of a place or body", "Name"), 120)
    purpose = words(_("What it is for"), 2000, 3, required=False)
    standard = words(_("Standard or articles it works under"), 5000, 5, required=False)

    def known(self, target: Any) -> dict[str, Any]:
        if isinstance(target, Place):
            return {}
        return {
            "name": target.body.name,
            "purpose": target.purpose,
            "standard": target.standard,
        }

    def prepare(self) -> None:
        if not isinstance(self.target, Place):
            del self.fields["kind"]


class AdmitForm(DeedForm):
    member = line(
        _("Code of the body"), 32, required=False, help_text=_("The body's page shows its code.")
    )
    outsider = line(
        _("Or somebody from outside"), 120, required=False, help_text=_("A police room, a shop.")
    )
    role = line(_("Role"), 60, required=False)
    from_on = day(_("From this day on"))

    def known(self, target: Any) -> dict[str, Any]:
        return {"from_on": today()}

    def clean_member(self) -> Body | None:
        code = str(self.cleaned_data["member"]).strip()
        found = Body.objects.filter(code=code).first() if code else None
        if code and found is None:
            raise forms.ValidationError(_("There is no body of this code."))
        return found


class SettledForm(DeedForm):
    month = day(_("A day of the month"))
    count = number(_("Matters settled"), 100_000)
    note = line(_("Note"), 200, required=False)

    def known(self, target: Any) -> dict[str, Any]:
        return {"month": today()}


def _at_group(by: User, membership: GroupMembership) -> None:
    check_keeps_register(by, membership.group.body.place)


def _at_body(by: User, group: Group) -> None:
    check_keeps_register(by, group.body.place)


def _found_group(place: Place, *, by: User, **given: Any) -> object:
    return groups.found_group(by=by, place=place, **given)


def _of_body(title: Any, button: Any, form: type[DeedForm], do: Callable[..., Any]) -> Deed:
    return Deed(title, button, KEPT, form, do, _at_body, lasts)


# On the page of a place.
AT_PLACE = {
    "group": Deed(
        _("Enter a group"),
        _("Enter it"),
        KEPT,
        GroupForm,
        _found_group,
        check_keeps_register,
        upper,
    ),
}
GROUP_DEEDS = {
    "change": _of_body(_("Keep the record"), _("Keep the record"), GroupForm, groups.change_group),
    "admit": _of_body(_("A member joins"), _("Enter the member"), AdmitForm, groups.admit_member),
    "settled": _of_body(
        _("Matters settled in a month"), _("Keep the count"), SettledForm, groups.settle_matters
    ),
    "dissolve": Deed(
        _("Dissolve the group"),
        _("Dissolve it"),
        KEPT,
        EndForm,
        groups.dissolve_group,
        _at_body,
        lasts,
        grave=True,
    ),
}
MEMBERSHIP_DEEDS = {
    "release": Deed(
        _("A member leaves"),
        _("Keep the change"),
        KEPT,
        EndForm,
        groups.release_member,
        _at_group,
        running,
        grave=True,
    )
}
