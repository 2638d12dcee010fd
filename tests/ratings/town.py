"""A period for tests: a scheme with every method and judge, one firm at two estates."""

from datetime import date
from typing import Any

from accounts.actors import CLOCK
from common.now import now
from communities.actions import engage_firm
from communities.models import Body, Place
from ratings.models import Period, Scheme, SchemeVersion, Scorecard
from tests import factories
from tests.factories import BEGINNING, County

FROM, UNTIL, ASSESS_UNTIL = date(2026, 1, 1), date(2026, 4, 1), date(2026, 4, 24)


def item(code: str, method: str, points: str, rule: str, **more: Any) -> dict[str, Any]:
    found = {"code": code, "name_zh": f"项目{code}", "points": points, "rule": rule, **more}
    return {**found, "method": method} if method else found


def dimension(code: str, name: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "name_zh": name, "items": list(items)}


def verdict(key: str, judge: str, weight: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": key,
        "name_zh": f"{key}评定",
        "weight": weight,
        "source": "verdict",
        "judge": judge,
        "dimensions": [dimension("V", "综合评定", *items)],
    }


def document(**more: Any) -> dict[str, Any]:
    """Inspection 40 %, the community's party organisation 30, subdistrict 20, authority 10."""
    levels = [{"name": "没有", "points": "0"}, {"name": "联合", "points": "3"}]
    sheet = {
        "key": "inspection",
        "name_zh": "督查",
        "weight": "0.4",
        "source": "sheet",
        "dimensions": [
            dimension(
                "D1",
                "安全管理",
                item("D1-1", "onsite", "5", "per_finding", step="1", text="每处堵塞扣1分"),
                item("D1-2", "onsite", "6", "ratio", floor="0.6"),
                item("D1-3", "document", "2", "all_or_nothing"),
                item("D1-4", "daily", "3", "per_finding", step="0.5"),
            ),
            dimension(
                "D2",
                "党建引领",
                item("D2-1", "document", "3", "levels", levels=levels),
                item("D2-2", "daily", "4", "per_finding", step="1"),
                item("D2-3", "system", "2", "ratio", figure="rectified"),
            ),
        ],
    }
    given = [item("P1", "", "60", "given"), item("P2", "", "40", "given")]
    return {
        "subject": "firms",
        "cycle": "quarter",
        "parts": [
            sheet,
            verdict("party", "community_party", "0.3", *given),
            verdict("town", "subdistrict", "0.2", *given),
            verdict("bureau", "authority", "0.1", *given),
        ],
        "bands": [{"at_least": "85", "name": "自行整改"}, {"at_least": "60", "name": "限期整改"}],
        "rectify_days": 10,
        **more,
    }


def version(place: Place, name: str = "季度测评", **terms: Any) -> SchemeVersion:
    """A settled version of a scheme of this place."""
    scheme = Scheme.objects.create(
        place=place, name=name, subject=terms.get("subject", "firms"), preset=""
    )
    return SchemeVersion.objects.create(
        scheme=scheme, number=1, terms=document(**terms), made_at=now(), settled_at=now()
    )


def period(county: County, **terms: Any) -> Period:
    """The first quarter of 2026, by the scheme of the county's district."""
    found = version(county.district, **terms)
    return Period.objects.create(
        scheme=found.scheme,
        version=found,
        name="2026年第一季度",
        from_on=FROM,
        until_on=UNTIL,
        assess_until_on=ASSESS_UNTIL,
    )


def second_estate(county: County) -> Place:
    """Another estate of the community that the county's firm serves, too."""
    made = factories.estate(county.community, 9, "海棠苑")
    engage_firm(county.firm, by=CLOCK, estate=made, from_on=BEGINNING)
    return made


def card(period: Period, estate: Place, body: Body) -> Scorecard:
    """A card as freezing leaves it, without its inputs."""
    return Scorecard.objects.create(
        period=period,
        version=period.version,
        body=body,
        estate=estate,
        inputs={},
        working={},
        frozen_at=now(),
    )
