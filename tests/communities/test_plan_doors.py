"""Action plans by their doors: the pages of readers and keepers, and programs."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import User
from communities import actions
from communities.actions import PlannedTask
from communities.models import ActionPlan, PlanTask
from communities.queries import plans as queries
from tests import factories
from tests.communities.planning import NOON, TODAY, a_plan, a_task, kept
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
Surf = Callable[[str], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.moment(NOON)]


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


@pytest.fixture
def plan(county: County, people: People) -> ActionPlan:
    return a_plan(county, people)


@pytest.fixture
def task(plan: ActionPlan, people: People, county: County) -> PlanTask:
    return a_task(plan, people, county)


# --- Pages -------------------------------------------------------------------------------


def test_anybody_reads_the_figures_and_only_keepers_the_notes(
    plan: ActionPlan, task: PlanTask, people: People, surf: Surf
) -> None:
    actions.record_progress(task, by=people["subdistrict"], amount=D(12), note="内部备注甲")
    here = f"/register/plans/{plan.public_id}/"
    for who in ("nobody", "resident", "manager", "dispatcher"):
        page = surf(who).get(here).content.decode()
        assert "建成示范点" in page
        assert "12" in page
        assert "内部备注甲" not in page
        assert "蒋街道" not in page.split("<main")[1]
    page = surf("subdistrict").get(here).content.decode()
    assert "内部备注甲" in page
    assert f"/register/keep/action_plan/{plan.public_id}/task/" in page
    assert f"/register/keep/plan_task/{task.public_id}/progress/" in page
    # The community of the site reports on its task, and changes nothing else.
    page = surf("dispatcher").get(here).content.decode()
    assert f"/register/keep/plan_task/{task.public_id}/progress/" in page
    assert f"/register/keep/plan_task/{task.public_id}/change/" not in page


def test_an_officer_draws_up_fills_in_reports_and_completes_by_the_pages(
    surf: Surf, county: County
) -> None:
    client = surf("subdistrict")
    answer = client.post(
        f"/register/keep/place/{county.subdistrict.code}/action_plan/",
        {"template": "demonstration", "from_year": "2026", "until_year": "2028"},
    )
    made = ActionPlan.objects.get()
    assert answer.headers["Location"] == f"/register/plans/{made.public_id}/"
    client.post(
        f"/register/keep/action_plan/{made.public_id}/task/",
        {"title": "桂花苑示范点", "unit": "项", "targets": "2 - 6", "place": "桂花苑"},
    )
    task = made.tasks.get(title="桂花苑示范点")
    assert task.place == county.estate
    form = client.get(f"/register/keep/plan_task/{task.public_id}/change/").content.decode()
    assert 'value="2 - 6"' in form
    client.post(
        f"/register/keep/plan_task/{task.public_id}/progress/",
        {"amount": "2", "on": "2026-03-16", "note": ""},
    )
    assert task.progress.get().amount == 2
    client.post(
        f"/register/keep/action_plan/{made.public_id}/complete/",
        {"report": "提前完成。", "on": "2026-03-16"},
    )
    page = surf("nobody").get(f"/register/plans/{made.public_id}/").content.decode()
    assert "提前完成。" in page
    over = client.get(f"/register/plans/{made.public_id}/").content.decode()
    assert "/register/keep/plan_task/" not in over
    assert "/register/keep/action_plan/" not in over


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("place", "无此处", "No place of this name"),
        ("place", "临江府二期", "No place of this name"),
        ("targets", "八 十六", "Give figures"),
        ("targets", "9 8", "no year asks for less"),
    ],
)
def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(
    field: str, value: str, said: str, plan: ActionPlan, surf: Surf
) -> None:
    page = surf("subdistrict").post(
        f"/register/keep/action_plan/{plan.public_id}/task/",
        {"title": "一项任务", "unit": "个", field: value},
    )
    assert page.status_code == 200
    assert said in page.content.decode()
    assert f'value="{value}"' in page.content.decode()
    assert not plan.tasks.exists()


def test_the_list_tells_running_from_completed_and_costs_the_same(
    plan: ActionPlan, people: People, surf: Surf, django_assert_max_num_queries: Any
) -> None:
    over = actions.draw_up_plan(
        plan.place, by=CLOCK, template="free", title="旧计划", from_year=2020, until_year=2022
    )
    actions.complete_plan(over, by=CLOCK, report="完成")
    titles = {"": ["三年行动", "旧计划"], "open": ["三年行动"], "over": ["旧计划"]}
    for state, wanted in titles.items():
        page = surf("nobody").get("/register/plans/", {"state": state}).content.decode()
        assert [title for title in ("三年行动", "旧计划") if title in page] == wanted
    for number in range(20):
        task = actions.add_task(
            plan, by=CLOCK, task=PlannedTask(title=f"任务{number}", unit="个", targets=[D(1)])
        )
        actions.record_progress(task, by=CLOCK, amount=D(1))
    client = surf("subdistrict")
    client.get(f"/register/plans/{plan.public_id}/")
    with django_assert_max_num_queries(10):
        client.get(f"/register/plans/{plan.public_id}/")
    with django_assert_max_num_queries(10):
        client.get("/register/plans/")


# --- Programs ----------------------------------------------------------------------------


def test_programs_read_plans_and_write_them_by_the_same_verbs(
    plan: ActionPlan, task: PlanTask, people: People
) -> None:
    [listed] = program().get("/api/v1/plans/").json()["results"]
    assert listed["id"] == str(plan.public_id)
    officer = program(people["subdistrict"])
    done = officer.post(
        f"/api/v1/register/plan_task/{task.public_id}/progress/",
        {"amount": "12", "on": "2026-03-01", "note": "内部备注乙"},
    )
    assert done.status_code == 201
    read = program().get(f"/api/v1/plans/{plan.public_id}/")
    assert read.json()["tasks"][0]["years"][1]["reached"] == "12.00"
    assert "内部备注乙" not in read.content.decode()
    before = kept()
    refused = program(people["far_dispatcher"]).post(
        f"/api/v1/register/plan_task/{task.public_id}/progress/",
        {"amount": "13", "on": "2026-03-02"},
    )
    assert refused.status_code == 403
    assert kept() == before
    made = officer.post(
        f"/api/v1/register/place/{plan.place.code}/action_plan/",
        {"template": "four_reds", "from_year": 2026, "until_year": 2026},
    )
    assert made.status_code == 201
    assert ActionPlan.objects.get(public_id=made.json()["id"]).tasks.count() > 4


def test_a_plan_that_is_over_answers_programs_with_409(
    plan: ActionPlan, task: PlanTask, people: People
) -> None:
    actions.complete_plan(plan, by=CLOCK, report="完成")
    before = kept()
    answer = program(people["subdistrict"]).post(
        f"/api/v1/register/plan_task/{task.public_id}/progress/",
        {"amount": "13", "on": "2026-03-02"},
    )
    assert answer.status_code == 409
    assert kept() == before


def test_twenty_three_sites_stand_on_one_plan_each_with_its_place(
    county: County, people: People, surf: Surf
) -> None:
    made = actions.draw_up_plan(
        county.district,
        by=people["district"],
        template="demonstration",
        from_year=2026,
        until_year=2027,
    )
    for number in range(31, 54):
        site = factories.estate(county.community, number, f"示范{number}号院")
        planned = PlannedTask(
            title="达到示范标准", section="示范点", place=site, targets=[None, D(1)]
        )
        actions.add_task(made, by=people["district"], task=planned)
    assert queries.plan_page(made, None, TODAY).sites == 23
    page = surf("nobody").get(f"/register/plans/{made.public_id}/").content.decode()
    assert page.count('class="plan-task"') == 25
    assert "示范53号院" in page
