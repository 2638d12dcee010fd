"""What every page's frame shows: the ways to go, and the bell."""

from typing import Any

from django.http import HttpRequest

from governance.navigation import nav_for
from notifications.queries import unread_count


def frame(request: HttpRequest) -> dict[str, Any]:
    """The navigation of this person, and how many notices are unread (0 for nobody)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": nav_for(None, request.path), "bell_count": 0}
    return {"nav": nav_for(user, request.path), "bell_count": unread_count(user)}
