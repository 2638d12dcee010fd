"""What is promised, in words: for pages that tell people before they report."""

from datetime import datetime

from django.utils.translation import ngettext

from complaints import clock
from complaints.models import Rule, Unit
from complaints.workflow import Stage, Urgency

HOUR, MINUTE = 3600, 60


def usual_promises(at: datetime, urgency: str = Urgency.NORMAL) -> dict[str, str]:
    """How long each stage may take where no district or category has a rule of its own."""
    rules = list(
        Rule.objects.filter(
            place__isnull=True, category__isnull=True, urgency=urgency, stage__in=Stage.values
        )
    )
    picked = {stage.value: clock.pick(rules, stage, urgency, at) for stage in Stage}
    return {stage: span_words(rule.amount, rule.unit) for stage, rule in picked.items()}


def span_words(amount: int, unit: str) -> str:
    """A span as people say it: "3 hours", "15 minutes", "5 working days"."""
    if unit == Unit.WORKING_DAYS:
        return ngettext("%(n)d working day", "%(n)d working days", amount) % {"n": amount}
    if unit == Unit.CALENDAR_DAYS:
        return ngettext("%(n)d day", "%(n)d days", amount) % {"n": amount}
    if amount % HOUR == 0:
        return ngettext("%(n)d hour", "%(n)d hours", amount // HOUR) % {"n": amount // HOUR}
    if amount % MINUTE == 0:
        return ngettext("%(n)d minute", "%(n)d minutes", amount // MINUTE) % {"n": amount // MINUTE}
    return ngettext("%(n)d second", "%(n)d seconds", amount) % {"n": amount}
