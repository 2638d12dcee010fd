"""What the API says and takes of the credit ledger. Points are text, exact."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.now import now
from common.serializers import Input, Named, optional_words
from ratings.credit import CreditKind, CreditState, CreditVerb, exact
from ratings.models import CreditRecord, CreditVersion
from ratings.queries.credit import FirmCredit, Table
from ratings.terms.drafts import stamp

POINTS = "Exact, as text."


@extend_schema_field(OpenApiTypes.STR)
class CreditPointsOut(serializers.Field[Any, Any, str, Any]):
    """Points as text."""

    def to_representation(self, value: Any) -> str:
        return exact(value)


class CreditSideOut(serializers.Serializer[Any]):
    sum = serializers.CharField(help_text=POINTS)
    counted = serializers.CharField(help_text="What of the sum counts.")


class CreditGradeOut(serializers.Serializer[Any]):
    total = serializers.CharField(help_text=POINTS)
    level = serializers.CharField(source="level.name")
    by_points = serializers.CharField(
        source="by_points.name", help_text="The level before records held it down."
    )
    advice = serializers.CharField(
        source="level.advice", help_text="red, black or nothing: advice only."
    )
    base = CreditSideOut()
    good = CreditSideOut()
    bad = CreditSideOut()


class CreditEntryOut(serializers.Serializer[Any]):
    """A record that counts, as everybody reads it."""

    id = serializers.UUIDField(source="public_id")
    item = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=CreditKind.choices)
    points = serializers.CharField(help_text=POINTS)
    ceiling = serializers.CharField(help_text="The level it holds the firm down to, if any.")
    from_on = serializers.DateField()
    until_on = serializers.DateField(help_text="The day after its last.")
    counts_from = serializers.DateField(help_text="The day it was confirmed, or begins later.")
    state = serializers.ChoiceField(choices=CreditState.choices)
    grounds = serializers.CharField(help_text="Empty once it was repaired or withdrawn.")
    document = serializers.CharField(help_text="Empty once it was repaired or withdrawn.")


class CreditMonthOut(serializers.Serializer[Any]):
    on = serializers.DateField()
    total = serializers.CharField(help_text=POINTS)
    level = serializers.CharField()


class FirmCreditOut(serializers.Serializer[Any]):
    body = Named()
    on = serializers.DateField()
    version = serializers.IntegerField(allow_null=True)
    grade = CreditGradeOut(allow_null=True, help_text="Null: no scheme was in force.")
    records = CreditEntryOut(many=True, help_text="Those that count on the day.")
    history = CreditMonthOut(many=True)


class CreditRowOut(serializers.Serializer[Any]):
    body = Named()
    grade = CreditGradeOut()
    records = serializers.IntegerField(help_text="So many count today.")


class CreditLevelOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    firms = serializers.IntegerField()


class CreditTableOut(serializers.Serializer[Any]):
    version = serializers.IntegerField(allow_null=True)
    firms = serializers.IntegerField()
    found = serializers.IntegerField()
    levels = CreditLevelOut(many=True)
    next = serializers.CharField()
    previous = serializers.CharField()
    rows = CreditRowOut(many=True)


class CreditVersionOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    settled_at = serializers.DateTimeField(allow_null=True, help_text="Null: a draft.")
    note = serializers.CharField()
    terms = serializers.JSONField(help_text="Everything the version says. Points are text.")
    seen = serializers.SerializerMethodField(
        help_text="Its stamp: whoever changes a draft sends it back."
    )

    def get_seen(self, version: CreditVersion) -> str:
        return stamp(version.terms)


class CreditPresetOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    found_at = serializers.CharField(source="source", help_text="Where it was read.")
    terms = serializers.JSONField(source="document")


class CreditStepOut(serializers.Serializer[Any]):
    verb = serializers.ChoiceField(choices=CreditVerb.choices)
    at = serializers.DateTimeField()
    text = serializers.CharField()
    sequence = serializers.IntegerField(allow_null=True, help_text="Its number in the chain.")
    photos = serializers.SerializerMethodField()

    def get_photos(self, step: Any) -> list[str]:
        return [str(photo.public_id) for photo in step.photos.all()]


class CreditRecordOut(serializers.Serializer[Any]):
    """A record as officers, auditors and the firm itself read it."""

    id = serializers.UUIDField(source="public_id")
    body = Named()
    item = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=CreditKind.choices)
    points = CreditPointsOut(help_text=POINTS)
    ceiling = serializers.CharField()
    grounds = serializers.CharField()
    document = serializers.CharField()
    from_on = serializers.DateField()
    until_on = serializers.DateField()
    recorded_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="End of the firm's objections.")
    state = serializers.ChoiceField(choices=CreditState.choices)
    heard = serializers.SerializerMethodField(
        help_text="The firm had its say, or its time for it: to be decided."
    )

    def get_heard(self, record: CreditRecord) -> bool:
        return record.heard(now())


class CreditRecordPageOut(CreditRecordOut):
    steps = CreditStepOut(many=True)


class CreditRecordIn(Input):
    body = serializers.CharField(max_length=40, help_text="The code of a firm.")
    item = serializers.CharField(max_length=16, help_text="A code of the catalogue.")
    grounds = serializers.CharField(max_length=2000)
    document = serializers.CharField(max_length=120)
    from_on = serializers.DateField()
    until_on = serializers.DateField(required=False, allow_null=True)
    photos = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=9,
        help_text="Sent to `finding-photos` before.",
    )  # fmt: skip


class CreditStepIn(Input):
    text = optional_words(max_length=2000)


class CreditProofIn(CreditStepIn):
    photos = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=9)


class CreditBeginIn(Input):
    preset = serializers.CharField(max_length=40)


class CreditChangeIn(Input):
    terms = serializers.JSONField(help_text="The whole document. Points are text.")
    seen = serializers.CharField(max_length=64)


class CreditSettleIn(Input):
    seen = serializers.CharField(max_length=64)
    note = optional_words(max_length=500)


# --- Said of pages -----------------------------------------------------------------------


def _grade_said(grade: Any) -> dict[str, Any]:
    sides = {
        name: {"sum": exact(side.sum), "counted": exact(side.counted)}
        for name, side in (("base", grade.base), ("good", grade.good), ("bad", grade.bad))
    }
    levels = {"level": grade.level, "by_points": grade.by_points}
    return {"total": exact(grade.total), **levels, **sides}


def _entry_said(record: CreditRecord) -> dict[str, Any]:
    plain = ("public_id", "item", "name", "kind", "ceiling", "from_on", "until_on", "counts_from")
    over = record.ended_at is not None
    return {
        **{name: getattr(record, name) for name in plain},
        "points": exact(record.points),
        "state": record.state,
        "grounds": "" if over else record.grounds,
        "document": "" if over else record.document,
    }


def firm_said(page: FirmCredit) -> dict[str, Any]:
    return {
        "body": page.body,
        "on": page.on,
        "version": page.version.number if page.version else None,
        "grade": _grade_said(page.grade) if page.grade else None,
        "records": [_entry_said(record) for record in page.records],
        "history": [
            {"on": month.on, "total": exact(month.grade.total), "level": month.grade.level.name}
            for month in page.history
        ],
    }


def credit_table_said(table: Table) -> dict[str, Any]:
    return {
        "version": table.version.number if table.version else None,
        "firms": table.firms,
        "found": table.found,
        "levels": [{"name": level.name, "firms": n} for level, n in table.levels],
        "next": table.next,
        "previous": table.previous,
        "rows": [
            {"body": row.body, "grade": _grade_said(row.grade), "records": row.records}
            for row in table.rows
        ],
    }
