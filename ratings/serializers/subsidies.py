"""What programs send and are answered: subsidies."""

from typing import Any

from rest_framework import serializers

from common.serializers import Input, Named
from ratings.models import AwardedKind, AwardState

YUAN = "In yuan, to the fen."


class SumsOut(serializers.Serializer[Any]):
    awarded = serializers.IntegerField()
    proposed = serializers.IntegerField(help_text="Waiting for another officer.")
    amount = serializers.DecimalField(14, 2, help_text="Awarded, in yuan.")
    held = serializers.DecimalField(14, 2, help_text="Awarded and proposed, in yuan.")
    paid = serializers.DecimalField(14, 2, help_text="Paid, what came back taken off.")


class ProgrammeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    place = Named()
    name = serializers.CharField()
    year = serializers.IntegerField()
    granted_by = serializers.CharField()
    document = serializers.CharField()
    budget = serializers.DecimalField(14, 2, help_text=YUAN)


class AwardCategoryOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(AwardedKind.choices)
    name = serializers.CharField()
    count = serializers.IntegerField()
    amount = serializers.DecimalField(12, 2, help_text="Each award, in yuan.")


class CategorySumsOut(serializers.Serializer[Any]):
    category = AwardCategoryOut()
    sums = SumsOut()


class ProgrammePageOut(serializers.Serializer[Any]):
    programme = ProgrammeOut()
    categories = CategorySumsOut(many=True)
    sums = SumsOut()
    left = serializers.DecimalField(14, 2, help_text="Of the budget, neither awarded nor proposed.")


class AwardOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    category = AwardCategoryOut()
    to = Named(source="receiver")
    grounds = serializers.CharField()
    document = serializers.CharField()
    state = serializers.ChoiceField(AwardState.choices)
    because = serializers.CharField()
    amount = serializers.DecimalField(12, 2, help_text=YUAN)
    paid = serializers.DecimalField(12, 2, help_text=YUAN)


class PaymentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    on = serializers.DateField()
    amount = serializers.DecimalField(12, 2, help_text="Less than nothing for a contrary entry.")
    corrects = serializers.UUIDField(source="corrects.public_id", default=None, allow_null=True)


class AwardPageOut(serializers.Serializer[Any]):
    award = AwardOut()
    payments = PaymentOut(many=True)


class ProgrammeIn(Input):
    place = serializers.CharField(max_length=32, help_text="Code of a district or subdistrict.")
    name = serializers.CharField(max_length=120)
    year = serializers.IntegerField()
    granted_by = serializers.CharField(max_length=120)
    document = serializers.CharField(max_length=60)
    budget = serializers.DecimalField(14, 2, help_text=YUAN)


class BudgetIn(Input):
    budget = serializers.DecimalField(14, 2, help_text=YUAN)
    document = serializers.CharField(max_length=60)


class AwardCategoryIn(Input):
    kind = serializers.ChoiceField(AwardedKind.choices)
    name = serializers.CharField(max_length=120)
    count = serializers.IntegerField()
    amount = serializers.DecimalField(12, 2, help_text=YUAN)


class AwardIn(Input):
    to = serializers.CharField(max_length=32, help_text="Code of the estate or body.")
    grounds = serializers.CharField(max_length=200)


class ApproveIn(Input):
    document = serializers.CharField(max_length=60)


class BecauseIn(Input):
    because = serializers.CharField(max_length=200)


class PayIn(Input):
    on = serializers.DateField()
    amount = serializers.DecimalField(12, 2, help_text=YUAN)
    reference = serializers.CharField(max_length=60, help_text="Number of the voucher.")
