"""What programs send and are answered: imports."""

from typing import Any

from rest_framework import serializers

from common.serializers import Input, Named
from communities.models import Import, ImportRow, ImportState, Office, RowVerdict
from communities.sheets import SHEETS
from communities.sheets.books import lines_of
from communities.sheets.words import say


class ImportIn(Input):
    """A workbook and what it is about."""

    kind = serializers.ChoiceField(choices=[(name, name) for name in SHEETS])
    place = serializers.CharField(max_length=24, help_text="Code of a place one keeps.")
    file = serializers.FileField(help_text=".xlsx, at most 10 MB and 50,000 rows.")


class ImportOut(serializers.Serializer[Any]):
    """A workbook sent in, how far it is, and how many rows come to what."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    place = Named()
    filename = serializers.CharField()
    at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=ImportState.choices)
    progress = serializers.IntegerField()
    total = serializers.IntegerField()
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = serializers.IntegerField()
    problem = serializers.SerializerMethodField(help_text="Why all of it was refused.")
    notes = serializers.SerializerMethodField(help_text="What was left out, and why.")
    ended_at = serializers.DateTimeField(allow_null=True)

    def get_problem(self, found: Import) -> str:
        code = found.problem.get("code")
        return say([code, found.problem["facts"]]) if code else ""

    def get_notes(self, found: Import) -> list[str]:
        return [say(note) for note in found.problem.get("notes", [])]


class ColumnOut(serializers.Serializer[Any]):
    """What is refused or changed in one cell."""

    column = serializers.CharField()
    reason = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class RowOut(serializers.Serializer[Any]):
    """A row: its number in the workbook, what it says and what will come of it."""

    number = serializers.IntegerField()
    verdict = serializers.ChoiceField(choices=RowVerdict.choices)
    said = serializers.DictField(child=serializers.CharField())
    words = serializers.SerializerMethodField()

    def get_words(self, row: ImportRow) -> list[dict[str, str]]:
        sheet = SHEETS[self.context["kind"]]
        return [
            {
                "column": line.column.name,
                "reason": line.reason,
                "before": line.before,
                "after": line.after,
            }
            for line in lines_of(sheet, row)
        ]


class RowsOut(serializers.Serializer[Any]):
    """Some rows; `next` is what `after` is to be for those that follow."""

    next = serializers.IntegerField(allow_null=True)
    results = RowOut(many=True)


class LinkOut(serializers.Serializer[Any]):
    """Somebody whom a list invited, and the link that is to be handed to them alone."""

    name = serializers.CharField()
    number = serializers.CharField(help_text="Masked.")
    office = serializers.ChoiceField(choices=Office.choices)
    seat = Named()
    link = serializers.CharField(help_text="Shown here and now only.")
