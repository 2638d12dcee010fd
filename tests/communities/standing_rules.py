"""Detailed standards of the county and a deviation, for tests."""

from datetime import date
from typing import Any

from accounts.models import User
from communities import actions
from communities.actions import SaidClause
from communities.models import (
    Deviation,
    Standard,
    StandardClause,
    StandardVersion,
)
from tests.factories import County
from tests.moments import at

People = dict[str, User]
NOON = at("2026-03-16 12:00")
TODAY = date(2026, 3, 16)
BEGAN = date(2026, 1, 1)
WORDS = (
    SaidClause("收费项目和标准在小区显著位置公示。", "现场查看公示栏。"),
    SaidClause("每半年公布一次公共收益收支。"),
    SaidClause("停车费不得捆绑收取。"),
)


def a_standard(county: County, people: People, **more: Any) -> Standard:
    said = {
        "field": "charges",
        "title": "住宅物业收费细则",
        "issued_by": "红枫县住建局",
        "document": "红住建〔2026〕1号",
        "from_on": BEGAN,
        "clauses": WORDS,
        **more,
    }
    return actions.issue_standard(county.district, by=people["district"], **said)


def a_clause(standard: Standard, number: int = 1, version: int = 1) -> StandardClause:
    return StandardClause.objects.get(
        version__standard=standard, version__number=version, number=number
    )


def a_deviation(county: County, people: People, clause: StandardClause, **more: Any) -> Deviation:
    said = {
        "grounds": "公示栏里没有收费标准。",
        "evidence": "三月十日现场照片两张。",
        "on": date(2026, 3, 10),
        "estate": county.estate,
        "by": people["dispatcher"],
        **more,
    }
    return actions.record_deviation(clause, **said)


def kept() -> tuple[Any, ...]:
    """Everything standards are made of, to be compared before and after a refusal."""
    return tuple(
        list(model.objects.order_by("pk").values())
        for model in (Standard, StandardVersion, StandardClause, Deviation)
    )
