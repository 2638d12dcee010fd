"""Verbs of action plans: drawn up from a template, changed while open, reported on, closed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import WrongState
from common.now import now, today
from communities.actions.estates import refuse
from communities.models import (
    DIVISIONS,
    ActionPlan,
    Body,
    Place,
    PlanProgress,
    PlanTarget,
    PlanTask,
    PlanTemplate,
)
from communities.permissions import check_keeps_register
from communities.permissions.plans import check_reports_progress

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TEMPLATES = Path(__file__).parent.parent / "data" / "plan_templates.json"
EARLIEST = 2000
LONGEST = 10  # years
MOST_TASKS = 200
MOST = Decimal("9999999999.99")  # as much as the column holds


@cache
def templates() -> dict[str, dict[str, Any]]:
    """What each template begins with, from communities/data."""
    read: dict[str, Any] = json.loads(TEMPLATES.read_text("utf-8"))
    return {name: read[name] for name in PlanTemplate.values}


@dataclass(frozen=True)
class PlannedTask:
    """What is to be done: counted in a unit, or, without one, done when it is done.

    `targets` has a figure for each year of the plan, counted from its start; None for no target.
    """

    title: str
    section: str = ""
    unit: str = ""
    owner: Body | None = None
    place: Place | None = None
    targets: Sequence[Decimal | None] = ()


@transaction.atomic
def draw_up_plan(
    place: Place,
    *,
    by: Actor,
    template: str,
    from_year: int,
    until_year: int,
    title: str = "",
    purpose: str = "",
    document: str = "",
) -> ActionPlan:
    """A plan of a place with the tasks of its template. Raises Invalid, by field."""
    check_keeps_register(by, place)
    begun = templates().get(template)
    wrong: dict[str, StrOrPromise] = _wrong_years(from_year, until_year)
    if begun is None:
        wrong["template"] = _("There is no such template.")
    if place.kind not in DIVISIONS:
        wrong["place"] = _("A plan belongs to a district, a subdistrict or a community.")
    named = title.strip() or (begun or {}).get("title", "")
    if not named:
        wrong["title"] = _("Give the plan a title.")
    refuse(wrong)
    plan = ActionPlan.objects.create(
        place=place,
        template=template,
        title=named,
        purpose=purpose.strip() or templates()[template]["purpose"],
        document=document.strip(),
        from_year=from_year,
        until_year=until_year,
        by=by if isinstance(by, User) else None,
        entered_at=now(),
    )
    PlanTask.objects.bulk_create(
        PlanTask(plan=plan, position=at, **task)
        for at, task in enumerate(templates()[template]["tasks"], 1)
    )
    _told(plan, "draw_up_plan", by, place=place.code, template=template)
    return plan


@transaction.atomic
def change_plan(
    plan: ActionPlan,
    *,
    by: Actor,
    title: str,
    from_year: int,
    until_year: int,
    purpose: str = "",
    document: str = "",
) -> ActionPlan:
    """Change what a plan says of itself. Raises Invalid where a year with targets would go."""
    plan = _open(plan, by)
    wrong = _wrong_years(from_year, until_year)
    if not title.strip():
        wrong["title"] = _("Give the plan a title.")
    targets = PlanTarget.objects.filter(task__plan=plan)
    if not wrong and targets.exclude(year__range=(from_year, until_year)).exists():
        wrong["until_year"] = _("There are targets of years outside: change those first.")
    refuse(wrong)
    plan.title, plan.purpose, plan.document = title.strip(), purpose.strip(), document.strip()
    plan.from_year, plan.until_year = from_year, until_year
    plan.save()
    _told(plan, "change_plan", by, from_year=from_year, until_year=until_year)
    return plan


@transaction.atomic
def add_task(plan: ActionPlan, *, by: Actor, task: PlannedTask) -> PlanTask:
    """One more task, at the end. Raises Invalid, by field."""
    plan = _open(plan, by)
    last = plan.tasks.aggregate(last=Max("position"))["last"] or 0
    refuse(_wrong_task(plan, task))
    if plan.tasks.count() >= MOST_TASKS:
        raise WrongState(_("A plan has two hundred tasks at most."))
    made = PlanTask(plan=plan, position=last + 1)
    _write(made, task)
    _told(plan, "add_task", by, task=str(made.public_id))
    return made


@transaction.atomic
def change_task(of: PlanTask, *, by: Actor, task: PlannedTask) -> PlanTask:
    """Change a task and its targets; what was reported of it stays. Raises Invalid, by field."""
    plan = _open(of.plan, by)
    of = _still_there(plan, of)
    wrong = _wrong_task(plan, task)
    if of.unit != task.unit.strip() and of.progress.exists():
        wrong["unit"] = _("Progress is counted in this unit already.")
    refuse(wrong)
    _write(of, task)
    _told(plan, "change_task", by, task=str(of.public_id))
    return of


@transaction.atomic
def remove_task(of: PlanTask, *, by: Actor) -> None:
    """Take a task out again. Raises WrongState once progress was reported: that is kept."""
    plan = _open(of.plan, by)
    of = _still_there(plan, of)
    if of.progress.exists():
        raise WrongState(_("Progress was reported of this task: it stays in the plan."))
    _told(plan, "remove_task", by, task=str(of.public_id))
    of.delete()


@transaction.atomic
def record_progress(
    of: PlanTask, *, by: Actor, amount: Decimal, on: date | None = None, note: str = ""
) -> PlanProgress:
    """What has been reached by a day, counted from the plan's start. Appended, never edited.

    Less than before needs a word why. Raises Invalid, by field; WrongState once the plan is over.
    """
    check_reports_progress(by, of)
    plan = _locked(of.plan)
    of = _still_there(plan, of)
    on = on or today()
    wrong: dict[str, StrOrPromise] = {}
    if on > today():
        wrong["on"] = _("This day is still to come.")
    elif on.year < plan.from_year:
        wrong["on"] = _("The plan had not begun on this day.")
    before = of.progress.filter(on__lte=on).order_by("-on", "-pk").first()
    if (said := _wrong_amount(amount, of.unit)) is not None:
        wrong["amount"] = said
    elif before is not None and amount < before.amount and not note.strip():
        wrong["note"] = _("This is less than before: say why.")
    refuse(wrong)
    made = PlanProgress.objects.create(
        task=of,
        on=on,
        amount=amount,
        note=note.strip(),
        by=by if isinstance(by, User) else None,
        entered_at=now(),
    )
    _told(plan, "record_progress", by, task=str(of.public_id), amount=str(amount))
    return made


@transaction.atomic
def complete_plan(
    plan: ActionPlan, *, by: Actor, report: str, on: date | None = None
) -> ActionPlan:
    """The completion report: with it the plan is over. Raises Invalid, by field."""
    plan = _open(plan, by)
    on = on or today()
    wrong: dict[str, StrOrPromise] = {}
    if not report.strip():
        wrong["report"] = _("Say what was reached and what was not.")
    if on > today():
        wrong["on"] = _("This day is still to come.")
    elif on.year < plan.from_year:
        wrong["on"] = _("The plan had not begun on this day.")
    refuse(wrong)
    plan.report, plan.completed_on = report.strip(), on
    plan.save(update_fields=["report", "completed_on"])
    _told(plan, "complete_plan", by, on=on.isoformat())
    return plan


# --- What the verbs share ----------------------------------------------------------------


def _told(plan: ActionPlan, verb: str, by: Actor, **facts: Any) -> None:
    audit.record(by=by, verb=verb, target_kind="action_plan", target=str(plan.public_id), **facts)


def _locked(plan: ActionPlan) -> ActionPlan:
    """The plan as it is now, nobody else at it. Raises WrongState once it is over."""
    rows = ActionPlan.objects.select_for_update(of=("self",)).select_related("place")
    plan = rows.get(pk=plan.pk)
    if plan.completed_on is not None:
        raise WrongState(_("This plan is over: its completion report is in."))
    return plan


def _still_there(plan: ActionPlan, task: PlanTask) -> PlanTask:
    """The task as it is now, under the lock of its plan."""
    found = plan.tasks.filter(pk=task.pk).first()
    if found is None:
        raise WrongState(_("This task was taken out of the plan meanwhile."))
    return found


def _open(plan: ActionPlan, by: Actor) -> ActionPlan:
    check_keeps_register(by, plan.place)
    return _locked(plan)


def _wrong_years(from_year: int, until_year: int) -> "dict[str, StrOrPromise]":
    if not EARLIEST <= from_year <= today().year + LONGEST:
        return {"from_year": _("This is no year of a plan.")}
    if not from_year <= until_year < from_year + LONGEST:
        return {"until_year": _("A plan lasts from one to ten years.")}
    return {}


def _wrong_task(plan: ActionPlan, task: PlannedTask) -> "dict[str, StrOrPromise]":
    wrong: dict[str, StrOrPromise] = {}
    if not task.title.strip():
        wrong["title"] = _("Say what is to be done.")
    if task.place is not None and not task.place.code.startswith(plan.place.code):
        wrong["place"] = _("This lies outside the place of the plan.")
    if task.owner is not None and task.owner.place.code[:6] != plan.place.code[:6]:
        wrong["owner"] = _("This body is of another district.")
    if said := _wrong_targets(plan, task):
        wrong["targets"] = said
    return wrong


def _wrong_targets(plan: ActionPlan, task: PlannedTask) -> "StrOrPromise | None":
    """Counted from the plan's start, so that no year asks for less than the one before."""
    if len(task.targets) > plan.until_year - plan.from_year + 1:
        return _("There are more figures than the plan has years.")
    given = [amount for amount in task.targets if amount is not None]
    for amount in given:
        if (said := _wrong_amount(amount, task.unit.strip())) is not None:
            return said
    if given != sorted(given):
        return _("Targets are counted from the plan's start: no year asks for less than before.")
    return None


def _wrong_amount(amount: Decimal, unit: str) -> "StrOrPromise | None":
    if not amount.is_finite() or not 0 <= amount <= MOST:
        return _("Give a figure of nothing or more.")
    if not unit and amount not in {0, 1}:
        return _("This task is not counted: 1 for done, 0 for not yet.")
    return None


def _write(of: PlanTask, task: PlannedTask) -> None:
    of.title, of.section, of.unit = task.title.strip(), task.section.strip(), task.unit.strip()
    of.owner, of.place = task.owner, task.place
    of.save()
    of.targets.all().delete()
    PlanTarget.objects.bulk_create(
        PlanTarget(task=of, year=of.plan.from_year + at, amount=amount)
        for at, amount in enumerate(task.targets)
        if amount is not None
    )
