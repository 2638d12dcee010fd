"""Entering a year's notice: its number, its date, and its days in whatever form they come."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.errors import Invalid
from common.forms import put_back
from communities.actions import NoticeDay, check_notice
from communities.actions.calendar import LONGEST_NUMBER
from communities.forms.notices import Reading, decoded, lines_of, read
from communities.models import CalendarNotice

LONGEST_TEXT = 20_000  # characters; a notice has about 1,500
LARGEST_FILE = 100_000  # bytes
FILES = ".json,.csv,.txt,application/json,text/csv,text/plain"


class UploadInput(forms.FileInput):
    """A file that is no photo: our field component shows it as a plain input."""


class NoticeForm(forms.Form):
    """`reading`: what was understood. `checked`: the days, once nothing is wrong with them."""

    days = forms.CharField(
        label=_("The notice, or its days"),
        help_text=_(
            "Paste the notice as it was published. Or type a line for each holiday, such as "
            "2027-10-01..2027-10-07 holiday National Day, and 2027-09-26 work National Day for a "
            "weekend day that is worked."
        ),
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "maxlength": None}),
        error_messages={
            "max_length": _(
                "Please keep it under %(limit_value)d characters; it has %(show_value)d."
            )
        },
    )
    file = forms.FileField(
        label=_("Or a file"),
        help_text=_("JSON, a table (CSV) or a text, in the same forms."),
        required=False,
        widget=UploadInput(attrs={"accept": FILES}),
    )
    number = forms.CharField(
        label=_("Number of the notice"),
        help_text=_("May stay empty where the text itself names it."),
        required=False,
        max_length=LONGEST_NUMBER,
    )
    issued_on = forms.DateField(
        label=_("Issued on"),
        help_text=_("May stay empty where the text itself names it."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("There is no such day.")},
    )
    based_on = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        self.reading = Reading()
        self.checked: list[NoticeDay] = []

    def clean_file(self) -> str:
        """The text of the file; empty where none was sent."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is None:
            return ""
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_("This file is too large to be a notice."))
        try:
            return decoded(file.read())
        except UnicodeDecodeError:
            raise forms.ValidationError(_("This file holds no text.")) from None

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = self.cleaned_data
        if self.errors.keys() & {"days", "file"}:
            return answers
        text = answers["file"] or answers["days"]
        if not text.strip():
            self.add_error("days", _("Paste the notice, type its days, or choose a file."))
            return answers
        self.reading = read(text, self.year)
        for trouble in self.reading.troubles:
            self.add_error("days", str(trouble))
        self._fill_in(text)
        if not self.errors:
            self._check()
        return answers

    def _fill_in(self, text: str) -> None:
        """What the text itself says is shown where nothing was typed; a file's text to change."""
        answers = self.cleaned_data
        if "number" in answers:
            answers["number"] = answers["number"].strip() or self.reading.number
        if "issued_on" in answers:
            answers["issued_on"] = answers["issued_on"] or self.reading.issued_on
        shown = dict(self.data.items())
        shown["days"] = text
        shown["number"] = answers.get("number") or shown.get("number", "")
        if issued_on := answers.get("issued_on"):
            shown["issued_on"] = issued_on.isoformat()
        elif "issued_on" in answers:
            self.add_error("issued_on", _("Give the day it was issued."))
        self.data = shown

    def _check(self) -> None:
        answers = self.cleaned_data
        try:
            self.checked = check_notice(
                year=self.year,
                number=answers["number"],
                issued_on=answers["issued_on"],
                days=self.reading.days,
            )
        except Invalid as refusal:
            put_back(self, refusal)

    @property
    def lines(self) -> str:
        """The days that were checked, to be sent along with the confirmation."""
        return lines_of(self.checked)


def filled_from(notice: CalendarNotice | None) -> dict[str, Any]:
    """What the form begins with: the notice there is, or nothing."""
    if notice is None:
        return {"based_on": ""}
    days = [NoticeDay(d.on, d.working, d.name, d.name_zh) for d in notice.days.order_by("on")]
    chinese = not (get_language() or "").startswith("en")
    return {
        "days": lines_of(days, chinese=chinese),
        "number": notice.number,
        "issued_on": notice.issued_on,
        "based_on": notice.version,
    }
