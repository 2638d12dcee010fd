"""One's notices: the list, the bell, marking as read."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from common.errors import NotAllowed
from common.now import now
from common.paging import Sorting, page_of
from notifications import actions, queries
from notifications.models import Notification
from notifications.wording import about_of, path_of, sentence_of

# The key is unique per person and channel, and shows no primary key.
NEWEST_FIRST = Sorting("created_at", "key", descending=True, moments=True)


@dataclass(frozen=True)
class Line:
    """A notice as the list shows it."""

    id: int
    # The sentence around the reference, which must not break at its dashes.
    words: tuple[str, str, str]
    about: str
    at: datetime
    unread: bool
    late: bool


@login_required
@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The newest first; what is unread stands out by a word, not by colour alone."""
    user = _user(request)
    page = page_of(queries.inbox(user), NEWEST_FIRST, cursor=request.GET.get("cursor", ""))
    context = {
        "lines": [_line(notice) for notice in page.rows],
        "previous_url": f"?cursor={page.previous}" if page.previous else "",
        "next_url": f"?cursor={page.next}" if page.next else "",
        "at": now(),
    }
    return render(request, "notifications/list.html", context)


def _line(notice: Notification) -> Line:
    return Line(
        id=notice.pk,
        words=sentence_of(notice).partition(notice.facts.get("reference") or "\n"),
        about=about_of(notice),
        at=notice.created_at,
        unread=notice.read_at is None,
        late=notice.kind == "order_late",
    )


@login_required
@never_cache
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone; the frame's context counts what is unread."""
    return render(request, "components/_bell.html")


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one notice read and go to what it is about, or mark all of them."""
    user = _user(request)
    wanted = request.POST.get("id", "")
    if not wanted:
        actions.mark_read(by=user)
        return redirect("notifications:list")
    notice = queries.inbox(user).filter(pk=int(wanted)).first() if wanted.isdecimal() else None
    if notice is None:
        raise Http404
    actions.mark_read(by=user, notice_id=notice.pk)
    return redirect(path_of(notice))


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):  # for the types: login_required has seen to it
        raise NotAllowed
    return request.user
