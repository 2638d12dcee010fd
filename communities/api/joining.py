"""Taking up an invitation at the API's door: with the account of the number, or with a new one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import codes
from accounts.address import address_digest
from accounts.models import User
from common.errors import Invalid, WrongState
from common.masks import mask_phone
from common.serializers import ONCE, PUBLIC, Input, answers
from communities import actions
from communities.forms.offices import JoinForm
from communities.models import Invitation, Office
from communities.queries.invited import has_account
from communities.queries.office_words import ALLOWS
from communities.serializers.offices import AppointmentOut

ONE_REFUSAL = "Wrong, used, expired and revoked links are refused alike; ten misses shut the door."


class SecretIn(Input):
    """The last part of the link. In the body, so that no log of addresses keeps it."""

    secret = serializers.CharField(max_length=64)


class InvitationAcceptIn(SecretIn):
    """Signed in nothing more is asked; else a name to sign in with, a password and the code."""

    username = serializers.CharField(max_length=32, required=False, default="")
    password = serializers.CharField(
        max_length=128, trim_whitespace=False, required=False, default=""
    )
    code = serializers.CharField(max_length=12, required=False, default="")


class InvitationOfferOut(serializers.Serializer[Any]):
    """What somebody is invited to, and how it is taken up."""

    office = serializers.ChoiceField(choices=Office.choices)
    seat = serializers.CharField(source="seat.name")
    allows = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField(help_text="Masked.")
    from_on = serializers.DateField()
    until_on = serializers.DateField(allow_null=True)
    expires_at = serializers.DateTimeField()
    has_account = serializers.SerializerMethodField(help_text="Its holder signs in to accept.")
    asks_code = serializers.SerializerMethodField(help_text="A newcomer proves the number.")

    def get_allows(self, offer: Invitation) -> str:
        return str(ALLOWS[Office(offer.office)])

    def get_phone(self, offer: Invitation) -> str:
        return mask_phone(offer.phone)

    def get_has_account(self, offer: Invitation) -> bool:
        return has_account(offer)

    def get_asks_code(self, _offer: Invitation) -> bool:
        return actions.texts_leave()


def _opened(request: Request, takes: type[SecretIn]) -> tuple[Invitation, dict[str, Any]]:
    given = takes(data=request.data)
    given.is_valid(raise_exception=True)
    said = dict(given.validated_data)
    return actions.open_invitation(said["secret"], address=address_digest(request)), said


@extend_schema(
    operation_id="open_invitation",
    summary="What one is invited to",
    description=ONE_REFUSAL,
    tags=["offices"],
    auth=PUBLIC,
    parameters=[ONCE],
    request=SecretIn,
    responses=answers({200: InvitationOfferOut}, refused=(400, 404, 429)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def opened(request: Request) -> Response:
    found, _said = _opened(request, SecretIn)
    return Response(InvitationOfferOut(found).data)


@extend_schema(
    operation_id="send_invitation_code",
    summary="Send a code to the invited number",
    tags=["offices"],
    auth=PUBLIC,
    parameters=[ONCE],
    request=SecretIn,
    responses=answers({204: None}, refused=(400, 404, 409, 429)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def code(request: Request) -> Response:
    found, _said = _opened(request, SecretIn)
    if has_account(found):
        raise WrongState(_("This number has an account: sign in with it to accept."))
    if actions.texts_leave():
        codes.send_code(found.phone, address=address_digest(request))
    return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(
    operation_id="accept_invitation",
    summary="Take up an office one was invited to",
    description=f"Signed in: for the confirmed holder of the number alone. {ONE_REFUSAL}",
    tags=["offices"],
    auth=PUBLIC,
    parameters=[ONCE],
    request=InvitationAcceptIn,
    responses=answers({201: AppointmentOut}, refused=(400, 403, 404, 409, 429)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def accept(request: Request) -> Response:
    found, said = _opened(request, InvitationAcceptIn)
    if isinstance(request.user, User):
        made = actions.accept_signed_in(found, by=request.user)
    else:
        made = _newcomer(found, said)
    return Response(AppointmentOut(made).data, status=status.HTTP_201_CREATED)


def _newcomer(found: Invitation, said: dict[str, Any]) -> Any:
    if has_account(found):
        raise WrongState(_("This number has an account: sign in with it to accept."))
    coded = actions.texts_leave()
    form = JoinForm({n: said[n] for n in ("username", "password", "code")}, coded=coded)
    if not form.is_valid():
        raise Invalid(fields={n: [str(why) for why in form.errors[n]] for n in form.errors})
    asked = form.cleaned_data
    # The answers first: a weak password must not use up the code.
    actions.check_newcomer(found, username=asked["username"], password=asked["password"])
    if coded:
        codes.check_code(found.phone, asked["code"])
    return actions.accept_as_newcomer(
        found, username=asked["username"], password=asked["password"], phone_confirmed=coded
    )
