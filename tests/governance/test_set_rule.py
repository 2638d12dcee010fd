"""Changing a rule from the console."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from complaints.models import Rule

pytestmark = pytest.mark.django_db


def set_rule(*words: str) -> str:
    out = StringIO()
    call_command("set_rule", *words, stdout=out)
    return out.getvalue()


def newest(stage: str, urgency: str) -> Rule:
    rule = Rule.objects.filter(stage=stage, urgency=urgency).order_by("version").last()
    assert rule is not None
    return rule


@pytest.mark.parametrize(
    ("text", "amount", "unit", "span", "span_unit"),
    [
        ("20s", 20, "seconds", 20, "seconds"),
        ("15m", 900, "seconds", 900, "seconds"),
        ("6h", 21600, "seconds", 10800, "seconds"),
        ("5wd", 5, "working_days", 1, "working_days"),
        ("7d", 7, "calendar_days", 1, "working_days"),
    ],
)
def test_an_amount_becomes_a_new_version(
    text: str, amount: int, unit: str, span: int, span_unit: str
) -> None:
    before = newest("inspect", "normal")
    assert f"{amount} {unit}" in set_rule("inspect", text, "--urgency", "normal")
    rule = newest("inspect", "normal")
    assert rule.version == before.version + 1
    assert (rule.amount, rule.unit, rule.span_amount, rule.span_unit) == (
        amount,
        unit,
        span,
        span_unit,
    )
    assert Rule.objects.filter(pk=before.pk, amount=before.amount).exists()
    assert newest("inspect", "urgent").version == 1


def test_without_an_urgency_all_three_change() -> None:
    assert set_rule("handle", "2h").count("version 2") == 3


def test_the_rungs_may_be_set_apart_from_the_amount() -> None:
    set_rule("handle", "2h", "--span", "1wd", "--urgency", "long")
    assert newest("handle", "long").span_unit == "working_days"


@pytest.mark.parametrize("text", ["soon", "0s", "3", "3 weeks", "1.5h", "三小时"])
def test_an_amount_nobody_understands_changes_nothing(text: str) -> None:
    rules = Rule.objects.count()
    with pytest.raises(CommandError, match="is no amount"):
        set_rule("inspect", text)
    assert Rule.objects.count() == rules


def test_an_unknown_district_changes_nothing() -> None:
    rules = Rule.objects.count()
    with pytest.raises(CommandError, match="no district"):
        set_rule("inspect", "3h", "--district", "123456")
    assert Rule.objects.count() == rules
