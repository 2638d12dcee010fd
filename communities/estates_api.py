"""What programs read of estates, firms, needs, honours and observations."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.exceptions import NotAuthenticated
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import reader_of
from accounts.models import User
from common.now import today
from common.paging import KeysetPagination, Sorting
from common.serializers import PUBLIC, Named, answers
from communities.models import HonourList, Need, Observation
from communities.permissions import posts_signs
from communities.queries import estates, firms, found, observations

TAGS = ["register"]


class IntactShareOut(serializers.Serializer[Any]):
    """So many of so many on a day; a whole of 0 is blank, never 100 %."""

    part = serializers.IntegerField()
    whole = serializers.IntegerField()
    on = serializers.DateField()


class SpanOut(serializers.Serializer[Any]):
    """Over [from_on, until_on): the day `until_on` no longer belongs to it."""

    from_on = serializers.DateField()
    until_on = serializers.DateField(allow_null=True)


class ContractOut(SpanOut):
    id = serializers.UUIDField(source="public_id")
    firm = Named()
    estate = Named()
    grade = serializers.CharField()
    fee = serializers.DecimalField(max_digits=7, decimal_places=3, allow_null=True)
    ending = serializers.CharField(help_text="agreed, dismissed, not_renewed, renewed; or nothing")


class SpellOut(SpanOut):
    mode = serializers.CharField()
    grounds = serializers.CharField()


class LedgerOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    service_mode = serializers.CharField()
    delivery = serializers.CharField()
    delivered_on = serializers.DateField(allow_null=True)
    households = serializers.IntegerField()
    floor_area = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    address = serializers.CharField()
    latitude = serializers.DecimalField(max_digits=9, decimal_places=6, allow_null=True)
    longitude = serializers.DecimalField(max_digits=9, decimal_places=6, allow_null=True)


class ButlerOut(serializers.Serializer[Any]):
    """`id` is the key of the verb that sends a message."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="user.name")


class BlockOut(serializers.Serializer[Any]):
    code = serializers.CharField(source="place.code")
    name = serializers.CharField(source="place.name")
    entrances = Named(many=True)
    butlers = ButlerOut(many=True)


class MonthOut(serializers.Serializer[Any]):
    first = serializers.DateField()
    count = serializers.IntegerField()
    state = serializers.CharField(help_text="met, running or missed")


class NeedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    estate = Named()
    kind = serializers.CharField()
    text = serializers.CharField()
    raised_on = serializers.DateField()
    met_by = Named(allow_null=True)
    met_on = serializers.DateField(allow_null=True)


class FacilityOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    place = Named()
    kind = serializers.CharField()
    name = serializers.CharField()
    condition = serializers.CharField(help_text="Nothing where nobody has looked.")
    inspected_on = serializers.DateField(allow_null=True)


