"""Changing rules on a page: one line, the one setting of hours, or which category."""

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.now import SHANGHAI
from communities.scope import day_of
from complaints import clock
from complaints.actions.rules import UNNAMED
from complaints.forms._verb import choice
from complaints.models import Rule, RuleStage, Unit
from complaints.queries.rule_pages import categories_to_choose
from complaints.queries.rulebook import Hours, Slot
from complaints.workflow import Rung

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Choices = list[tuple[str, StrOrPromise]]

# A number and one of these, as people say a time. The verb knows seconds and days.
MEASURES: dict[str, tuple["StrOrPromise", str, int]] = {
    "seconds": (_("seconds"), Unit.SECONDS, 1),
    "minutes": (_("minutes"), Unit.SECONDS, 60),
    "hours": (_("hours"), Unit.SECONDS, 3600),
    "working_days": (_("working days"), Unit.WORKING_DAYS, 1),
    "calendar_days": (_("calendar days"), Unit.CALENDAR_DAYS, 1),
}
LARGEST = 10**8
SEVERAL = re.compile(r"[,，、;；\s]+")
NOT_A_NUMBER = _("Give a whole number above 0.")


def measured(amount: int, unit: str) -> tuple[int, str]:
    """A number and the largest measure that says it without a rest."""
    if unit != Unit.SECONDS:
        return amount, unit
    for name in ("hours", "minutes"):
        size = MEASURES[name][2]
        if amount % size == 0:
            return amount // size, name
    return amount, "seconds"


def number(label: "StrOrPromise", *, hint: "StrOrPromise" = "", required: bool = True) -> Any:
    return forms.IntegerField(
        label=label,
        help_text=hint,
        required=required,
        min_value=1,
        max_value=LARGEST,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), NOT_A_NUMBER),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


def clock_time(label: "StrOrPromise", hint: "StrOrPromise") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Give a time such as 20:00.")},
    )


class RuleForm(forms.Form):
    """One line of the rules; hours have a page of their own. `arguments` are the verb's."""

    use_required_attribute = False

    amount = number(_("How long"))
    measure = choice(_("Counted in"), [], required=_("Choose a unit."), widget=forms.Select)
    source = forms.CharField(
        label=_("Law or decision behind it"),
        help_text=_("For example the number and date of a document. Residents do not see it."),
        required=False,
        max_length=200,
    )
    valid_on = forms.DateField(
        label=_("Holds from"),
        help_text=_("Empty: from now on. A later day: from 0:00 of that day."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("There is no such day.")},
    )
    span = number(
        _("Rungs of the ladder apart"),
        hint=_("Empty: 3 hours (or as long as the time itself, if shorter), or 1 working day."),
        required=False,
    )
    span_measure = choice(_("Counted in"), [], widget=forms.Select)
    reminders = forms.CharField(
        label=_("Reminders"),
        help_text=_(
            "For minutes and hours: hundredths of the time, such as 50, 80. For days: how many "
            "working days before the last one, such as 1. Empty: as usual. 0: none."
        ),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "text"}),
    )
    ladder = forms.MultipleChoiceField(
        label=_("Who hears of it once it is late"),
        choices=[],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, *, slot: Slot, rule: Rule, at: datetime) -> None:
        self.slot, self.at = slot, at
        super().__init__(data, initial=_filled_from(slot, rule))
        measures: Choices = [(name, words) for name, (words, _unit, _size) in MEASURES.items()]
        for name in ("measure", "span_measure"):
            self.fields[name].choices = measures  # type: ignore[attr-defined]
        if slot.promise:
            rungs = [r for r in Rung if r != Rung.HEAD or slot.stage == RuleStage.HANDLE]
            self.fields["ladder"].choices = [(r.value, r.label) for r in rungs]  # type: ignore[attr-defined]
        else:
            for name in ("span", "span_measure", "reminders", "ladder"):
                del self.fields[name]

    def clean_reminders(self) -> list[int] | None:
        """None as usual; an empty list for a single 0."""
        text: str = self.cleaned_data["reminders"].strip()
        if not text:
            return None
        try:
            told = [int(word) for word in SEVERAL.split(text) if word]
        except ValueError:
            raise forms.ValidationError(_("Give whole numbers, such as 50, 80.")) from None
        return [] if told == [0] else told

    def clean_valid_on(self) -> datetime | None:
        """The beginning of the day; None for today, which has begun already."""
        on: date | None = self.cleaned_data["valid_on"]
        if on is None or on == day_of(self.at):
            return None
        return datetime.combine(on, time.min, SHANGHAI)

    @property
    def more_open(self) -> bool:
        """Whether something is wrong with what is folded away."""
        return bool({"span", "span_measure", "reminders", "ladder"} & self.errors.keys())

    def arguments(self) -> dict[str, Any]:
        """What is said, in the verb's words."""
        said = self.cleaned_data
        unit, size = MEASURES[said["measure"]][1:]
        found = {
            "amount": said["amount"] * size,
            "unit": unit,
            "source": said["source"],
            "valid_from": said["valid_on"],
        }
        if self.slot.promise:
            found |= {"reminders": said["reminders"], "ladder": said["ladder"]}
            if said["span"]:
                span_unit, span_size = MEASURES[said["span_measure"] or "hours"][1:]
                found |= {"span_amount": said["span"] * span_size, "span_unit": span_unit}
        return found


