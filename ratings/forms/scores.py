"""Freezing, publishing, correcting: little is asked, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CorrectForm(forms.Form):
    """Why a score, or a sheet of it, is corrected."""

    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody reads it beside the score. Name no resident."),
        error_messages={"required": _("Say why the score is corrected.")},
    )


class SheetReasonForm(forms.Form):
    """Why a sheet of a frozen score is corrected."""

    reason = forms.CharField(
        label=_("Why this sheet is corrected"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why it is corrected.")},
    )