class PlanOut(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    problems = serializers.CharField()
    measures = serializers.CharField()
    goals = serializers.CharField()
    lead = serializers.CharField()
    from_on = serializers.DateField()


class EstatePageOut(serializers.Serializer[Any]):
    """An estate as its page shows it; facilities and plans for those who keep or serve it."""

    code = serializers.CharField(source="place.code")
    name = serializers.CharField(source="place.name")
    ledger = LedgerOut(source="estate", allow_null=True)
    contracts = serializers.SerializerMethodField()
    spells = serializers.SerializerMethodField()
    buildings = BlockOut(source="blocks", many=True)
    facilities_intact = IntactShareOut(source="intact")
    visits = MonthOut(source="months", many=True)
    observers = serializers.SerializerMethodField()
    observers_met = serializers.BooleanField(
        help_text="As many as there should be: 2 to 4, or as the place says."
    )
    needs = NeedOut(many=True)
    facilities = serializers.SerializerMethodField()
    plans = serializers.SerializerMethodField()

    def get_contracts(self, page: estates.EstatePage) -> list[dict[str, Any]]:
        return [dict(ContractOut(row.contract).data) for row in page.served]

    def get_spells(self, page: estates.EstatePage) -> list[dict[str, Any]]:
        return [dict(SpellOut(change.spell).data) for change in page.changes]

    def get_observers(self, page: estates.EstatePage) -> int:
        return len(page.observers)

    def get_facilities(self, page: estates.EstatePage) -> list[dict[str, Any]] | None:
        if not self.context["serves"]:
            return None
        return [dict(FacilityOut(f).data) for f in estates.facilities_of(page.place)]

    def get_plans(self, page: estates.EstatePage) -> list[dict[str, Any]] | None:
        if not self.context["serves"]:
            return None
        return [dict(PlanOut(plan).data) for plan in estates.plans_of(page.place)]


@extend_schema(
    operation_id="read_estate_page",
    summary="An estate with its ledger, service, buildings and figures",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: EstatePageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def estate(request: Request, code: str) -> Response:
    place = found.estate(code)
    user = reader_of(request)
    page = estates.estate_page(place, today())
    serves = user is not None and posts_signs(user, place)
    return Response(EstatePageOut(page, context={"serves": serves}).data)


# --- Firms -------------------------------------------------------------------------------


class OfferOut(SpanOut):
    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    name = serializers.CharField()
    standard = serializers.CharField()
    price = serializers.CharField()


class PoolOut(SpanOut):
    id = serializers.UUIDField(source="public_id")
    grounds = serializers.CharField()
    left_grounds = serializers.CharField()


class RegisteredOut(serializers.Serializer[Any]):
    credit_code = serializers.CharField()
    community_led = serializers.BooleanField()
    registered_on = serializers.DateField(allow_null=True)
    licence_until = serializers.DateField(allow_null=True)
    representative = serializers.CharField()
    address = serializers.CharField()
    staff = serializers.IntegerField(allow_null=True)


class FirmPageOut(serializers.Serializer[Any]):
    """A firm as its page shows it."""

    code = serializers.CharField(source="body.code")
    name = serializers.CharField(source="body.name")
    registered = RegisteredOut(source="body.firm", default=None, allow_null=True)
    contracts = serializers.SerializerMethodField()
    offers = OfferOut(many=True)
    pool = PoolOut(many=True)

    def get_contracts(self, page: firms.FirmPage) -> list[dict[str, Any]]:
        return [dict(ContractOut(row.contract).data) for row in page.served]


@extend_schema(
    operation_id="read_firm_page",
    summary="A firm with its registration, contracts, offers and standing",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: FirmPageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def firm(request: Request, code: str) -> Response:
    body = found.firm(None, code)
    return Response(FirmPageOut(firms.firm_page(body, today())).data)


class ByAge(KeysetPagination):
    """The longest waiting first."""

    sortings = {"raised_on": Sorting("raised_at", "key")}
    default = "raised_on"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_needs",
        summary="What estates need and nobody has taken on",
        tags=TAGS,
        auth=PUBLIC,
        responses=answers({200: NeedOut(many=True)}, refused=(400,)),
    )
)
class Needs(ListAPIView[Need]):
    permission_classes = (AllowAny,)
    serializer_class = NeedOut
    pagination_class = ByAge
    filter_backends = ()
    queryset = Need.objects.none()

    def get_queryset(self) -> Any:
        return firms.open_needs().select_related("met_by")


# --- Honours -----------------------------------------------------------------------------


class HonouredOut(serializers.Serializer[Any]):
    place = Named(allow_null=True)
    body = Named(allow_null=True)
    grounds = serializers.CharField()


class HonourListOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    place = Named()
    name = serializers.CharField()
    year = serializers.IntegerField()
    granted_by = serializers.CharField()
    granted_on = serializers.DateField()
    document = serializers.CharField()


class HonoursOut(HonourListOut):
    honours = serializers.SerializerMethodField()

    def get_honours(self, of: HonourList) -> list[dict[str, Any]]:
        return [dict(HonouredOut(row).data) for row in firms.honoured(of)]


class ByDay(KeysetPagination):
    """The newest first."""

    sortings = {"-granted_on": Sorting("granted", "key", descending=True)}
    default = "-granted_on"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_honours",
        summary="Lists of honours",
        tags=TAGS,
        auth=PUBLIC,
        responses=answers({200: HonourListOut(many=True)}, refused=(400,)),
    )
)
class Honours(ListAPIView[HonourList]):
    permission_classes = (AllowAny,)
    serializer_class = HonourListOut
    pagination_class = ByDay
    filter_backends = ()
    queryset = HonourList.objects.none()

    def get_queryset(self) -> Any:
        return firms.honour_lists()


@extend_schema(
    operation_id="read_honours",
    summary="One list of honours with who stands on it",
    tags=TAGS,
    auth=PUBLIC,
    responses=answers({200: HonoursOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def honours(request: Request, public_id: UUID) -> Response:
    return Response(HonoursOut(found.honours(None, str(public_id))).data)


# --- Observations ------------------------------------------------------------------------


class ObservationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    place = Named()
    kind = serializers.CharField()
    text = serializers.CharField()
    office = serializers.CharField()
    at = serializers.DateTimeField()
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)


class Latest(KeysetPagination):
    """The newest first."""

    sortings = {"-at": Sorting("at", "key", descending=True, moments=True)}
    default = "-at"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_observations",
        summary="One's own observations, and those one answers",
        tags=TAGS,
        responses=answers({200: ObservationOut(many=True)}, refused=(400, 401, 403)),
    )
)
class Observations(ListAPIView[Observation]):
    serializer_class = ObservationOut
    pagination_class = Latest
    filter_backends = ()
    queryset = Observation.objects.none()

    def get_queryset(self) -> Any:
        if not isinstance(self.request.user, User):
            raise NotAuthenticated
        return observations.seen_by(self.request.user)