# Where the verb's refusals belong on this form.
PLACED = {"span_amount": "span", "span_unit": "span_measure", "valid_from": "valid_on"}


def _filled_from(slot: Slot, rule: Rule) -> dict[str, Any]:
    """What the form begins with: the rule that governs the line now."""
    amount, measure = measured(rule.amount, rule.unit)
    span, span_measure = measured(rule.span_amount, rule.span_unit)
    # A preset's source is no longer that of a time set by hand.
    named = not rule.preset and rule.source not in UNNAMED
    reminders = "" if rule.reminders is None else ", ".join(map(str, rule.reminders)) or "0"
    return {
        "amount": amount,
        "measure": measure,
        "source": rule.source if named else "",
        "span": span,
        "span_measure": span_measure,
        "reminders": reminders,
        "ladder": [rung.value for rung in clock.rungs(rule)] if slot.promise else [],
    }


class HoursForm(forms.Form):
    """The one setting of a place for everything that is not urgent."""

    use_required_attribute = False

    quiet_from = clock_time(_("No time runs from"), _("For example 20:00. Empty: day and night."))
    quiet_until = clock_time(
        _("No time runs until"), _("For example 08:00. Hours rest in between.")
    )
    closes_at = clock_time(
        _("Close of business"),
        _("For example 17:30: a last day ends then. Empty: it ends at 24:00."),
    )

    def __init__(self, data: Any, *, hours: Hours) -> None:
        initial = {
            name: getattr(hours, name) for name in ("quiet_from", "quiet_until", "closes_at")
        }
        super().__init__(data, initial=initial)

    @property
    def hours(self) -> Hours:
        return Hours(**self.cleaned_data)


class CategoryForm(forms.Form):
    """Which category is to have a time of its own, and for which stage."""

    use_required_attribute = False

    stage = choice(_("For what"), RuleStage.choices, required=_("Choose a stage."))
    category = forms.ChoiceField(
        label=_("Category"),
        help_text=_("A whole group, or one kind of matter; the nearer one counts."),
        error_messages={"required": _("Choose a category.")},
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        groups: list[Any] = [("", _("Please choose"))]
        for group, leaves in categories_to_choose():
            inside = [(leaf.code, leaf.name) for leaf in leaves]
            whole = _("%(group)s: all of it") % {"group": group.name}
            groups.append((group.name, [(group.code, whole), *inside]))
        self.fields["category"].choices = groups  # type: ignore[attr-defined]

    @property
    def which(self) -> tuple[str, str]:
        """Stage and category, as the address of the line names them."""
        return self.cleaned_data["stage"], self.cleaned_data["category"]
