"""What is asked about action plans, and their verbs as both doors know them."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.now import today
from communities import actions
from communities.forms._deeds import Deed, DeedForm, choice, day, line, words
from communities.forms._deeds import number as count
from communities.models import (
    DESK_BODIES,
    DIVISIONS,
    ActionPlan,
    Body,
    BodyKind,
    Place,
    PlaceKind,
    PlanTask,
    PlanTemplate,
)
from communities.permissions import check_keeps_register, check_reports_progress

KEPT = _("The plan is kept.")
NONE = "-"  # no target for a year


class DrawUpForm(DeedForm):
    template = choice(
        _("Template"),
        PlanTemplate.choices,
        help_text=_("The plan begins with its tasks; each can be changed or taken out."),
    )
    title = line(_("Title"), 120, required=False, help_text=_("Empty: the template's own."))
    from_year = count(_("First year"), 2200)
    until_year = count(_("Last year"), 2200)
    purpose = words(_("Purpose"), 2000, 3, required=False)
    document = line(_("Document number"), 60, required=False)

    def known(self, target: Any) -> dict[str, Any]:
        return {"from_year": today().year, "until_year": today().year + 2}


class PlanForm(DeedForm):
    title = line(_("Title"), 120)
    from_year = count(_("First year"), 2200)
    until_year = count(_("Last year"), 2200)
    purpose = words(_("Purpose"), 2000, 3, required=False)
    document = line(_("Document number"), 60, required=False)

    def known(self, target: ActionPlan) -> dict[str, Any]:
        return {name: getattr(target, name) for name in self.base_fields}


class TaskForm(DeedForm):
    title = line(_("What is to be done"), 200)
    section = line(_("Section"), 60, required=False)
    unit = line(
        _("Counted in"), 20, required=False, help_text=_("Empty: done when it is done, 1 or 0.")
    )
    targets = line(
        _("Targets"),
        200,
        required=False,
        help_text=_(
            "A figure for each year of the plan, counted from its start, apart by spaces:"
            " 8 16 23. A dash: no target for that year."
        ),
    )
    owner = forms.ModelChoiceField(
        label=_("Who leads it"),
        queryset=Body.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Please choose"),
    )
    place = line(
        _("Where"),
        120,
        required=False,
        help_text=_("The name or code of a site within the plan's place; empty: the whole of it."),
    )

    @property
    def plan(self) -> ActionPlan:
        found: ActionPlan = self.target
        return found

    def prepare(self) -> None:
        kinds = (*DESK_BODIES, BodyKind.DEPARTMENT)
        rows = Body.objects.filter(kind__in=kinds, place__code__startswith=self.plan.place.code[:6])
        self.among("owner", rows.filter(dissolved_on=None).order_by("place__code", "name"))

    def clean_targets(self) -> list[Decimal | None]:
        said = self.cleaned_data["targets"].replace("，", " ").replace(",", " ").split()
        try:
            return [None if word in {NONE, "－", "—"} else Decimal(word) for word in said]
        except InvalidOperation:
            raise forms.ValidationError(_("Give figures, apart by spaces.")) from None

    def clean_place(self) -> Place | None:
        said = self.cleaned_data["place"].strip()
        if not said:
            return None
        rows = Place.objects.under(self.plan.place.code).open_on(today())
        rows = rows.exclude(kind__in=(PlaceKind.DWELLING, PlaceKind.ENTRANCE))
        found = list(rows.filter(code=said) or rows.filter(name=said)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("Several places bear this name: give the code.")
                if found
                else _("No place of this name or code lies within the plan's place.")
            )
        return found[0]

    @property
    def given(self) -> dict[str, Any]:
        return {"task": actions.PlannedTask(**self.cleaned_data)}


class ChangeTaskForm(TaskForm):
    @property
    def plan(self) -> ActionPlan:
        found: ActionPlan = self.target.plan
        return found

    def known(self, target: PlanTask) -> dict[str, Any]:
        set_for = {row.year: f"{row.amount.normalize():f}" for row in target.targets.all()}
        years = range(target.plan.from_year, target.plan.until_year + 1)
        return {
            "title": target.title,
            "section": target.section,
            "unit": target.unit,
            "targets": " ".join(set_for.get(year, NONE) for year in years) if set_for else "",
            "owner": target.owner.code if target.owner else "",
            "place": target.place.code if target.place else "",
        }


class ProgressForm(DeedForm):
    amount = forms.DecimalField(
        label=_("Reached"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        help_text=_("All of it, counted from the plan's start."),
    )
    on = day(_("By this day"))
    note = words(_("Note"), 2000, 3, required=False, help_text=_("For the staff alone."))

    def known(self, target: Any) -> dict[str, Any]:
        return {"on": today()}


class CompletionForm(DeedForm):
    report = words(
        _("Completion report"),
        5000,
        8,
        help_text=_("What was reached, what was not and why. Everybody can read it."),
    )
    on = day(_("Completed on"))

    def known(self, target: Any) -> dict[str, Any]:
        return {"on": today()}


class EmptyForm(DeedForm):
    """A verb that asks nothing more."""


# --- The verbs ---------------------------------------------------------------------------


def plan_url(plan: ActionPlan) -> str:
    return reverse("communities:action_plan", args=[plan.public_id])


def _upper(place: Any) -> bool:
    return place.kind in DIVISIONS


def _keeps(by: User, plan: ActionPlan) -> None:
    check_keeps_register(by, plan.place)


def _keeps_plan(by: User, task: PlanTask) -> None:
    check_keeps_register(by, task.plan.place)


AT_PLACE = {
    "action_plan": Deed(
        _("Draw up an action plan"),
        _("Draw it up"),
        _("The plan is drawn up. Now give each task its targets."),
        DrawUpForm,
        actions.draw_up_plan,
        check_keeps_register,
        _upper,
        leads=plan_url,
    )
}

PLAN_DEEDS = {
    "task": Deed(_("Add a task"), _("Add the task"), KEPT, TaskForm, actions.add_task, _keeps),
    "change": Deed(
        _("What the plan says of itself"),
        _("Keep the plan"),
        KEPT,
        PlanForm,
        actions.change_plan,
        _keeps,
    ),
    "complete": Deed(
        _("Complete the plan"),
        _("Hand in the report"),
        _("The plan is over. Its report stands on its page."),
        CompletionForm,
        actions.complete_plan,
        _keeps,
        grave=True,
        help=_("Afterwards nothing of the plan can be changed."),
    ),
}

TASK_DEEDS = {
    "progress": Deed(
        _("Report progress"),
        _("Report it"),
        _("The progress is on record."),
        ProgressForm,
        actions.record_progress,
        check_reports_progress,
        help=_("Reports stay on record; a later one takes the place of an earlier."),
    ),
    "change": Deed(
        _("Change a task"),
        _("Keep the task"),
        KEPT,
        ChangeTaskForm,
        actions.change_task,
        _keeps_plan,
    ),
    "remove": Deed(
        _("Take a task out"),
        _("Take it out"),
        _("The task is out of the plan."),
        EmptyForm,
        actions.remove_task,
        _keeps_plan,
        grave=True,
    ),
}
