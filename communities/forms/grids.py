"""What the pages of grids ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.forms.places import ClosePlaceForm, RenamePlaceForm
from communities.models import Grid, GridKind, Place

__all__ = ["BuildingsForm", "CloseGridForm", "FoundGridForm", "RenameGridForm"]


class RenameGridForm(RenamePlaceForm):
    """Another name."""


class CloseGridForm(ClosePlaceForm):
    """The first day without it."""


class FoundGridForm(forms.Form):
    """A new grid of a community."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=GridKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the kind of grid.")},
    )
    name = forms.CharField(
        label=pgettext_lazy("of a place or body", "Name"),
        max_length=120,
        error_messages={"required": _("Enter the name.")},
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=24,
        required=False,
        help_text=_("Begins with the community's code. Left empty: the next free one."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("kind", "name", "parent", "code")

    def __init__(self, *args: Any, grids: Iterable[Grid], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._grids = {grid.code: grid for grid in grids if grid.kind != GridKind.CELL}
        choices = [(g.code, f"{g.name}（{g.get_kind_display()}）") for g in self._grids.values()]
        self.fields["parent"] = forms.ChoiceField(
            label=_("Part of"),
            help_text=_("A neighbour cell is always part of a grid."),
            required=False,
            choices=[("", _("None")), *choices],
        )
        self.order_fields(self.field_order)

    @property
    def parent(self) -> Grid | None:
        return self._grids.get(self.cleaned_data["parent"])


@dataclass(frozen=True)
class Box:
    """A building that may be ticked."""

    building: Place
    ticked: bool


class BuildingsForm(forms.Form):
    """Which of a community's buildings, or of the grid above, lie in a grid."""

    def __init__(self, *args: Any, buildings: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._buildings = {building.code: building for building in buildings}
        self.fields["buildings"] = forms.MultipleChoiceField(
            label=_("Buildings"),
            required=False,
            choices=[(code, building.name) for code, building in self._buildings.items()],
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def chosen(self) -> list[Place]:
        return [self._buildings[code] for code in self.cleaned_data["buildings"]]

    @property
    def estates(self) -> list[tuple[Place, list[Box]]]:
        """The boxes, estate by estate, ticked as they were sent or as they stand."""
        ticked = set(self["buildings"].value() or ())
        found: dict[int, tuple[Place, list[Box]]] = {}
        for code, building in self._buildings.items():
            if building.parent is not None:
                boxes = found.setdefault(building.parent.pk, (building.parent, []))[1]
                boxes.append(Box(building, code in ticked))
        return list(found.values())
