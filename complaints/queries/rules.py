"""What is promised, in words' reach: for pages that tell people before they report."""

from datetime import datetime

from django.db.models import Q

from complaints import clock
from complaints.models import Rule
from complaints.workflow import Stage, Urgency


def usual_promises(at: datetime, urgency: str = Urgency.NORMAL) -> dict[str, Rule]:
    """The rule of each stage that holds everywhere at `at`, by stage."""
    rules = list(
        Rule.objects.filter(
            Q(district__isnull=True, category__isnull=True), urgency=urgency, stage__in=Stage.values
        )
    )
    return {stage.value: clock.pick(rules, stage, urgency, at) for stage in Stage}
