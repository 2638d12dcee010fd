"""What is asked about detailed standards and deviations, and their verbs for both doors."""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as now_in
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from common.errors import WrongState
from common.now import today
from communities import actions
from communities.actions import SaidClause
from communities.forms._deeds import Deed, DeedForm, choice, day, line, words
from communities.models import (
    Deviation,
    Place,
    PlaceKind,
    Standard,
    StandardClause,
    StandardField,
)
from communities.permissions import check_keeps_firm, check_keeps_register
from communities.permissions.standards import check_answers_deviation, check_records_deviation
from communities.queries import standards as queries

KEPT = _("The standard is kept.")
# How far back a deviation can be entered by its page; programs may say any clause.
BACK = timedelta(days=365)
LONGEST = 60_000
CHECKED = re.compile(r"^\s*(?:检查(?:方式|方法|办法)?|how checked)\s*[:：]\s*", re.IGNORECASE)
# The portal numbers the clauses itself.
NUMBERED = re.compile(r"^\s*(?:第[〇零一二三四五六七八九十百\d]+条|\d{1,3}\s*[.．、)）](?!\d))\s*")
PARTED = re.compile(r"\n\s*\n")
MARK = "检查："


def clauses_in(text: str) -> list[SaidClause]:
    """Clauses apart by an empty line; a line that begins “检查：” says how one is checked."""
    found = []
    for part in PARTED.split(text.replace("\r\n", "\n")):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        said = [line for line in lines if not CHECKED.match(line)]
        checks = [CHECKED.sub("", line) for line in lines if CHECKED.match(line)]
        if lines:
            found.append(SaidClause(NUMBERED.sub("", "\n".join(said)), "\n".join(checks)))
    return found


def as_text(clauses: Any) -> str:
    """The clauses as they are typed."""
    parts = []
    for clause in clauses:
        checks = [MARK + line for line in clause.how_checked.split("\n") if line]
        parts.append("\n".join([clause.text, *checks]))
    return "\n\n".join(parts)


def clauses_field() -> forms.CharField:
    return words(
        _("Clauses"),
        LONGEST,
        18,
        help_text=format_lazy(
            _(
                "Apart by an empty line; they are numbered here. A line that begins with “{mark}”"
                " or “How checked:” says how the clause is checked."
            ),
            mark=MARK,
        ),
    )


class VersionForm(DeedForm):
    document = line(_("Document number"), 60, required=False)
    from_on = day(_("In force from"))
    clauses = clauses_field()

    def known(self, target: Any) -> dict[str, Any]:
        last = target.versions.order_by("-number")[0]
        return {"from_on": today(), "clauses": as_text(last.clauses.order_by("number"))}

    def clean_clauses(self) -> list[SaidClause]:
        return clauses_in(self.cleaned_data["clauses"])


class IssueForm(VersionForm):
    field = choice(pgettext_lazy("of a standard", "Field"), StandardField.choices)
    title = line(_("Title"), 120)
    issued_by = line(pgettext_lazy("a standard", "Issued by"), 120)
    field_order = ("field", "title", "issued_by", "document", "from_on", "clauses")

    # Nothing is known beforehand: programs are asked for all of it.
    known = DeedForm.known


class CorrectForm(DeedForm):
    document = line(_("Document number"), 60, required=False)
    clauses = clauses_field()

    def known(self, target: Standard) -> dict[str, Any]:
        last = target.versions.order_by("-number")[0]
        return {
            "document": last.document,
            "clauses": as_text(last.clauses.order_by("number")),
        }

    def clean_clauses(self) -> list[SaidClause]:
        return clauses_in(self.cleaned_data["clauses"])


class EndForm(DeedForm):
    on = day(_("No longer in force from"))
    because = line(_("Why"), 200)


