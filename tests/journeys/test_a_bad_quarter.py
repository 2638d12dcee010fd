"""A firm has a bad quarter: onto the black list and off it again, each step by whose it is."""

import subprocess
import sys

import pytest

from accounts.models import User
from notifications.actions import deliver_pending
from ratings.actions import freezing
from ratings.actions.listing_alarms import sound_listings
from ratings.actions.publications import publish_scores, verify_chain
from ratings.models import Period
from tests.factories import County
from tests.journeys.conftest import Companions, Days, Traveller, enter, sign_in
from tests.moments import at
from tests.ratings import bad_quarter, listed

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NOTICE = "红住建告〔2026〕3号"
MINUTES = "局长办公会纪要〔2026〕12号"
DOCUMENT = "红住建发〔2026〕20号"
LIFTED = "红住建发〔2026〕31号"


def to(traveller: Traveller, name: str, *, look: bool = True) -> None:
    """By a link of the page, as anybody finds it."""
    link = traveller.page.locator("main").get_by_role("link", name=name).first
    traveller.press(link, look=look)


def published_scores(officer: Traveller, period: Period) -> None:
    """Frozen and published: what everybody reads from here on."""
    officer.go("/ratings/")
    to(officer, period.name)
    to(officer, "锁定得分")
    officer.fill(False)
    assert freezing.freeze_periods() == 5
    officer.page.reload()
    to(officer, "公布得分")
    officer.fill(True)
    to(officer, "查看得分榜")
    rows = officer.page.locator(".league tbody tr").all_inner_texts()
    assert [words.split() for words in rows] == [
        ["1", "远大物业", "71.25", "合格", "2", "1个无得分"],
        ["2", "和顺物业", "56.25", "不合格", "1"],
    ]
    officer.page.go_back()


def take(traveller: Traveller, verb: str, look: bool = True, /, **said: str) -> None:
    """One step of the law by its form, which the page offers to whoever it is."""
    form = traveller.page.locator(f"form[action$='/steps/{verb}/']")
    fold = traveller.page.locator("details.fold", has=form)
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    enter(form, said)
    traveller.press(form.locator("button"), look=look)
    assert traveller.page.locator(".error-summary").count() == 0, traveller.text()


def offered(traveller: Traveller, verb: str) -> bool:
    return traveller.page.locator(f"form[action$='/steps/{verb}/']").count() == 1


def told(traveller: Traveller, words: str, *, look: bool = False) -> None:
    """By the bell: a notice leads to what it is about."""
    deliver_pending()
    traveller.page.goto(traveller.base + "/notices/")
    line = traveller.page.locator(".notice-line", has_text=words).first
    traveller.press(line, look=look)


def proposed(officer: Traveller) -> None:
    """By the rules of the scheme; then the bracketed steps, and the notice."""
    to(officer, "提出红黑榜名单", look=False)
    officer.press(officer.page.get_by_role("button", name="2026年第一季度"))
    to(officer, "和顺物业")
    assert "得分56.25分，低于60分" in officer.text()
    held = {"met_on": "2026-04-27", "text": "已约谈。", "rectify": "十日内清理消防通道。"}
    take(officer, "interview", False, **held)
    to(officer, "整改通知书")
    officer.page.go_back()
    take(officer, "recheck", False, text="复查仍有堆物。")
    take(officer, "serve", number=NOTICE, text="依据本县物业服务测评办法。")


def answered(manager: Traveller) -> None:
    """The firm reads the notice, acknowledges it and states its case."""
    told(manager, "告知书", look=True)
    to(manager, "告知书")
    assert NOTICE in manager.text()
    manager.page.go_back()
    take(manager, "receive")
    take(manager, "state_case", False, text="二单元楼道的小广告当日已清理，多计一处。")


def corrected(officer: Traveller, assessor: Traveller) -> None:
    """Right in part: whoever assessed corrects the sheet, the district appends the score."""
    told(officer, "陈述申辩", look=True)
    sheet = officer.page.locator("[name=sheet] option", has_text="现场督查").get_attribute("value")
    take(officer, "ask_correction", False, sheet=sheet or "", text="楼道一处核实有误，其余属实。")
    assert "等待更正评分表" in officer.text()
    told(assessor, "和顺物业", look=True)
    assessor.fill(True, reason="楼道多计一处。")
    assessor.page.locator("[data-item='D2-1'] [data-by='-1']").click()
    assessor.page.locator("[data-line]", has_text="录入内容已全部送达。").wait_for()
    assessor.press(assessor.page.get_by_role("button", name="去提交"), look=False)
    assessor.fill(False)
    told(officer, "意见部分成立", look=True)
    assert "得分变为58.13" in officer.text()
    take(officer, "correct", text="楼道多计一处，改计五处。")
    assert "得分58.13分，低于60分" in officer.text()


def decided(travel: Companions, officer: Traveller) -> None:
    """By somebody who was not involved, then by two in one meeting; each finds it by the bell."""
    assert not offered(officer, "decide")
    decider, second, third = (travel(f"officer{n}") for n in range(3))
    told(decider, "和顺物业")
    take(decider, "decide", text="更正后得分58.13分，仍低于60分，列入黑榜。")
    assert not offered(decider, "approve")
    told(second, "和顺物业")
    take(second, "legal_review", False, text="程序合法，适用依据正确。")
    take(second, "approve", False, minutes=MINUTES, met_on="2026-04-28")
    assert not offered(second, "approve")
    told(third, "和顺物业")
    take(third, "approve", False, minutes=MINUTES, met_on="2026-04-28")
    told(officer, "和顺物业")
    take(officer, "notice")


