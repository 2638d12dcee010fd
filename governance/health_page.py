"""The page that says in words how the portal is, for those who look after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from common.errors import NotAllowed
from common.now import now
from governance import health as read
from governance.beat import MOST_WAITING
from governance.outbox import NAMES
from governance.sweeps import CLOCK, Sweep, all_sweeps
from governance.templatetags.house import duration
from notifications.queries import ChannelHealth, outbox_health

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Our decision: a notice leaves within ten seconds, so that after two minutes something is wrong.
NOTICE_WAITS = timedelta(minutes=2)
# More calls than a worker that is alive leaves lying; beat itself stops at twice as many.
CALLS_WAIT = MOST_WAITING // 2


@dataclass(frozen=True)
class State:
    """How something is: word, icon and tone say the same."""

    label: "StrOrPromise"
    tone: str
    icon: str


WELL = State(_("Well"), "good", "done")
LOOK = State(_("Needs a look"), "waiting", "alert")
DOWN = State(_("Does not work"), "late", "late")
NOT_YET = State(_("Not run yet"), "ended", "clock")


@dataclass(frozen=True)
class Part:
    """A part of the portal, its state, and what there is to say of it."""

    name: "StrOrPromise"
    state: State
    lines: list[str]
    url: str = ""


@dataclass(frozen=True)
class Line:
    """A sweep in the table."""

    name: str
    state: State
    ran: str
    took: str
    done: int | None


@login_required
@never_cache
@require_safe
def health(request: SignedInRequest) -> HttpResponse:
    """Every part of the portal in words, the newest figures; read anew by itself."""
    if not read.looks_after(request.user):
        raise NotAllowed(_("This page is for administrators and officers of the district."))
    at, sweeps = now(), all_sweeps()
    parts = list(_parts(at, sweeps))
    context = {
        "at": at,
        "parts": parts,
        "wrong": [part for part in parts if part.state in {LOOK, DOWN}],
        "sweeps": [_line(sweep, at) for sweep in sweeps],
    }
    return render(request, "governance/health.html", context)


def _parts(at: datetime, sweeps: list[Sweep]) -> Iterator[Part]:
    yield _clock(next(sweep for sweep in sweeps if sweep.task == CLOCK), at)
    yield _outbox(at)
    yield _broker()
    yield _database()
    yield _room()


def _span(span: timedelta) -> str:
    """Seconds under a minute: whether it was 5 or 55 s ago is what one wants to know here."""
    seconds = int(span.total_seconds())
    return _now("%(n)s s") % {"n": seconds} if seconds < 60 else duration(span)


def _clock(clock: Sweep, at: datetime) -> Part:
    silent = clock.silent_for(at)
    if silent is None:
        says = [_now("It has never run."), _now("Start beat and worker, or run manage.py tick.")]
        return Part(_("Deadline clock"), DOWN, says)
    says = [_now("Last ran %(time)s ago.") % {"time": _span(silent)}]
    if clock.heart.failing:
        says.append(_now("Its newest round failed: %(what)s.") % {"what": clock.heart.failed})
    if clock.late(at):
        says.append(_now("Nothing that is late goes up until it runs: see beat and worker."))
        return Part(_("Deadline clock"), DOWN, says)
    return Part(_("Deadline clock"), LOOK if clock.heart.failing else WELL, says)


def _outbox(at: datetime) -> Part:
    outbox = outbox_health(at)
    says = [_way(name, way, at) for name, way in outbox.channels.items() if way.waiting]
    if outbox.dead:
        says.append(_now("%(count)s could not be sent and are given up.") % {"count": outbox.dead})
    slow = outbox.dead or outbox.oldest_age >= NOTICE_WAITS
    says = says or [_now("None is waiting to leave.")]
    return Part(_("Notices"), LOOK if slow else WELL, says, reverse("outbox"))


def _way(name: str, way: ChannelHealth, at: datetime) -> str:
    words = {"way": NAMES[name], "count": way.waiting, "time": _span(way.oldest_age)}
    said = _now("%(way)s: %(count)s waiting, the oldest for %(time)s.") % words
    if way.shut_until is None:
        return said
    rest = _now("Its provider fails; tried again in %(time)s.") % {
        "time": _span(way.shut_until - at)
    }
    return f"{said} {rest}"


def _broker() -> Part:
    queues = read.broker_queues()
    if queues is None:
        says = [
            _now("It does not answer. People report and work as before."),
            _now("Deadlines and notices wait until it is back, or until manage.py tick runs."),
        ]
        return Part(_("Broker"), DOWN, says)
    calls = sum(queues.values())
    says = [_now("Answers; calls waiting for a worker: %(count)s.") % {"count": calls}]
    return Part(_("Broker"), LOOK if calls > CALLS_WAIT else WELL, says)


def _database() -> Part:
    began = monotonic()
    read.database_answers()
    says = [_now("Answers in %(ms).1f ms.") % {"ms": (monotonic() - began) * 1000}]
    missing = read.migrations_missing()
    if missing:
        says.append(_now("Not up to date, missing: %(names)s.") % {"names": ", ".join(missing)})
    return Part(_("Database"), DOWN if missing else WELL, says)


def _room() -> Part:
    room = read.room()
    sizes = {"free": filesizeformat(room.free), "whole": filesizeformat(room.whole)}
    says = [_now("%(free)s free of %(whole)s.") % sizes]
    return Part(_("Room for photos"), LOOK if room.short else WELL, says)


def _line(sweep: Sweep, at: datetime) -> Line:
    silent = sweep.silent_for(at)
    if sweep.heart.failing:
        state = State(_now("Failed: %(what)s") % {"what": sweep.heart.failed}, "late", "late")
    elif silent is None:
        state = NOT_YET
    else:
        state = LOOK if sweep.late(at) else WELL
    return Line(
        name=_now(sweep.title),
        state=state,
        ran=_now("%(time)s ago") % {"time": _span(silent)} if silent is not None else "–",
        took=_now("%(ms)s ms") % {"ms": sweep.heart.took_ms} if silent is not None else "–",
        done=sweep.heart.done if silent is not None else None,
    )
