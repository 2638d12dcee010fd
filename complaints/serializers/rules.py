"""Rules as programs read and change them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.serializers import Input, Named
from complaints.models import Category, Rule, RuleStage, Unit
from complaints.queries.rule_pages import Author, Version, history, written
from complaints.queries.rulebook import Rulebook, Slot
from complaints.queries.rules import rule_words, source_words
from complaints.serializers.fields import CodeField
from complaints.workflow import Rung, Urgency

# What is told of a version as its row has it.
PLAIN = (
    "version",
    "place",
    "amount",
    "unit",
    "span_amount",
    "span_unit",
    "quiet_from",
    "quiet_until",
    "closes_at",
    "reminders",
    "ladder",
    "preset",
    "valid_from",
    "withdrawn",
)
LOCAL = "On the local clock (Asia/Shanghai)."


# --- Out ---------------------------------------------------------------------------------


class RuleFiguresOut(serializers.Serializer[Any]):
    """A version of a rule."""

    version = serializers.IntegerField()
    place = Named(allow_null=True, help_text="Where it stands; null: everywhere.")
    amount = serializers.IntegerField(help_text="In the unit: seconds or days.")
    unit = serializers.ChoiceField(choices=Unit.choices)
    words = serializers.CharField(help_text="The time as people say it.")
    span_amount = serializers.IntegerField(help_text="How far apart the rungs of the ladder are.")
    span_unit = serializers.ChoiceField(choices=Unit.choices)
    quiet_from = serializers.TimeField(allow_null=True, help_text=LOCAL)
    quiet_until = serializers.TimeField(allow_null=True)
    closes_at = serializers.TimeField(allow_null=True, help_text="When a last day ends.")
    reminders = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="Null: as usual."
    )
    ladder = serializers.ListField(
        child=serializers.ChoiceField(choices=Rung.choices),
        allow_null=True,
        help_text="Null: as usual.",
    )
    preset = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    valid_from = serializers.DateTimeField()
    withdrawn = serializers.BooleanField()


class AuthorOut(serializers.Serializer[Any]):
    """Who wrote a version, by the audit log."""

    by = serializers.ChoiceField(choices=[("clerk", "clerk"), ("operator", "operator")])
    name = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class RuleVersionOut(RuleFiguresOut):
    """A version and what became of it."""

    state = serializers.ChoiceField(
        choices=[(state, state) for state in ("governs", "overruled", "later", "over")]
    )
    until = serializers.DateTimeField(allow_null=True)
    author = AuthorOut(allow_null=True, help_text="Null: it came with the portal.")


class RuleLineOut(serializers.Serializer[Any]):
    """A stage for an urgency or a category: what holds, and every version there was."""

    stage = serializers.ChoiceField(choices=RuleStage.choices)
    urgency = serializers.ChoiceField(choices=Urgency.choices, allow_null=True)
    category = Named(allow_null=True)
    own = serializers.BooleanField(help_text="Whether the place itself has set it.")
    rule = RuleFiguresOut(allow_null=True, help_text="Null: withdrawn; the urgency's rule holds.")
    versions = RuleVersionOut(many=True)


class HoursOut(serializers.Serializer[Any]):
    """The one setting for everything that is not urgent."""

    quiet_from = serializers.TimeField(allow_null=True, help_text=LOCAL)
    quiet_until = serializers.TimeField(allow_null=True)
    closes_at = serializers.TimeField(allow_null=True)


class RulesOut(serializers.Serializer[Any]):
    """What holds at a place now."""

    place = Named()
    may_change = serializers.BooleanField()
    based_on = serializers.CharField(
        help_text="Send it along with a change: it is refused (409) where another came first."
    )
    hours = HoursOut()
    lines = RuleLineOut(many=True)


def rules_facts(book: Rulebook, *, may_change: bool) -> dict[str, Any]:
    slots = book.slots()
    authors = written(book, slots)
    return {
        "place": book.place,
        "may_change": may_change,
        "based_on": book.fingerprint,
        "hours": book.hours(),
        "lines": [_line(book, slot, history(book, slot, authors)) for slot in slots],
    }


def _line(book: Rulebook, slot: Slot, versions: list[Version]) -> dict[str, Any]:
    rule = book.standing(slot)
    return {
        "stage": slot.stage,
        "urgency": slot.urgency or None,
        "category": slot.category,
        "own": book.own(slot) is not None,
        "rule": None if rule is None else _rule(rule),
        "versions": [
            {
                **_rule(version.rule),
                "state": version.state,
                "until": version.until,
                "author": None if version.author is None else _author(version.author),
            }
            for version in versions
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    facts = {name: getattr(rule, name) for name in PLAIN}
    return {**facts, "words": rule_words(rule), "source": source_words(rule)}


def _author(author: Author) -> dict[str, Any]:
    return {"by": author.by, "name": author.name, "at": author.at}


# --- In ----------------------------------------------------------------------------------


class PlaceIn(Input):
    """`place` is read before anything else: what is not yours to see is not there."""

    place = serializers.CharField(
        required=False, help_text="The code of a division; your own without it."
    )
    based_on = serializers.CharField(required=False)


class LineIn(PlaceIn):
    """Which line: a stage, and either an urgency or a category."""

    stage = serializers.ChoiceField(choices=RuleStage.choices)
    urgency = serializers.ChoiceField(choices=Urgency.choices, required=False)
    category = CodeField(
        Category.objects.select_related("parent"),
        required=False,
        help_text="A code from categories/, instead of an urgency.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("urgency" in attrs) == ("category" in attrs):
            raise serializers.ValidationError(
                {"urgency": [_("A rule is for an urgency or for a category, not for both.")]}
            )
        return attrs


class RuleIn(LineIn):
    """A new version. Hours that are not named stay; null means none."""

    amount = serializers.IntegerField(min_value=1, help_text="In the unit: seconds or days.")
    unit = serializers.ChoiceField(choices=Unit.choices)
    span_amount = serializers.IntegerField(min_value=1, required=False)
    span_unit = serializers.ChoiceField(choices=Unit.choices, required=False)
    quiet_from = serializers.TimeField(required=False, allow_null=True, help_text=LOCAL)
    quiet_until = serializers.TimeField(required=False, allow_null=True)
    closes_at = serializers.TimeField(required=False, allow_null=True)
    reminders = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        allow_null=True,
        help_text="Hundredths of a time in seconds, or working days before the last day.",
    )
    ladder = serializers.ListField(
        child=serializers.ChoiceField(choices=Rung.choices),
        required=False,
        allow_null=True,
        help_text="From the nearest up.",
    )
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, allow_blank=True, max_length=200
    )
    valid_from = serializers.DateTimeField(required=False, help_text="Now without it.")


class HoursIn(PlaceIn):
    """The whole setting: null means none."""

    quiet_from = serializers.TimeField(allow_null=True, help_text=LOCAL)
    quiet_until = serializers.TimeField(allow_null=True)
    closes_at = serializers.TimeField(allow_null=True)


class PresetIn(PlaceIn):
    preset = serializers.CharField(help_text="ningdu_335, beijing_tiers or shandong")
