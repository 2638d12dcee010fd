"""Figures of indicators, taken on the first of each month of the story by the sweep itself."""

from datetime import datetime, timedelta

from common.now import pretend
from common.workdays import SHANGHAI
from communities.models import IndicatorFigure
from governance.indicators import take_figures

# The sweep's first round of a month.
SOON = timedelta(minutes=5)


def take_months(start: datetime, until: datetime) -> int:
    """One round of the sweep at the beginning of each month; how many figures there are then."""
    first = start.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while first + SOON <= until:
        with pretend(first + SOON):
            take_figures()
        first = (first + timedelta(days=32)).replace(day=1)
    return IndicatorFigure.objects.count()
