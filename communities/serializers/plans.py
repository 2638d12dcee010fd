"""What programs send and are answered: plans."""

from typing import Any

from rest_framework import serializers

from common.serializers import Named
from communities.models import PlanTemplate


class ActionPlanOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    place = Named()
    template = serializers.ChoiceField(choices=PlanTemplate.choices)
    title = serializers.CharField()
    purpose = serializers.CharField()
    document = serializers.CharField()
    from_year = serializers.IntegerField()
    until_year = serializers.IntegerField(help_text="The last year.")
    completed_on = serializers.DateField(allow_null=True)
    report = serializers.CharField(help_text="The completion report, once it is in.")


class PlanYearOut(serializers.Serializer[Any]):
    """Counted from the plan's start, by the end of the year."""

    year = serializers.IntegerField()
    target = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    reached = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text="Null: still to come."
    )
    state = serializers.CharField(help_text="met, missed, running; or nothing")


class ProgressOut(serializers.Serializer[Any]):
    on = serializers.DateField()
    amount = serializers.DecimalField(max_digits=12, decimal_places=2)


class PlanTaskOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="task.public_id")
    section = serializers.CharField(source="task.section")
    title = serializers.CharField(source="task.title")
    unit = serializers.CharField(source="task.unit", help_text="Nothing: done when it is done.")
    owner = Named(source="task.owner", allow_null=True)
    place = Named(source="task.place", allow_null=True)
    years = PlanYearOut(many=True)
    progress = ProgressOut(source="entries", many=True)


class ActionPlanPageOut(serializers.Serializer[Any]):
    """A plan with its tasks; notes beside the figures are not for the public and not here."""

    plan = ActionPlanOut()
    tasks = PlanTaskOut(many=True)
    done = serializers.IntegerField(help_text="Tasks whose last target is reached.")
