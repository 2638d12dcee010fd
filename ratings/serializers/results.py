"""What programs send and are answered: results."""

from typing import Any

from rest_framework import serializers

from common.now import today
from common.serializers import Input, Named
from ratings.actions import results as actions
from ratings.models import Addressee, Advice, Recommendation, Result
from ratings.queries.results import addressed_words, ground_words
from ratings.serializers.credit import CreditPointsOut


class OutcomeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    result = serializers.ChoiceField(Result.choices)
    on = serializers.DateField()
    text = serializers.CharField()
    said_by = serializers.CharField()
    because = serializers.CharField(help_text="Why it corrects the one before; empty for none.")
    votes_for = serializers.IntegerField(allow_null=True)
    votes_against = serializers.IntegerField(allow_null=True)
    votes_abstained = serializers.IntegerField(allow_null=True)
    votes_whole = serializers.IntegerField(allow_null=True, help_text="Owners in all.")
    area_for = serializers.DecimalField(12, 2, allow_null=True, help_text="In m².")
    area_against = serializers.DecimalField(12, 2, allow_null=True)
    area_abstained = serializers.DecimalField(12, 2, allow_null=True)
    area_whole = serializers.DecimalField(12, 2, allow_null=True)


class CreditGroundOut(serializers.Serializer[Any]):
    """The firm's credit grade as it stood; `read_firm_credit` tells how it was made."""

    on = serializers.DateField()
    version = serializers.IntegerField(source="version.number", help_text="Of the credit scheme.")
    level = serializers.CharField()
    points = CreditPointsOut(help_text="Exact, as text.")


class RecommendationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    advice = serializers.ChoiceField(Advice.choices)
    firm = Named()
    place = Named(help_text="The estate; of the preferred pool the district.")
    contract = serializers.UUIDField(source="contract.public_id", default=None, allow_null=True)
    listing = serializers.UUIDField(source="listing.public_id", default=None, allow_null=True)
    card = serializers.UUIDField(source="card.public_id", default=None, allow_null=True)
    credit = CreditGroundOut(allow_null=True)
    ground = serializers.SerializerMethodField(help_text="What it rests on, in a line.")
    text = serializers.CharField()
    addressee = serializers.ChoiceField(Addressee.choices)
    to = Named(allow_null=True)
    due_on = serializers.DateField()
    overdue = serializers.SerializerMethodField(
        help_text="Its last day is over and nobody has said what became of it."
    )
    made_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_because = serializers.CharField()
    outcomes = OutcomeOut(many=True, source="outcomes.all", help_text="The last first: it counts.")

    def get_overdue(self, row: Recommendation) -> bool:
        return row.overdue(today())

    def get_ground(self, row: Recommendation) -> str:
        return ground_words(row.ground)


class RecommendIn(Input):
    firm = serializers.CharField(max_length=32, help_text="Its code.")
    advice = serializers.ChoiceField(Advice.choices)
    estate = serializers.CharField(
        max_length=32, required=False, help_text="Its code; not for the preferred pool."
    )
    listing = serializers.UUIDField(required=False, help_text="This, `card` or `credit`.")
    card = serializers.UUIDField(required=False)
    credit = serializers.BooleanField(required=False, help_text="The firm's credit grade today.")
    addressee = serializers.ChoiceField(Addressee.choices, help_text=addressed_words())
    due_on = serializers.DateField()
    text = serializers.CharField(max_length=actions.LONGEST)


class OutcomeIn(Input):
    result = serializers.ChoiceField(Result.choices)
    on = serializers.DateField()
    text = serializers.CharField(max_length=actions.LONGEST)
    said_by = serializers.CharField(max_length=120)
    because = serializers.CharField(
        max_length=200, required=False, help_text="Why the outcome on record is corrected."
    )
    votes_for = serializers.IntegerField(min_value=0, required=False)
    votes_against = serializers.IntegerField(min_value=0, required=False)
    votes_abstained = serializers.IntegerField(min_value=0, required=False)
    votes_whole = serializers.IntegerField(min_value=0, required=False)
    area_for = serializers.DecimalField(12, 2, min_value=0, required=False)
    area_against = serializers.DecimalField(12, 2, min_value=0, required=False)
    area_abstained = serializers.DecimalField(12, 2, min_value=0, required=False)
    area_whole = serializers.DecimalField(12, 2, min_value=0, required=False)


class RecommendationWithdrawIn(Input):
    because = serializers.CharField(max_length=actions.LONGEST)
