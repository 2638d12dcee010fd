"""All indicators of a place and those beneath it as a workbook; each taking-out is on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import audit
from accounts.models import User
from common.now import SHANGHAI, now
from common.workbooks import Heading, Watermark, listing
from communities.models import Place
from governance.indicators import ALL, Figure, children_of, figures, may_read

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Workbook:
    """A file and what it is called."""

    name: str
    data: bytes

    def answer(self) -> HttpResponse:
        response = HttpResponse(self.data, content_type=TYPE)
        response["Content-Disposition"] = f'attachment; filename="{self.name}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


def export(place: Place, on: date, *, by: User) -> Workbook:
    """One line for each place and indicator, as far as this reader may see it."""
    found = list(_lines(place, on, by))
    at = now().astimezone(SHANGHAI)
    words = _("Indicators of %(place)s as of %(on)s, taken out by %(name)s on %(day)s at %(time)s")
    mark = Watermark(
        words
        % {
            "place": place.name,
            "on": on.isoformat(),
            "name": by.name,
            "day": f"{at:%Y-%m-%d}",
            "time": f"{at:%H:%M}",
        },
        pgettext("a workbook", "About"),
    )
    data = listing(_("Indicators"), _headings(), [_cells(figure) for figure in found], mark=mark)
    audit.record(
        by=by,
        verb="export_indicators",
        target_kind="place",
        target=place.code,
        on=on.isoformat(),
        rows=len(found),
    )
    return Workbook(f"indicators-{place.code}-{on.isoformat()}.xlsx", data)


def _lines(place: Place, on: date, by: User) -> Iterator[Figure]:
    """The place itself, then those beneath: two queries for each indicator."""
    children = children_of(place, on)
    for indicator in ALL.values():
        if not may_read(indicator, by, place):
            continue
        beneath = [
            child
            for child in children
            if indicator.reaches(child.kind) and may_read(indicator, by, child)
        ]
        if indicator.reaches(place.kind):
            yield from figures(indicator, [place], on, by)
        yield from figures(indicator, beneath, on, by)


def _headings() -> list[Heading]:
    return [
        Heading(_("Code"), width=16),
        Heading(_("Place"), width=22),
        Heading(_("Indicator"), width=32),
        Heading(_("As of"), kind="date", width=14),
        Heading(_("Numerator"), kind="number", width=12),
        Heading(_("Denominator"), kind="number", width=12),
        Heading(_("Value"), kind="number", width=12),
        Heading(_("Shown as"), width=14),
        Heading(_("Note"), width=36),
        Heading(_("What is counted"), width=50),
        Heading(_("Of what"), width=40),
    ]


def _cells(figure: Figure) -> list[Any]:
    found, count = figure.indicator, figure.count
    return [
        figure.place.code,
        figure.place.name,
        str(found.name),
        figure.on,
        count.numerator if count is not None else None,
        count.denominator if count is not None else None,
        figure.value,
        figure.value_words,
        figure.why_blank,
        str(found.numerator),
        str(found.denominator),
    ]
