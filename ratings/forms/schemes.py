"""Beginning a scheme, settling its draft, opening a period."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratings.terms.presets import presets


class BeginForm(forms.Form):
    """Which preset, and what the scheme is called here."""

    name = forms.CharField(
        label=_("Name of the scheme"),
        max_length=120,
        error_messages={"required": _("Give it a name.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["preset"] = forms.ChoiceField(
            label=_("Begin with"),
            choices=[(preset.key, str(preset.name)) for preset in presets().values()],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose one of the values offered.")},
        )


class SettleForm(forms.Form):
    """Why the version differs; and which draft was looked at."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=_("Why it differs from the version before"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody reads it on the page of the scheme."),
    )

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["note"]


class DiscardForm(forms.Form):
    """Which draft was looked at."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class PeriodForm(forms.Form):
    """Which period is opened."""

    def __init__(self, *args: Any, offered: Iterable[tuple[date, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_on"] = forms.TypedChoiceField(
            label=_("Which period"),
            choices=[(day.isoformat(), name) for day, name in offered],
            coerce=date.fromisoformat,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose one of the values offered.")},
        )
