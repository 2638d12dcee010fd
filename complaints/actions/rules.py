"""Changing how long a stage may take."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor, Clock
from accounts.models import User
from common.errors import Invalid, NotAllowed
from common.now import now
from communities.models import Place, PlaceKind
from communities.scope import standing_of
from complaints.models import Category, Rule, RuleStage, Unit
from complaints.workflow import Urgency

THREE_HOURS = 3 * 3600


@transaction.atomic
def set_rule(
    *,
    by: Actor,
    stage: str,
    urgency: str,
    amount: int,
    unit: str,
    span_amount: int | None = None,
    span_unit: str | None = None,
    place: Place | None = None,
    category: Category | None = None,
    source: str = "",
    valid_from: datetime | None = None,
) -> Rule:
    """Write a new version of a rule. It touches new promises only; the old version stays.

    The rungs of the ladder are 3 hours apart for rules in seconds (or as far apart as the rule
    is long, where that is less) and one working day for rules in days, unless said otherwise.
    Raises Invalid for an unknown stage, urgency, unit or amount; NotAllowed unless it is the
    operator at the console, or an officer of the district.
    """
    _check_who(by, place)
    if stage not in RuleStage.values:
        raise Invalid(fields={"stage": [_("This stage is unknown.")]})
    if urgency not in Urgency.values:
        raise Invalid(fields={"urgency": [_("This urgency is unknown.")]})
    if unit not in Unit.values or amount <= 0:
        raise Invalid(fields={"amount": [_("Give an amount such as 20s, 15m, 3h, 5wd or 7d.")]})
    if span_amount is None or span_unit is None:
        seconds = unit == Unit.SECONDS
        span_amount = min(amount, THREE_HOURS) if seconds else 1
        span_unit = Unit.SECONDS if seconds else Unit.WORKING_DAYS
    versions = Rule.objects.filter(stage=stage, urgency=urgency, place=place, category=category)
    newest = versions.aggregate(newest=Max("version"))["newest"] or 0
    rule = Rule.objects.create(
        place=place,
        stage=stage,
        urgency=urgency,
        category=category,
        version=newest + 1,
        amount=amount,
        unit=unit,
        span_amount=span_amount,
        span_unit=span_unit,
        source=source or "set by hand",
        valid_from=valid_from or now(),
    )
    audit.record(
        by=by,
        verb="set_rule",
        target_kind="rule",
        target=f"{stage}/{urgency}",
        version=rule.version,
        amount=amount,
        unit=unit,
    )
    return rule


def _check_who(by: Actor, place: Place | None) -> None:
    if isinstance(by, Clock):
        return
    if (
        isinstance(by, User)
        and place is not None
        and place.kind == PlaceKind.DISTRICT
        and place.code in standing_of(by).overseer_codes
    ):
        return
    raise NotAllowed(_("Only an officer of the district may change its rules."))
