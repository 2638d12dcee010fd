"""What the pages of places ask for."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.now import today
from communities.forms._deeds import choice
from communities.models import CODE_LENGTH, DIVISIONS, EstateKind, Place, PlaceKind

LONGEST_NAME = 120


def _name(**kwargs: Any) -> forms.CharField:
    said = {"required": _("Enter the name.")}
    return forms.CharField(
        label=pgettext_lazy("of a place or body", "Name"),
        max_length=LONGEST_NAME,
        error_messages=said,
        **kwargs,
    )


def _day(**kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, initial=today, **kwargs)


def _code(kind: PlaceKind, *, required: bool) -> forms.CharField:
    length = CODE_LENGTH[kind]
    hint = _("%(n)d digits, as the state publishes it.") % {"n": length}
    if not required:
        hint = _("%(n)d digits. Left empty: the next free number.") % {"n": length}
    said = {"required": _("Enter the code.")}
    return forms.CharField(
        label=_("Code"),
        help_text=hint,
        required=required,
        max_length=length,
        error_messages=said,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class FoundPlaceForm(forms.Form):
    """A new place beneath another: its kind follows from where it lies."""

    name = _name()

    def __init__(self, *args: Any, kind: PlaceKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == PlaceKind.ESTATE:
            self.fields["estate_kind"] = choice(_("Kind"), EstateKind.choices)
        self.fields["code"] = _code(kind, required=kind in DIVISIONS)


class RenamePlaceForm(forms.Form):
    """Another name."""

    name = _name()


class RecodePlaceForm(forms.Form):
    """Another code from a day on."""

    on = _day(
        label=_("Valid from"),
        help_text=_("The first day of the new code. The old one is remembered."),
    )
    field_order = ("code", "on")

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code(PlaceKind(place.kind), required=True)
        self.order_fields(self.field_order)


class MovePlaceForm(forms.Form):
    """Beneath another place, from a day on."""

    on = _day(label=_("Valid from"), help_text=_("The first day on which it lies there."))
    field_order = ("to", "code", "on")

    def __init__(self, *args: Any, place: Place, targets: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._targets = {target.code: target for target in targets}
        choices = [
            (t.code, f"{t.name}（{t.parent.name}）" if t.parent else t.name)
            for t in self._targets.values()
        ]
        self.fields["to"] = forms.ChoiceField(
            label=_("Lies in"),
            choices=[("", _("Please choose")), *choices],
            error_messages={"required": _("Choose where it lies from then on.")},
        )
        kind = PlaceKind(place.kind)
        self.fields["code"] = _code(kind, required=kind in DIVISIONS)
        self.order_fields(self.field_order)

    @property
    def to(self) -> Place:
        return self._targets[self.cleaned_data["to"]]


class ReopenPlaceForm(forms.Form):
    """Nothing is asked: the button is the answer."""


class ClosePlaceForm(forms.Form):
    """The first day without it."""

    on = _day(label=_("Closed from"), help_text=_("The first day on which it no longer exists."))
