"""A deadline derived, as programs read it."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from complaints.models import Unit
from complaints.queries.explain import Explanation
from complaints.queries.reckoned import Told
from complaints.serializers.outputs import DeadlineOut, deadline_facts


class StepOut(serializers.Serializer[Any]):
    """One step of the reckoning. What it does not say is null, empty or 0."""

    kind = serializers.CharField(
        help_text="start, hours, counted, makeup, holiday, weekend, quiet, paused, moved, "
        "extended or due; beside the reckoning: reminder, level."
    )
    date = serializers.DateField(allow_null=True, help_text="A day in Shanghai.")
    name = serializers.CharField(allow_blank=True, help_text="A festival, in the language asked.")
    count = serializers.IntegerField(help_text="The number of a counted day, or seconds.")
    text = serializers.CharField()

    # `from` cannot be the name of a class attribute.
    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        found = super().get_fields()
        found["from"] = serializers.DateTimeField(allow_null=True)
        found["until"] = serializers.DateTimeField(allow_null=True)
        return found


class RuleOut(serializers.Serializer[Any]):
    """The rule a deadline was promised by."""

    amount = serializers.IntegerField()
    unit = serializers.ChoiceField(choices=Unit.choices)
    version = serializers.IntegerField()
    valid_from = serializers.DateTimeField()
    place = serializers.CharField(allow_null=True, help_text="Whose it is; null: holds everywhere.")
    category = serializers.CharField(
        allow_null=True, help_text="For which category; null: for an urgency."
    )
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]


class ExplanationOut(serializers.Serializer[Any]):
    """How a deadline came about."""

    lines = serializers.ListField(
        child=serializers.CharField(), help_text="For people, days that say the same joined."
    )
    steps = StepOut(many=True)
    then = StepOut(many=True, help_text="Reminders, and who hears of it once it is late.")
    agrees = serializers.BooleanField(
        help_text="Whether the reckoning comes to the moment on record, which is what counts."
    )


class DeadlineExplainedOut(DeadlineOut):
    """A deadline and how it came about."""

    held_by = serializers.CharField(allow_blank=True, help_text="Whom a late one counts against.")
    rule = RuleOut()
    explanation = ExplanationOut()


def explained_facts(told: Explanation, at: datetime) -> dict[str, Any]:
    """For `DeadlineExplainedOut`."""
    rule = told.rule
    return {
        **deadline_facts(told.promise, at),
        "held_by": told.held_by,
        "rule": {
            "amount": rule.amount,
            "unit": rule.unit,
            "version": rule.version,
            "valid_from": rule.valid_from,
            "place": rule.place.code if rule.place is not None else None,
            "category": rule.category.code if rule.category is not None else None,
            "source": rule.source,
        },
        "explanation": {
            "lines": [line.text for line in told.lines],
            "steps": [step_facts(step) for step in told.steps],
            "then": [step_facts(step) for step in told.then],
            "agrees": told.agrees,
        },
    }


def step_facts(step: Told) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "date": step.on,
        "from": step.from_at,
        "until": step.until_at,
        "name": step.name,
        "count": step.count,
        "text": step.text,
    }
