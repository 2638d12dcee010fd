"""The sections of a draft without sheets: parts, bands, vetoes, lists, steps, timetable."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import EstateKind
from ratings.forms.rows import (
    Fields,
    Piece,
    RowsForm,
    SectionForm,
    as_per_cent,
    as_share,
    as_whole,
    choice,
    figure,
    flag,
    free_code,
    text,
)
from ratings.terms import FEE_FIGURES, FIGURES, Cycle, Judge, Source

NUMBER = re.compile(r"\d+(\.\d+)?")
NOBODY = ("", _("Nobody: it is no verdict"))
# What a new part begins with, so that it reads.
BEGINS: dict[str, Piece] = {
    Source.POLL: {"sample": 40, "valid": 25},
    Source.COMPLAINTS: {
        "minimum": 5,
        "weights": {"response": "0.3", "solved": "0.35", "satisfied": "0.35"},
    },
    Source.FEES: {"minimum": 1, "weights": {"collected": "0.5", "published": "0.5"}},
    Source.SHEET: {"dimensions": []},
    Source.VERDICT: {"dimensions": []},
}
OF_A_SOURCE = ("sample", "valid", "minimum", "weights", "dimensions")


class PartsForm(RowsForm):
    """The parts with their weights, which add up to one hundred."""

    path = "parts"

    def row_fields(self, row: Piece | None) -> Fields:
        return {
            "name_zh": text(_("Name in Chinese"), most=60),
            "name_en": text(_("Name in English"), most=60),
            "weight": figure(_("Weight, per cent")),
            "source": choice(_("Where it comes from"), Source.choices),
            "judge": choice(_("Whose verdict"), [NOBODY, *Judge.choices]),
        }

    def initial_of(self, name: str, row: Piece | None) -> Any:
        if row is not None and name == "weight":
            return as_per_cent(row.get("weight", ""))
        return super().initial_of(name, row)

    def key_of(self, row: Piece) -> str:
        return str(row.get("key", ""))

    def row_made(self, n: int, row: Piece, earlier: list[Piece]) -> Piece:
        source = self.said(f"{n}-source")
        taken = [str(r.get("key")) for r in (*self._rows, *earlier)]
        made = {
            "key": row.get("key") or free_code(source or "part", taken),
            "name_zh": self.said(f"{n}-name_zh"),
            "name_en": self.said(f"{n}-name_en"),
            "weight": as_share(self.said(f"{n}-weight")),
            "source": source,
        }
        if source == Source.VERDICT:
            made["judge"] = self.said(f"{n}-judge")
        begins = BEGINS.get(source, {})
        kept = {name: row[name] for name in OF_A_SOURCE if name in row and name in begins}
        if row.get("source") in (Source.COMPLAINTS, Source.FEES) and row["source"] != source:
            kept.pop("weights", None)
        return {**made, **begins, **kept}

    @property
    def sum(self) -> str:
        """What the weights add up to as they stand on the page, in per cent."""
        whole = Decimal()
        for n in range(self.count):
            if self[f"{n}-remove"].value() if f"{n}-remove" in self.fields else False:
                continue
            typed = as_share(str(self[f"{n}-weight"].value() or "0"))
            whole += Decimal(typed) if NUMBER.fullmatch(typed) else 0
        return as_per_cent(whole)

    def field_at(self, path: str) -> str:
        # That weights do not add up is said beside the first of them.
        if path == self.path and self._made:
            return f"{self._made[0]}-weight"
        return super().field_at(path)


class BandsForm(RowsForm):
    """From which score a band begins, what it is called, and what it asks for."""

    path = "bands"
    filled_by = "name"
    extra = 1

    def row_fields(self, row: Piece | None) -> Fields:
        return {
            "at_least": figure(_("From this score on")),
            "name": text(_("Name in Chinese"), most=30),
            "name_en": text(_("Name in English"), most=30),
            "asks": text(_("What it asks for"), most=200),
        }

    def key_of(self, row: Piece) -> str:
        return str(row.get("at_least", ""))

    def row_made(self, n: int, row: Piece, earlier: list[Piece]) -> Piece:
        names = ("at_least", "name", "name_en", "asks")
        return {name: self.said(f"{n}-{name}") for name in names}


class VetoesForm(RowsForm):
    """What overrides a score while a document is in effect."""

    path = "vetoes"

    def row_fields(self, row: Piece | None) -> Fields:
        return {
            "name_zh": text(_("Name in Chinese"), most=120),
            "name_en": text(_("Name in English"), most=120),
        }

    def row_made(self, n: int, row: Piece, earlier: list[Piece]) -> Piece:
        taken = [str(r.get("code")) for r in (*self._rows, *earlier)]
        return {
            "code": row.get("code") or free_code("veto-", taken),
            "name_zh": self.said(f"{n}-name_zh"),
            "name_en": self.said(f"{n}-name_en"),
        }


class FiguresForm(SectionForm):
    """A part without a sheet: the numbers it is made by."""

    # The figures that may be weighed.
    weighed: Sequence[str] = ()

    def __init__(self, data: Any, *, part: Piece, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._part = part
        if part["source"] == Source.POLL:
            names = {"sample": _("Dwellings drawn by lot"), "valid": _("Answers needed")}
            for name, label in names.items():
                self.fields[name] = figure(label, initial=part.get(name, 25))
            return
        fees = part["source"] == Source.FEES
        known: Any = FEE_FIGURES if fees else {key: pair[0] for key, pair in FIGURES.items()}
        weights = part.get("weights", {})
        self.weighed = list(known)
        for name, label in known.items():
            there = name in weights
            initial = as_per_cent(weights[name]) if there else ""
            self.fields[name] = figure(label, initial=initial)
        hint = _("A figure counted of fewer is blank.")
        self.fields["minimum"] = figure(
            _("Each counted of at least"), initial=part.get("minimum", 0), help_text=hint
        )

    def piece(self) -> Piece:
        part = dict(self._part)
        if part["source"] == Source.POLL:
            return {**part, **{name: as_whole(self.said(name)) for name in ("sample", "valid")}}
        typed = {name: as_share(self.said(name)) for name in self.weighed if self.said(name)}
        return {**part, "weights": typed, "minimum": as_whole(self.said("minimum"))}

    def field_at(self, path: str) -> str:
        if path.endswith(".weights"):
            return self.weighed[0]
        return super().field_at(path)


class OneForm(SectionForm):
    """A section that is one row: which names are shares, whole numbers, or yes and no."""

    shares: Sequence[str] = ()
    wholes: Sequence[str] = ()
    flags: Sequence[str] = ()

    def __init__(self, data: Any, *, row: Piece, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for name, field in self.fields.items():
            if name in row:
                field.initial = as_per_cent(row[name]) if name in self.shares else row[name]

    def piece(self) -> Piece:
        found: Piece = {}
        for name in self.fields:
            typed = self.said(name)
            if name in self.flags:
                found[name] = bool(self.cleaned_data.get(name))
            elif name in self.wholes:
                found[name] = as_whole(typed)
            elif name in self.shares:
                found[name] = as_share(typed)
            elif name != "seen":
                found[name] = self.cleaned_data.get(name) or ""
        return found


class ListsForm(OneForm):
    """Who is proposed for a list."""

    shares = ("red_share", "black_share", "bottom_share")
    wholes = ("bottom_periods",)
    red_from = figure(_("Red list: from this score on"))
    red_share = figure(_("Red list: the best per cent of firms, at most"))
    black_under = figure(_("Black list: under this score"))
    black_share = figure(
        _("Black list: per cent of firms, at most"),
        help_text=_("A veto proposes whatever the score, and is not counted here."),
    )
    bottom_share = figure(
        _("Among the last per cent of firms"),
        help_text=_("Leave 0 for no such rule."),
    )
    bottom_under = figure(_("and under this score"))
    bottom_periods = figure(_("for so many periods in a row"))


class StepsForm(OneForm):
    """Which bracketed steps a listing takes, and how long each stage lasts."""

    flags = ("joint_check", "interview", "legal_review")
    wholes = (
        "statement_days", "decision_days", "notice_days",
        "red_months", "black_months", "repair_months",
    )  # fmt: skip
    joint_check = flag(_("Joint check by departments"))
    interview = flag(_("Interview and rectification notice"))
    legal_review = flag(_("Legal review"))
    statement_days = figure(_("Statement and defence, working days"))
    decision_days = figure(_("Decided within, working days"))
    notice_days = figure(_("Public notice, working days"))
    red_months = figure(_("On the red list, months"))
    black_months = figure(_("On the black list, months"))
    repair_months = figure(_("Repaired after at the earliest, months"))


class TimetableForm(OneForm):
    """Who is assessed, how often, by when, and how it is counted."""

    flags = ("reweight",)
    wholes = ("places", "days_to_assess", "rectify_days", "ranked_from")
    cycle = choice(_("How often"), Cycle.choices)
    estate_kinds = forms.MultipleChoiceField(
        label=_("Kinds of estates"),
        choices=EstateKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all kinds."),
    )
    days_to_assess = figure(_("Assessed until, working days after the period"))
    rectify_days = figure(_("Deductions are put right within, working days"))
    reweight = flag(
        _("A blank part gives its weight to the others"),
        help_text=_("Otherwise the whole score is blank."),
    )
    places = figure(_("Decimals of a score"), help_text=_("Rounded once, at the end, half up."))
    ranked_from = figure(_("A table ranks from so many scores on"))

    def piece(self) -> Piece:
        return {
            **super().piece(),
            "estate_kinds": list(self.cleaned_data.get("estate_kinds") or []),
        }
