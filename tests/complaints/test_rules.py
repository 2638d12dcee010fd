"""Changing how long a stage may take."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Invalid, NotAllowed
from complaints import actions
from complaints.models import Rule, RuleStage, Unit
from complaints.workflow import Stage, Urgency
from tests.complaints.walks import NORMAL, category, do, report
from tests.factories import County
from tests.moments import MONDAY, Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db


def set_rule(**kw: Any) -> Rule:
    usual: dict[str, Any] = {
        "by": CLOCK,
        "stage": "inspect",
        "urgency": "normal",
        "amount": 20,
        "unit": "seconds",
    }
    return actions.set_rule(**{**usual, **kw})


def test_the_seed_gives_every_stage_a_rule_for_every_urgency() -> None:
    seeded = set(Rule.objects.filter(version=1).values_list("stage", "urgency"))
    assert seeded == {(stage, urgency) for stage in RuleStage for urgency in Urgency}


def test_a_new_rule_touches_new_promises_only(
    county: County, people: People, clock: Pretended
) -> None:
    before = report(county, people)
    kept = list(before.deadlines.values_list())
    clock.forward(minutes=1)
    rule = set_rule()
    after = report(county, people)
    assert list(before.deadlines.values_list()) == kept
    new = after.deadlines.get(stage=Stage.INSPECT)
    assert (new.rule, new.due_at) == (rule, clock.moment + timedelta(seconds=20))


def test_the_rungs_of_an_old_promise_stay_as_far_apart_as_promised(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    clock.forward(minutes=1)
    set_rule()
    clock.put(MONDAY + timedelta(hours=5, minutes=59))
    actions.sound_alarms()
    assert order.deadlines.get(stage=Stage.INSPECT).breaches.count() == 1


def test_versions_are_counted_and_the_old_ones_stay(db: None) -> None:
    assert [set_rule().version, set_rule(amount=30).version] == [2, 3]
    assert Rule.objects.filter(stage="inspect", urgency="normal").count() == 3


def test_a_version_exists_once(db: None) -> None:
    rule = set_rule()
    rule.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        rule.save(force_insert=True)


def test_a_change_of_rule_is_in_the_audit_log_with_old_and_new_figures(
    db: None, clock: Pretended
) -> None:
    set_rule(source="县政府 2026 年第 3 号")
    entry = AuditEntry.objects.get(verb="set_rule")
    assert (entry.target_kind, entry.target) == ("rule", "inspect/normal")
    span = {"span_unit": "seconds", "unit": "seconds"}
    assert entry.facts == {
        "version": 2,
        "valid_from": clock.moment.isoformat(),
        "old": {"amount": 10800, "span_amount": 10800, "preset": "ningdu_335", **span},
        "new": {"amount": 20, "span_amount": 20, **span},
    }


@pytest.mark.parametrize(
    ("amount", "unit", "span"),
    [
        (20, Unit.SECONDS, (20, Unit.SECONDS)),
        (4 * 3600, Unit.SECONDS, (3 * 3600, Unit.SECONDS)),
        (5, Unit.WORKING_DAYS, (1, Unit.WORKING_DAYS)),
        (7, Unit.CALENDAR_DAYS, (1, Unit.WORKING_DAYS)),
    ],
)
def test_the_rungs_follow_from_the_rule(
    amount: int, unit: Unit, span: tuple[int, Unit], db: None
) -> None:
    rule = set_rule(amount=amount, unit=unit)
    assert (rule.span_amount, rule.span_unit) == span


def test_a_rule_may_say_how_far_apart_its_rungs_are(db: None) -> None:
    rule = set_rule(span_amount=60, span_unit="seconds")
    assert (rule.span_amount, rule.span_unit) == (60, "seconds")


QUIET = {"quiet_from": time(20), "quiet_until": time(8)}
DAYS = {"stage": "feedback", "amount": 5, "unit": "working_days"}
WINDOW = {"stage": "rate", "amount": 7, "unit": "calendar_days"}


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"stage": "lunch"}, "stage"),
        ({"urgency": "extreme"}, "urgency"),
        ({"urgency": ""}, "urgency"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"unit": "moons"}, "amount"),
        ({"amount": 366 * 86400 + 1}, "amount"),
        ({"amount": 367, "unit": "working_days"}, "amount"),
        ({"amount": 367, "unit": "calendar_days"}, "amount"),
        ({"span_amount": 0, "span_unit": "seconds"}, "span_amount"),
        ({"span_amount": 60}, "span_amount"),
        ({"span_unit": "seconds"}, "span_amount"),
        ({"span_amount": 400, "span_unit": "working_days"}, "span_amount"),
        ({"quiet_from": time(20)}, "quiet_until"),
        ({"quiet_from": None, "quiet_until": time(8)}, "quiet_from"),
        ({"quiet_from": time(8), "quiet_until": time(8)}, "quiet_until"),
        ({"urgency": "urgent", **QUIET}, "quiet_from"),
        ({**DAYS, **QUIET}, "quiet_from"),
        ({**WINDOW, **QUIET}, "quiet_from"),
        ({"closes_at": time(17, 30)}, "closes_at"),
        ({**DAYS, "closes_at": time(0)}, "closes_at"),
        ({**DAYS, "closes_at": time(12)}, "closes_at"),
        ({**DAYS, "urgency": "urgent", "closes_at": time(17, 30)}, "closes_at"),
        ({**WINDOW, "closes_at": time(17, 30)}, "closes_at"),
        ({"reminders": [0]}, "reminders"),
        ({"reminders": [100]}, "reminders"),
        ({"reminders": [True]}, "reminders"),
        ({"reminders": ["50"]}, "reminders"),
        ({"reminders": [50, 50]}, "reminders"),
        ({"reminders": [10, 20, 30, 40, 50, 60]}, "reminders"),
        ({**DAYS, "reminders": [6]}, "reminders"),
        ({**WINDOW, "reminders": [1]}, "reminders"),
        ({"ladder": []}, "ladder"),
        ({"ladder": ["mayor"]}, "ladder"),
        ({"ladder": ["district", "desk"]}, "ladder"),
        ({"ladder": ["desk", "desk"]}, "ladder"),
        ({"ladder": ["head", "desk"]}, "ladder"),
        ({**WINDOW, "ladder": ["desk"]}, "ladder"),
        ({"valid_from": MONDAY - timedelta(minutes=2)}, "valid_from"),
        ({"valid_from": MONDAY + timedelta(days=367)}, "valid_from"),
        ({"source": "长" * 201}, "source"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_at_its_field(
    words: dict[str, Any], field: str, db: None, clock: Pretended
) -> None:
    before = list(Rule.objects.order_by("pk").values_list())
    with pytest.raises(Invalid) as refusal:
        set_rule(**words)
    assert list(refusal.value.fields) == [field]
    assert list(Rule.objects.order_by("pk").values_list()) == before
    assert not AuditEntry.objects.exists()


def test_a_rule_is_for_an_urgency_or_a_category_not_for_both(county: County) -> None:
    with pytest.raises(Invalid) as refusal:
        set_rule(category=category(NORMAL), urgency="normal")
    assert list(refusal.value.fields) == ["category"]


def test_a_rule_stands_at_a_division_not_at_an_estate(county: County) -> None:
    with pytest.raises(Invalid) as refusal:
        set_rule(place=county.estate)
    assert list(refusal.value.fields) == ["place"]


def test_everything_a_rule_may_say_is_kept(db: None, clock: Pretended) -> None:
    begins = clock.moment + timedelta(days=3)
    rule = set_rule(
        stage="handle",
        amount=7200,
        span_amount=1,
        span_unit="working_days",
        **QUIET,
        reminders=[80, 25],
        ladder=["head", "subdistrict"],
        source="  县政府 2026 年第 3 号  ",
        valid_from=begins,
    )
    rule.refresh_from_db()
    assert (rule.quiet_from, rule.quiet_until) == (time(20), time(8))
    assert (rule.reminders, rule.ladder) == ([25, 80], ["head", "subdistrict"])
    assert (rule.source, rule.valid_from) == ("县政府 2026 年第 3 号", begins)


def test_a_ladder_as_usual_stays_the_usual_one(db: None) -> None:
    assert set_rule(ladder=["desk", "subdistrict", "district"]).ladder is None


def test_an_officer_changes_the_rules_of_their_own_district(
    county: County, people: People, clock: Pretended
) -> None:
    rule = set_rule(by=people["district"], place=county.district)
    assert report(county, people).deadlines.get(stage=Stage.INSPECT).rule == rule


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("district", None),
        ("far_district", "district"),
        ("subdistrict", "district"),
        ("subdistrict", "subdistrict"),
        ("subdistrict", "community"),
        ("dispatcher", "district"),
        ("dispatcher", "community"),
        ("auditor", "district"),
        ("resident", None),
    ],
)
def test_nobody_else_changes_rules(
    who: str, place: str | None, county: County, people: People
) -> None:
    before = Rule.objects.count()
    district = getattr(county, place) if place else None
    with pytest.raises(NotAllowed):
        set_rule(by=people[who], place=district)
    assert Rule.objects.count() == before


def test_another_districts_rule_does_not_count_here(
    county: County, people: People, clock: Pretended
) -> None:
    set_rule(by=people["far_district"], place=county.far_district_office.place)
    inspection = report(county, people).deadlines.get(stage=Stage.INSPECT)
    assert inspection.due_at == MONDAY + timedelta(hours=3)


def test_a_rule_for_one_category_beats_the_rest(
    county: County, people: People, clock: Pretended
) -> None:
    rule = set_rule(category=category(NORMAL), urgency="", amount=60)
    set_rule(amount=30)
    assert report(county, people).deadlines.get(stage=Stage.INSPECT).rule == rule
    other = report(county, people, category="0103").deadlines.get(stage=Stage.INSPECT)
    assert other.due_at == MONDAY + timedelta(seconds=30)


def test_a_rule_of_tomorrow_does_not_count_today(
    county: County, people: People, clock: Pretended
) -> None:
    set_rule(valid_from=MONDAY + timedelta(days=1))
    order = report(county, people)
    assert order.deadlines.get(stage=Stage.INSPECT).due_at == MONDAY + timedelta(hours=3)
    clock.put(MONDAY + timedelta(days=1))
    later = report(county, people).deadlines.get(stage=Stage.INSPECT)
    assert later.due_at == clock.moment + timedelta(seconds=20)


def test_the_rating_window_is_a_rule_too(county: County, people: People, clock: Pretended) -> None:
    set_rule(stage="rate", amount=60)
    order = report(county, people)
    order = do("answer_directly", order, county, people)
    assert order.rate_until == MONDAY + timedelta(seconds=60)
