"""Action plans: drawn up, changed, targets by year, progress, completion; both doors."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Invalid, NotAllowed, WrongState
from communities import actions
from communities.actions import PlannedTask
from communities.models import ActionPlan, PlanProgress, PlanTarget, PlanTask, PlanTemplate
from communities.queries import plans as queries
from tests import factories
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended, at

People = dict[str, User]
BACKEND = "accounts.backends.PhoneOrName"
TODAY = date(2026, 3, 16)
Surf = Callable[[str], Client]


@pytest.fixture
def clock() -> Iterator[Pretended]:
    moved = Pretended(at("2026-03-16 12:00"))
    yield moved
    moved.stop()


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


@pytest.fixture
def plan(county: County, people: People) -> ActionPlan:
    return actions.draw_up_plan(
        county.subdistrict,
        by=people["subdistrict"],
        template="free",
        title="三年行动",
        from_year=2025,
        until_year=2027,
    )


@pytest.fixture
def task(plan: ActionPlan, people: People, county: County) -> PlanTask:
    planned = PlannedTask(
        title="建成示范点", unit="个", place=county.estate, targets=[D(8), None, D(23)]
    )
    return actions.add_task(plan, by=people["subdistrict"], task=planned)


@pytest.fixture
def surf(people: People) -> Surf:
    def reader(name: str) -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        if name != "nobody":
            client.force_login(people[name], backend=BACKEND)
        return client

    return reader


def kept() -> tuple[Any, ...]:
    """Everything plans are made of, to be compared before and after a refusal."""
    return tuple(
        list(model.objects.order_by("pk").values())
        for model in (ActionPlan, PlanTask, PlanTarget, PlanProgress)
    )


pytestmark = pytest.mark.django_db


# --- Drawing up --------------------------------------------------------------------------


@pytest.mark.parametrize("template", PlanTemplate.values)
def test_a_plan_begins_with_the_tasks_of_its_template(
    template: str, county: County, people: People
) -> None:
    made = actions.draw_up_plan(
        county.district,
        by=people["district"],
        template=template,
        title="我们的计划",
        from_year=2026,
        until_year=2028,
    )
    given = actions.plans.templates()[template]["tasks"]
    assert [(t.position, t.title) for t in made.tasks.order_by("position")] == [
        (at, task["title"]) for at, task in enumerate(given, 1)
    ]
    assert made.title == "我们的计划"
    entry = AuditEntry.objects.get(verb="draw_up_plan")
    assert entry.target == str(made.public_id)


def test_without_a_title_it_bears_the_templates_own(county: County, people: People) -> None:
    made = actions.draw_up_plan(
        county.district, by=CLOCK, template="four_reds", from_year=2026, until_year=2026
    )
    assert "四红" in made.title
    assert made.purpose


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("title", {"title": "  "}),
        ("from_year", {"from_year": 1999}),
        ("until_year", {"until_year": 2025}),
        ("until_year", {"until_year": 2036}),
        ("template", {"template": "five_reds"}),
    ],
)
def test_what_no_plan_can_be_is_refused_at_its_field(
    field: str, given: dict[str, Any], county: County, people: People
) -> None:
    before = kept()
    asked = {"template": "free", "title": "计划", "from_year": 2026, "until_year": 2028, **given}
    with pytest.raises(Invalid) as refused:
        actions.draw_up_plan(county.district, by=people["district"], **asked)
    assert list(refused.value.fields) == [field]
    assert kept() == before


def test_an_estate_has_no_action_plan(county: County, people: People) -> None:
    with pytest.raises(Invalid):
        actions.draw_up_plan(
            county.estate, by=CLOCK, template="three_years", from_year=2026, until_year=2028
        )
    assert not ActionPlan.objects.exists()


@pytest.mark.parametrize("who", ["far_district", "dispatcher", "manager", "resident", "auditor"])
def test_only_whoever_keeps_the_place_touches_its_plan(
    who: str, plan: ActionPlan, county: County, people: People, task: PlanTask
) -> None:
    before, by = kept(), people[who]
    planned = PlannedTask(title="另一项")
    for attempt in (
        lambda: actions.draw_up_plan(
            county.subdistrict, by=by, template="free", title="x", from_year=2026, until_year=2026
        ),
        lambda: actions.change_plan(plan, by=by, title="x", from_year=2025, until_year=2027),
        lambda: actions.add_task(plan, by=by, task=planned),
        lambda: actions.change_task(task, by=by, task=planned),
        lambda: actions.remove_task(task, by=by),
        lambda: actions.complete_plan(plan, by=by, report="完成"),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert kept() == before


# --- Changing ----------------------------------------------------------------------------


def test_a_plan_is_changed_but_no_year_with_a_target_falls_out(
    plan: ActionPlan, task: PlanTask, people: People
) -> None:
    by = people["subdistrict"]
    changed = actions.change_plan(plan, by=by, title="新名", from_year=2025, until_year=2028)
    assert (changed.title, changed.until_year) == ("新名", 2028)
    before = kept()
    with pytest.raises(Invalid) as refused:
        actions.change_plan(plan, by=by, title="新名", from_year=2025, until_year=2026)
    assert list(refused.value.fields) == ["until_year"]
    assert kept() == before


@pytest.mark.parametrize(
    ("field", "planned"),
    [
        ("title", {"title": " "}),
        ("targets", {"targets": [D(1), D(2), D(3), D(4)]}),
        ("targets", {"targets": [D(8), D(5)]}),
        ("targets", {"targets": [D(-1)]}),
        ("targets", {"targets": [D("NaN")]}),
        ("targets", {"targets": [D(2)], "unit": ""}),
        ("targets", {"targets": [D("1e11")]}),
    ],
)
def test_a_task_that_cannot_be_is_refused_at_its_field(
    field: str, planned: dict[str, Any], plan: ActionPlan, people: People
) -> None:
    before = kept()
    with pytest.raises(Invalid) as refused:
        actions.add_task(
            plan,
            by=people["subdistrict"],
            task=PlannedTask(**{"title": "任务", "unit": "个", **planned}),
        )
    assert list(refused.value.fields) == [field]
    assert kept() == before


def test_sites_lie_within_the_plans_place_and_owners_in_its_district(
    plan: ActionPlan, people: People, county: County
) -> None:
    for field, planned in (
        ("place", PlannedTask(title="任务", place=county.district)),
        ("owner", PlannedTask(title="任务", owner=county.far_district_office)),
    ):
        with pytest.raises(Invalid) as refused:
            actions.add_task(plan, by=people["subdistrict"], task=planned)
        assert list(refused.value.fields) == [field]
    assert not plan.tasks.exists()


def test_changing_a_task_writes_its_targets_anew(task: PlanTask, people: People) -> None:
    planned = PlannedTask(title="建成示范小区", unit="个", targets=[None, D(10), D(20)])
    actions.change_task(task, by=people["subdistrict"], task=planned)
    task.refresh_from_db()
    assert (task.title, task.place) == ("建成示范小区", None)
    assert list(task.targets.order_by("year").values_list("year", "amount")) == [
        (2026, D(10)),
        (2027, D(20)),
    ]


def test_a_task_with_progress_keeps_its_unit_and_stays(task: PlanTask, people: People) -> None:
    by = people["subdistrict"]
    actions.record_progress(task, by=by, amount=D(3))
    before = kept()
    with pytest.raises(Invalid):
        actions.change_task(task, by=by, task=PlannedTask(title="x", unit="处"))
    with pytest.raises(WrongState):
        actions.remove_task(task, by=by)
    assert kept() == before
    actions.change_task(task, by=by, task=PlannedTask(title="建点", unit="个"))
    assert task.progress.count() == 1


def test_a_task_without_progress_can_go(task: PlanTask, people: People) -> None:
    actions.remove_task(task, by=people["subdistrict"])
    assert not PlanTask.objects.exists()
    with pytest.raises(WrongState):  # a page that was opened before
        actions.record_progress(task, by=people["subdistrict"], amount=D(1))


# --- Progress ----------------------------------------------------------------------------


def test_the_community_of_a_site_reports_on_it_and_its_neighbour_does_not(
    task: PlanTask, people: People
) -> None:
    actions.record_progress(task, by=people["dispatcher"], amount=D(1), note="已挂牌")
    before = kept()
    for who in ("far_dispatcher", "manager", "resident"):
        with pytest.raises(NotAllowed):
            actions.record_progress(task, by=people[who], amount=D(2))
    assert kept() == before


def test_progress_is_of_a_day_that_was_and_less_needs_a_word(
    task: PlanTask, people: People
) -> None:
    by = people["subdistrict"]
    actions.record_progress(task, by=by, amount=D(9), on=date(2026, 1, 31))
    before = kept()
    for field, reported in (
        ("on", {"amount": D(9), "on": TODAY + timedelta(days=1)}),
        ("on", {"amount": D(9), "on": date(2024, 12, 31)}),
        ("amount", {"amount": D(-1)}),
        ("note", {"amount": D(7)}),
    ):
        with pytest.raises(Invalid) as refused:
            actions.record_progress(task, by=by, **reported)
        assert list(refused.value.fields) == [field]
    assert kept() == before
    actions.record_progress(task, by=by, amount=D(7), note="两处未通过复核")
    actions.record_progress(task, by=by, amount=D(6), on=date(2025, 12, 31))  # of an earlier day


def test_each_year_says_what_was_set_and_what_was_reached(
    plan: ActionPlan, task: PlanTask, people: People, clock: Pretended
) -> None:
    by = people["subdistrict"]
    for on, amount in ((date(2025, 6, 30), 3), (date(2025, 12, 20), 6), (date(2026, 2, 1), 12)):
        actions.record_progress(task, by=by, amount=D(amount), on=on)
    [seen] = queries.plan_page(plan, None, TODAY).tasks
    assert [(y.year, y.target, y.reached, y.state) for y in seen.years] == [
        (2025, D(8), D(6), "missed"),
        (2026, None, D(12), ""),
        (2027, D(23), None, ""),
    ]
    assert (seen.goal, seen.share, seen.done) == (D(23), 52, False)
    clock.put(at("2027-05-01 09:00"))
    actions.record_progress(task, by=by, amount=D(23))
    [seen] = queries.plan_page(plan, None, date(2027, 5, 1)).tasks
    assert seen.years[-1].state == "met"
    assert seen.done


def test_the_later_report_of_one_day_counts_and_nothing_set_is_blank(
    plan: ActionPlan, people: People
) -> None:
    by = people["subdistrict"]
    made = actions.add_task(plan, by=by, task=PlannedTask(title="走访", unit="户"))
    actions.record_progress(made, by=by, amount=D(10))
    actions.record_progress(made, by=by, amount=D(11))
    [seen] = queries.plan_page(plan, None, TODAY).tasks
    assert (seen.reached, seen.goal, seen.share, seen.done) == (D(11), None, None, False)


@given(
    reports=st.lists(st.tuples(st.dates(date(2025, 1, 1), TODAY), st.integers(0, 99)), max_size=8)
)
def test_what_is_reached_by_a_year_is_the_last_report_by_its_end(
    reports: list[tuple[date, int]],
) -> None:
    entries = sorted(
        (PlanProgress(pk=at, on=on, amount=D(n)) for at, (on, n) in enumerate(reports)),
        key=lambda entry: (entry.on, entry.pk),
    )
    for year in (2025, 2026):
        told = [entry.amount for entry in entries if entry.on <= date(year, 12, 31)]
        assert queries._reached(entries, year, TODAY) == (told[-1] if told else 0)
    assert queries._reached(entries, 2027, TODAY) is None


# --- Completion --------------------------------------------------------------------------


def test_a_report_closes_the_plan_and_nothing_changes_afterwards(
    plan: ActionPlan, task: PlanTask, people: People
) -> None:
    by = people["subdistrict"]
    with pytest.raises(Invalid):
        actions.complete_plan(plan, by=by, report="  ")
    with pytest.raises(Invalid):
        actions.complete_plan(plan, by=by, report="完成", on=TODAY + timedelta(days=1))
    plan.refresh_from_db()
    assert plan.completed_on is None
    actions.complete_plan(plan, by=by, report="二十三个示范点全部建成。")
    before = kept()
    planned = PlannedTask(title="又一项")
    for attempt in (
        lambda: actions.complete_plan(plan, by=by, report="再完成一次"),
        lambda: actions.change_plan(plan, by=by, title="x", from_year=2025, until_year=2027),
        lambda: actions.add_task(plan, by=by, task=planned),
        lambda: actions.change_task(task, by=by, task=planned),
        lambda: actions.remove_task(task, by=by),
        lambda: actions.record_progress(task, by=by, amount=D(1)),
    ):
        with pytest.raises(WrongState):
            attempt()
    assert kept() == before


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
