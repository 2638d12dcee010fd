"""What the pages of polls ask for: by those who conduct them, and by those who answer."""

import re
from typing import TYPE_CHECKING

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.forms import Day
from common.now import today
from ratings.actions.poll_answers import LONGEST_WORDS
from ratings.actions.polls import MOST_RESERVE
from ratings.models import Period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from communities.models import Place

# A code of letters: a dwelling's 24, with room for whoever separates them otherwise.
CODES = re.compile(r"[0-9A-Za-z]+")


class OpenForm(forms.Form):
    """The last day for answering, the reserve, and homes that are left out."""

    until_on = forms.DateField(
        label=_("Last day for answering"),
        widget=Day,
        error_messages={"required": _("Enter the last day for answering.")},
    )
    reserve = forms.IntegerField(
        label=_("Drawn in reserve"),
        required=False,
        min_value=0,
        max_value=MOST_RESERVE,
        help_text=_("So many homes more than the scheme's sample, because not everybody answers."),
    )
    withheld = forms.CharField(
        label=_("Homes left out"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "inputmode": "numeric"}),
        help_text=_(
            "Codes of homes in which the firm's people or their close relatives live, as far as "
            "known. How many they are is shown with the result."
        ),
    )

    def __init__(self, data: QueryDict | None, *, period: Period) -> None:
        super().__init__(data, initial={"until_on": max(today(), period.assess_until_on)})

    def clean_reserve(self) -> int:
        return self.cleaned_data["reserve"] or 0

    def clean_withheld(self) -> list[str]:
        return CODES.findall(self.cleaned_data["withheld"])


class SeenForm(forms.Form):
    """How many sheets there were when it was asked for another."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, seen: int) -> None:
        super().__init__(data, initial={"seen": seen})


class SiteForm(SeenForm):
    """Codes to hand out in one building."""

    building = forms.ChoiceField(
        label=_("Building"), error_messages={"required": _("Choose a building of this estate.")}
    )
    number = forms.IntegerField(
        label=_("How many codes"),
        min_value=1,
        error_messages={
            name: _("Enter how many codes you need.")
            for name in ("required", "invalid", "min_value")
        },
    )

    def __init__(self, data: QueryDict | None, *, seen: int, buildings: "Iterable[Place]") -> None:
        super().__init__(data, seen=seen)
        choices: list[tuple[str, str]] = [(place.code, place.name) for place in buildings]
        self.fields["building"] = forms.ChoiceField(
            label=_("Building"),
            choices=choices,
            error_messages={"required": _("Choose a building of this estate.")},
        )


class CodeForm(forms.Form):
    """The code of a slip, typed."""

    code = forms.CharField(
        label=_("Code on your slip"),
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Enter the code on your slip.")},
        help_text=_("Twelve letters and numbers. Capitals and dashes do not matter."),
    )


RELATED = [
    ("no", _("No, neither I nor a close relative works for this firm")),
    ("yes", _("Yes, I or a close relative works for this firm")),
]


class AnswerForm(forms.Form):
    """A resident's answer: the declaration, the score, words if they like."""

    related = forms.ChoiceField(
        label=_("Do you or a close relative work for the firm?"),
        choices=RELATED,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you or a close relative work for the firm.")},
    )
    score = forms.IntegerField(
        label=_("Your score, 0 to 100"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "poll-score"}),
        help_text=_("0 is the worst, 100 the best; 60 is just good enough."),
        error_messages={
            "invalid": _("Give a whole number from 0 to 100."),
            "min_value": _("Give a whole number from 0 to 100."),
            "max_value": _("Give a whole number from 0 to 100."),
        },
    )
    blank = forms.BooleanField(label=_("I hand in without a score"), required=False)
    words = forms.CharField(
        label=_("What should be better, or what is good"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Up to 300 characters, read by the officers who conduct the poll, without your score "
            "beside it. Please write nothing that tells who you are."
        ),
    )

    def clean_related(self) -> bool:
        return bool(self.cleaned_data["related"] == "yes")
