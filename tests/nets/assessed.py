"""One settled sheet about the firm of the matrix, a photo on it, and a deduction to put right."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile

from common.now import now
from communities.models import Office
from ratings.models import (
    Assessment,
    AssessmentState,
    Finding,
    FindingPhoto,
    Period,
    Rectification,
    RectificationStep,
    Scheme,
    StepVerb,
)
from tests.factories import County


def assessed(county: County, scheme: Scheme) -> dict[str, str]:
    """The keys of the sheet, the photo and the rectification. Rows as they stand."""
    by, at = county.people["subdistrict"], now()
    period = Period.objects.create(
        scheme=scheme,
        version=scheme.versions.get(number=1),
        name="2026年第一季度",
        from_on=date(2026, 1, 1),
        until_on=date(2026, 4, 1),
        assess_until_on=date(2026, 4, 24),
    )
    sheet = Assessment.objects.create(
        period=period,
        estate=county.estate,
        body=county.firm,
        part="inspection",
        method="onsite",
        state=AssessmentState.SETTLED,
        on=period.from_on,
        by=by,
        office=Office.SUBDISTRICT_OFFICER,
        office_place=county.subdistrict,
        settled_at=at,
    )
    finding = Finding.objects.create(
        assessment=sheet, item="D1-1", value=Decimal(2), note="消防通道堆放杂物"
    )
    photo = FindingPhoto(finding=finding, width=40, height=30, owner=by, uploaded_at=at)
    photo.image.name, photo.thumbnail.name = (
        photo.image.storage.save(f"findings/{size}.jpg", ContentFile(b"jpeg"))
        for size in ("full", "thumb")
    )
    FindingPhoto.objects.bulk_create([photo])
    asked = Rectification.objects.create(
        assessment=sheet,
        item="D1-1",
        body=county.firm,
        estate=county.estate,
        asked_at=at,
        due_at=at + timedelta(days=20),
    )
    RectificationStep.objects.create(
        rectification=asked, verb=StepVerb.ASKED, round=1, at=at, by=by
    )
    return {
        "assessment": str(sheet.public_id),
        "finding_photo": str(photo.public_id),
        "rectification": str(asked.public_id),
    }
