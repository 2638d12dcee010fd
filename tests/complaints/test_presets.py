"""Presets: the tables they are named after, applied as they stand, in one action or none."""

from datetime import time
from typing import Any

import pytest

from accounts import audit
from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Invalid
from communities.models import Place
from complaints import actions
from complaints.models import Rule, RuleStage
from complaints.models.presets import presets
from complaints.queries.rulebook import Rulebook, Slot
from complaints.workflow import Urgency
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db
NIGHT = {"quiet_from": time(20), "quiet_until": time(8)}
HOURS: dict[str, Any] = {**NIGHT, "closes_at": time(17, 30)}


def own(place: Place, **kw: Any) -> list[Rule]:
    return list(Rule.objects.filter(place=place, **kw).order_by("pk"))


@pytest.mark.parametrize("code", presets())
def test_a_preset_is_applied_exactly_as_it_stands(
    code: str, county: County, people: People, clock: Pretended
) -> None:
    written = actions.apply_preset(by=people["district"], place=county.district, preset=code)
    assert len(written) == len(own(county.district)) == len(RuleStage) * len(Urgency)
    book = Rulebook(county.district, clock.moment)
    for row in presets()[code].rules:
        rule = book.governing(Slot(row.stage, row.urgency))
        assert (rule.amount, rule.unit) == (row.amount, row.unit)
        assert (rule.span_amount, rule.span_unit) == (row.span_amount, row.span_unit)
        assert (rule.place, rule.preset) == (county.district, code)
        assert (rule.quiet_from, rule.closes_at, rule.reminders, rule.ladder) == (None,) * 4


@pytest.mark.parametrize(
    ("code", "table"),
    [
        (
            "ningdu_335",
            {
                "inspect": ("3 seconds*3600", "900 seconds", "3 seconds*3600"),
                "handle": ("3 seconds*3600", "3600 seconds", "3 working_days"),
                "feedback": ("5 working_days", "1 working_days", "5 working_days"),
            },
        ),
        (
            "beijing_tiers",
            {
                "inspect": ("24 seconds*3600", "2 seconds*3600", "24 seconds*3600"),
                "handle": ("24 seconds*3600", "2 seconds*3600", "7 calendar_days"),
                "feedback": ("7 calendar_days", "24 seconds*3600", "15 calendar_days"),
            },
        ),
        (
            "shandong",
            {
                "inspect": ("1 working_days", "900 seconds", "1 working_days"),
                "handle": ("4 working_days", "3600 seconds", "4 working_days"),
                "feedback": ("5 working_days", "1 working_days", "5 working_days"),
            },
        ),
    ],
)
def test_the_presets_are_the_tables_they_are_named_after(
    code: str, table: dict[str, tuple[str, str, str]]
) -> None:
    for stage, told in table.items():
        for urgency, words in zip(("normal", "urgent", "long"), told, strict=True):
            row = presets()[code].rule(stage, urgency)
            assert row is not None
            amount, unit = words.split()
            unit, _star, times = unit.partition("*")
            assert (row.amount, row.unit) == (int(amount) * int(times or 1), unit)


def test_a_preset_is_one_action_or_none(
    county: County, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = AuditEntry.objects.count()

    def broken(**_facts: Any) -> None:
        if AuditEntry.objects.count() > kept + 5:
            raise OSError
        record(**_facts)

    record = audit.record
    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(OSError):
        actions.apply_preset(by=CLOCK, place=county.district, preset="shandong")
    assert own(county.district) == []
    assert AuditEntry.objects.count() == kept


def test_a_preset_applied_twice_writes_nothing_the_second_time(county: County) -> None:
    actions.apply_preset(by=CLOCK, place=county.district, preset="shandong")
    assert actions.apply_preset(by=CLOCK, place=county.district, preset="shandong") == []


def test_an_unknown_preset_is_refused(county: County) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.apply_preset(by=CLOCK, place=county.district, preset="atlantis")
    assert list(refusal.value.fields) == ["preset"]


def test_a_preset_leaves_the_hours_of_the_place_alone(county: County, clock: Pretended) -> None:
    actions.set_hours(by=CLOCK, place=county.district, **HOURS)
    actions.apply_preset(by=CLOCK, place=county.district, preset="shandong")
    book = Rulebook(county.district, clock.moment)
    # It was 3 hours without the nights, and is now a working day until the close of business.
    check = book.governing(Slot("inspect", "normal"))
    assert (check.quiet_from, check.closes_at) == (None, time(17, 30))
    assert book.hours().closes_at == time(17, 30)
    assert book.governing(Slot("inspect", "urgent")).quiet_from is None
