"""What the API says of periods, tables, cards and the chain."""

from typing import Any

from rest_framework import serializers

from common.serializers import Input, Named
from ratings.models import Publication, PublicationKind
from ratings.queries.published_page import link_text
from ratings.queries.table import Table
from ratings.serializers.schemes import PeriodOut


class ScoredPeriodOut(PeriodOut):
    scheme = serializers.CharField(source="scheme.name")
    scheme_id = serializers.UUIDField(source="scheme.public_id")
    place = Named(source="scheme.place")
    frozen_at = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)


class SheetCountOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    part = serializers.CharField(source="part.key")
    method = serializers.CharField(help_text="Empty for a verdict.")
    wanted = serializers.IntegerField()
    settled = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Handed in, to be confirmed.")
    missing = serializers.IntegerField()


class PeriodPageOut(serializers.Serializer[Any]):
    period = ScoredPeriodOut()
    made = serializers.IntegerField(help_text="While scores are frozen: firms that have theirs.")
    bodies = serializers.IntegerField(help_text="Of so many.")
    sheets = SheetCountOut(many=True, allow_null=True, help_text="Of the reader's own estates.")


class AtEstateOut(serializers.Serializer[Any]):
    card = serializers.UUIDField(source="public_id")
    estate = Named()
    total = serializers.DecimalField(max_digits=7, decimal_places=4, allow_null=True)
    band = serializers.CharField()


class LeagueRowOut(serializers.Serializer[Any]):
    card = serializers.UUIDField(source="card.public_id")
    body = Named(source="card.body")
    rank = serializers.IntegerField(allow_null=True, help_text="Null: not ranked.")
    total = serializers.DecimalField(
        source="card.total", max_digits=7, decimal_places=4, allow_null=True,
        help_text="Null: blank.",
    )  # fmt: skip
    band = serializers.CharField(source="card.band")
    was = serializers.DecimalField(max_digits=7, decimal_places=4, allow_null=True)
    was_rank = serializers.IntegerField(allow_null=True)
    estates = serializers.IntegerField()
    blank = serializers.IntegerField(help_text="Of its estates, those without a score.")
    at = AtEstateOut(many=True, help_text="The first five estates found, where `estate` is asked.")
    matching = serializers.IntegerField(help_text="How many estates were found.")


class TableOut(serializers.Serializer[Any]):
    firms = serializers.IntegerField()
    scored = serializers.IntegerField()
    ranked = serializers.BooleanField(help_text="Whether enough have a score to give places.")
    before = serializers.UUIDField(allow_null=True, help_text="The period compared with.")
    next = serializers.CharField()
    previous = serializers.CharField()
    results = LeagueRowOut(many=True)


def table_said(table: Table) -> dict[str, Any]:
    return {
        "firms": table.firms,
        "scored": table.scored,
        "ranked": table.enough,
        "before": table.before.public_id if table.before else None,
        "next": table.next,
        "previous": table.previous,
        "results": table.rows,
    }


class CardOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    body = Named()
    estate = Named(allow_null=True, help_text="Null: the whole firm.")
    number = serializers.IntegerField(help_text="1, and one more for each correction.")
    total = serializers.DecimalField(max_digits=7, decimal_places=4, allow_null=True)
    band = serializers.CharField()
    reason = serializers.CharField(help_text="Why it replaces the one before.")
    frozen_at = serializers.DateTimeField()


class LinkOfCardOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    total = serializers.DecimalField(max_digits=7, decimal_places=4, allow_null=True)
    reason = serializers.CharField()
    frozen_at = serializers.DateTimeField()


class WholeCardOut(CardOut):
    period = serializers.UUIDField(source="period.public_id")
    scheme_version = serializers.IntegerField(source="version.number")
    households = serializers.IntegerField()
    inputs = serializers.JSONField(help_text="All that the score was made of.")
    working = serializers.JSONField(help_text="How.")


class CardPageOut(serializers.Serializer[Any]):
    card = WholeCardOut()
    chain = LinkOfCardOut(many=True, help_text="The first score and its corrections.")


class CardEntryOut(serializers.Serializer[Any]):
    period = ScoredPeriodOut(source="card.period")
    card = serializers.UUIDField(source="card.public_id")
    total = serializers.DecimalField(
        source="card.total", max_digits=7, decimal_places=4, allow_null=True
    )
    band = serializers.CharField(source="card.band")
    rank = serializers.IntegerField(allow_null=True)
    of = serializers.IntegerField(help_text="Firms with a score in the period.")
    corrections = serializers.IntegerField()
    deductions = serializers.IntegerField(source="asked")
    put_right = serializers.IntegerField(source="closed")


class CorrectIn(Input):
    reason = serializers.CharField(max_length=500)


class PublicationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    sequence = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=PublicationKind.choices)
    title = serializers.CharField()
    place = Named()
    subject = serializers.UUIDField(help_text="What it publishes: a period or a card.")
    published_at = serializers.DateTimeField()
    previous_hash = serializers.CharField()
    hash = serializers.CharField()


class PublicationPageOut(PublicationOut):
    text = serializers.SerializerMethodField(help_text="The hash is the SHA-256 of this text.")

    def get_text(self, row: Publication) -> str:
        return link_text(row)
