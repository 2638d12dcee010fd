"""Settled sheets as rows: what scores are made of, without the walk that settles each."""

from collections.abc import Mapping
from decimal import Decimal

from accounts.models import User
from common.now import now
from communities.models import Body, Office, Place
from ratings.models import Assessment, AssessmentState, Finding, Period


def sheet(
    period: Period,
    estate: Place,
    body: Body,
    by: User,
    part: str,
    method: str,
    found: Mapping[str, str | None],
) -> Assessment:
    """A settled sheet; None is an item that does not apply."""
    made = Assessment.objects.create(
        period=period,
        estate=estate,
        body=body,
        part=part,
        method=method,
        state=AssessmentState.SETTLED,
        on=period.from_on,
        by=by,
        office=Office.SUBDISTRICT_OFFICER,
        office_place=estate.parent or estate,
        settled_at=now(),
    )
    Finding.objects.bulk_create(
        Finding(
            assessment=made,
            item=item,
            value=None if value is None else Decimal(value),
            note="" if value is not None else "没有这一项",
        )
        for item, value in found.items()
    )
    return made


def everything(period: Period, estate: Place, body: Body, by: User) -> list[Assessment]:
    """All sheets of `tests.ratings.town`: of the inspection 19 of 23 points, verdicts of 90."""
    verdict = {"P1": "54", "P2": "36"}
    return [
        sheet(period, estate, body, by, "inspection", "onsite", {"D1-1": "2", "D1-2": "1"}),
        sheet(period, estate, body, by, "inspection", "document", {"D1-3": "0", "D2-1": "1"}),
        sheet(period, estate, body, by, "inspection", "daily", {"D1-4": "1", "D2-2": "0"}),
        sheet(period, estate, body, by, "inspection", "daily", {"D1-4": "1", "D2-2": "1"}),
        *(
            sheet(period, estate, body, by, part, "", verdict)
            for part in ("party", "town", "bureau")
        ),
    ]
