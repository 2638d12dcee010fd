"""What programs send and are answered: standards."""

from typing import Any

from rest_framework import serializers

from common.serializers import Named
from communities.models import StandardField

STATES = ["running", "coming", "over"]

CHANGES = ["same", "changed", "new", "dropped"]


class StandardVersionOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    document = serializers.CharField()
    from_on = serializers.DateField()
    until_on = serializers.DateField(
        allow_null=True, help_text="The first day on which it is no longer in force."
    )
    ended_because = serializers.CharField(help_text="Where no later version took its place.")


class StandardOut(serializers.Serializer[Any]):
    """A standard with the version in force; else the last that was, else the first to come."""

    id = serializers.UUIDField(source="standard.public_id")
    place = Named(source="standard.place")
    field = serializers.ChoiceField(source="standard.field", choices=StandardField.choices)
    title = serializers.CharField(source="standard.title")
    issued_by = serializers.CharField(source="standard.issued_by")
    version = StandardVersionOut()
    state = serializers.CharField(help_text=", ".join(STATES))


class ClauseOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    text = serializers.CharField()
    how_checked = serializers.CharField()


class ClauseSeenOut(serializers.Serializer[Any]):
    """A clause beside the version before; one that was dropped is the earlier version's."""

    clause = ClauseOut()
    change = serializers.CharField(help_text=", ".join(CHANGES))
    before = ClauseOut(allow_null=True)


class TallyOut(serializers.Serializer[Any]):
    """How many deviations; what was taken back counts nowhere."""

    open = serializers.IntegerField()
    right = serializers.IntegerField(help_text="Put right.")


class StandardPageOut(StandardOut):
    versions = StandardVersionOut(many=True, help_text="The latest first.")
    clauses = ClauseSeenOut(many=True)
    deviations = TallyOut(source="tally")


class DeviationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    standard = serializers.UUIDField(source="clause.version.standard.public_id")
    title = serializers.CharField(source="clause.version.standard.title")
    version = serializers.IntegerField(source="clause.version.number")
    clause = ClauseOut()
    estate = Named(allow_null=True)
    firm = Named(allow_null=True)
    on = serializers.DateField()
    grounds = serializers.CharField()
    evidence = serializers.CharField()
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    put_right = serializers.CharField()
    put_right_on = serializers.DateField(allow_null=True)
    taken_back_because = serializers.CharField()
    taken_back_on = serializers.DateField(allow_null=True)
