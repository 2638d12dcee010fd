"""The outbox, for those who look after the portal: what waits, what is dead, and trying again.

One rule of access and one shape of a line for page and API.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from accounts.models import User
from common.errors import NotAllowed, WrongState
from common.now import now
from common.timewords import duration
from communities.models import Office
from communities.scope import standing_of
from notifications import actions, queries
from notifications.kinds import group_of
from notifications.models import Channel, Notification, RobotNote

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_SHOWN = 50
NAMES: dict[str, "StrOrPromise"] = {
    **{channel.value: channel.label for channel in Channel},
    queries.ROBOTS: _("Chat groups"),
}


@dataclass(frozen=True)
class DeadLine:
    """A notice nobody will try again: what, by which way, to whom as far as one may know."""

    handle: str
    group: "StrOrPromise"
    kind: str
    channel: str
    channel_name: "StrOrPromise"
    recipient: str
    tries: int
    error: str
    dead_at: datetime


@dataclass(frozen=True)
class ChannelLine:
    """How one way stands."""

    channel: str
    name: "StrOrPromise"
    waiting: int
    oldest_age: timedelta
    dead: int
    shut_until: datetime | None

    @property
    def oldest(self) -> str:
        """The age in words."""
        return duration(self.oldest_age)


def look_after(user: User) -> None:
    """Raise NotAllowed unless this person looks after the portal: it concerns every office."""
    standing = standing_of(user)
    if not standing.administrator and not standing.holds(Office.DISTRICT_OFFICER):
        raise NotAllowed(_("The outbox is for administrators and officers of the district."))


def channel_lines(at: datetime) -> list[ChannelLine]:
    """Every way, whether or not anything waits."""
    health = queries.outbox_health(at)
    return [
        ChannelLine(name, NAMES[name], way.waiting, way.oldest_age, way.dead, way.shut_until)
        for name, way in health.channels.items()
    ]


def dead_lines(channel: str = "") -> list[DeadLine]:
    """The latest 50 dead, to people or (of `robots`, or of all) to chat groups."""
    found: list[Notification | RobotNote] = []
    if channel != queries.ROBOTS:
        found += queries.dead_notices(channel)[:MOST_SHOWN]
    if channel in {"", queries.ROBOTS}:
        found += queries.dead_notes()[:MOST_SHOWN]
    found.sort(key=lambda row: row.dead_at or row.created_at, reverse=True)
    return [_line(row) for row in found[:MOST_SHOWN]]


def _line(row: Notification | RobotNote) -> DeadLine:
    if isinstance(row, Notification):
        channel, duty = row.channel, row.duty
        recipient = queries.masked_recipient(row)
    else:
        channel, duty = queries.ROBOTS, True
        recipient = row.robot.name
    return DeadLine(
        handle=queries.handle_of(row),
        group=group_of(row.kind, duty=duty).label,
        kind=row.kind,
        channel=channel,
        channel_name=NAMES[channel],
        recipient=recipient,
        tries=row.attempts,
        error=row.last_error,
        dead_at=row.dead_at or row.created_at,
    )


def retry(*, handle: str = "", channel: str = "", by: User) -> int:
    """Try one again, or all of a channel (`all`: of every one); how many.

    Raises Http404 for a row that is not there (any more), WrongState for one that cannot leave.
    """
    if handle:
        return _retry_one(handle, by)
    if channel not in {"all", *NAMES}:
        raise Http404
    found = 0
    if channel != queries.ROBOTS:
        only = "" if channel == "all" else channel
        found += actions.retry_notices(Notification.objects.filter(**_of(only)), by=by)
    if channel in {"all", queries.ROBOTS}:
        found += actions.retry_notes(RobotNote.objects.all(), by=by)
    return found


def _retry_one(handle: str, by: User) -> int:
    row = queries.dead_by(handle)
    if row is None:
        raise Http404
    if isinstance(row, RobotNote):
        found = actions.retry_notes(RobotNote.objects.filter(pk=row.pk), by=by)
    else:
        found = actions.retry_notices(Notification.objects.filter(pk=row.pk), by=by)
    if not found:
        raise WrongState(_("This chat group is no longer connected: nothing can reach it."))
    return found


def _of(channel: str) -> dict[str, str]:
    return {"channel": channel} if channel else {}


# --- The page ----------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def outbox(request: SignedInRequest) -> HttpResponse:
    """What waits and since when, by channel; and the dead, one by one."""
    look_after(request.user)
    channel = request.GET.get("channel", "")
    if channel and channel not in NAMES:
        raise Http404
    at = now()
    lines = channel_lines(at)
    dead = sum(way.dead for way in lines if channel in {"", way.channel})
    context = {
        "at": at,
        "lines": lines,
        "dead": dead_lines(channel) if dead else [],
        "dead_count": dead,
        "channel": channel,
        "channel_name": NAMES.get(channel, ""),
        "most": MOST_SHOWN,
    }
    return render(request, "governance/outbox.html", context)


@login_required
@require_POST
def outbox_retry(request: SignedInRequest) -> HttpResponse:
    """One, by its button; or all that the list stands for."""
    look_after(request.user)
    found = retry(
        handle=request.POST.get("handle", ""),
        channel=request.POST.get("channel", "all"),
        by=request.user,
    )
    messages.success(
        request,
        ngettext("%(number)s will be tried again.", "%(number)s will be tried again.", found)
        % {"number": found},
    )
    return redirect("outbox")
