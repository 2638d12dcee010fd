"""Action plans of the county in use: one that runs for three years, its demonstration sites, and
one that is over."""

from datetime import date, datetime
from decimal import Decimal

from accounts.actors import CLOCK
from common.now import pretend
from common.workdays import SHANGHAI
from communities import actions
from communities.actions import PlannedTask
from communities.models import ActionPlan, PlanTask, PlanTemplate
from governance.demo.acting import World

SITES = 23
# Of each task of the three years: what each year is to bring; a task that is not counted is done.
STEPS = ((0.5, 0.75, 1.0), (0.4, 0.8, 1.0), (0.3, 0.6, 0.9))
NOTES = ("按月调度，进度正常。", "两处因换届延后，已列入下季度。", "资料齐全，已复核。")
REPORT = (
    "任务全部完成：网格党总支覆盖到每个社区，红管家服务队组建到位，三方协商联席会议每月一次。"
    "不足：楼栋微课堂场次偏少，明年由各支部认领。"
)


def draw_up_plans(world: World, until: datetime) -> int:
    """The plans with their targets and what was reported of them; how many there are."""
    on = until.astimezone(SHANGHAI).date()
    _three_years(world, on)
    _sites(world, on)
    _four_reds(world, on)
    return ActionPlan.objects.count()


def _on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)


def _plan(world: World, template: PlanTemplate, begin: date, years: int, number: int) -> ActionPlan:
    county = world.county
    place = county.subdistricts[0] if template == PlanTemplate.FOUR_REDS else county.district
    with pretend(_on(begin)):
        return actions.draw_up_plan(
            place,
            by=CLOCK,
            template=template,
            from_year=begin.year,
            until_year=begin.year + years - 1,
            document=f"霁物专班〔{begin.year}〕{number}号",
        )


def _targeted(plan: ActionPlan, task: PlanTask, whole: int, steps: tuple[float, ...]) -> PlanTask:
    """A counted task rises step by step; another is done in the first year."""
    targets = [Decimal(1)]
    if task.unit:
        targets = [Decimal(round(whole * step)) for step in steps]
    planned = PlannedTask(task.title, task.section, task.unit, targets=targets)
    with pretend(plan.entered_at):
        return actions.change_task(task, by=CLOCK, task=planned)


def _report(task: PlanTask, day: date, amount: int, note: str = "") -> None:
    with pretend(_on(day)):
        actions.record_progress(task, by=CLOCK, amount=Decimal(amount), on=day, note=note)


def _three_years(world: World, on: date) -> None:
    """In its second year: most of the first year's targets met, some missed."""
    begin = date(on.year - 1, 1, 8)
    plan = _plan(world, PlanTemplate.THREE_YEARS, begin, 3, 1)
    homes = len(world.county.homes)
    for number, task in enumerate(plan.tasks.order_by("position")):
        _targeted(plan, task, homes, STEPS[number % 3])
        if not task.unit:
            _report(task, date(begin.year, 9, 30), 1, NOTES[2])
            continue
        first = round(homes * (STEPS[number % 3][0] - (0.1 if number % 4 == 1 else 0)))
        _report(task, date(begin.year, 6, 30), first // 2, NOTES[0])
        _report(task, date(begin.year, 12, 20), first, NOTES[1] if number % 4 == 1 else "")
        if on > date(on.year, 1, 31):
            _report(task, date(on.year, 1, 31), first + 1, NOTES[0])


def _sites(world: World, on: date) -> None:
    """Each site a task with its place; those of the first year are reached."""
    begin = date(on.year - 1, 3, 1)
    plan = _plan(world, PlanTemplate.DEMONSTRATION, begin, 2, 6)
    sites = world.county.homes[:SITES]
    standard, signs = plan.tasks.order_by("position")
    _targeted(plan, standard, 1, ())
    _report(standard, date(begin.year, 4, 15), 1, NOTES[2])
    _targeted(plan, signs, len(sites), (0.5, 1.0))
    early = len(sites) // 2
    for number, home in enumerate(sites):
        targets = [Decimal(1)] if number < early else [None, Decimal(1)]
        planned = PlannedTask(
            f"{home.place.name}达到示范标准", "示范点", place=home.place, targets=targets
        )
        with pretend(_on(begin)):
            task = actions.add_task(plan, by=CLOCK, task=planned)
        if number < early - 1:
            _report(task, date(begin.year, 11, 1 + number % 28), 1)
    _report(signs, date(begin.year, 12, 10), max(early - 1, 0), NOTES[1])


def _four_reds(world: World, on: date) -> None:
    """Over since the end of last year, with its report."""
    begin = date(on.year - 1, 2, 1)
    plan = _plan(world, PlanTemplate.FOUR_REDS, begin, 1, 3)
    for task in plan.tasks.order_by("position"):
        _targeted(plan, task, 12, (1.0,))
        _report(task, date(begin.year, 12, 1), 12 if task.unit else 1)
    with pretend(_on(date(begin.year, 12, 25))):
        actions.complete_plan(plan, by=CLOCK, report=REPORT)
