"""Listings for tests: officers enough to keep apart, and the walk of a black listing."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.now import now
from common.workdays import SHANGHAI
from communities.actions import appoint
from communities.models import Body, BodyKind, Office, Place
from notifications.models import Notification
from ratings.actions import listings as actions
from ratings.actions import objections
from ratings.models import Listing, ListingStep, Objection, Period, Scheme, SchemeVersion, Scorecard
from ratings.terms.presets import presets
from ratings.workflow import ListingVerb
from tests import factories
from tests.complaints.walks import fresh
from tests.factories import BEGINNING, County
from tests.ratings import frozen

V = ListingVerb
# What each step is recorded with.
SAID: dict[ListingVerb, dict[str, Any]] = {
    V.JOINT_CHECK: {"departments": "城管局、消防大队", "text": "情况属实"},
    V.INTERVIEW: {
        "met_on": date(2026, 10, 8),
        "text": "已约谈项目经理",
        "rectify": "十日内清理楼道",
    },
    V.RECHECK: {"text": "复查未完成整改"},
    V.SERVE: {"number": "红住建告〔2026〕3号", "text": "本季度测评得分低于60分，拟列入黑榜。"},
    V.RECORD_SERVICE: {"how": "2026年10月9日邮寄送达"},
    V.STATE_CASE: {"text": "消防通道一项已整改，不应扣分。"},
    V.CORRECT: {"text": "楼道一处有误，改计五处。"},
    V.KEEP_SCORE: {"text": "复核无误，维持原得分。"},
    V.DECIDE: {"text": "陈述理由不成立，列入黑榜。"},
    V.DECIDE_AGAINST: {"text": "理由成立，不予列入。"},
    V.LEGAL_REVIEW: {"text": "程序合法，适用依据正确。"},
    V.APPROVE: {"minutes": "局长办公会纪要〔2026〕12号", "met_on": date(2026, 10, 9)},
    V.TURN_DOWN: {
        "minutes": "局长办公会纪要〔2026〕12号",
        "met_on": date(2026, 10, 9),
        "text": "证据不足",
    },
    V.SCHEDULE: {
        "document_number": "红住建发〔2026〕20号",
        "publish_at": datetime(2026, 11, 9, 9, 0, tzinfo=SHANGHAI),
    },
    V.ASK_REPAIR: {"text": "已全部整改，附验收单。"},
    V.REFUSE_REPAIR: {"text": "验收单缺签字。"},
    V.REPAIR: {"document_number": "红住建发〔2026〕31号", "text": "复核合格，移出黑榜。"},
    V.WITHDRAW: {"document_number": "红住建发〔2026〕25号", "text": "依据判决撤销。"},
}


def officers(county: County, count: int = 3) -> list[User]:
    """The district's officer, and more of them."""
    found = [county.people["district"]]
    for number in range(count):
        made = factories.person(f"officer{number}", f"第{number}科员")
        appoint(
            made,
            by=CLOCK,
            office=Office.DISTRICT_OFFICER,
            at=county.district_office,
            from_on=BEGINNING,
        )
        found.append(made)
    return found


def by_hand(scheme: Scheme, by: User, body: Body, kind: str = "black") -> Listing:
    return actions.propose(
        scheme, by=fresh(by), body=body, kind=kind, grounds="季度测评得分58分", evidence="评分卡"
    )


def of_rules(period: Period, by: User) -> list[Listing]:
    return actions.propose_by_rules(period, by=fresh(by))


def take(listing: Listing, verb: ListingVerb, by: User, **said: Any) -> Listing:
    return actions.step(listing, verb, by=fresh(by), said={**SAID.get(verb, {}), **said})


def objected(listing: Listing, phone: str = "13800000000") -> Objection:
    return objections.object_to(listing, text="事实有误", name="王某", phone=phone)


def scored(period: Period, firm: Body, total: str) -> Scorecard:
    """The whole firm's card, of this total."""

    return Scorecard.objects.create(
        period=period,
        version=period.version,
        body=firm,
        total=Decimal(total),
        inputs={"cards": []},
        working={"exact": total},
        frozen_at=now(),
    )


def scheme(county: County, **steps: Any) -> Scheme:
    """The quarterly preset with these steps."""
    usual = {"statement_days": 5, "decision_days": 10, "notice_days": 5, **steps}
    return frozen.quarterly(county.district, steps=usual)


# Each step of a black listing without the bracketed ones, and whose hand takes it.
WALK = (
    (V.SERVE, 0),
    (V.RECEIVE, "manager"),
    (V.STATE_CASE, "manager"),
    (V.DECIDE, 1),
    (V.APPROVE, 2),
    (V.APPROVE, 3),
    (V.NOTICE, 0),
)


def walked(listing: Listing, county: County, team: list[User], until: ListingVerb) -> Listing:
    """Step by step up to and with this one; of two approvals both."""
    verbs = [verb for verb, _hand in WALK]
    last = len(verbs) - 1 - verbs[::-1].index(until)
    for verb, hand in WALK[: last + 1]:
        by = team[hand] if isinstance(hand, int) else county.people[hand]
        listing = take(listing, verb, by)
    return listing


def now_is(listing: Listing) -> Listing:
    return Listing.objects.get(pk=listing.pk)


def verbs(listing: Listing) -> list[str]:
    return list(listing.steps.order_by("pk").values_list("verb", flat=True))


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("to__username", flat=True))


def refused(listing: Listing, verb: ListingVerb, by: User, why: type[Exception]) -> None:
    """Refused, and nothing has changed."""
    before = (now_is(listing).state, ListingStep.objects.count(), Notification.objects.count())
    with pytest.raises(why):
        take(listing, verb, by)
    after = (now_is(listing).state, ListingStep.objects.count(), Notification.objects.count())
    assert after == before


def committees(county: County, **steps: Any) -> Scheme:
    """The preset of committees, settled, without the bracketed steps."""
    made = Scheme.objects.create(
        place=county.district, name="业委会履职评价", subject="committees", preset="committees"
    )
    terms = {**presets()["committees"].document}
    terms["steps"] = {"statement_days": 5, "decision_days": 10, "notice_days": 5, **steps}
    SchemeVersion.objects.create(
        scheme=made, number=1, terms=terms, made_at=now(), settled_at=now()
    )
    return made


def committee(county: County, estate: Place | None = None) -> Body:
    """The owners' committee of an estate."""
    return factories.body(BodyKind.OWNERS_COMMITTEE, estate or county.estate, "桂花苑业委会")
