"""The points of the map, as GeoJSON."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from common.errors import Invalid
from common.now import today
from common.serializers import PUBLIC, answers
from communities.models import Estate, ServiceMode
from communities.queries import estate_map as queries
from communities.serializers.map import FeaturesOut


@extend_schema(
    operation_id="map_estates",
    summary="Estates on the map, as GeoJSON",
    description="At most 3000; estates nobody has placed yet are in the list of estates only.",
    tags=["register"],
    auth=PUBLIC,
    parameters=[
        OpenApiParameter("under", str, description="The code of a division."),
        OpenApiParameter("mode", str, enum=ServiceMode.values, description="How they are served."),
        OpenApiParameter("bounds", str, description="west,south,east,north in degrees."),
    ],
    responses=answers({200: FeaturesOut}, refused=(400,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def estates(request: Request) -> Response:
    asked = request.query_params
    bounds = queries.bounds_of(asked["bounds"]) if asked.get("bounds") else None
    if asked.get("bounds") and bounds is None:
        raise Invalid(fields={"bounds": [_("Give west, south, east and north in degrees.")]})
    if asked.get("mode") and asked["mode"] not in ServiceMode.values:
        names = ", ".join(ServiceMode.values)
        raise Invalid(fields={"mode": [_("Choose one of: %(names)s.") % {"names": names}]})
    under = asked.get("under", "")
    if under and not (under.isascii() and under.isdigit()):
        raise Invalid(fields={"under": [_("Give the code of a division.")]})
    rows = queries.estates_shown(today(), under=under, mode=asked.get("mode", ""))
    found, more = queries.points(rows, bounds)
    features = [_feature(estate) for estate in found]
    return Response({"type": "FeatureCollection", "features": features, "more": more})


def _feature(estate: Estate) -> dict[str, Any]:
    place = estate.place
    longitude, latitude = estate.longitude, estate.latitude
    if longitude is None or latitude is None:
        raise ValueError("only estates with a place on the map are points")
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [float(longitude), float(latitude)]},
        "properties": {
            "code": place.code,
            "name": place.name,
            "community": place.parent.name if place.parent else "",
            "mode": estate.service_mode,
            "served": str(ServiceMode(estate.service_mode).label),
            "households": estate.households,
            "url": reverse("communities:place", args=[place.code]),
        },
    }
