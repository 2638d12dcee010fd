"""A quarter in which one firm did badly, reckoned by hand: inspection 60 %, complaints 40 %.

The inspection has 16 points, of complaints half is who was satisfied and half what was solved.

    和顺物业, 桂花苑    (2 + 2 + 3) / 16 = 43.75   × 0.6 = 26.25   75 × 0.4 = 30   56.25
      corrected         (2 + 2 + 3.5) / 16 = 46.875 × 0.6 = 28.125  75 × 0.4 = 30   58.125 → 58.13
    远大物业, 银杏里    (3 + 3 + 5) / 16 = 68.75   × 0.6 = 41.25   75 × 0.4 = 30   71.25
    远大物业, 临江府    nobody looked, nobody complained: blank
"""

from decimal import Decimal
from typing import Any

from accounts.models import User
from communities.models import Place
from complaints.workflow import Status, Verb
from ratings.actions import assessments
from ratings.actions._sheets import Said
from ratings.actions.entries import keep
from ratings.models import Period
from tests.complaints.walks import complaint_at, do, fresh
from tests.factories import County
from tests.ratings import town
from tests.ratings.town import dimension, item

NOTES = {"D1-1": "3号楼东侧消防通道堆放杂物", "D2-1": "二单元楼道有积灰和小广告"}
# Of each item of the sheet, how many were found.
BAD = {"D1-1": 4, "D1-2": 2, "D2-1": 6}
FAIR = {"D1-1": 3, "D1-2": 1, "D2-1": 2}
METHODS = {"onsite": ("D1-1", "D2-1"), "document": ("D1-2",)}


def named(name: str, row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "name_zh": name}


def terms() -> dict[str, Any]:
    lane = item("D1-1", "onsite", "6", "per_finding", step="1", text="每处堵塞扣1分")
    papers = item("D1-2", "document", "4", "per_finding", step="1", text="缺1个月记录扣1分")
    clean = item("D2-1", "onsite", "6", "per_finding", step="0.5", text="每处扣0.5分")
    safety = dimension(
        "D1",
        "安全管理",
        named("消防通道、疏散通道畅通", lane),
        named("消防设施完好并有月检记录", papers),
    )
    tidy = dimension("D2", "环卫保洁", named("楼道、道路、绿地保洁", clean))
    return {
        "parts": [
            {
                "key": "inspection",
                "name_zh": "现场测评",
                "weight": "0.6",
                "source": "sheet",
                "dimensions": [safety, tidy],
            },
            {
                "key": "complaints",
                "name_zh": "投诉办理",
                "weight": "0.4",
                "source": "complaints",
                "minimum": 4,
                "weights": {"solved": "0.5", "satisfied": "0.5"},
            },
        ],
        "bands": [
            {"at_least": "85", "name": "优良"},
            {"at_least": "60", "name": "合格"},
            {"at_least": "0", "name": "不合格"},
        ],
        "lists": {
            "red_from": "90",
            "red_share": "0.1",
            "black_under": "60",
            "black_share": "1",
            "bottom_share": "0.1",
            "bottom_under": "70",
            "bottom_periods": 2,
        },
        "steps": {
            "joint_check": False,
            "interview": True,
            "legal_review": True,
            "statement_days": 5,
            "decision_days": 10,
            "notice_days": 5,
            "red_months": 3,
            "black_months": 3,
            "repair_months": 1,
        },
        "ranked_from": 2,
    }


def had(county: County) -> Period:
    """Everything of it assessed and reported through the verbs, nothing frozen yet."""
    found = town.period(county, **terms())
    officer = county.people["subdistrict"]
    bad, fair = (county.estate, county.firm, BAD), (county.other_estate, county.rival, FAIR)
    for estate, firm, counts in (bad, fair):
        for method, items in METHODS.items():
            of = {"period": found, "estate": estate, "body": firm, "method": method}
            looked_at(officer, {code: counts[code] for code in items}, **of)
        for satisfaction in (5, 4, 2, 1):
            complained(county, estate, satisfaction)
    return found


def looked_at(by: User, counts: dict[str, int], **of: Any) -> None:
    made = assessments.begin(by=fresh(by), part="inspection", **of)
    said = {code: Said(Decimal(n), NOTES.get(code, "")) for code, n in counts.items()}
    keep(made, by=fresh(by), said=said)
    assessments.hand_in(made, by=fresh(by), text="已当场向项目经理反馈。")


def complained(county: County, estate: Place, satisfaction: int) -> None:
    order = complaint_at(
        Status.ANSWERED,
        county,
        county.people,
        estate=estate,
        building=estate.children.order_by("code")[0],
    )
    do(Verb.RATE, order, county, county.people, solved=True, satisfaction=satisfaction)
