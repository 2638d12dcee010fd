"""Changing a rule from the console."""

from datetime import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from complaints.models import Rule
from tests.factories import County

pytestmark = pytest.mark.django_db


def set_rule(*words: str) -> str:
    out = StringIO()
    call_command("set_rule", *words, stdout=out)
    return out.getvalue()


def newest(stage: str, urgency: str) -> Rule:
    rule = Rule.objects.filter(stage=stage, urgency=urgency).order_by("version", "pk").last()
    assert rule is not None
    return rule


@pytest.mark.parametrize(
    ("text", "words", "kept"),
    [
        ("20s", "20 seconds", (20, "seconds", 20, "seconds")),
        ("15m", "15 minutes", (900, "seconds", 900, "seconds")),
        ("6h", "6 hours", (21600, "seconds", 10800, "seconds")),
        ("5WD", "5 working days", (5, "working_days", 1, "working_days")),
        ("7d", "7 days", (7, "calendar_days", 1, "working_days")),
    ],
)
def test_an_amount_becomes_a_new_version(
    text: str, words: str, kept: tuple[int, str, int, str]
) -> None:
    before = newest("inspect", "normal")
    said = set_rule("inspect", text, "--urgency", "normal")
    assert f"inspect, normal: {words} (was 3 hours)" in said
    rule = newest("inspect", "normal")
    assert rule.version == before.version + 1
    assert (rule.amount, rule.unit, rule.span_amount, rule.span_unit) == kept
    assert Rule.objects.filter(pk=before.pk, amount=before.amount).exists()
    assert newest("inspect", "urgent").version == 1


def test_without_an_urgency_all_three_change() -> None:
    assert set_rule("handle", "2h").count("2 hours (was") == 3
    assert {newest("handle", urgency).version for urgency in ("normal", "urgent", "long")} == {2}


def test_the_rungs_may_be_set_apart_from_the_amount() -> None:
    said = set_rule("handle", "2h", "--span", "1wd", "--urgency", "long")
    assert "rungs of the ladder 1 working day apart" in said
    assert newest("handle", "long").span_unit == "working_days"


def test_a_district_gets_rules_of_its_own(county: County) -> None:
    code = county.district.code
    said = set_rule("inspect", "2h", "--urgency", "normal", "--district", code)
    assert f"in {county.district.name}: 2 hours;" in said
    assert newest("inspect", "normal").place == county.district


def test_quiet_hours_are_for_what_is_not_urgent() -> None:
    said = set_rule("handle", "2h", "--quiet", "20:00-08:00")
    assert said.count("2 hours (was") == 3
    assert said.count(", not from 20:00 to 08:00; rungs") == 2
    assert newest("handle", "normal").quiet_from == time(20)
    assert newest("handle", "urgent").quiet_from is None


def test_hours_stay_until_they_are_named_again() -> None:
    set_rule("feedback", "5wd", "--urgency", "normal", "--closes", "17:30")
    assert "the last one until 17:30" in set_rule("feedback", "4wd", "--urgency", "normal")
    said = set_rule("feedback", "4wd", "--urgency", "normal", "--closes", "none")
    assert "until" not in said
    assert newest("feedback", "normal").closes_at is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["inspect", "3h", "--quiet", "at night"], "--quiet: 'at night' are no hours"),
        (["inspect", "3h", "--quiet", "20:00-24:00"], "are no hours"),
        (["inspect", "3h", "--quiet", "08:00-08:00"], "would never end"),
        (["inspect", "3h", "--quiet", "20:00-08:00", "--urgency", "urgent"], "urgent knows no"),
        (["inspect", "5wd", "--quiet", "20:00-08:00"], "for times in minutes or hours"),
        (["feedback", "5wd", "--closes", "half past five"], "is no time"),
        (["inspect", "3h", "--closes", "17:30"], "for times in days"),
        (["inspect", "soon"], "is no amount"),
        (["inspect", "0s"], "is no amount"),
        (["inspect", "3"], "is no amount"),
        (["inspect", "3 weeks"], "is no amount"),
        (["inspect", "1.5h"], "is no amount"),
        (["inspect", "三小时"], "is no amount"),
        (["inspect", "999999999h"], "longer than a year"),
        (["inspect", "3h", "--span", "often"], "--span: 'often' is no amount"),
        (["supper", "3h"], "STAGE must be one of inspect, handle, feedback"),
        (["inspect", "3h", "--urgency", "later"], "--urgency must be one of normal, urgent, long"),
        (["inspect", "3h", "--district", "123456"], "no district with the code '123456'"),
    ],
)
def test_what_nobody_understands_is_said_in_one_sentence_and_changes_nothing(
    words: list[str], sentence: str
) -> None:
    rules = Rule.objects.count()
    with pytest.raises(CommandError, match=sentence) as refusal:
        set_rule(*words)
    assert refusal.value.returncode == 1
    assert "\n" not in str(refusal.value)
    assert Rule.objects.count() == rules
