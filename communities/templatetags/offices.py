"""The door to appointing somebody, on the page of whatever offices are held at."""

from typing import Any

from django import template
from django.template import RequestContext

from accounts.models import User
from communities.permissions.offices import Seat, offices_to_give
from communities.queries.offices import kind_of

register = template.Library()


@register.inclusion_tag("communities/offices/_door.html", takes_context=True)
def appoint_door(context: RequestContext, seat: Seat) -> dict[str, Any]:
    """A link for whoever gives an office at this seat; for everybody else nothing."""
    user = context["request"].user
    giving = isinstance(user, User) and bool(offices_to_give(user, seat))
    return {"giving": giving, "kind": kind_of(seat) if giving else "", "seat": seat}
