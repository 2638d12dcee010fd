"""What the pages of a sheet ask for: each item, the meeting of a verdict, a reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.forms import Day
from ratings.actions._sheets import LONGEST_NOTE, MOST_FOUND, Said, range_of
from ratings.models import Assessment
from ratings.queries.sheets import Filled, Group, Row, shown
from ratings.scoring import Rule
from ratings.terms import SheetItem

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

HUNDRED = Decimal(100)
PARTS = ("value", "absent", "note", "seen", "photos")


class ManyFile(forms.FileInput):
    """Several files under one name, taken by the camera where there is one."""

    allow_multiple_selected = True


class PhotosField(forms.Field):
    """Files as they came; the verb cleans them."""

    def __init__(self, label: "StrOrPromise") -> None:
        widget = ManyFile(attrs={"accept": "image/*", "multiple": True})
        super().__init__(
            label=label,
            required=False,
            help_text=_("Up to 9 photos: JPEG, PNG, WebP or HEIC."),
            widget=widget,
        )


@dataclass(frozen=True)
class Line:
    """One item of the sheet with its fields, as the template lays it out."""

    row: Row
    value: BoundField
    absent: BoundField
    note: BoundField
    seen: BoundField
    photos: BoundField

    @property
    def rule(self) -> str:
        return self.row.item.rule.value

    @property
    def counted(self) -> bool:
        return self.row.item.rule == Rule.PER_FINDING

    @property
    def share(self) -> bool:
        return self.row.item.rule == Rule.RATIO

    @property
    def chosen(self) -> bool:
        """Whether one of several is chosen, not a number entered."""
        return self.row.item.rule in (Rule.ALL_OR_NOTHING, Rule.LEVELS)

    @property
    def errors(self) -> list[str]:
        fields = (self.value, self.absent, self.note, self.photos)
        return [str(error) for field in fields for error in field.errors]

    @property
    def points(self) -> str:
        return shown(self.row.item.points)

    @property
    def step(self) -> str:
        return shown(self.row.item.step)

    @property
    def got(self) -> str:
        return "" if self.row.points is None else shown(self.row.points)

    @property
    def levels(self) -> str:
        """The points of each level, for the running points of the script."""
        return " ".join(shown(level) for level in self.row.item.levels)

    @property
    def floor(self) -> str:
        return shown(self.row.item.floor)


class SheetForm(forms.Form):
    """Every item of a sheet. What is left empty stays open; what was entered can be taken back."""

    def __init__(self, *args: Any, sheet: Filled, **kwargs: Any) -> None:
        self.sheet = sheet
        super().__init__(*args, **kwargs)
        for row in sheet.rows:
            self._add(row)

    def _add(self, row: Row) -> None:
        code = row.item.code
        self.fields[f"value-{code}"] = _value_field(row)
        self.fields[f"absent-{code}"] = forms.BooleanField(
            label=_("Does not apply here"), required=False, initial=row.absent
        )
        self.fields[f"note-{code}"] = forms.CharField(
            label=_("Note"),
            required=False,
            max_length=LONGEST_NOTE,
            initial=row.finding.note if row.finding else "",
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[f"seen-{code}"] = forms.CharField(
            required=False, initial=row.mark, widget=forms.HiddenInput
        )
        self.fields[f"photos-{code}"] = PhotosField(_("Photos"))

    @property
    def groups(self) -> Iterator[tuple[Group, list[Line]]]:
        for group in self.sheet.groups:
            yield group, [self._line(row) for row in group.rows]

    def _line(self, row: Row) -> Line:
        return Line(row, *(self[f"{part}-{row.item.code}"] for part in PARTS))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for row in self.sheet.rows:
            code = row.item.code
            value, note = said.get(f"value-{code}"), said.get(f"note-{code}", "")
            if said.get(f"absent-{code}"):
                if not note.strip():
                    self.add_error(f"note-{code}", _("Say why it does not apply."))
            elif value in (None, "") and note.strip() and f"value-{code}" not in self.errors:
                self.add_error(f"value-{code}", _("Say what was found, or that it does not apply."))
        return said

    @property
    def said(self) -> dict[str, Said]:
        """What is said of each item, as the verb takes it."""
        return {row.item.code: self._said(row.item) for row in self.sheet.rows}

    def _said(self, item: SheetItem) -> Said:
        code, data = item.code, self.cleaned_data
        seen, note = data[f"seen-{code}"], data[f"note-{code}"]
        raw = data[f"value-{code}"]
        if data[f"absent-{code}"] or raw in (None, ""):
            return Said(None, note, seen)
        value = Decimal(raw)
        return Said(value / HUNDRED if item.rule == Rule.RATIO else value, note, seen)

    @property
    def pictures(self) -> "dict[str, list[UploadedFile[Any]]]":
        """The photos of each item, as they came."""
        found = {
            row.item.code: files_of(self, f"photos-{row.item.code}") for row in self.sheet.rows
        }
        return {code: files for code, files in found.items() if files}


def files_of(form: forms.Form, name: str) -> "list[UploadedFile[Any]]":
    """All the files that came under one name."""
    return list(form.files.getlist(name)) if hasattr(form.files, "getlist") else []


def _value_field(row: Row) -> forms.Field:
    """A number, a share or a choice, as the rule of the item wants it."""
    item, value = row.item, row.finding.value if row.finding else None
    label = str(item.name)
    if item.rule in (Rule.ALL_OR_NOTHING, Rule.LEVELS):
        return forms.ChoiceField(
            label=label,
            required=False,
            choices=_choices(item),
            initial="" if value is None else str(int(value)),
            widget=forms.RadioSelect,
        )
    most = {Rule.RATIO: HUNDRED, Rule.GIVEN: Decimal(shown(item.points))}.get(item.rule, MOST_FOUND)
    if item.rule == Rule.RATIO and value is not None:
        value = value * HUNDRED
    wrong = range_of(item)
    attrs = {"inputmode": "decimal", "min": "0", "max": f"{most:f}", "step": "any"}
    if item.rule == Rule.PER_FINDING:
        attrs |= {"inputmode": "numeric", "step": "1"}
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=most,
        decimal_places=0 if item.rule == Rule.PER_FINDING else 4,
        initial="" if value is None else f"{value.normalize():f}",
        widget=forms.NumberInput(attrs=attrs),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value", "max_decimal_places", "max_digits"), wrong
        ),
    )


def _choices(item: SheetItem) -> "list[tuple[str, StrOrPromise]]":
    if item.rule == Rule.ALL_OR_NOTHING:
        return [("0", _("In order")), ("1", _("Not in order"))]
    pairs = zip(item.level_names, item.levels, strict=True)
    return [
        (str(number), _("%(level)s (%(points)s points)") % {"level": name, "points": shown(points)})
        for number, (name, points) in enumerate(pairs)
    ]


class HandInForm(forms.Form):
    """The day and a word about it all."""

    on = forms.DateField(label=_("Carried out on"), widget=Day)
    text = forms.CharField(
        label=_("Remarks"),
        required=False,
        max_length=2000,
        help_text=_("The firm reads them once this is settled. No names of residents, please."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: QueryDict | None, *, of: Assessment, **known: Any) -> None:
        super().__init__(data, initial={"on": of.on, "text": of.text, **known})


class VerdictForm(HandInForm):
    """With the meeting that settled it."""

    minutes = forms.CharField(
        label=_("Number of the minutes"),
        max_length=60,
        error_messages={"required": _("Enter the number of the minutes.")},
    )
    met_on = forms.DateField(
        label=_("Day of the meeting"),
        widget=Day,
        error_messages={"required": _("Enter the day of the meeting.")},
    )
    present = forms.IntegerField(
        label=_("Present"),
        min_value=0,
        max_value=999,
        help_text=_("At least 3: a verdict is never one person's."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": "3"}),
        error_messages={"required": _("Enter how many were present.")},
    )
    field_order = ("minutes", "met_on", "present", "on", "text")

    def __init__(self, data: QueryDict | None, *, of: Assessment) -> None:
        meeting = {"minutes": of.minutes, "met_on": of.met_on, "present": of.present}
        super().__init__(data, of=of, **meeting)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why.")},
    )


class AskForm(forms.Form):
    """Which deductions are to be put right."""

    def __init__(self, *args: Any, rows: list[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"] = forms.MultipleChoiceField(
            label=_("To be put right"),
            choices=[(row.item.code, f"{row.item.name} (-{shown(row.lost)})") for row in rows],
            initial=[row.item.code for row in rows],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one deduction.")},
        )


class ReportForm(forms.Form):
    """How it was put right, with photos."""

    text = forms.CharField(
        label=_("What was done?"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say it in a sentence.")},
    )
    photos = PhotosField(_("Photos of how it is now"))


class CloseForm(forms.Form):
    """What was seen when it was looked at again."""

    text = forms.CharField(
        label=_("What was seen"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
