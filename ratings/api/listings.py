"""Red and black lists at the API: public reads, every step of the law, objections."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.address import address_digest
from accounts.http import asker_of
from accounts.models import User
from common.paging import KeysetPagination, Sorting
from common.serializers import ANYBODY, ONCE, PUBLIC, answers, given
from communities.models import Body, Place
from ratings.actions import listings as verbs
from ratings.actions import objections
from ratings.api.scores import PublicList
from ratings.models import Listing, Period, Scheme
from ratings.permissions.listings import check_step, is_officer_of, who
from ratings.permissions.schemes import check_keeps_scheme
from ratings.queries import listings as queries
from ratings.queries.listing_files import files_of, public_files
from ratings.serializers.listings import (
    ListingOut,
    ListingPageOut,
    ListingProposeIn,
    ObjectionAnswerIn,
    ObjectionIn,
    ObjectionSentOut,
    step_in,
)
from ratings.workflow import LAW, OWN_DOORS, About, Hand, ListingState, ListingVerb, ListKind

TAGS = ["lists"]
REFUSED = (400, 401, 403, 404, 409)
SEARCH = OpenApiParameter("search", str, description="Name, its initials, code, document number.")
ABOUT = OpenApiParameter("about", str, enum=About.values)
# Steps that people take; the clock's are nobody's, objections have doors of their own.
STEPS = [
    verb
    for verb, row in LAW.items()
    if row.hand not in (Hand.CLOCK, Hand.ANYBODY) and verb not in OWN_DOORS
]
# The printed documents of a listing: the step each was made with, and its page.
DOCUMENTS = {
    ListingVerb.INTERVIEW: "ratings:listing_interview",
    ListingVerb.SERVE: "ratings:listing_notice",
}


class NewestProposed(KeysetPagination):
    sortings = {"-proposed_at": Sorting("proposed_at", "key", descending=True, moments=True)}
    default = "-proposed_at"


class NewestListed(KeysetPagination):
    sortings = {"-noticed_at": Sorting("noticed_at", "key", descending=True, moments=True)}
    default = "-noticed_at"


@extend_schema_view(
    get=extend_schema(
        operation_id="list_listings",
        summary="Listings one may read: public ones, and those of one's own office or firm",
        tags=TAGS,
        auth=ANYBODY,
        parameters=[
            OpenApiParameter("place", str, description="The beginning of a place's code."),
            OpenApiParameter("kind", str, enum=ListKind.values),
            OpenApiParameter("state", str, enum=ListingState.values),
            ABOUT,
        ],
        responses=answers({200: ListingOut(many=True)}, refused=(400,)),
    ),
    post=extend_schema(
        operation_id="propose_listing",
        summary="Propose by hand, with grounds and evidence",
        description="For officers of the district who are not tied to whom it is about.",
        tags=TAGS,
        parameters=[ONCE],
        request=ListingProposeIn,
        responses=answers({201: ListingPageOut}, refused=REFUSED),
    ),
)
class Listings(ListAPIView[Listing]):
    serializer_class = ListingOut
    pagination_class = NewestProposed
    permission_classes = (AllowAny,)
    filter_backends = ()
    queryset = Listing.objects.none()

    def get_queryset(self) -> QuerySet[Listing]:
        asked = self.request.query_params
        user = self.request.user if isinstance(self.request.user, User) else None
        return queries.readable(
            user,
            place=asked.get("place", "")[:24],
            kind=asked.get("kind", ""),
            state=asked.get("state", ""),
            about=asked.get("about", ""),
        )

    def post(self, request: Request) -> Response:
        by, said = asker_of(request), given(ListingProposeIn, request)
        made = verbs.propose(
            get_object_or_404(Scheme.objects.select_related("place"), public_id=said.pop("scheme")),
            by=by,
            **_about(said),
            files=[str(one) for one in said.pop("attached", ())],
            **said,
        )
        return Response(page_said(made.public_id, by), status=status.HTTP_201_CREATED)


def _about(said: dict[str, Any]) -> dict[str, Any]:
    """The body or the estate named in a request, taken out of it."""
    body, estate = said.pop("body", ""), said.pop("estate", "")
    found: dict[str, Any] = {}
    if body:
        found["body"] = get_object_or_404(Body.objects.select_related("place"), code=body)
    if estate:
        found["estate"] = get_object_or_404(Place.objects.estates(), code=estate)
    return found


def page_said(public_id: UUID, user: User | None) -> dict[str, Any]:
    """One listing as far as this reader may read it."""
    seen = user is not None and queries.seen(user).filter(public_id=public_id).exists()
    if user is None or not seen:
        return dict(ListingPageOut(_public(queries.one_public(public_id))).data)
    row = queries.one_seen(user, public_id)
    officer = is_officer_of(user, row)
    said = {
        **_public(row),
        "steps": row.steps.all(),
        "doors": queries.doors(row, who(user, [row])),
        "documents": _documents(row, officer=officer),
        "evidence": row.evidence if officer else None,
        "objections": row.objections.all() if officer else None,
        "files": files_of(row, officer=officer).select_related("step"),
    }
    return dict(ListingPageOut(said, context={"officer": officer}).data)


def _public(row: Listing) -> dict[str, Any]:
    return {
        "listing": row,
        "links": queries.links_of(row),
        "objections_open": queries.open_objections(row).count(),
        **dict.fromkeys(("steps", "doors", "documents", "evidence", "objections")),
        "repairable_from": queries.repairable_from(row),
        "files": public_files(row).select_related("step"),
    }


def _documents(row: Listing, *, officer: bool) -> list[dict[str, str]]:
    """Those that were made; the interview's is the officers'."""
    taken = {step.verb: step for step in row.steps.all()}
    return [
        {
            "step": verb.value,
            "number": taken[verb].facts.get("number", ""),
            "address": reverse(page, args=[row.public_id]),
        }
        for verb, page in DOCUMENTS.items()
        if verb in taken and (officer or verb == ListingVerb.SERVE)
    ]


@extend_schema(
    operation_id="read_listing",
    summary="One listing: its steps and what may be done now, as far as one may read it",
    tags=TAGS,
    auth=ANYBODY,
    responses=answers({200: ListingPageOut}, refused=(404,)),
)
@api_view(["GET"])
@permission_classes([AllowAny])
def listing(request: Request, public_id: UUID) -> Response:
    user = request.user if isinstance(request.user, User) else None
    return Response(page_said(public_id, user))


def step_door(verb: ListingVerb) -> Callable[..., Any]:
    """The view of one step of the law."""
    takes = step_in(verb)

    @extend_schema(
        operation_id=f"listing_{verb.value}",
        summary=str(verb.label),
        description=str(LAW[verb].hand.label),
        tags=TAGS,
        parameters=[ONCE],
        request=takes,
        responses=answers({200: ListingPageOut}, refused=REFUSED),
    )
    @api_view(["POST"])
    def view(request: Request, public_id: UUID) -> Response:
        by = asker_of(request)
        found = queries.one_seen(by, public_id)
        check_step(by, found, verb)
        said = given(takes, request) if takes is not None else {}
        files = [str(one) for one in said.pop("attached", ())]
        verbs.step(found, verb, by=by, said=said, files=files)
        return Response(page_said(public_id, by))

    return view


@extend_schema(
    operation_id="object_to_listing",
    summary="Object to a public notice; nothing is published until it is answered",
    description="Anybody may. Name and phone are read by the officers who answer, nobody else.",
    tags=TAGS,
    auth=ANYBODY,
    parameters=[ONCE],
    request=ObjectionIn,
    responses=answers({201: ObjectionSentOut}, refused=(400, 404, 409, 429)),
)
@api_view(["POST"])
@permission_classes([AllowAny])
def object_to(request: Request, public_id: UUID) -> Response:
    found = queries.one_public(public_id)
    said = given(ObjectionIn, request)
    made = objections.object_to(found, **said, address=address_digest(request._request))
    return Response(ObjectionSentOut(made).data, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="answer_objection",
    summary="Answer an objection: upheld, the listing ends",
    tags=TAGS,
    parameters=[ONCE],
    request=ObjectionAnswerIn,
    responses=answers({200: ListingPageOut}, refused=REFUSED),
)
@api_view(["POST"])
def answer(request: Request, public_id: UUID, objection: UUID) -> Response:
    by = asker_of(request)
    found = queries.one_seen(by, public_id)
    row = get_object_or_404(found.objections, public_id=objection)
    check_step(by, found, ListingVerb.ANSWER)
    objections.answer_objection(row, by=by, **given(ObjectionAnswerIn, request))
    return Response(page_said(public_id, by))


@extend_schema(
    operation_id="propose_by_rules",
    summary="Propose whom the scheme's rules name from the frozen scores of a period",
    description="Asked again it proposes whom it has not yet.",
    tags=TAGS,
    parameters=[ONCE],
    request=None,
    responses=answers({201: ListingOut(many=True)}, refused=(401, 403, 404, 409)),
)
@api_view(["POST"])
def propose_by_rules(request: Request, public_id: UUID) -> Response:
    by = asker_of(request)
    rows = Period.objects.select_related("scheme__place")
    period = get_object_or_404(rows, public_id=public_id)
    check_keeps_scheme(by, period.scheme.place)
    made = verbs.propose_by_rules(period, by=by)
    return Response(ListingOut(made, many=True).data, status=status.HTTP_201_CREATED)


@extend_schema_view(
    get=extend_schema(
        operation_id="read_list",
        summary="The red or the black list of a place, as everybody reads it",
        tags=TAGS,
        auth=PUBLIC,
        parameters=[
            OpenApiParameter(
                "which",
                str,
                enum=list(queries.WHICH),
                description="Entries on the list (else), those in public notice, those that left.",
            ),
            SEARCH,
            ABOUT,
        ],
        responses=answers({200: ListingOut(many=True)}, refused=(400, 404)),
    )
)
class PublishedList(PublicList):
    serializer_class = ListingOut
    pagination_class = NewestListed
    queryset = Listing.objects.none()

    def get_queryset(self) -> QuerySet[Listing]:
        kind = self.kwargs["kind"]
        if kind not in ListKind.values:
            raise Http404
        place = get_object_or_404(Place, code=self.kwargs["place"])
        asked = self.request.query_params
        which, about = asked.get("which", ""), asked.get("about", "")
        if which == "notice":
            return queries.in_notice(place, kind, about)
        search = asked.get("search", "").strip()[:60]
        return queries.on_list(place, kind, search=search, ended=which == "ended", about=about)
