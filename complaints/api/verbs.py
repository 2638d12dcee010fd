"""One door for every verb: a table from verb to what it may be told and to its action."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from common.now import now
from common.serializers import ANYBODY, ONCE, Input, answers
from complaints import actions, queries
from complaints.api._who import PRIVATE, SECRET, PhotoAddress, order_for
from complaints.api.photos import take_in
from complaints.models import Complaint
from complaints.permissions import party_for
from complaints.serializers import inputs
from complaints.serializers.outputs import AFTER_A_VERB, GoneOut, OrderOut, order_facts
from complaints.workflow import Verb

View = Callable[..., Any]


@dataclass(frozen=True)
class Door:
    """What a verb may be told, and the action that does it."""

    takes: type[Input]
    action: Callable[..., Complaint]


def reopen(complaint: Complaint, *, by: Actor, reason: str, note: str = "") -> Complaint:
    """`note` is taken everywhere; here it goes on from the reason."""
    return actions.reopen(complaint, by=by, reason="\n".join(filter(None, [reason, note])))


DOORS: dict[Verb, Door] = {
    Verb.INSPECT: Door(inputs.InspectIn, actions.inspect),
    Verb.DISPATCH: Door(inputs.DispatchIn, actions.dispatch),
    Verb.REDISPATCH: Door(inputs.DispatchIn, actions.redispatch),
    Verb.ACCEPT: Door(inputs.AcceptIn, actions.accept),
    Verb.RETURN_ORDER: Door(inputs.ReturnIn, actions.return_order),
    Verb.ATTEND: Door(inputs.AttendIn, actions.attend),
    Verb.HANDLE: Door(inputs.HandleIn, actions.handle),
    Verb.SEND_BACK: Door(inputs.SendBackIn, actions.send_back),
    Verb.ANSWER: Door(inputs.AnswerIn, actions.answer),
    Verb.ANSWER_DIRECTLY: Door(inputs.AnswerIn, actions.answer_directly),
    Verb.REFER_UP: Door(inputs.ReferUpIn, actions.refer_up),
    Verb.RATE: Door(inputs.RateIn, actions.rate),
    Verb.RECORD_CALLBACK: Door(inputs.CallbackIn, actions.record_callback),
    Verb.REOPEN: Door(inputs.ReopenIn, reopen),
    Verb.REFUSE: Door(inputs.RefuseIn, actions.refuse),
    Verb.MERGE: Door(inputs.MergeIn, actions.merge),
    Verb.WITHDRAW: Door(inputs.NoteIn, actions.withdraw),
    Verb.URGE: Door(inputs.NoteIn, actions.urge),
    Verb.SUPPLEMENT: Door(inputs.SupplementIn, actions.supplement),
    Verb.ADD_NOTE: Door(inputs.AddNoteIn, actions.add_note),
    Verb.RECLASSIFY: Door(inputs.ReclassifyIn, actions.reclassify),
    Verb.ASK_EXTENSION: Door(inputs.AskExtensionIn, actions.ask_extension),
    Verb.GRANT_EXTENSION: Door(inputs.GrantExtensionIn, actions.grant_extension),
    Verb.REFUSE_EXTENSION: Door(inputs.RefuseExtensionIn, actions.refuse_extension),
    Verb.ASK_SUSPENSION: Door(inputs.SuspensionIn, actions.ask_suspension),
    Verb.SUSPEND: Door(inputs.SuspensionIn, actions.suspend),
    Verb.REFUSE_SUSPENSION: Door(inputs.RefuseSuspensionIn, actions.refuse_suspension),
    Verb.RESUME: Door(inputs.NoteIn, actions.resume),
    Verb.COUNTERSIGN: Door(inputs.CountersignIn, actions.countersign),
}


def door(verb: Verb) -> View:
    """The view of one verb."""
    takes = DOORS[verb].takes
    sentence = (DOORS[verb].action.__doc__ or "").strip().splitlines()[0]

    @extend_schema(
        operation_id=f"order_{verb.value}",
        summary=str(verb.value).replace("_", " ").capitalize(),
        description=sentence,
        tags=["verbs"],
        auth=ANYBODY,
        parameters=[ONCE, SECRET],
        request={"application/json": takes, "multipart/form-data": takes},
        responses=answers({200: AFTER_A_VERB}, refused=(400, 401, 403, 404, 409, 413)),
    )
    @api_view(["POST"])
    @permission_classes([AllowAny])
    def act(request: Request, reference: str) -> Response:
        return _do(verb, request, reference)

    return act


def _do(verb: Verb, request: Request, reference: str) -> Response:
    """Refused in this order: not visible 404, not yours 403, not now 409, not so 400."""
    order, actor = order_for(request, reference)
    party_for(verb, actor, order, now())
    given = DOORS[verb].takes(data=request.data, context={"order": order, "actor": actor})
    given.is_valid(raise_exception=True)
    said = given.validated_data
    if "photos" in said:
        said["photos"] = take_in(said["photos"], by=actor)
    done = DOORS[verb].action(order, by=actor, **said)
    return Response(_as_seen_now(request, actor, done), headers=PRIVATE)


def _as_seen_now(request: Request, actor: Actor, done: Complaint) -> Any:
    """The order as it stands; no more than its name where one's own verb took it away."""
    try:
        order = queries.seen(actor, done.reference)
    except Http404:
        return GoneOut({"reference": done.reference, "status": done.status}).data
    page = queries.order_page(order, actor, now())
    return OrderOut(order_facts(page, actor, PhotoAddress(request))).data
