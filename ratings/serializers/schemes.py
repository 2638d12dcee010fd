"""What programs send and are answered: schemes."""

from typing import Any

from rest_framework import serializers

from common.serializers import Input, Named, optional_words
from ratings.models import PeriodState, SchemeVersion
from ratings.terms import Subject
from ratings.terms.drafts import stamp

WORDS = "Weights and shares are text such as `0.70`, exact."


class SchemeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    place = Named()
    name = serializers.CharField()
    subject = serializers.ChoiceField(choices=Subject.choices)
    preset = serializers.CharField()


class VersionOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    settled_at = serializers.DateTimeField(allow_null=True, help_text="Null: a draft.")
    note = serializers.CharField(help_text="Why it differs from the one before.")


class TermsOut(VersionOut):
    terms = serializers.JSONField(help_text=f"Everything the version says. {WORDS}")
    seen = serializers.SerializerMethodField(
        help_text="Its stamp: whoever changes a draft sends it back."
    )

    def get_seen(self, version: SchemeVersion) -> str:
        return stamp(version.terms)


class PeriodOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    from_on = serializers.DateField()
    until_on = serializers.DateField(help_text="The day after its last.")
    assess_until_on = serializers.DateField()
    state = serializers.ChoiceField(choices=PeriodState.choices)
    version = serializers.IntegerField(source="version.number")


class SchemePageOut(serializers.Serializer[Any]):
    scheme = SchemeOut()
    versions = VersionOut(source="settled", many=True, help_text="The first is in force.")
    draft = VersionOut(allow_null=True)
    periods = PeriodOut(many=True)


class PresetOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    subject = serializers.ChoiceField(choices=Subject.choices)
    terms = serializers.JSONField(source="document")


class SimulatedSideOut(serializers.Serializer[Any]):
    total = serializers.DecimalField(max_digits=7, decimal_places=4, allow_null=True)
    place = serializers.IntegerField(allow_null=True)
    band = serializers.CharField()
    listed = serializers.CharField(help_text="red, black or nothing")


class SimulatedVetoOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    document = serializers.CharField()


class SimulatedOut(serializers.Serializer[Any]):
    body = Named()
    before = SimulatedSideOut()
    after = SimulatedSideOut()
    vetoes = SimulatedVetoOut(many=True, help_text="In effect today; they override scores.")


class SimulationOut(serializers.Serializer[Any]):
    period = serializers.UUIDField(
        source="period.public_id", default=None, allow_null=True, help_text="The last one frozen."
    )
    notes = serializers.ListField(child=serializers.CharField(), help_text="What stays blank.")
    rows = SimulatedOut(many=True)


class SchemeBeginIn(Input):
    place = serializers.CharField(max_length=20, help_text="The code of a district.")
    name = serializers.CharField(max_length=120)
    preset = serializers.CharField(max_length=40)


class SchemeChangeIn(Input):
    terms = serializers.JSONField(help_text=f"The whole document. {WORDS}")
    seen = serializers.CharField(max_length=64)


class SchemeDiscardIn(Input):
    seen = serializers.CharField(max_length=64)


class SchemeSettleIn(Input):
    seen = serializers.CharField(max_length=64)
    note = optional_words(max_length=500)


class PeriodOpenIn(Input):
    from_on = serializers.DateField()


class SchemeTermsIn(Input):
    terms = serializers.JSONField(help_text="Instead of the draft's; nothing is saved.")
