"""The league table as a workbook."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.now import now
from common.workbooks import Heading, Watermark, listing
from common.workdays import SHANGHAI
from communities.sheets.handing import Workbook
from ratings.models import Period
from ratings.queries.table import Row


def workbook(period: Period, rows: list[Row]) -> HttpResponse:
    """Everything the table says, with when it was taken out; it is public, so not by whom."""
    headings = [
        Heading(_("Place"), kind="number", width=8),
        Heading(_("Firm"), width=36),
        Heading(_("Code"), width=22),
        Heading(_("Score"), kind="number", width=12),
        Heading(_("Band"), width=16),
        Heading(_("Score before"), kind="number", width=14),
        Heading(_("Place before"), kind="number", width=14),
        Heading(_("Estates"), kind="number", width=10),
        Heading(_("Estates without a score"), kind="number", width=14),
    ]
    cells = [
        (
            row.rank,
            row.card.body.name,
            row.card.body.code,
            row.card.total,
            row.card.band or (_("blank") if row.card.total is None else ""),
            row.was,
            row.was_rank,
            row.estates,
            row.blank,
        )
        for row in rows
    ]
    when = now().astimezone(SHANGHAI)
    words = _("%(scheme)s, %(period)s, as it stood on %(day)s at %(time)s") % {
        "scheme": period.scheme.name,
        "period": period.name,
        "day": f"{when:%Y-%m-%d}",
        "time": f"{when:%H:%M}",
    }
    data = listing(
        period.name, headings, cells, mark=Watermark(words, pgettext("a workbook", "About"))
    )
    return Workbook(f"scores-{period.from_on}.xlsx", data).answer()
