"""Changing how long a stage may take."""

from datetime import timedelta
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


def test_a_change_of_rule_is_in_the_audit_log(db: None) -> None:
    set_rule()
    entry = AuditEntry.objects.get(verb="set_rule")
    assert (entry.target, entry.facts) == (
        "inspect/normal",
        {"version": 2, "amount": 20, "unit": "seconds"},
    )


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


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"stage": "lunch"}, "stage"),
        ({"urgency": "extreme"}, "urgency"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"unit": "moons"}, "amount"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_at_its_field(
    words: dict[str, Any], field: str, db: None
) -> None:
    before = Rule.objects.count()
    with pytest.raises(Invalid) as refusal:
        set_rule(**words)
    assert list(refusal.value.fields) == [field]
    assert Rule.objects.count() == before


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
        ("dispatcher", "district"),
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
    rule = set_rule(category=category(NORMAL), amount=60)
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
