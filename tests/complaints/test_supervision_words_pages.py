"""The pages of supervision orders: to whom they say what, in lists, on the sheet and in notices."""

import re
from functools import partial

import pytest
from django.conf import settings

from accounts.models import User
from complaints import actions
from complaints.filters import OrderFilter
from complaints.permissions import visible_to
from complaints.supervision import State
from complaints.workflow import Status
from notifications.models import Notification
from notifications.wording import path_of, sentence_of
from tests.complaints.slip_pages import Surf, html, page_of, signed_in
from tests.complaints.slips import (
    DEMAND,
    SUBJECT,
    replied,
    slip_at,
    supervised,
)
from tests.complaints.walks import again, complaint_at, fresh
from tests.factories import County
from tests.moments import Pretended, at

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def surf(people: People) -> Surf:
    return partial(signed_in, people)


# --- Who sees what -----------------------------------------------------------------------


def test_whoever_has_no_side_finds_nothing(county: County, people: People, surf: Surf) -> None:
    slip = supervised(county, people)
    seen = {"manager", "manager_grid", "subdistrict", "district", "auditor"}
    for name in people:
        client = surf(name)
        for url in (page_of(slip), page_of(slip, "sheet"), page_of(slip, "reply")):
            answer = client.get(url)
            assert (answer.status_code == 404) == (name not in seen), (name, url)
        if name in {"rival", "dispatcher", "fire"}:
            assert slip.number not in html(client.get("/supervision/?box=received"))
            assert slip.code not in html(client.get("/supervision/"))


def test_no_number_of_a_row_is_a_way_in(county: County, people: People, surf: Surf) -> None:
    slip = supervised(county, people)
    officer = surf("subdistrict")
    for guess in (slip.pk, slip.serial, slip.number, "9901-0000-0000-0"):
        assert officer.get(f"/supervision/{guess}/").status_code == 404
    assert officer.get(f"/supervision/{slip.code}/accept/").status_code == 404
    assert officer.get(f"/supervision/{slip.code.lower()}/").status_code == 200


