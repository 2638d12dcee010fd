"""Action plans: drawn up, changed, targets by year, progress, completion."""

from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Invalid, NotAllowed, WrongState
from communities import actions
from communities.actions import PlannedTask
from communities.models import ActionPlan, PlanProgress, PlanTask, PlanTemplate
from communities.queries import plans as queries
from tests.communities.planning import NOON, TODAY, a_plan, a_task, kept
from tests.factories import County
from tests.moments import Pretended, at

People = dict[str, User]
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
