"""Pages of indicators: how a place stands, how one indicator went, and the rows behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from accounts.models import User
from common.now import today
from communities.models import Place
from communities.queries.indicators import PERCENT, Indicator
from communities.queries.tree import outermost, own_places, place_seen
from governance import indicators as figures
from governance.indicator_rows import IN, OUT, page_behind
from governance.indicator_sheet import export
from governance.trend import drawn

MONTHS = (12, 24)
EARLIEST = date(2000, 1, 1)
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ChooseForm(forms.Form):
    """Which place, on which day."""

    place = forms.ChoiceField(label=gettext_lazy("Place"), required=False)
    on = forms.DateField(
        label=gettext_lazy("As of"),
        required=False,
        widget=DAY,
        error_messages={"invalid": gettext_lazy("Enter a day such as 2026-10-01.")},
    )

    def __init__(self, data: Mapping[str, Any], choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = list(choices)

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on is not None and on > today():
            raise forms.ValidationError(_("This day is still to come."))
        if on is not None and on < EARLIEST:
            raise forms.ValidationError(_("Figures begin in the year 2000."))
        return on


@dataclass(frozen=True)
class Asked:
    """What a request asks about, and the form to ask about something else."""

    user: User | None
    place: Place
    on: date
    form: ChooseForm

    @property
    def words(self) -> dict[str, str]:
        return {"place": self.place.code, "on": self.on.isoformat()}

    @property
    def query(self) -> str:
        return urlencode(self.words)


def asked(request: HttpRequest) -> Asked:
    """Place and day; without them the reader's own place, today. A wrong day is said beside it."""
    user = request.user if isinstance(request.user, User) else None
    on = today()
    place = place_asked(request.GET.get("place", ""), user, on)
    near = [*place.chain()[::-1], *figures.children_of(place, on)]
    form = ChooseForm(
        {"place": place.code, "on": request.GET.get("on", "") or on.isoformat()},
        [(found.code, found.name) for found in near],
    )
    if form.is_valid():
        on = form.cleaned_data["on"] or on
    return Asked(user, place, on, form)


def place_asked(code: str, user: User | None, on: date) -> Place:
    """The place of a code, down to the estate. Without one the reader's own, else the district."""
    if code:
        place, _own = place_seen(user, code)
        if place.kind not in figures.KINDS:
            raise Http404
        return place
    own = own_places(user, on) if user is not None else []
    for place in (*own, *outermost(on)):
        return place
    raise Http404


def indicator_asked(key: str, here: Asked) -> Indicator:
    """An indicator by its key; one that this reader may not read does not exist."""
    found = figures.ALL.get(key)
    if found is None or not figures.may_read(found, here.user, here.place):
        raise Http404
    return found


@never_cache
@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """Every indicator of a place on a day, with the two numbers behind each."""
    here = asked(request)
    context = {
        "here": here,
        "groups": figures.board(here.place, here.on, here.user),
        "children": figures.children_of(here.place, here.on),
        "above": here.place.parent,
    }
    return render(request, "governance/indicators.html", context)


@never_cache
@require_safe
def indicator(request: HttpRequest, key: str) -> HttpResponse:
    """One indicator: how it went over the months, and how the places beneath stand."""
    here = asked(request)
    found = indicator_asked(key, here)
    months = MONTHS[request.GET.get("months") == str(MONTHS[1])]
    went = figures.trend(found, here.place, here.on, here.user, months)
    context = {
        "here": here,
        "indicator": found,
        "figure": went[-1],
        "trend": went[::-1],
        "drawing": drawn([figure.value for figure in went]),
        "ends": (went[0].on, went[-1].on),
        "tabs": [
            (_("%(n)s months") % {"n": n}, f"?{here.query}&months={n}", n == months, "")
            for n in MONTHS
        ],
        "beneath": figures.compared(found, here.place, here.on, here.user),
        "lists": figures.may_list(found, here.user, here.place),
    }
    return render(request, "governance/indicator.html", context)


@never_cache
@require_safe
def indicator_rows(request: HttpRequest, key: str) -> HttpResponse:
    """The rows behind a figure: what counts and what does not."""
    here = asked(request)
    found = indicator_asked(key, here)
    if not figures.may_list(found, here.user, here.place):
        raise Http404
    which = request.GET.get("counts", "")
    cursor = request.GET.get("cursor", "")
    page = page_behind(found, here.place, here.on, here.user, which=which, cursor=cursor)
    kept = here.words | ({"counts": which} if which else {})
    ways = {
        f"{way}_url": "?" + urlencode({**kept, "cursor": mark}) if mark else ""
        for way, mark in (("previous", page.previous), ("next", page.next))
    }
    context = {
        "here": here,
        "indicator": found,
        "figure": figures.figures(found, [here.place], here.on, here.user)[0],
        "page": page,
        "tabs": _tabs(found, here, which),
    }
    return render(request, "governance/indicator_rows.html", context | ways)


def _tabs(found: Indicator, here: Asked, which: str) -> list[tuple[str, str, bool, str]]:
    if found.weighted or found.unit != PERCENT:
        return []
    ways = (("", _("All")), (IN, _("Counts")), (OUT, _("Does not count")))
    return [
        (words, "?" + urlencode({**here.words, "counts": way}), way == which, "")
        for way, words in ways
    ]


@login_required
@never_cache
@require_safe
def indicators_export(request: SignedInRequest) -> HttpResponse:
    """All indicators of a place and the places beneath it, as a workbook; on record."""
    here = asked(request)
    return export(here.place, here.on, by=request.user).answer()
