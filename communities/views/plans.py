"""Action plans: the list, and one plan with its targets, what is reached, and its report."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.now import today
from common.paging import page_of
from communities.forms.keeping import open_deeds
from communities.models import PlanTemplate
from communities.queries import plans as queries
from communities.views.firms import pages, reader, seat_of


@never_cache
@require_safe
def action_plans(request: HttpRequest) -> HttpResponse:
    """Every plan of the register, for everybody to read."""
    asked = {name: request.GET.get(name, "")[:20] for name in ("template", "state")}
    rows = queries.plan_list(template=asked["template"], state=asked["state"])
    page = page_of(rows, queries.NEWEST, cursor=request.GET.get("cursor", ""))
    context: dict[str, Any] = {
        "plans": page.rows,
        "asked": asked,
        "templates": PlanTemplate.choices,
        "seat": seat_of(reader(request)),
    }
    return render(request, "communities/action_plans/list.html", context | pages(page, asked))


@never_cache
@require_safe
def action_plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One plan; those who keep the register of its place find its forms."""
    user = reader(request)
    plan = queries.plan_of(user, str(public_id))
    context = {
        "page": queries.plan_page(plan, user, today()),
        "plan": plan,
        "today": today(),
        "deeds": open_deeds(user, "action_plan", plan) if plan.completed_on is None else [],
    }
    return render(request, "communities/action_plans/plan.html", context)
