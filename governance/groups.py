"""The chat groups of one's own offices: connecting, trying, disconnecting a robot."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import SignedInRequest
from accounts.models import User
from common.errors import DomainError, NotAllowed
from common.forms import put_back, sent
from common.now import now
from communities.models import OVERSEER_OFFICES, Office, Place
from communities.scope import standing_of
from governance.forms import GroupForm
from notifications import actions, channels
from notifications.models import Robot

# Who answers for an office, not everybody who sits at its desk.
HEADS = OVERSEER_OFFICES | {Office.COMMUNITY_SECRETARY}


@dataclass(frozen=True)
class Line:
    """A group as the list shows it: never its address."""

    robot: Robot
    place: str
    offered: bool


def offices_of(user: User) -> list[Place]:
    """The places whose office this person answers for, the widest first."""
    found = {
        a.body.place.pk: a.body.place
        for a in standing_of(user).appointments
        if a.body is not None and a.office in HEADS
    }
    return sorted(found.values(), key=lambda place: (len(place.code), place.code))


def _offices(user: User) -> list[Place]:
    places = offices_of(user)
    if not places:
        raise NotAllowed(
            gettext_lazy("Chat groups are for whoever answers for a community's or other office.")
        )
    return places


@sensitive_post_parameters("address", "secret")
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: SignedInRequest) -> HttpResponse:
    """The groups there are, and a form for another."""
    places = _offices(request.user)
    form = GroupForm(sent(request), places=places)
    if request.method == "POST" and form.is_valid():
        words: dict[str, Any] = dict(form.cleaned_data)
        try:
            actions.connect_robot(place_code=words.pop("place"), **words, by=request.user)
        except DomainError as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("Connected. The robot says hello in a few seconds."))
            return redirect("groups")
    names = {place.code: place.name for place in places}
    lines = [
        Line(robot, names[robot.place_code], channels.offered(robot.kind))
        for robot in Robot.objects.filter(place_code__in=names).order_by("-active", "name")
    ]
    context = {"form": form, "lines": lines, "at": now(), "several": len(places) > 1}
    return render(request, "governance/groups.html", context)


@login_required
@require_POST
def group_greet(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Let the robot say hello, to see that it is there."""
    actions.greet(_robot(request.user, public_id), by=request.user)
    messages.success(request, _("The robot says hello in a few seconds."))
    return redirect("groups")


@login_required
@require_POST
def group_disconnect(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The group hears nothing more."""
    actions.disconnect_robot(_robot(request.user, public_id), by=request.user)
    messages.success(request, _("Disconnected. The group hears nothing more."))
    return redirect("groups")


def _robot(user: User, public_id: UUID) -> Robot:
    codes = [place.code for place in _offices(user)]
    return get_object_or_404(Robot, public_id=public_id, place_code__in=codes)