def read_in_notice(visitor: Traveller) -> None:
    """Anybody reads the notice and why the score is what it is; not on the list yet."""
    visitor.go("/ratings/")
    to(visitor, "黑榜")
    assert "榜单上没有企业" in visitor.text()
    to(visitor, "和顺物业")
    assert visitor.page.locator("form[action$='/object/']").is_visible()
    to(visitor, "58.13")
    assert "楼道多计一处，改计五处。" in visitor.text()
    to(visitor, "企业测评档案")
    assert "公示中" in visitor.text()


def on_the_list(visitor: Traveller, *, ended: bool = False) -> bool:
    """Whether the public list has the entry, under its document number."""
    visitor.page.goto(f"{visitor.base}/ratings/lists/990101/black/" + ("?ended=1" if ended else ""))
    visitor.look()
    return DOCUMENT in visitor.text()


def nothing_is_changed(visitor: Traveller, kinds: list[str]) -> None:
    """The hash page names every step, and its own program says the same of the whole chain."""
    verify_chain()
    visitor.go("/ratings/published/")
    assert "没有改动" in visitor.text()
    shown = visitor.page.locator(".record .muted:not(.hash)").all_inner_texts()
    assert [words.split(" · ")[0] for words in shown] == kinds
    program = visitor.page.locator("#program").text_content() or ""
    chain = visitor.page.request.get(f"{visitor.base}/ratings/published/chain.jsonl").body()
    run = [sys.executable, "-c", program]
    said = subprocess.run(run, input=chain, capture_output=True, check=True).stdout.decode()
    seal = visitor.page.locator(".panel p .hash").inner_text()
    assert said.split() == [str(len(kinds)), seal]


def repaired(manager: Traveller, officer: Traveller) -> None:
    """Asked for by the firm once its month is over, granted by a document."""
    told(manager, "已发布", look=True)
    take(manager, "ask_repair", False, text="消防通道、楼道均已整改，附验收单和照片。")
    told(officer, "申请信用修复")
    take(officer, "repair", document_number=LIFTED, text="现场复核合格，移出黑榜。")


def listed_on_time(officer: Traveller, visitor: Traveller, days: Days) -> None:
    """Not while the notice runs, nor before the set time: five working days without holidays."""
    days.moment = at("2026-05-08 23:59")
    assert sound_listings() == 0
    days.moment = at("2026-05-09 09:00")
    assert sound_listings() == 1
    sign_in(officer, User.objects.get(username="district"))
    told(officer, "公示期满")
    take(officer, "schedule", document_number=DOCUMENT, publish_at="2026-05-13T09:00")
    days.moment = at("2026-05-13 08:59")
    assert (sound_listings(), on_the_list(visitor)) == (0, False)
    days.moment = at("2026-05-13 09:00")
    assert (sound_listings(), on_the_list(visitor)) == (1, True)


# Each at the screen they would have: officers at a desk, the rest on a phone.
@pytest.mark.parametrize("size", ["desk"], indirect=True)
def test_a_firm_comes_onto_the_black_list_and_leaves_it(
    travel: Companions, county: County, people: dict[str, User], days: Days
) -> None:
    period = bad_quarter.had(county)
    people.update({officer.username: officer for officer in listed.officers(county)[1:]})
    days.moment = at("2026-04-27 09:00")
    officer, manager = travel("district"), travel("manager", at="phone")
    published_scores(officer, period)
    proposed(officer)
    answered(manager)
    corrected(officer, travel("subdistrict", at="phone"))
    days.moment = at("2026-04-28 09:00")
    sign_in(officer, people["district"])
    decided(travel, officer)
    visitor = travel("nobody", at="phone")
    read_in_notice(visitor)
    listed_on_time(officer, visitor, days)
    days.moment = at("2026-06-15 09:00")
    for each in (officer, manager):
        sign_in(each, people[each.name])
    repaired(manager, officer)
    assert (on_the_list(visitor), on_the_list(visitor, ended=True)) == (False, True)
    to(visitor, "和顺物业")
    to(visitor, "移出红黑榜")
    assert LIFTED in visitor.text()
    nothing_is_changed(visitor, ["移出红黑榜", "列入红黑榜", "得分更正", "测评期得分"])


def test_why_is_this_firm_at_71_25(
    travel: Companions, county: County, people: dict[str, User], days: Days
) -> None:
    """By clicks alone: the table, the score, the estate; then sheet or figure, then the source."""
    period = bad_quarter.had(county)
    days.moment = at("2026-04-27 09:00")
    freezing.ask_to_freeze(period, by=people["district"])
    freezing.freeze_periods()
    publish_scores(period, by=people["district"])
    officer = travel("district")
    officer.go("/ratings/")
    to(officer, "得分榜")
    to(officer, "远大物业")
    assert "71.25" in officer.text()
    to(officer, "银杏里")
    for words in ("60 % × 68.75 + 40 % × 75 = 71.25", "16分中得11分", "50 % × 100 + 50 % × 50"):
        assert words in officer.text()
    estate = officer.page.url
    to(officer, "现场测评 · 现场督查")
    assert "3/6" in officer.text().replace(" ", "")
    to(officer, "查看备注和照片")
    assert bad_quarter.NOTES["D1-1"] in officer.text()
    officer.page.goto(estate)
    to(officer, "满意")
    counted = officer.page.locator(".record").all_inner_texts()
    assert sum("不计入" in words for words in counted) == 2
    officer.press(officer.page.locator(".record a").first, look=False)
    assert "楼道的灯不亮了" in officer.text()
