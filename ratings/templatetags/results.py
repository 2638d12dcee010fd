"""What is recommended about an estate or a firm, on its page."""

from datetime import date
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.now import today
from common.timewords import daywords
from communities.models import Body, Place
from ratings.models import Advice, Outcome, Recommendation, Result
from ratings.permissions.results import advised_codes
from ratings.queries.results import Ground, about, last
from ratings.queries.results import ground_words as words_of

register = template.Library()


@register.inclusion_tag("ratings/results/_section.html", takes_context=True)
def advice_section(context: RequestContext, subject: Place | Body) -> dict[str, Any]:
    """Recommendations about this estate or firm; for officers the way to another."""
    reader = context.get("user")
    user = reader if isinstance(reader, User) else None
    rows = about(subject, user)
    firm = subject if isinstance(subject, Body) else None
    officer = user is not None and bool(advised_codes(user))
    return {"rows": rows, "firm": firm if officer else None, "today": today()}


@register.filter
def ground_words(ground: Ground) -> str:
    """A ground in a line."""
    return words_of(ground)


@register.filter
def outcome_of(row: Recommendation) -> Outcome | None:
    """What became of it, as it stands now."""
    return last(row)


@register.filter
def advice_name(advice: str) -> Any:
    return Advice(advice).label


@register.filter
def result_name(result: str) -> Any:
    return Result(result).label if result else _("without outcome")


@register.filter
def plain_date(day: str) -> str:
    """A day that was noted, as people write it."""
    return daywords(date.fromisoformat(day))
