"""Indicators, for programs: every figure with its two numbers, how it went, and the rows behind."""

from datetime import date
from typing import Any

from django.http import Http404
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from common.errors import Invalid
from common.now import today
from common.serializers import ANYBODY, Named, answers
from communities.models import Place
from communities.queries.indicators import CHANGE, PER_10000, PERCENT, Indicator
from governance import indicators as figures
from governance.indicator_pages import EARLIEST, MONTHS, place_asked
from governance.indicator_rows import IN, OUT, page_behind

TAGS = ["indicators"]
PLACE = OpenApiParameter("place", str, description="Code, down to the estate; the widest one.")
ON = OpenApiParameter("on", date, description="The day; today. Not one to come.")


class FigureOut(serializers.Serializer[Any]):
    """A figure. Nothing to count is null, never 100."""

    place = Named()
    on = serializers.DateField()
    numerator = serializers.IntegerField(source="count.numerator", allow_null=True, default=None)
    denominator = serializers.IntegerField(
        source="count.denominator", allow_null=True, default=None
    )
    value = serializers.DecimalField(
        max_digits=16, decimal_places=1, allow_null=True, help_text="Half up to one decimal."
    )
    state = serializers.ChoiceField(
        choices=[figures.KNOWN, figures.LATER, figures.UNKNOWN, figures.WITHHELD]
    )


class IndicatorOut(serializers.Serializer[Any]):
    """An indicator: what is counted, of what."""

    key = serializers.CharField()
    group = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.ChoiceField(choices=[PERCENT, PER_10000, CHANGE])
    counted = serializers.CharField(source="numerator")
    of = serializers.CharField(source="denominator")
    note = serializers.CharField(source="counted")
    rule = serializers.CharField(source="source", help_text="Where the rule is from.")


class LineOut(serializers.Serializer[Any]):
    """An indicator with its figure."""

    indicator = IndicatorOut()
    figure = FigureOut(source="*")


class BoardOut(serializers.Serializer[Any]):
    place = Named()
    on = serializers.DateField()
    results = LineOut(many=True)


class WentOut(serializers.Serializer[Any]):
    """One indicator: now, over the months (the earliest first), and beneath."""

    indicator = IndicatorOut()
    figure = FigureOut()
    trend = FigureOut(many=True)
    places = FigureOut(many=True)


class BehindOut(serializers.Serializer[Any]):
    """Something that was counted."""

    code = serializers.CharField()
    name = serializers.CharField()
    where = serializers.CharField()
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()


class IndicatorRowsOut(serializers.Serializer[Any]):
    """Some rows; `next` and `previous` are what `cursor` is to be for those beside them."""

    known = serializers.BooleanField(help_text="False: the day's rows are not on record.")
    next = serializers.CharField(allow_blank=True)
    previous = serializers.CharField(allow_blank=True)
    results = BehindOut(many=True, source="rows")


def _asked(request: Request) -> tuple[User | None, Place, date]:
    user = request.user if isinstance(request.user, User) else None
    on = today()
    place = place_asked(request.query_params.get("place", ""), user, on)
    return user, place, _day(request.query_params.get("on", ""), on)


def _day(text: str, on: date) -> date:
    if not text:
        return on
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Invalid(fields={"on": [_("Enter a day such as 2026-10-01.")]})
    if day > on:
        raise Invalid(fields={"on": [_("This day is still to come.")]})
    if day < EARLIEST:
        raise Invalid(fields={"on": [_("Figures begin in the year 2000.")]})
    return day


def _indicator(key: str, user: User | None, place: Place) -> Indicator:
    found = figures.ALL.get(key)
    if found is None or not figures.may_read(found, user, place):
        raise Http404
    return found


@extend_schema(
    operation_id="list_indicators",
    summary="Every indicator of a place on a day",
    description="Figures of orders are for the offices that oversee the place.",
    tags=TAGS,
    auth=ANYBODY,
    parameters=[PLACE, ON],
    responses=answers({200: BoardOut}, refused=(400, 404)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def indicators(request: Request) -> Response:
    user, place, on = _asked(request)
    groups = figures.board(place, on, user)
    found = [figure for group in groups for figure in group.figures]
    return Response(BoardOut({"place": place, "on": on, "results": found}).data)


@extend_schema(
    operation_id="read_indicator",
    summary="One indicator: over the months, and of the places beneath",
    tags=TAGS,
    auth=ANYBODY,
    parameters=[PLACE, ON, OpenApiParameter("months", int, enum=list(MONTHS))],
    responses=answers({200: WentOut}, refused=(400, 404)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def indicator(request: Request, key: str) -> Response:
    user, place, on = _asked(request)
    found = _indicator(key, user, place)
    months = request.query_params.get("months") or str(MONTHS[0])
    if months not in {str(n) for n in MONTHS}:
        raise Invalid(fields={"months": [_("Choose 12 or 24 months.")]})
    went = figures.trend(found, place, on, user, int(months))
    told = {
        "indicator": found,
        "figure": went[-1],
        "trend": went,
        "places": figures.compared(found, place, on, user),
    }
    return Response(WentOut(told).data)


@extend_schema(
    operation_id="list_indicator_rows",
    summary="The rows behind a figure: what counts and what does not",
    description="No row is a person. Of orders only those that the reader may see.",
    tags=TAGS,
    auth=ANYBODY,
    parameters=[
        PLACE,
        ON,
        OpenApiParameter("counts", str, enum=[IN, OUT]),
        OpenApiParameter("cursor", str, description="Taken from `next` or `previous`."),
    ],
    responses=answers({200: IndicatorRowsOut}, refused=(400, 404)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def indicator_rows(request: Request, key: str) -> Response:
    user, place, on = _asked(request)
    found = _indicator(key, user, place)
    if not figures.may_list(found, user, place):
        raise Http404
    which = request.query_params.get("counts", "")
    if which not in {"", IN, OUT}:
        raise Invalid(fields={"counts": [_("Ask for yes or no.")]})
    cursor = request.query_params.get("cursor", "")
    page = page_behind(found, place, on, user, which=which, cursor=cursor)
    return Response(IndicatorRowsOut(page).data)
