"""Figures of indicators are kept on the first of each month, for what changes and cannot be known
afterwards."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.actors import CLOCK
from common.now import now
from communities.models import IndicatorFigure

BATCH = 1000


@transaction.atomic
def keep_figures(indicator: str, *, on: date, figures: Mapping[int, tuple[int, int]]) -> int:
    """Keep numerator and denominator by place. What was kept before stays: a figure is taken once.

    Raises nothing: a second sweep at the same time writes nothing more.
    """
    at = now()
    rows = [
        IndicatorFigure(
            place_id=place,
            indicator=indicator,
            on=on,
            numerator=numerator,
            denominator=denominator,
            taken_at=at,
        )
        for place, (numerator, denominator) in sorted(figures.items())
    ]
    IndicatorFigure.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    audit.record(
        by=CLOCK,
        verb="keep_figures",
        target_kind="indicator",
        target=indicator,
        on=on.isoformat(),
        places=len(rows),
    )
    return len(rows)
