"""The form by which a list is sent in."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.workbooks.reading import LARGEST_FILE
from communities.models import Place

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class ImportForm(forms.Form):
    """Which list, of which place, and the workbook."""

    kind = forms.ChoiceField(label=_("Which list"))
    place = forms.ChoiceField(
        label=_("For which place"),
        help_text=_("Rows about other places are refused."),
    )
    file = forms.FileField(
        label=_("Excel workbook (.xlsx)"),
        help_text=_("10 MB and 50,000 rows at most. Nothing is written before you confirm it."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        max_length=200,
    )

    def __init__(
        self,
        *args: Any,
        kinds: "Sequence[tuple[str, StrOrPromise]]",
        places: Sequence[Place],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = {place.code: place for place in places}
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        named = [(place.code, f"{place.name} ({place.code})") for place in places]
        self.fields["place"].choices = named  # type: ignore[attr-defined]

    def clean_place(self) -> Place:
        return self.places[self.cleaned_data["place"]]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is larger than 10 MB. Send it in parts."))
        return file