class _Clauses(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        text = obj.text if len(obj.text) <= 48 else f"{obj.text[:48]}…"
        title, number = obj.version.standard.title, obj.number
        return now_in("%(title)s, clause %(n)s: %(text)s") % {
            "title": title,
            "n": number,
            "text": text,
        }


class DeviationForm(DeedForm):
    clause = _Clauses(
        label=_("Clause"),
        queryset=StandardClause.objects.none(),
        to_field_name="public_id",
        empty_label="—",
    )
    on = day(_("Found on"))
    grounds = words(_("What departs from the clause"), 5000, 4)
    evidence = words(
        _("What shows it"),
        5000,
        3,
        help_text=_("Pictures, papers, who was there: in words, without anybody's number."),
    )

    def prepare(self) -> None:
        codes = _codes(self.target)
        self.among("clause", queries.clauses_at(codes, today() - BACK, today()))


class AnswerForm(DeedForm):
    answer = words(
        _("The firm's answer"), 5000, 5, help_text=_("Once. It stands beside the deviation.")
    )


class PutRightForm(DeedForm):
    how = words(_("How it was put right"), 5000, 4)
    on = day(_("Put right on"))


class TakeBackForm(DeedForm):
    because = words(_("Why it should not have been recorded"), 5000, 3)


# --- The verbs ---------------------------------------------------------------------------


def standard_url(standard: Standard) -> str:
    return reverse("communities:standard", args=[standard.public_id])


def deviations_url(_deviation: Any = None) -> str:
    return reverse("communities:deviations")


def deviation_name(deviation: Deviation) -> str:
    return f"{deviation.estate or deviation.firm} · {deviation.clause.version.standard}"


def _codes(target: Any) -> list[str]:
    if isinstance(target, Place):
        return [target.code]
    return queries.codes_of_firm(target, today())


def _upper(place: Any) -> bool:
    return place.kind in {PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT}


def _estate(place: Any) -> bool:
    return bool(place.kind == PlaceKind.ESTATE)


def _under_some(target: Any) -> None:
    """Raises WrongState where no standard is in force, or was a while ago."""
    if not queries.clauses_at(_codes(target), today() - BACK, today()).exists():
        raise WrongState(_("No standard is in force here."))


def _keeps(by: User, standard: Standard) -> None:
    check_keeps_register(by, standard.place)


def _not_over(deviation: Deviation) -> None:
    if not deviation.open:
        raise WrongState(_("This deviation is over: put right or taken back."))


def _unanswered(deviation: Deviation) -> None:
    _not_over(deviation)
    if deviation.answered_at is not None:
        raise WrongState(_("The firm has answered this deviation."))


def _runs(standard: Standard) -> None:
    if not standard.versions.filter(until_on=None).exists():
        raise WrongState(_("This standard has ended already."))


def _at_estate(estate: Place, /, *, by: User, clause: StandardClause, **given: Any) -> Deviation:
    return actions.record_deviation(clause, by=by, estate=estate, **given)


def _of_firm(firm: Any, /, *, by: User, clause: StandardClause, **given: Any) -> Deviation:
    return actions.record_deviation(clause, by=by, firm=firm, **given)


AT_PLACE = {
    "standard": Deed(
        _("Issue a detailed standard"),
        _("Enter the standard"),
        KEPT,
        IssueForm,
        actions.issue_standard,
        check_keeps_register,
        _upper,
        help=_("As it was issued. Everybody can read it."),
        leads=standard_url,
    ),
    "deviation": Deed(
        _("Record a deviation from a standard"),
        _("Record it"),
        _("It is on record, and the firm has been told in the portal."),
        DeviationForm,
        _at_estate,
        check_keeps_register,
        _estate,
        ready=_under_some,
    ),
}

AT_FIRM = {
    "deviation": Deed(
        _("Record a deviation from a standard"),
        _("Record it"),
        _("It is on record, and the firm has been told in the portal."),
        DeviationForm,
        _of_firm,
        check_keeps_firm,
        ready=_under_some,
        help=_("What was found at an estate is recorded on the page of the estate."),
    )
}

STANDARD_DEEDS = {
    "version": Deed(
        _("A later version"),
        _("Enter the version"),
        KEPT,
        VersionForm,
        actions.issue_version,
        _keeps,
        help=_("The version before it ends on the day this one begins, and stays readable."),
        leads=standard_url,
    ),
    "correct": Deed(
        _("Copied wrongly"),
        _("Keep the correction"),
        KEPT,
        CorrectForm,
        actions.correct_standard,
        _keeps,
        help=_("For slips of the keyboard in the last version. A change is a later version."),
    ),
    "end": Deed(
        _("No longer in force"),
        _("End the standard"),
        KEPT,
        EndForm,
        actions.end_standard,
        _keeps,
        ready=_runs,
        grave=True,
    ),
}

DEVIATION_DEEDS = {
    "answer": Deed(
        _("Answer a deviation"),
        _("Send the answer"),
        _("The answer stands beside the deviation."),
        AnswerForm,
        actions.answer_deviation,
        check_answers_deviation,
        ready=_unanswered,
    ),
    "put_right": Deed(
        _("The deviation was put right"),
        _("Record it"),
        _("It is on record as put right."),
        PutRightForm,
        actions.put_deviation_right,
        check_records_deviation,
        ready=_not_over,
    ),
    "take_back": Deed(
        _("Take a deviation back"),
        _("Take it back"),
        _("The deviation is taken back and counts no more."),
        TakeBackForm,
        actions.take_deviation_back,
        check_records_deviation,
        ready=_not_over,
        grave=True,
    ),
}
