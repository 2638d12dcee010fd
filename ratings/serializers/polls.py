"""What programs send and are answered: polls."""

from typing import Any

from rest_framework import serializers

from common.serializers import (
    Input,
    Named,
    YesNo,
    optional_words,
)
from ratings.models import PollState, Printed
from ratings.queries import polls as queries

MOST_LEFT_OUT = 500


class PollOpenIn(Input):
    estate = serializers.CharField(max_length=24)
    body = serializers.CharField(max_length=40)
    until_on = serializers.DateField(help_text="The last day for answering.")
    reserve = serializers.IntegerField(required=False, min_value=0, default=0)
    withheld = serializers.ListField(
        child=serializers.CharField(max_length=24),
        required=False,
        default=list,
        max_length=MOST_LEFT_OUT,
        help_text="Codes of homes of the firm's people and their close relatives.",
    )


class PollAnswerIn(Input):
    code = serializers.CharField(max_length=64)
    related = YesNo(help_text="They or a close relative work for the firm.")
    score = serializers.IntegerField(required=False, allow_null=True, default=None)
    blank = serializers.BooleanField(
        required=False, default=False, help_text="Handed in without a score."
    )
    words = optional_words(default="", help_text="Up to 300 characters.")


class PollBuildingOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    drawn = serializers.IntegerField()
    on_site = serializers.IntegerField()
    answered = serializers.IntegerField(help_text="Of those drawn, once it is closed.")
    answered_on_site = serializers.IntegerField()


class PollScoreOut(serializers.Serializer[Any]):
    score = serializers.IntegerField()
    answers = serializers.IntegerField()


class PollSheetOut(serializers.Serializer[Any]):
    of = serializers.ChoiceField(Printed.choices)
    at = serializers.DateTimeField()
    office = serializers.CharField()
    place = Named(source="office_place")
    codes = serializers.IntegerField()
    killed = serializers.IntegerField(help_text="Earlier codes, unused, that are dead since.")


class PollOut(serializers.Serializer[Any]):
    """A poll: nothing of it says who answered, or what anybody did."""

    id = serializers.UUIDField(source="poll.public_id")
    period = serializers.UUIDField(source="poll.period.public_id")
    estate = Named(source="poll.estate")
    body = Named(source="poll.body")
    part = serializers.CharField(source="part.key")
    state = serializers.ChoiceField(PollState.choices, source="poll.state")
    closes_at = serializers.DateTimeField(source="poll.closes_at")
    population = serializers.IntegerField(source="poll.population")
    population_hash = serializers.SerializerMethodField(
        help_text="For those who may check the draw, as `seed`; else empty."
    )
    seed = serializers.SerializerMethodField()
    drawn = serializers.IntegerField(source="poll.drawn")
    withheld = serializers.SerializerMethodField(help_text="How many homes were left out.")
    buildings = PollBuildingOut(many=True)
    sheets = PollSheetOut(many=True, help_text="Every sheet of codes that was made.")
    answered = serializers.IntegerField()
    needed = serializers.IntegerField(source="part.valid")
    valid = serializers.SerializerMethodField(help_text="Null while it is open.")
    blank = serializers.SerializerMethodField()
    excluded = serializers.SerializerMethodField()
    spread = PollScoreOut(many=True, help_text="Empty while open and where too few answered.")

    def get_population_hash(self, page: queries.PollPage) -> str:
        return page.poll.population_hash if page.reads_draw else ""

    def get_seed(self, page: queries.PollPage) -> str:
        return page.poll.seed if page.reads_draw else ""

    def get_withheld(self, page: queries.PollPage) -> int:
        return len(page.poll.withheld)

    def get_valid(self, page: queries.PollPage) -> int | None:
        return page.valid if page.over else None

    def get_blank(self, page: queries.PollPage) -> int | None:
        return page.blank if page.over else None

    def get_excluded(self, page: queries.PollPage) -> int | None:
        return page.excluded if page.over else None


class PollResultOut(serializers.Serializer[Any]):
    """A poll whose score is public, as the list says it."""

    id = serializers.UUIDField(source="poll.public_id")
    period = serializers.UUIDField(source="poll.period.public_id")
    estate = Named(source="poll.estate")
    body = Named(source="poll.body")
    part = serializers.CharField(source="part.key")
    closes_at = serializers.DateTimeField(source="poll.closes_at")
    valid = serializers.IntegerField(help_text="Valid answers.")
    needed = serializers.IntegerField(source="part.valid")
    mean = serializers.DecimalField(
        source="rounded", max_digits=7, decimal_places=4, allow_null=True,
        help_text="Of their scores. Null where too few answered.",
    )  # fmt: skip
