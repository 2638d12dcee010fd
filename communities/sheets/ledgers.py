"""A ledger as a workbook, for whoever keeps the register there: each is on record."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import audit
from accounts.models import User
from common.now import now, today
from common.workbooks import Heading, Watermark, listing
from common.workdays import SHANGHAI
from communities.models import Place
from communities.queries.ledgers import LEDGERS, lines, read
from communities.sheets.handing import Workbook


def ledger_book(kind: str, place: Place | None, *, by: User) -> Workbook:
    """The rows this person keeps, of one division or of all."""
    ledger = LEDGERS[kind]
    under = place.code if place is not None else ""
    rows = read(ledger, by, under)
    headings = [Heading("№", kind="number", width=6)]
    headings += [Heading(str(c.label), kind=c.kind, width=c.width) for c in ledger.columns]
    count = 0

    def cells() -> Iterator[list[Any]]:
        nonlocal count
        for line in lines(ledger, rows, today()):
            count += 1
            yield [count, *(line[column.name] for column in ledger.columns)]

    mark = _mark(str(ledger.title), place.name if place else "", by=by, at=now())
    data = listing(str(ledger.title), headings, cells(), mark=mark)
    audit.record(
        by=by, verb="export_ledger", target_kind="place", target=under, kind=kind, rows=count
    )
    return Workbook(f"ledger-{kind}.xlsx", data)


def _mark(title: str, place: str, *, by: User, at: datetime) -> Watermark:
    when = at.astimezone(SHANGHAI)
    words = _("%(list)s of %(place)s, taken out by %(name)s on %(day)s at %(time)s") % {
        "list": title,
        "place": place or _("every place kept"),
        "name": by.name,
        "day": f"{when:%Y-%m-%d}",
        "time": f"{when:%H:%M}",
    }
    return Watermark(words, pgettext("a workbook", "About"))
