"""What every page's frame shows: the ways to go, the bell, and a clock that stands still."""

from functools import partial
from typing import Any

from django.http import HttpRequest

from accounts.middleware import ELDER_COOKIE
from governance.health import clock_warning, looks_after
from governance.navigation import more_for, nav_for
from notifications.queries import unread_count


def frame(request: HttpRequest) -> dict[str, Any]:
    """The navigation of this person, how many notices are unread, and whether type is large."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        elder = request.COOKIES.get(ELDER_COOKIE) == "1"
        return {"nav": nav_for(None, request.path), "bell_count": 0, "elder": elder}
    return {
        "nav": nav_for(user, request.path),
        "more": more_for(user),
        "bell_count": unread_count(user),
        "elder": user.elder,
        # Called by the templates that show them: a fragment has no frame.
        "clock_warning": partial(clock_warning, user),
        "looks_after": partial(looks_after, user),
    }
