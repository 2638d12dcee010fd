"""Offices, people and invitations as programs read and write them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.serializers import Input, Named, YesNo, optional_words, words
from communities.models import Appointment, InterestKind, Invitation, Office
from communities.queries.offices import KINDS, kind_of

SEAT_KINDS = [(name, name) for name, _model, _above in KINDS]


class SeatOut(Named):
    """Where an office is held: a body, a grid or a place."""

    kind = serializers.ChoiceField(choices=SEAT_KINDS)


class PersonNamed(serializers.Serializer[Any]):
    """Somebody with an account."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


class _Seated(serializers.Serializer[Any]):
    office = serializers.ChoiceField(choices=Office.choices)
    seat = serializers.SerializerMethodField()
    from_on = serializers.DateField()
    until_on = serializers.DateField(allow_null=True, help_text="The first day without it.")
    letter = serializers.CharField(allow_blank=True)
    put_forward_by = serializers.CharField(allow_blank=True)

    @extend_schema_field(SeatOut)
    def get_seat(self, row: Appointment | Invitation) -> dict[str, str]:
        seat = row.seat
        return {"kind": kind_of(seat), "code": seat.code, "name": seat.name}


class AppointmentOut(_Seated):
    """An office somebody holds, held or will hold."""

    id = serializers.UUIDField(source="public_id")
    person = PersonNamed(source="user")
    ended_grounds = serializers.CharField(allow_blank=True)


class InvitationOut(_Seated):
    """An invitation that waits. Its link is told once, to whoever made it."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    phone = serializers.CharField()
    expires_at = serializers.DateTimeField()


class InvitedOut(InvitationOut):
    """A fresh invitation with its link."""

    link = serializers.CharField()


class HeldOut(AppointmentOut):
    """An office, and in plain words what it allows."""

    allows = serializers.CharField()
    state = serializers.ChoiceField(choices=[(s, s) for s in ("held", "coming", "over")])


class InterestOut(serializers.Serializer[Any]):
    """What ties somebody to a firm."""

    id = serializers.UUIDField(source="public_id")
    firm = Named()
    kind = serializers.ChoiceField(choices=InterestKind.choices)
    note = serializers.CharField(allow_blank=True)
    from_on = serializers.DateField()
    until_on = serializers.DateField(allow_null=True)


class PersonOut(serializers.Serializer[Any]):
    """A person: the public offices for anybody, all of it for those over them."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    offices = HeldOut(many=True)
    interests = InterestOut(many=True, allow_null=True, help_text="Null where not yours to read.")


class SeatIn(Input):
    """Where: a body, a grid or a place, by its code."""

    kind = serializers.ChoiceField(choices=SEAT_KINDS)
    code = serializers.CharField(max_length=32)


class _GivenIn(Input):
    office = serializers.ChoiceField(choices=Office.choices)
    seat = SeatIn()
    from_on = serializers.DateField()
    until_on = serializers.DateField(required=False, allow_null=True, default=None)
    letter = optional_words(default="", max_length=60)
    put_forward_by = optional_words(default="", max_length=120)
    confirmed = YesNo(required=False, default=False, help_text="A known interest does not bar.")


class AppointIn(_GivenIn):
    """An office for somebody with an account."""

    person = serializers.UUIDField()


class InviteIn(_GivenIn):
    """An office for somebody new, by name and mobile number."""

    name = serializers.CharField(max_length=60)
    phone = serializers.CharField(max_length=20)


class DismissIn(Input):
    """The first day without the office, and why."""

    on = serializers.DateField()
    grounds = words("Say on what grounds the office ends.")


class WithdrawIn(Input):
    """Why an office is taken back before it begins."""

    grounds = words("Say why the office is withdrawn.")


class HandOverIn(Input):
    """Whom the office goes to, and from which day on."""

    to = serializers.UUIDField()
    on = serializers.DateField()
    until_on = serializers.DateField(required=False, allow_null=True, default=None)
    letter = optional_words(default="", max_length=60)
    confirmed = YesNo(required=False, default=False)


class InterestIn(Input):
    """An interest of one's own, or one found."""

    firm = serializers.CharField(max_length=32)
    kind = serializers.ChoiceField(choices=InterestKind.choices)
    from_on = serializers.DateField(required=False, allow_null=True, default=None)
    note = optional_words(default="", max_length=200)
