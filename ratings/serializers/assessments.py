"""Sheets and rectification as programs read and send them."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from common.serializers import Input, Named
from ratings.actions._sheets import LONGEST_NOTE, LONGEST_REASON, Said
from ratings.models import Assessment, Finding, FindingPhoto, Rectification, RectificationStep
from ratings.queries.sheets import Row, filled, mark, shown


class PeriodRefOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    assess_until_on = serializers.DateField()


class AssessmentOut(serializers.Serializer[Any]):
    """A sheet as a row of a list. Who it was is told to the offices over the estate alone."""

    id = serializers.UUIDField(source="public_id")
    period = PeriodRefOut()
    estate = Named()
    body = Named()
    part = serializers.CharField()
    method = serializers.CharField(help_text="Nothing for a verdict.")
    state = serializers.CharField(help_text="draft, handed_in, settled or replaced")
    on = serializers.DateField()
    office = serializers.CharField()
    settled_at = serializers.DateTimeField(allow_null=True)


class PhotoRefOut(serializers.Serializer[Any]):
    """`GET /ratings/finding-photos/{id}/{size}/` shows it, with size `full` or `thumb`."""

    id = serializers.UUIDField(source="public_id")
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class EntryOut(serializers.Serializer[Any]):
    """What stands of one item; `seen` is sent back with the next entry of it."""

    item = serializers.CharField()
    value = serializers.CharField(allow_null=True, help_text="A decimal; null: does not apply.")
    note = serializers.CharField()
    seen = serializers.CharField()


class LineOut(EntryOut):
    name = serializers.CharField()
    most = serializers.CharField(help_text="The points of the item.")
    points = serializers.CharField(allow_null=True, help_text="The points it brings.")
    entered = serializers.BooleanField()
    photos = PhotoRefOut(many=True)


class AssessmentPageOut(AssessmentOut):
    """One sheet with every item."""

    text = serializers.CharField()
    minutes = serializers.CharField()
    met_on = serializers.DateField(allow_null=True)
    present = serializers.IntegerField(allow_null=True)
    sent_back = serializers.CharField()
    reason = serializers.CharField(help_text="Why it replaces another one.")
    replaces = serializers.UUIDField(source="replaces.public_id", default=None, allow_null=True)
    got = serializers.SerializerMethodField()
    possible = serializers.SerializerMethodField()
    lines = serializers.SerializerMethodField()

    def get_got(self, of: Assessment) -> str:
        return shown(filled(of).got)

    def get_possible(self, of: Assessment) -> str:
        return shown(filled(of).possible)

    def get_lines(self, of: Assessment) -> list[dict[str, Any]]:
        return [dict(LineOut(line(row)).data) for row in filled(of).rows]


def line(row: Row) -> dict[str, Any]:
    """One item as the answer says it."""
    return {
        **entry(row.item.code, row.finding),
        "name": str(row.item.name),
        "most": shown(row.item.points),
        "points": None if row.points is None else shown(row.points),
        "entered": row.finding is not None,
        "photos": list(row.photos),
    }


def entry(item: str, finding: Finding | None) -> dict[str, Any]:
    """What stands of one item."""
    value = None if finding is None or finding.value is None else finding.value
    return {
        "item": item,
        "value": None if value is None else f"{value.normalize():f}",
        "note": "" if finding is None else finding.note,
        "seen": mark(finding),
    }


class BeginIn(Input):
    period = serializers.UUIDField()
    estate = serializers.CharField()
    body = serializers.CharField()
    part = serializers.CharField()
    method = serializers.ChoiceField(
        choices=["document", "onsite", "daily"], required=False, help_text="Left out: a verdict."
    )
    on = serializers.DateField(required=False)


class EntryIn(Input):
    """`value` null with a note: does not apply; null without: taken back."""

    item = serializers.CharField(max_length=32)
    value = serializers.DecimalField(
        max_digits=12, decimal_places=6, min_value=Decimal(0), required=False, allow_null=True
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE)
    seen = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=16,
        help_text="As it was read. Left out, what stands is overwritten unseen.",
    )
    photos = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=9, help_text="Sent before."
    )

    @staticmethod
    def said(data: dict[str, Any]) -> Said:
        return Said(data.get("value"), data.get("note", ""), data.get("seen"))


class KeepIn(Input):
    entries = EntryIn(many=True)


class KeptOut(serializers.Serializer[Any]):
    """`conflicts`: items that changed since they were `seen`; they stand as `entries` says."""

    written = serializers.ListField(child=serializers.CharField())
    conflicts = serializers.ListField(child=serializers.CharField())
    entries = EntryOut(many=True)
    got = serializers.CharField()
    possible = serializers.CharField()


class HandInIn(Input):
    on = serializers.DateField(required=False)
    text = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    minutes = serializers.CharField(required=False, allow_blank=True, max_length=60)
    met_on = serializers.DateField(required=False)
    present = serializers.IntegerField(required=False, min_value=0, max_value=999)


class ReasonIn(Input):
    reason = serializers.CharField(max_length=LONGEST_REASON)


class AskIn(Input):
    items = serializers.ListField(child=serializers.CharField(max_length=32), min_length=1)


class RectificationReportIn(Input):
    text = serializers.CharField(max_length=LONGEST_NOTE)
    photos = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=9)


class RectificationCloseIn(Input):
    text = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE)


class FindingPhotoIn(Input):
    photo = serializers.FileField(help_text="JPEG, PNG, WebP or HEIC, at most 15 MB.")


class FindingPhotoOut(PhotoRefOut):
    """Named by an entry or a report within 24 hours, or swept away."""


class RectificationStepOut(serializers.Serializer[Any]):
    verb = serializers.CharField()
    round = serializers.IntegerField()
    at = serializers.DateTimeField()
    text = serializers.CharField()
    photos = serializers.SerializerMethodField()

    def get_photos(self, step: RectificationStep) -> list[dict[str, Any]]:
        found: list[FindingPhoto] = list(step.photos.all())
        return [dict(PhotoRefOut(photo).data) for photo in found]


class RectificationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    assessment = serializers.UUIDField(source="assessment.public_id")
    estate = Named()
    body = Named()
    item = serializers.CharField()
    state = serializers.CharField(help_text="open, reported, closed or lapsed")
    round = serializers.IntegerField()
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    provisional = serializers.BooleanField()
    closed_at = serializers.DateTimeField(allow_null=True)


class RectificationPageOut(RectificationOut):
    steps = RectificationStepOut(many=True)


def rows_of(asked: list[Rectification]) -> list[dict[str, Any]]:
    return [dict(RectificationOut(row).data) for row in asked]