def test_the_reporter_reads_that_and_by_whom_and_no_word_of_it(
    county: County, people: People, surf: Surf
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    slip = actions.send_back_supervision(
        replied(county, people, orders=[order]),
        by=people["subdistrict"],
        note="内部批评意见",
        amount=1,
        unit="working_days",
    )
    for name in ("resident", "committee", "repairer"):
        page = html(surf(name).get(f"/orders/{order.reference}/"))
        if name != "repairer":
            assert "Under supervision by 梅江街道办事处" in page, name
            assert "Supervised by" in page
        for word in (slip.number, slip.code, SUBJECT, DEMAND, "灯座已全部更换", "内部批评意见"):
            assert word not in page, (name, word)
    manager = html(surf("manager").get(f"/orders/{order.reference}/"))
    assert f'href="{page_of(slip)}"' in manager


def test_an_order_says_that_it_is_supervised_until_it_no_longer_is(
    county: County, people: People, surf: Surf
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    free = complaint_at(Status.HANDLING, county, people)
    slip = replied(county, people, orders=[order])
    officer = surf("subdistrict")
    mark = "</svg>Supervised</span>"
    assert mark in html(officer.get(f"/orders/{order.reference}/"))
    assert mark in html(officer.get("/orders/all/?supervised=true"))
    assert free.reference not in html(officer.get("/orders/all/?supervised=true"))
    actions.close_supervision(slip, by=fresh(people["subdistrict"]))
    assert mark not in html(officer.get(f"/orders/{order.reference}/"))
    page = html(officer.get(f"/orders/{order.reference}/"))
    assert "Supervision by 梅江街道办事处 ended" in page


def test_lists_are_narrowed_to_what_is_supervised_or_is_not(county: County, people: People) -> None:
    order, free = (complaint_at(Status.HANDLING, county, people) for _ in range(2))
    supervised(county, people, [order])
    for text, found in (("true", order), ("false", free)):
        narrowed = OrderFilter({"supervised": text}, queryset=visible_to(people["subdistrict"]))
        assert list(narrowed.qs) == [found]


def test_what_the_supervised_body_reads_names_no_reporter(
    county: County, people: People, surf: Surf
) -> None:
    order = complaint_at(
        Status.HANDLING,
        county,
        people,
        confidential=True,
        entrance=county.entrance,
        contact_name="金丝雀",
        contact_phone="13987654321",
        dwelling="8栋3单元1702",
        spot="三楼东户门口",
    )
    slip = supervised(county, people, [order])
    for name in ("manager", "auditor", "district"):
        for verb in ("", "sheet"):
            page = html(surf(name).get(page_of(slip, verb)))
            assert order.reference in page
            for word in ("金丝雀", "13987654321", "8栋3单元1702", "三楼东户", "陈晓梅"):
                assert word not in page, (name, verb, word)
            assert county.entrance.name not in page, "a confidential place is the building's"


def test_where_an_order_stands_now_is_for_those_who_still_have_it(
    county: County, people: People, surf: Surf
) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    slip = supervised(county, people, [order])
    actions.redispatch(again(order), by=people["dispatcher"], handler=county.fire)
    actions.accept(again(order), by=people["fire"])
    link = f'href="/orders/{order.reference}/"'
    manager = html(surf("manager").get(page_of(slip)))
    assert order.reference in manager
    assert link not in manager
    assert str(Status.HANDLING.label) not in manager
    assert link in html(surf("subdistrict").get(page_of(slip)))


# --- Lists -------------------------------------------------------------------------------


def test_each_finds_their_own_by_how_they_stand(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    slips = {state: slip_at(state, county, people) for state in State}
    slips_of = {
        "open": [slips[State.OPEN]],
        "overdue": [],
        "replied": [slips[State.REPLIED]],
        "ended": [slips[State.CLOSED], slips[State.CANCELLED]],
    }

    def shown(name: str, query: str) -> set[str]:
        page = html(surf(name).get(f"/supervision/?{query}"))
        return {slip.number for slip in slips.values() if slip.number in page}

    for tab, expected in slips_of.items():
        wanted = {slip.number for slip in expected}
        assert shown("subdistrict", f"box=issued&tab={tab}") == wanted
        assert shown("subdistrict", f"box=received&tab={tab}") == set()
        assert shown("manager", f"tab={tab}") == wanted
        assert shown("district", f"box=issued&tab={tab}") == set()
        assert shown("district", f"box=all&tab={tab}") == wanted
        assert shown("auditor", f"tab={tab}") == wanted
        assert shown("rival", f"tab={tab}") == set()
    clock.put(slips[State.OPEN].due_at)
    assert shown("subdistrict", "tab=overdue") == {slips[State.OPEN].number}


def test_a_long_list_is_read_page_by_page(
    county: County, people: People, clock: Pretended, surf: Surf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complaints.views.supervision.PAGE_SIZE", 2)
    order = complaint_at(Status.HANDLING, county, people)
    numbers = []
    for _ in range(5):
        slip = supervised(county, people, [order])
        actions.cancel_supervision(slip, by=people["subdistrict"], note="重开")
        numbers.append(slip.number)
        clock.forward(minutes=1)
    officer, url, seen = surf("subdistrict"), "?tab=ended", []
    while url:
        page = officer.get(f"/supervision/{url}")
        found = [number for number in numbers if f"{number} ·" in html(page)]
        seen.append(found)
        url = page.context["next_url"]
    assert [sorted(part) for part in seen] == [numbers[3:], numbers[1:3], numbers[:1]]
    back = officer.get(f"/supervision/{page.context['previous_url']}")
    assert sorted(n for n in numbers if f"{n} ·" in html(back)) == numbers[1:3]
    assert officer.get("/supervision/?cursor=nonsense").status_code == 400


def test_the_way_to_them_is_in_the_menu_of_officials_and_of_bodies(
    people: People, surf: Surf
) -> None:
    ways = {
        name for name in people if 'href="/supervision/"' in html(surf(name).get("/orders/mine/"))
    }
    assert ways == {
        *("dispatcher", "far_dispatcher", "manager", "rival", "manager_grid", "fire"),
        *("subdistrict", "district", "far_district"),
    }
    assert 'href="/orders/mine/"' in html(surf("subdistrict").get("/supervision/")), "in the menu"


# --- The sheet ---------------------------------------------------------------------------


def test_the_sheet_has_all_that_a_sealed_notice_needs(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    orders = [complaint_at(Status.HANDLING, county, people) for _ in range(2)]
    clock.forward(hours=4)
    slip = supervised(county, people, orders)
    client = surf("subdistrict")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    page = html(client.get(page_of(slip, "sheet")))
    sheet = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page[page.index('<main id="main"') :]))
    for words in (
        "督办通知单",
        slip.number,
        "和顺物业：",
        f"“{SUBJECT}”",
        DEMAND,
        "桂花苑1栋",
        "处理中",
        "2026年3月2日（星期一）12:00",  # late since
        "2026年3月5日（星期四）24:00",  # due
        "（盖章）",
        "2026年3月2日",
        "签收人：",
        "销号意见",
        *(order.reference for order in orders),
    ):
        assert words in sheet, words
    assert sheet.count("梅江街道办事处") == 2, "above, and below beside the seal"
    assert "css/supervision.css" in page


def test_the_sheet_carries_replies_and_the_closing(
    county: County, people: People, surf: Surf
) -> None:
    slip = slip_at(State.CLOSED, county, people)
    page = html(surf("manager").get(page_of(slip, "sheet")))
    assert "灯座已全部更换" in page
    assert "同意销号" in page


def test_a_sheet_is_as_it_was_issued_whatever_came_of_the_orders(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    slip = supervised(county, people, [order])
    before = re.search(
        r"<tbody.*?</tbody>", html(surf("subdistrict").get(page_of(slip, "sheet"))), re.S
    )
    actions.accept(again(order), by=people["manager"])
    clock.forward(days=1)
    actions.sound_alarms()
    after = re.search(
        r"<tbody.*?</tbody>", html(surf("subdistrict").get(page_of(slip, "sheet"))), re.S
    )
    assert before is not None and after is not None
    assert before.group() == after.group()


# --- Explained, and told -----------------------------------------------------------------


def test_the_due_time_is_derived_line_by_line(
    county: County, people: People, clock: Pretended, surf: Surf
) -> None:
    clock.put(at("2026-02-13 10:00"))
    slip = supervised(county, people, amount=5)
    page = html(surf("manager").get(page_of(slip)))
    for words in (
        "Issued Fri 13 Feb 2026, 10:00",
        "make-up working day",
        "Spring Festival",
        "day 5",
    ):
        assert words in page, words


def test_every_notice_has_its_sentence_and_leads_to_the_page(
    county: County, people: People, clock: Pretended
) -> None:
    slip = supervised(county, people)
    clock.put(slip.reminder_at or slip.due_at)
    actions.sound_supervision()
    clock.put(slip.due_at)
    actions.sound_supervision()
    slip = actions.reply(slip, by=people["manager"], note="完成")
    slip = actions.send_back_supervision(
        slip, by=people["subdistrict"], note="不够", amount=1, unit="working_days"
    )
    slip = actions.reply(slip, by=people["manager"], note="完成")
    actions.close_supervision(slip, by=people["subdistrict"])
    other = supervised(county, people)
    actions.cancel_supervision(other, by=people["subdistrict"], note="重复")
    notices = Notification.objects.filter(kind__startswith="supervision")
    assert set(notices.values_list("kind", flat=True)) == {
        f"supervision_{what}"
        for what in ("opened", "reminder", "late", "replied", "sent_back", "closed", "cancelled")
    }
    for notice in notices:
        assert path_of(notice) == f"/supervision/{notice.facts['supervision']}/"
        assert notice.facts["number"] in sentence_of(notice)
        assert notice.facts.keys() == {"supervision", "number", "about", "due_at"}
