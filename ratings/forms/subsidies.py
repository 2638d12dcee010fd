"""What the pages of honours with money ask for."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.forms import Day
from communities.models import Body, Place
from ratings.models import AwardCategory, AwardedKind
from ratings.queries.subsidies import receivers_named


def _yuan(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        max_digits=12,
        decimal_places=2,
        min_value=0,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
    )


def _document() -> forms.CharField:
    return forms.CharField(label=_("Document number"), max_length=60)


class ProgrammeForm(forms.Form):
    place = forms.ChoiceField(label=_("Place"))
    name = forms.CharField(label=_("Name of the programme"), max_length=120)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2099)
    granted_by = forms.CharField(label=_("Granted by"), max_length=120)
    document = _document()
    budget = _yuan(_("Budget, yuan"))

    def __init__(self, data: QueryDict | None, *, places: list[Place], year: int) -> None:
        super().__init__(data, initial={"year": year})
        self.places = {place.code: place for place in places}
        self.fields["place"].choices = [(place.code, place.name) for place in places]  # type: ignore[attr-defined]

    def clean_place(self) -> Place:
        return self.places[self.cleaned_data["place"]]


class BudgetForm(forms.Form):
    budget = _yuan(_("Budget, yuan"))
    document = _document()


class CategoryForm(forms.Form):
    kind = forms.ChoiceField(label=_("Who is awarded"), choices=AwardedKind.choices)
    name = forms.CharField(
        label=_("Name of the honour"),
        max_length=120,
        help_text=_("The list of honours is called so too."),
    )
    count = forms.IntegerField(label=_("How many awards"), min_value=1, max_value=99_999)
    amount = _yuan(_("Each award, yuan"))


class AwardForm(forms.Form):
    """Who is proposed, by name or code: a select of every estate of a county helps nobody."""

    to = forms.CharField(
        label=_("Name or code"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    grounds = forms.CharField(
        label=_("Grounds"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: QueryDict | None, *, category: AwardCategory) -> None:
        super().__init__(data, auto_id=f"to-{category.position}-%s")
        self.category = category

    def clean_to(self) -> Place | Body:
        found = receivers_named(self.category, self.cleaned_data["to"])
        if not found:
            raise forms.ValidationError(_("Nobody this category is for is called so here."))
        if len(found) > 1:
            names = "、".join(f"{row.name}（{row.code}）" for row in found[:5])
            raise forms.ValidationError(
                _("Several are called so; enter the code: %(names)s"), params={"names": names}
            )
        return found[0]


class ApproveForm(forms.Form):
    document = _document()


class BecauseForm(forms.Form):
    because = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class PayForm(forms.Form):
    on = forms.DateField(label=_("Paid on"), widget=Day)
    amount = _yuan(_("Amount, yuan"))
    reference = forms.CharField(
        label=_("Number of the voucher"),
        max_length=60,
        help_text=_("No account of anybody is kept here."),
    )
