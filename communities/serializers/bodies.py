"""What programs send and are answered: bodies."""

from typing import Any

from drf_spectacular.utils import (
    extend_schema_field,
)
from rest_framework import serializers

from common.serializers import Named
from communities.models import CommitteeState, GroupKind
from communities.queries import committees, party


class ShareOut(serializers.Serializer[Any]):
    """So many of so many. For those who keep the register, or where it names nobody."""

    part = serializers.IntegerField(source="party")
    whole = serializers.IntegerField(source="members")
    target = serializers.IntegerField(help_text="Per cent; a target, never a bar.")


class CommitteeOut(Named):
    """A committee in the list."""

    kind = serializers.CharField()
    estate = Named(source="place")
    state = serializers.ChoiceField(source="committee.state", choices=CommitteeState.choices)
    term_from_on = serializers.DateField(source="committee.term_from_on", allow_null=True)
    term_until_on = serializers.DateField(source="committee.term_until_on", allow_null=True)


class MemberOut(serializers.Serializer[Any]):
    """Who sits. Whether in the Party is nowhere in here."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    role = serializers.CharField()
    from_on = serializers.DateField()
    until_on = serializers.DateField(allow_null=True)


class FormationStepOut(serializers.Serializer[Any]):
    step = serializers.CharField(source="step.step")
    title = serializers.CharField(source="label")
    on = serializers.DateField(source="step.on")
    struck = serializers.BooleanField()


class NextOut(serializers.Serializer[Any]):
    """A step that may come next, for those who keep the register."""

    step = serializers.CharField()
    open_now = serializers.BooleanField()
    first_on = serializers.DateField(source="opening.first_on", allow_null=True)
    missing = serializers.SerializerMethodField()
    mine = serializers.BooleanField(help_text="Whether you record it.")

    def get_missing(self, row: committees.Next) -> list[list[str]]:
        return [[step.value for step in need.steps] for need in row.opening.missing]


class CommitteePageOut(serializers.Serializer[Any]):
    """A committee as its page shows it to this reader."""

    code = serializers.CharField(source="committee.body.code")
    name = serializers.CharField(source="committee.body.name")
    kind = serializers.CharField(source="committee.body.kind")
    estate = Named(source="committee.body.place")
    state = serializers.ChoiceField(source="committee.state", choices=CommitteeState.choices)
    alarm = serializers.CharField(
        help_text="filing, filing_late, reelection, term_over; or nothing."
    )
    seats = serializers.IntegerField(source="committee.seats", allow_null=True)
    elected_on = serializers.DateField(source="committee.elected_on", allow_null=True)
    filed_on = serializers.DateField(source="committee.filed_on", allow_null=True)
    filing_due_on = serializers.DateField(allow_null=True)
    term_from_on = serializers.DateField(source="committee.term_from_on", allow_null=True)
    term_until_on = serializers.DateField(source="committee.term_until_on", allow_null=True)
    members = MemberOut(many=True)
    party_share = serializers.SerializerMethodField()
    steps = FormationStepOut(source="lines", many=True)
    nexts = NextOut(many=True)

    @extend_schema_field(ShareOut(allow_null=True))
    def get_party_share(self, page: committees.CommitteePage) -> dict[str, Any] | None:
        if not page.keeps and not page.share.public:
            return None
        return dict(ShareOut(page.share).data)


class OrganisationOut(serializers.Serializer[Any]):
    """An organisation and those beneath it, as far as they are shown together."""

    code = serializers.CharField(source="organisation.code")
    name = serializers.CharField(source="organisation.body.name")
    level = serializers.CharField(source="organisation.level")
    form = serializers.CharField(source="organisation.form")
    place = Named(source="organisation.body.place")
    children = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_children(self, node: party.Node) -> list[dict[str, Any]]:
        return [dict(OrganisationOut(child).data) for child in node.children]


class PostOut(serializers.Serializer[Any]):
    """A post; to the public only where its holder displays it."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    title = serializers.CharField()
    place = Named()
    holder = serializers.CharField()
    displayed = serializers.BooleanField()


class StarsOut(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    stars = serializers.IntegerField()


class CultivationOut(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    staff_to_members = serializers.IntegerField()
    members_to_backbone = serializers.IntegerField()


class PartyPageOut(serializers.Serializer[Any]):
    """An organisation as its page shows it to this reader; how many members, to its keepers."""

    code = serializers.CharField(source="organisation.code")
    name = serializers.CharField(source="organisation.body.name")
    level = serializers.CharField(source="organisation.level")
    form = serializers.CharField(source="organisation.form")
    place = Named(source="organisation.body.place")
    parent = Named(source="organisation.parent.body", default=None, allow_null=True)
    firm = Named(source="organisation.firm", allow_null=True)
    children = serializers.SerializerMethodField()
    works_under = serializers.SerializerMethodField()
    stars = StarsOut(many=True)
    posts = PostOut(many=True)
    cultivations = CultivationOut(many=True)
    full_members = serializers.SerializerMethodField()

    @extend_schema_field(Named(many=True))
    def get_children(self, page: party.PartyPage) -> list[dict[str, Any]]:
        return [dict(Named(child.body).data) for child in page.children]

    @extend_schema_field(Named(many=True))
    def get_works_under(self, page: party.PartyPage) -> list[dict[str, Any]]:
        return [dict(Named(link.under.body).data) for link in page.works_under]

    def get_full_members(self, page: party.PartyPage) -> int | None:
        return page.organisation.full_members if page.keeps else None


class GroupOut(Named):
    kind = serializers.ChoiceField(source="group.kind", choices=GroupKind.choices)
    place = Named()
    members = serializers.IntegerField(source="members_count")


class BelongsOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    member = Named(allow_null=True)
    outsider = serializers.CharField()
    role = serializers.CharField()
    from_on = serializers.DateField()


class SettledOut(serializers.Serializer[Any]):
    month = serializers.DateField()
    count = serializers.IntegerField()


class GroupPageOut(serializers.Serializer[Any]):
    """A group as its page shows it."""

    code = serializers.CharField(source="group.code")
    name = serializers.CharField(source="group.body.name")
    kind = serializers.ChoiceField(source="group.kind", choices=GroupKind.choices)
    place = Named(source="group.body.place")
    purpose = serializers.CharField(source="group.purpose")
    standard = serializers.CharField(source="group.standard")
    members = BelongsOut(many=True)
    settled = SettledOut(many=True)
