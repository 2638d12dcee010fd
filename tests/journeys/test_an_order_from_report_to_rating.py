"""The story the portal exists for, played by four people in a real browser."""

import pytest

from complaints.models import Breach, Complaint, Rating
from complaints.workflow import Status
from tests.factories import County
from tests.journeys.conftest import Companions, Traveller

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

LEAKING = "三号楼楼道顶棚漏水，地面很滑"


def report_a_leak(resident: Traveller) -> str:
    """Through the questions one by one; returns the reference on the confirmation."""
    page = resident.page
    resident.go("/orders/report/?new=1")
    page.locator("input[name=q]").fill("桂花")
    page.locator("form[role=search] button").click()
    resident.settle()
    page.locator("#found button[name=estate]").first.click()
    resident.settle()
    page.locator("button[name=building]").first.click()
    resident.settle()
    page.locator("button[name=entrance]").first.click()
    resident.settle()
    page.locator("button[name=kind][value=complaint]").click()
    resident.settle()
    page.locator("a[href*='group=01']").click()
    resident.settle()
    page.locator("button[name=category][value='0101']").click()
    resident.settle()
    page.locator("textarea[name=description]").fill(LEAKING)
    page.locator("[name=spot]").fill("二单元三楼电梯口")
    page.locator("main form .btn-primary").last.click()
    resident.settle()
    page.locator("input[name=phone]").fill("13900000001")
    page.locator("main form .btn-primary").last.click()
    resident.settle()
    assert LEAKING in resident.text()
    page.locator("main form .btn-primary").last.click()
    page.wait_for_url("**/report/done/**")
    resident.look()
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def status_of(reference: str) -> str:
    return Complaint.objects.get(reference=reference).status


@pytest.mark.sqlite
def test_a_report_is_checked_dispatched_handled_answered_and_rated(travel: Companions) -> None:
    resident, worker = travel("resident"), travel("grid_worker")
    clerk, manager = travel("dispatcher"), travel("manager")
    reference = report_a_leak(resident)
    assert status_of(reference) == Status.REPORTED

    worker.go("/orders/queue/")
    worker.page.locator(f"a[href*='{reference}']").first.click()
    worker.settle()
    worker.act("inspect", note="现场查看，屋面接缝开裂")

    clerk.go("/orders/queue/")
    clerk.page.locator(f"a[href*='{reference}']").first.click()
    clerk.settle()
    assert "屋面接缝开裂" in clerk.text()
    clerk.act("dispatch", note="请今天先做临时排水")
    assert status_of(reference) == Status.DISPATCHED

    manager.go("/orders/ours/")
    manager.page.locator(f"a[href*='{reference}']").first.click()
    manager.settle()
    assert "13900000001" not in manager.page.content()
    manager.act("accept")
    manager.act("attend", note="已放警示牌并排水，明天上午补漏")
    manager.act("handle", outcome="solved", note="接缝已重新做防水，试水不漏")
    assert status_of(reference) == Status.HANDLED

    clerk.go(f"/orders/{reference}/")
    clerk.act("answer", note="物业已修好接缝，社区试水确认不再漏水。")

    resident.go(f"/orders/{reference}/")
    assert "物业已修好接缝" in resident.text()
    resident.act("rate", solved="yes", satisfaction="5", note="很快，谢谢")
    assert status_of(reference) == Status.CLOSED
    assert Rating.objects.get(complaint__reference=reference).satisfaction == 5
    assert not Breach.objects.filter(deadline__complaint__reference=reference).exists()


@pytest.mark.parametrize("size", ["phone"], indirect=True)  # at a desk the pages are the same
def test_not_solved_goes_through_a_recheck_to_a_second_round(
    travel: Companions, county: County
) -> None:
    resident, clerk, repairman = travel("resident"), travel("dispatcher"), travel("manager")
    reference = report_a_leak(resident)
    clerk.go(f"/orders/{reference}/")
    clerk.act("dispatch")
    repairman.go(f"/orders/{reference}/")
    repairman.act("accept")
    repairman.act("handle", outcome="solved", note="修好了")
    clerk.go(f"/orders/{reference}/")
    clerk.act("answer", note="已经处理")
    resident.go(f"/orders/{reference}/")
    resident.act("rate", solved="no", satisfaction="2", note="下雨又漏了")
    assert status_of(reference) == Status.RECHECK

    clerk.go(f"/orders/{reference}/")
    assert "下雨又漏了" in clerk.text()
    clerk.act("send_back", note="雨天复查仍漏，请整段更换防水层")
    repairman.go(f"/orders/{reference}/")
    assert "请整段更换防水层" in repairman.text()
    repairman.act("handle", outcome="solved", note="整段防水层已更换")
    clerk.go(f"/orders/{reference}/")
    clerk.act("answer", note="防水层已整段更换，雨后复查不漏。")
    resident.go(f"/orders/{reference}/")
    resident.act("rate", solved="yes", satisfaction="4")
    order = Complaint.objects.get(reference=reference)
    assert order.status == Status.CLOSED
    assert [r.solved for r in order.ratings.order_by("round")] == [False, True]
    stages = order.deadlines.values_list("stage", "round")
    assert {("handle", 1), ("handle", 2), ("feedback", 2)} <= set(stages)
