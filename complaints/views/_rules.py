"""What the pages about rules share: whose place it is, which line, and what a change would mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Conflict, DomainError
from common.forms import put_back
from communities.models import festival_words
from complaints.forms.rules import PLACED
from complaints.models import Rule, RuleStage
from complaints.queries.rule_changes import Change, Example, Moment, changes
from complaints.queries.rulebook import Rulebook, Slot
from complaints.queries.rules import ladder_words, reminder_words, rule_words, source_words
from complaints.workflow import Urgency

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What each time runs from.
STARTS: dict[str, "StrOrPromise"] = {
    RuleStage.INSPECT: gettext_lazy("Runs from the report"),
    RuleStage.HANDLE: gettext_lazy("Runs from the dispatch"),
    RuleStage.FEEDBACK: gettext_lazy("Runs from the report"),
    RuleStage.RATE: gettext_lazy("Runs from the answer"),
    RuleStage.REOPEN: gettext_lazy("Runs from the closing"),
}


def title_of(slot: Slot) -> str:
    """ "On-site check · Urgent", or the category's name instead."""
    which = slot.category.name if slot.category else Urgency(slot.urgency).label
    return _("%(stage)s · %(which)s") % {"stage": RuleStage(slot.stage).label, "which": which}


@dataclass(frozen=True)
class Due:
    """An example: from when, and when it would be due as things are and with the change."""

    words: str
    example: Example


@dataclass(frozen=True)
class Shown:
    """A line that would change: what differs (name, before, after), and examples."""

    title: str
    starts: "StrOrPromise"
    later: datetime | None
    differing: Sequence[tuple[str, str, str]]
    dues: Sequence[Due]


@dataclass(frozen=True)
class Preview:
    """What a change would mean, what it was reckoned from, and what to send to confirm it.

    `same`: lines that become the place's own without saying anything else than before.
    """

    at: datetime
    based_on: str
    shown: Sequence[Shown]
    same: int
    answers: Sequence[tuple[str, str]]


def preview_of(
    book: Rulebook, drafts: Sequence[Rule], answers: Sequence[tuple[str, str]] = ()
) -> Preview:
    """What these versions would mean; of many at once their sources are told elsewhere."""
    found = [_shown(book, change, sources=len(drafts) == 1) for change in changes(book, drafts)]
    shown = [line for line in found if line.differing]
    return Preview(book.at, book.fingerprint, shown, len(found) - len(shown), answers)


def _shown(book: Rulebook, change: Change, *, sources: bool) -> Shown:
    slot = change.slot
    before, after = (_facts(slot, r, sources=sources) for r in (change.before, change.after))
    return Shown(
        title_of(slot),
        STARTS[slot.stage],
        change.valid_from if change.valid_from > book.at else None,
        [
            (name, old, new)
            for (name, old), (_same, new) in zip(before, after, strict=True)
            if old != new
        ],
        [Due(moment_words(example.moment), example) for example in change.examples],
    )


def _facts(slot: Slot, rule: Rule, *, sources: bool) -> list[tuple[str, str]]:
    """What a rule says, by name."""
    found = [(_("Time"), rule_words(rule))]
    if slot.promise:
        found += [(_("Reminders"), reminder_words(rule)), (_("Ladder"), ladder_words(rule))]
    return [*found, (_("Source"), source_words(rule))] if sources else found


def moment_words(moment: Moment) -> str:
    """From when an example runs."""
    if moment.kind == "holiday":
        return _("Before %(festival)s") % {"festival": festival_words(moment.name)}
    words = {"now": _("Now"), "begins": _("When it begins"), "friday": _("On a Friday evening")}
    return words[moment.kind]


def answers_of(request: HttpRequest, form: forms.Form) -> list[tuple[str, str]]:
    """What was sent, to be sent again with the confirmation."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name in form.fields
    ]


def refused(form: forms.Form, refusal: DomainError) -> int:
    """Put a verb's refusal on the form; the status to answer with."""
    fields = {PLACED.get(name, name): words for name, words in refusal.fields.items()}
    put_back(form, type(refusal)(str(refusal), fields=fields))
    return Conflict.http_status if isinstance(refusal, Conflict) else 200
