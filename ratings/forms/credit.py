"""What the pages of the credit ledger ask for: a record, what happens to it, the scheme."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from common.forms import Day
from communities.models import Place
from ratings.credit import CreditKind, CreditState, CreditVerb
from ratings.forms.assessments import PhotosField
from ratings.forms.fields import firm_field
from ratings.forms.rows import Fields, Piece, RowsForm, as_whole, choice, figure, flag, text
from ratings.forms.schemes import SettleForm
from ratings.forms.sections import OneForm
from ratings.models import CreditRecord
from ratings.queries.credit import firms_of
from ratings.terms.credit import Advice, CreditTerms, Validity
from ratings.terms.credit_presets import credit_presets

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

V = CreditVerb
LONGEST = 2000
LABELS: "dict[CreditVerb, StrOrPromise]" = {
    V.OBJECT: _("Objections, with their reasons"),
    V.CONFIRM: _("Remark"),
    V.TURN_DOWN: _("Why it is not confirmed"),
    V.ASK_REPAIR: _("What was put right, with its proof"),
    V.REPAIR: _("What was looked at, and why it is repaired"),
    V.REFUSE_REPAIR: _("Why it is not repaired"),
    V.WITHDRAW: _("Why the record is withdrawn"),
}
Files = MultiValueDict[str, Any]


class RecordForm(forms.Form):
    """A record of the catalogue for a firm of the place."""

    body = firm_field()
    item = forms.ChoiceField(label=_("Record of the catalogue"))
    grounds = forms.CharField(
        label=_("Grounds: what happened, where and when"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody reads this once it is confirmed: name no person."),
        error_messages={"required": _("Say it in a sentence.")},
    )
    document = forms.CharField(
        label=_("Document and its number"),
        max_length=120,
        help_text=_("The decision, commendation or report that says so."),
    )
    from_on = forms.DateField(label=_("Valid from"), widget=Day)
    until_on = forms.DateField(
        label=_("Valid until, the day itself not counted"),
        widget=Day,
        required=False,
        help_text=_("Empty: as long as the scheme says."),
    )
    photos = PhotosField(_("Evidence: photos, or pages of the document"))

    def __init__(
        self, data: QueryDict | None, files: "Files | None", *, place: Place, terms: CreditTerms
    ) -> None:
        super().__init__(data, files)
        self.fields["body"].queryset = firms_of(place)  # type: ignore[attr-defined]
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose one")),
            *(
                (kind.label, [(i.code, str(i.name)) for i in terms.items if i.kind == kind])
                for kind in CreditKind
            ),
        ]


class CreditStepForm(forms.Form):
    """What happens to a record, in words; evidence where the firm gives it."""

    def __init__(
        self,
        data: QueryDict | None,
        files: "Files | None" = None,
        *,
        verb: CreditVerb,
        of: CreditRecord,
    ) -> None:
        super().__init__(data, files, auto_id=f"{verb.value}-%s")
        self.verb = verb
        answering = verb == V.CONFIRM and of.state == CreditState.OBJECTED
        label = _("Answer to the objections") if answering else LABELS[verb]
        self.fields["text"] = forms.CharField(
            label=label,
            required=verb != V.CONFIRM or answering,
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={"required": _("Say it in a sentence.")},
        )
        if verb in (V.OBJECT, V.ASK_REPAIR):
            self.fields["photos"] = PhotosField(_("Photos as proof"))


class CreditBeginForm(forms.Form):
    """With which preset a place begins."""

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        self.fields["preset"] = forms.ChoiceField(
            label=_("Begin with"),
            choices=[(preset.key, str(preset.name)) for preset in credit_presets().values()],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose one of the values offered.")},
        )


class CreditSettleForm(SettleForm):
    """Why the version differs; and which draft was looked at."""


# --- Sections of the draft ---------------------------------------------------------------


class ValuesForm(OneForm):
    """What everybody begins with, what each side is worth at most, and how long things take."""

    wholes = ("months", "objection_days", "repair_months")
    start = figure(_("Everybody begins with"))
    full = figure(_("Base with basic information, at most"), help_text=_("Empty: no limit."))
    good_cap = figure(_("Good records, at most"), help_text=_("Empty: no limit."))
    bad_cap = figure(_("Bad records, at most"), help_text=_("Empty: no limit."))
    validity = choice(_("A record counts"), Validity.choices)
    months = figure(_("Months, where it counts by months"))
    objection_days = figure(_("Objections of the firm before a bad record counts, working days"))
    repair_months = figure(_("Repaired after at the earliest, months"))


class LevelsForm(RowsForm):
    """The levels, the best first."""

    path = "levels"
    filled_by = "name"
    extra = 1

    def row_fields(self, row: Piece | None) -> Fields:
        return {
            "name": text(_("Name of the level"), most=20),
            "points": figure(
                _("From so many points on"),
                help_text=_("Empty: the last level, or one by record alone."),
            ),
            "over": flag(_("Only above these points")),
            "spares": flag(_("Also below, for firms without a bad record")),
            "by_record": flag(_("Only by a record that says so")),
            "advice": choice(_("Advises"), [("", _("no list")), *Advice.choices]),
        }

    def key_of(self, row: Piece) -> str:
        return str(row.get("name", ""))

    def row_made(self, n: int, row: Piece, earlier: list[Piece]) -> Piece:
        made: Piece = {"name": self.said(f"{n}-name")}
        for name in ("points", "advice"):
            if said := self.said(f"{n}-{name}"):
                made[name] = said
        for name in ("over", "spares", "by_record"):
            if self.cleaned_data.get(f"{n}-{name}"):
                made[name] = True
        return made


class ItemsForm(RowsForm):
    """The catalogue: what is put on record, and what it is worth."""

    path = "items"
    filled_by = "code"

    def __init__(
        self, data: Any, *, rows: Sequence[Piece], levels: Sequence[str], **more: Any
    ) -> None:
        self._levels = [("", _("none")), *((name, name) for name in levels)]
        super().__init__(data, rows=rows, **more)

    def row_fields(self, row: Piece | None) -> Fields:
        return {
            "code": text(_("Code"), most=16),
            "kind": choice(_("Kind"), CreditKind.choices),
            "name_zh": text(_("Name in Chinese"), most=120),
            "name_en": text(_("Name in English"), most=120),
            "points": figure(_("Points of the record")),
            "ceiling": choice(_("Holds the level down to"), self._levels),
            "months": figure(_("Counts for so many months, if not as usual")),
        }

    def row_made(self, n: int, row: Piece, earlier: list[Piece]) -> Piece:
        names = ("code", "kind", "name_zh", "name_en", "points")
        made: Piece = {name: self.said(f"{n}-{name}") for name in names}
        made["points"] = made["points"] or "0"
        if ceiling := self.said(f"{n}-ceiling"):
            made["ceiling"] = ceiling
        if months := self.said(f"{n}-months"):
            made["months"] = as_whole(months)
        return made


SECTIONS: "dict[str, StrOrPromise]" = {
    "values": _("Base, caps and time"),
    "levels": _("Levels"),
    "items": _("Catalogue of records"),
}


def section_form(name: str, terms: Piece, data: Any, **more: Any) -> Any:
    """The form of one section over the draft's terms."""
    if name == "values":
        return ValuesForm(data, row=terms, **more)
    if name == "levels":
        return LevelsForm(data, rows=terms.get("levels", []), **more)
    levels = [str(level.get("name", "")) for level in terms.get("levels", [])]
    return ItemsForm(data, rows=terms.get("items", []), levels=levels, **more)


def whole_of(name: str, terms: Piece, form: Any) -> Piece:
    """The whole document with what was typed in one section."""
    return {**terms, **form.piece()} if name == "values" else {**terms, name: form.piece()}
