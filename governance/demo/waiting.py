"""Orders that wait for something outside everybody's hands, and a town with hours of its own."""

from datetime import datetime, time, timedelta

from common.now import now
from communities.models import BodyKind, PlaceKind
from communities.scope import day_of
from complaints import actions
from complaints.models import Asked, Complaint, Pause, PauseGround
from complaints.permissions import may
from complaints.workflow import Status, Verb
from governance.demo.acting import World
from governance.demo.agenda import Life

# Before the story ends desks ask for rest; the office above decides that day, but for the last.
ASKED = timedelta(hours=5)
DECIDED = timedelta(minutes=90)
MOST = 5
WAITS = (
    (PauseGround.FUND, 30, "需动用维修资金，已提交使用方案，等待业主表决和审批。"),
    (PauseGround.PARTS, 12, "所需配件已下单，厂家答复约十个工作日到货。"),
    (PauseGround.DEPARTMENT, 15, "需供电公司停电配合施工，已递交申请，等待排期。"),
    (PauseGround.WEATHER, 20, "屋面防水需连续晴天方可施工，已做临时遮挡。"),
    (PauseGround.VOTE, 45, "涉及共用部位改动，业委会正在组织业主征求意见。"),
)
GRANTED = "情况属实，同意挂账，请按期复核并告知居民进展。"
REFUSED = "现有条件可以处理，不同意挂账，请抓紧办理。"


def wait(world: World, start: datetime, until: datetime) -> None:
    """Put on the agenda a town's own hours, and who asks for rest before the end of the story."""
    world.agenda.add(start + (until - start) / 3, _own_hours(world))
    world.agenda.add(until - ASKED, _ask(world))


def _ask(world: World) -> Life:
    found = Complaint.objects.filter(
        status=Status.HANDLING, handler__kind=BodyKind.FIRM, bypasses_community=False
    )
    asked = []
    for order, (ground, days, note) in zip(found.order_by("pk")[:MOST], WAITS, strict=False):
        # What the firm had to do at once is done; what still runs is the desk's answer. An order
        # that has come up to the office above is not asked for: that office decides itself.
        people = world.people.desks.get(order.desk_id, [])
        if not people or not may(Verb.ASK_SUSPENSION, people[0], order, now()):
            continue
        review_on = day_of(now() + timedelta(days=days))
        world.agenda.heard(
            actions.ask_suspension(
                order, by=people[0], ground=ground, review_on=review_on, note=note
            )
        )
        asked.append(order.pk)
    yield now() + DECIDED
    for number, pk in enumerate(asked[:-1]):
        pause = Pause.objects.select_related("complaint__estate").get(complaint=pk)
        town = pause.complaint.estate.above(PlaceKind.SUBDISTRICT)
        if pause.state != Asked.ASKED or town is None:
            continue
        officer, order = world.people.desks[town.pk][0], pause.complaint
        verb = Verb.REFUSE_SUSPENSION if number == 1 else Verb.SUSPEND
        # Meanwhile the firm may have handled it after all: then nothing has to wait.
        if not may(verb, officer, order, now()):
            continue
        if number == 1:
            order = actions.refuse_suspension(order, by=officer, note=REFUSED)
        else:
            order = actions.suspend(
                order, by=officer, ground=pause.ground, review_on=pause.review_on, note=GRANTED
            )
        world.agenda.heard(order)


def _own_hours(world: World) -> Life:
    """A town in which the nights of what is not urgent do not count, from one spring on."""
    officer = world.people.desks[world.county.district.pk][0]
    town = world.county.subdistricts[-1]
    actions.set_hours(
        by=officer, place=town, quiet_from=time(20), quiet_until=time(8), closes_at=None
    )
    yield from ()
