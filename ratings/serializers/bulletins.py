"""What programs send and are answered: bulletins."""

from typing import Any

from rest_framework import serializers

from common.serializers import Input, Named
from ratings.models import BulletinState
from ratings.queries import bulletins as queries


class BulletinOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    place = Named()
    name = serializers.CharField(help_text="The quarter.")
    from_on = serializers.DateField()
    until_on = serializers.DateField(help_text="The day after the last one.")
    document_number = serializers.CharField(help_text="Empty until it is issued.")
    issued_at = serializers.DateTimeField(allow_null=True)


class BulletinVersionOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=BulletinState.choices)
    reason = serializers.CharField(help_text="Why it replaces the version before.")
    taken_at = serializers.DateTimeField(allow_null=True, help_text="As of when its figures are.")
    issued_at = serializers.DateTimeField(allow_null=True)


class BulletinPageOut(serializers.Serializer[Any]):
    bulletin = BulletinOut(source="of")
    version = BulletinVersionOut(source="shown")
    versions = BulletinVersionOut(many=True)
    made = serializers.IntegerField(help_text="While figures are taken: of so many communities.")
    communities = serializers.IntegerField(help_text="Of so many.")
    document = serializers.SerializerMethodField(
        help_text="All that every form is written from; null while figures are taken."
    )

    def get_document(self, page: queries.BulletinPage) -> dict[str, Any] | None:
        return page.paper.data if page.paper is not None else None


class BulletinMakeIn(Input):
    place = serializers.CharField(max_length=24, help_text="Code of a district or beneath.")
    from_on = serializers.DateField(help_text="The first day of a quarter that is over.")


class BulletinWriteIn(Input):
    office = serializers.CharField(max_length=80, required=False)
    copies_to = serializers.CharField(max_length=300, required=False, allow_blank=True)
    opening = serializers.CharField(max_length=3000, required=False, allow_blank=True)
    closing = serializers.CharField(max_length=3000, required=False, allow_blank=True)


class BulletinIssueIn(Input):
    document_number = serializers.CharField(
        max_length=60, required=False, help_text="For the first version; a later one keeps it."
    )


class BulletinReasonIn(Input):
    reason = serializers.CharField(max_length=500)
