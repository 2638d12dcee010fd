"""Action plans as they are read: the list, and one plan with what was set against what is reached.

Plans are public documents of the district: titles, tasks, figures, reports. What clerks noted
beside a figure, and who entered it, is for those who keep the register of the plan.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, F, Q, QuerySet
from django.db.models.functions import Cast, Concat
from django.http import Http404

from accounts.models import User
from common.paging import Sorting
from communities.models import ActionPlan, PlanProgress, PlanTask, PlanTemplate
from communities.permissions import keeps_register, reports_progress

# Those that run first, then the newest.
NEWEST = Sorting("begins", "key", descending=True)
ENTRIES = 50


def _one(rows: "QuerySet[Any]", key: str) -> Any:
    try:
        found = rows.filter(public_id=UUID(key)).first()
    except ValueError:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


def plan_of(_user: User | None, key: str) -> ActionPlan:
    found: ActionPlan = _one(ActionPlan.objects.select_related("place__parent__parent"), key)
    return found


def task_of(_user: User | None, key: str) -> PlanTask:
    rows = PlanTask.objects.select_related(
        "plan__place__parent__parent", "place__parent__parent__parent", "owner"
    )
    found: PlanTask = _one(rows, key)
    return found


def plan_list(*, template: str = "", state: str = "", under: str = "") -> "QuerySet[Any]":
    """The plans, those that run before those that are over, each with its number of tasks."""
    rows = ActionPlan.objects.select_related("place").annotate(
        key=Cast("public_id", CharField()),
        begins=Concat(Cast("from_year", CharField()), Cast("until_year", CharField())),
        count=Count("tasks"),
    )
    if template in PlanTemplate.values:
        rows = rows.filter(template=template)
    if state in {"open", "over"}:
        rows = rows.filter(completed_on__isnull=state == "open")
    return rows.filter(place__code__startswith=under) if under else rows


@dataclass(frozen=True)
class Year:
    """What a task was to reach by the end of a year, and what it had reached by then."""

    year: int
    target: Decimal | None
    reached: Decimal | None
    over: bool  # the year

    @property
    def state(self) -> str:
        """`met`, `missed` or `running`; nothing where nothing was set or it has not begun."""
        if self.target is None or self.reached is None:
            return ""
        if self.reached >= self.target:
            return "met"
        return "missed" if self.over else "running"


@dataclass(frozen=True)
class TaskSeen:
    """A task with its years; `share` is of the last target, in hundredths, never above 100."""

    task: PlanTask
    years: list[Year]
    reached: Decimal
    entries: list[PlanProgress]
    reports: bool

    @property
    def goal(self) -> Decimal | None:
        set_for = [year.target for year in self.years if year.target is not None]
        return set_for[-1] if set_for else None

    @property
    def share(self) -> int | None:
        """Nothing to reach is blank, never all of it."""
        if not self.goal:
            return None
        return min(100, int(self.reached * 100 / self.goal))

    @property
    def done(self) -> bool:
        return self.goal is not None and self.reached >= self.goal


@dataclass(frozen=True)
class PlanPage:
    """A plan as one reader is shown it."""

    plan: ActionPlan
    years: list[int]
    sections: list[tuple[str, list[TaskSeen]]]
    keeps: bool

    @property
    def tasks(self) -> list[TaskSeen]:
        return [task for _section, tasks in self.sections for task in tasks]

    @property
    def done(self) -> int:
        return sum(task.done for task in self.tasks)

    @property
    def sites(self) -> int:
        """The places at which tasks are done: demonstration sites, each counted once."""
        return len({task.task.place_id for task in self.tasks if task.task.place_id})


def plan_page(plan: ActionPlan, user: User | None, on: date) -> PlanPage:
    """The same number of queries however many tasks there are."""
    rows = plan.tasks.select_related("owner", "place__parent__parent__parent")
    rows = rows.prefetch_related("targets", "progress__by").order_by("position")
    years = list(range(plan.from_year, plan.until_year + 1))
    sections: dict[str, list[TaskSeen]] = {}
    for task in rows:
        task.plan = plan
        reports = user is not None and plan.completed_on is None and reports_progress(user, task)
        sections.setdefault(task.section, []).append(_seen(task, years, on, reports))
    keeps = user is not None and keeps_register(user, plan.place)
    return PlanPage(plan, years, list(sections.items()), keeps)


def _seen(task: PlanTask, years: list[int], on: date, reports: bool) -> TaskSeen:
    targets = {target.year: target.amount for target in task.targets.all()}
    entries = sorted(task.progress.all(), key=lambda entry: (entry.on, entry.pk))
    entries = [entry for entry in entries if entry.on <= on]
    seen = [
        Year(year, targets.get(year), _reached(entries, year, on), year < on.year) for year in years
    ]
    reached = entries[-1].amount if entries else Decimal(0)
    return TaskSeen(task, seen, reached, entries[::-1][:ENTRIES], reports)


def _reached(entries: list[PlanProgress], year: int, on: date) -> Decimal | None:
    """The last figure by the end of a year; nothing of a year that is still to come."""
    if year > on.year:
        return None
    by_then = [entry.amount for entry in entries if entry.on.year <= year]
    return by_then[-1] if by_then else Decimal(0)


def plans_at(code: str) -> "QuerySet[ActionPlan]":
    """The open plans of a place and of those it lies in."""
    above = [code[:length] for length in (6, 9, 12) if length <= len(code)]
    rows = ActionPlan.objects.filter(Q(place__code__in=above), completed_on=None)
    return rows.order_by(F("from_year").desc(), "pk")
