"""An action plan of the subdistrict and a task of it, for tests."""

from datetime import date
from decimal import Decimal as D
from typing import Any

from accounts.models import User
from communities import actions
from communities.actions import PlannedTask
from communities.models import ActionPlan, PlanProgress, PlanTarget, PlanTask
from tests.factories import County
from tests.moments import at

People = dict[str, User]
NOON = at("2026-03-16 12:00")
TODAY = date(2026, 3, 16)


def a_plan(county: County, people: People) -> ActionPlan:
    return actions.draw_up_plan(
        county.subdistrict,
        by=people["subdistrict"],
        template="free",
        title="三年行动",
        from_year=2025,
        until_year=2027,
    )


def a_task(plan: ActionPlan, people: People, county: County) -> PlanTask:
    planned = PlannedTask(
        title="建成示范点", unit="个", place=county.estate, targets=[D(8), None, D(23)]
    )
    return actions.add_task(plan, by=people["subdistrict"], task=planned)


def kept() -> tuple[Any, ...]:
    """Everything plans are made of, to be compared before and after a refusal."""
    return tuple(
        list(model.objects.order_by("pk").values())
        for model in (ActionPlan, PlanTask, PlanTarget, PlanProgress)
    )
