"""What programs send and are answered: estates."""

from typing import Any

from rest_framework import serializers

from common.serializers import Named
from communities.models import HonourList
from communities.queries import estates, firms


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


class ObservationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    place = Named()
    kind = serializers.CharField()
    text = serializers.CharField()
    office = serializers.CharField()
    at = serializers.DateTimeField()
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
