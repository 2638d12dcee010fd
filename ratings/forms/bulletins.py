"""What the pages of bulletins ask for: which place and quarter, words, a number, a reason."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from communities.models import Place, PlaceKind

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    _Choice = forms.ModelChoiceField[Place]
else:
    _Choice = forms.ModelChoiceField


class _Places(_Choice):
    """A place with the one it lies in: communities of one name are told apart."""

    def label_from_instance(self, obj: Place) -> str:
        if obj.kind == PlaceKind.COMMUNITY and obj.parent is not None:
            return f"{obj.parent.name} · {obj.name}"
        return obj.name


def _quarter_words(begins: date) -> str:
    """In the reader's language; the bulletin itself keeps the name of its period."""
    facts = {"year": begins.year, "n": (begins.month + 2) // 3}
    return gettext("Quarter %(n)d of %(year)d") % facts


class MakeForm(forms.Form):
    """One place, one quarter."""

    place = _Places(Place.objects.none(), label=_("Place"), to_field_name="code", empty_label=None)
    from_on = forms.ChoiceField(label=_("Quarter"))

    def __init__(
        self,
        data: QueryDict | None,
        *,
        places: "QuerySet[Place]",
        quarters: Sequence[date],
        place: str = "",
    ) -> None:
        super().__init__(data, initial={"place": place})
        self.fields["place"].queryset = places.select_related("parent")  # type: ignore[attr-defined]
        choices = [(day.isoformat(), _quarter_words(day)) for day in quarters]
        self.fields["from_on"].choices = choices  # type: ignore[attr-defined]

    def clean_from_on(self) -> date:
        return date.fromisoformat(self.cleaned_data["from_on"])


def _words(label: "StrOrPromise", help_text: "StrOrPromise", rows: int = 6) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class WriteForm(forms.Form):
    """What is typed by hand; the figures are not."""

    office = forms.CharField(
        label=pgettext_lazy("a bulletin", "Issuing office"),
        max_length=80,
        help_text=_("It stands in red at the head, and at the end as the signature."),
        error_messages={"required": _("Say which office issues it.")},
    )
    opening = _words(
        _("Opening paragraphs"),
        _("Before the figures. A line of its own is a paragraph. Name no resident."),
    )
    closing = _words(_("Closing paragraphs"), _("After the figures: what is asked of whom."))
    copies_to = forms.CharField(
        label=_("Copies to"),
        max_length=300,
        required=False,
        help_text=_("Offices that are sent a copy, in the line at the foot."),
    )


class IssueForm(forms.Form):
    """The document number; a correction stands under the number there is."""

    document_number = forms.CharField(
        label=_("Document number"),
        max_length=60,
        help_text=_("As your office counts them, once for each bulletin of this place."),
        widget=forms.TextInput(attrs={"placeholder": "〔2026〕1号"}),
        error_messages={"required": _("Give its document number.")},
    )

    def __init__(self, data: QueryDict | None, *, numbered: bool) -> None:
        super().__init__(data)
        if numbered:
            del self.fields["document_number"]


class ReasonForm(forms.Form):
    """Why an issued bulletin is corrected."""

    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands beneath the title of the new version. Name no resident."),
        error_messages={"required": _("Say why it is corrected, in a sentence.")},
    )
