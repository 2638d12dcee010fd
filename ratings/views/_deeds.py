"""The verbs of a sheet that need a word or two: their page, their form, their function."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ratings.actions import assessments as actions
from ratings.actions import rectification
from ratings.forms.assessments import AskForm, ReasonForm
from ratings.queries.sheet_page import SheetPage

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Deed:
    """`form` from what was sent and the page; `do` is the verb; `done` what is said then."""

    title: "StrOrPromise"
    explains: "StrOrPromise"
    button: "StrOrPromise"
    done: "StrOrPromise"
    do: Callable[..., Any]
    form: Callable[[QueryDict | None, SheetPage], forms.Form]


def _plain(data: QueryDict | None, _page: SheetPage) -> forms.Form:
    return forms.Form(data)


def _reason(data: QueryDict | None, _page: SheetPage) -> forms.Form:
    return ReasonForm(data)


def _ask(data: QueryDict | None, page: SheetPage) -> forms.Form:
    return AskForm(data, rows=list(page.askable))


DEEDS: dict[str, Deed] = {
    "take-over": Deed(
        _("Take this sheet over"),
        _("You go on with what is entered. Whoever began it is told."),
        _("Take over"),
        _("The sheet is yours now."),
        actions.take_over,
        _plain,
    ),
    "drop": Deed(
        _("Throw this draft away"),
        _("What was entered is gone; the sheet can be begun again."),
        _("Throw away"),
        _("The draft is gone."),
        actions.drop,
        _plain,
    ),
    "confirm": Deed(
        _("Confirm this verdict"),
        _("You say that the meeting settled it so. With this it is settled and counts."),
        pgettext_lazy("a verdict", "Confirm"),
        _("Confirmed. It counts, and the firm can read it."),
        actions.confirm,
        _plain,
    ),
    "send-back": Deed(
        _("Give this verdict back"),
        _("It becomes a draft again. Whoever handed it in reads the reason."),
        _("Give back"),
        _("Given back with the reason."),
        actions.send_back,
        _reason,
    ),
    "correct": Deed(
        _("Correct this sheet"),
        _("Another sheet begins with these entries. This one counts until the other is settled."),
        _("Begin the correction"),
        _("The correction is begun."),
        actions.correct,
        _reason,
    ),
    "rectify": Deed(
        _("Have deductions put right"),
        _("The firm gets a deadline for each; you look at it again when it reports."),
        _("Ask the firm"),
        _("The firm is asked."),
        rectification.ask,
        _ask,
    ),
}
