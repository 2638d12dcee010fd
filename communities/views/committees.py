"""Owners' committees and property management committees: the list, and one of them whole."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from common.now import today
from common.paging import page_of
from communities.forms.committees import COMMITTEE_DEEDS
from communities.models import COMMITTEE_BODIES, Body, BodyKind, CommitteeState, Place
from communities.permissions import kept_codes
from communities.queries import committees as queries
from communities.queries.indicators import count_of

LONGEST = 60


@never_cache
@require_safe
def committees(request: HttpRequest) -> HttpResponse:
    """What calls for somebody first; by state, kind, place and name."""
    asked = {
        name: request.GET.get(name, "")[:LONGEST].strip()
        for name in ("state", "kind", "under", "search")
    }
    asked["state"] = asked["state"] if asked["state"] in CommitteeState.values else ""
    asked["kind"] = asked["kind"] if asked["kind"] in COMMITTEE_BODIES else ""
    place = Place.objects.filter(code=asked["under"]).first() if asked["under"] else None
    found = page_of(
        queries.committee_list(**asked),
        queries.ALARMS_FIRST,
        cursor=request.GET.get("cursor", ""),
    )
    on = today()
    kept = kept_codes(request.user) if isinstance(request.user, User) else ()
    context = {
        "asked": asked,
        "place": place,
        "rows": [
            (body, queries.LOOKS[body.committee.state], queries.alarm_of(body.committee, on))
            for body in found.rows
        ],
        "states": CommitteeState.choices,
        "kinds": [(kind.value, BodyKind(kind).label) for kind in COMMITTEE_BODIES],
        "formed": count_of("committee_formation", asked["under"], on),
        "keeps": bool(kept),
        "next_url": _url(asked, found.next),
        "previous_url": _url(asked, found.previous),
    }
    return render(request, "communities/committees/list.html", context)


def _url(asked: dict[str, str], cursor: str) -> str:
    if not cursor:
        return ""
    return "?" + urlencode({**{k: v for k, v in asked.items() if v}, "cursor": cursor})


def page(request: HttpRequest, body: Body) -> HttpResponse:
    """One committee: its public face, and the file for those who keep it."""
    if body.kind not in COMMITTEE_BODIES:
        raise Http404
    user = request.user if isinstance(request.user, User) else None
    found = queries.committee_page(queries.committee_of(user, body.code), user)
    context = {
        "page": found,
        "committee": found.committee,
        "body": found.committee.body,
        "today": today(),
        "deeds": COMMITTEE_DEEDS,
    }
    return render(request, "communities/committees/page.html", context)
