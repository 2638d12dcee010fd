"""The credit of firms for everybody: one firm's grade, the table of a place, how it is made."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.now import today
from communities.models import DIVISIONS, Body, BodyKind, Place
from ratings.permissions.schemes import keeps_scheme
from ratings.queries import credit as queries
from ratings.terms.credit_presets import credit_presets
from ratings.views.schemes import reader


@never_cache
@require_safe
def firm(request: HttpRequest, code: str) -> HttpResponse:
    """A firm's credit: today, or on a day that has been."""
    rows = Body.objects.select_related("place")
    body = get_object_or_404(rows, code=code, kind=BodyKind.FIRM)
    user = reader(request)
    page = queries.firm_credit(body, day_asked(request))
    context = {
        "body": body,
        "page": page,
        "today": today(),
        "keeps": user is not None and keeps_scheme(user, body.place),
    }
    return render(request, "ratings/credit/firm.html", context)


def day_asked(request: HttpRequest) -> date:
    """Which day is asked about: none that is still to come."""
    typed = request.GET.get("on", "")
    try:
        asked = date.fromisoformat(typed) if typed else today()
    except ValueError:
        raise Http404 from None
    return min(asked, today())


@never_cache
@require_safe
def table(request: HttpRequest, place: str) -> HttpResponse:
    """The grades of a place's firms today."""
    found = get_object_or_404(Place, code=place, kind__in=DIVISIONS)
    asked = asked_of(request)
    page = queries.table_of(found, asked, cursor=request.GET.get("cursor", ""))
    context = {
        "place": found,
        "table": page,
        "asked": asked,
        "today": today(),
        **{
            f"{way}_url": "?" + urlencode({**_kept(asked), "cursor": cursor}) if cursor else ""
            for way, cursor in (("previous", page.previous), ("next", page.next))
        },
    }
    return render(request, "ratings/credit/table.html", context)


def asked_of(request: HttpRequest) -> queries.Asked:
    return queries.Asked(
        level=request.GET.get("level", "")[:20], search=request.GET.get("search", "")[:60]
    )


def _kept(asked: queries.Asked) -> dict[str, str]:
    return {name: value for name, value in asked.words.items() if value}


@never_cache
@require_safe
def how(request: HttpRequest, place: str) -> HttpResponse:
    """How a grade is made where this place lies, in plain words, with the catalogue."""
    found = get_object_or_404(Place, code=place, kind__in=DIVISIONS)
    scheme = queries.scheme_of(found)
    versions = queries.settled(scheme)
    asked = request.GET.get("version", "")
    chosen = next((v for v in versions if str(v.number) == asked), None)
    if asked and chosen is None:
        raise Http404
    chosen = chosen or (versions[0] if versions else None)
    user = reader(request)
    context = {
        "place": found,
        "scheme": scheme,
        "versions": versions,
        "version": chosen,
        "terms": chosen.read if chosen else None,
        "preset": credit_presets().get(scheme.preset) if scheme else None,
        "keeps": user is not None and keeps_scheme(user, found),
    }
    return render(request, "ratings/credit/how.html", context)
