"""An order as programs read it. `order_page` decides what they may; this only names it."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from accounts.actors import Actor
from common.serializers import Named
from complaints.models import Complaint, PauseGround, Photo, PhotoMoment, Unit
from complaints.permissions import parties
from complaints.queries import OrderPage
from complaints.queries.order_page import place_name
from complaints.queries.waiting import Promise
from complaints.workflow import Kind, Stage, Status, Urgency, Verb

# From a photo's id and a size to its address.
Address = Callable[[uuid.UUID, str], str]


class PauseOut(serializers.Serializer[Any]):
    """A suspension, over which no time ran."""

    from_at = serializers.DateTimeField()
    until_at = serializers.DateTimeField()
    review_on = serializers.DateField()
    ground = serializers.ChoiceField(choices=PauseGround.choices)
    reason = serializers.CharField(allow_blank=True)


class ExtensionOut(serializers.Serializer[Any]):
    """More time that was granted, from the old due time until the new one."""

    amount = serializers.IntegerField()
    unit = serializers.ChoiceField(choices=Unit.choices)
    from_at = serializers.DateTimeField()
    until_at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)


class DeadlineOut(serializers.Serializer[Any]):
    """A promise: one stage of one round."""

    stage = serializers.ChoiceField(choices=Stage.choices)
    round = serializers.IntegerField()
    due_at = serializers.DateTimeField()
    met_at = serializers.DateTimeField(allow_null=True)
    void_at = serializers.DateTimeField(allow_null=True)
    provisional = serializers.BooleanField(
        help_text="Rests on a year whose holidays are not announced yet."
    )
    late = serializers.BooleanField()
    resting = serializers.BooleanField(help_text="The order is suspended: no time runs for it now.")
    extended = ExtensionOut(allow_null=True)
    pauses = PauseOut(many=True, help_text="Suspensions that touched it.")


def deadline_facts(promise: Promise, at: datetime) -> dict[str, Any]:
    row = promise.row
    return {
        "stage": row.stage,
        "round": row.round,
        "due_at": row.due_at,
        "met_at": row.met_at,
        "void_at": row.void_at,
        "provisional": row.provisional,
        "late": row.late_at(at),
        "resting": promise.resting,
        "extended": promise.more,
        "pauses": promise.rests,
    }


class ReportOut(serializers.Serializer[Any]):
    """A report that is on record."""

    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    deadlines = DeadlineOut(many=True)
    tracking_secret = serializers.CharField(
        required=False,
        help_text=(
            "Only for a report without an account, or entered by staff for somebody: whoever "
            "holds it can follow and rate. It is shown this once; the portal keeps a digest."
        ),
    )


class OrderRow(serializers.Serializer[Any]):
    """An order in a list. Never who reported it."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    status = serializers.ChoiceField(choices=Status.choices)
    status_label = serializers.CharField()
    category = Named()
    urgency = serializers.ChoiceField(choices=Urgency.choices)
    estate = Named()
    building = Named(allow_null=True)
    place_name = serializers.CharField()
    handler = Named(allow_null=True)
    reported_at = serializers.DateTimeField()
    next_due_at = serializers.DateTimeField(allow_null=True)
    overdue = serializers.BooleanField()
    escalated_level = serializers.IntegerField(
        allow_null=True, help_text="The highest rung a late stage has reached, from 0."
    )
    supervised = serializers.BooleanField(help_text="An office above has it under supervision.")
    suspended_until = serializers.DateTimeField(
        allow_null=True, help_text="While it is suspended: until when no time runs."
    )


def row_facts(order: Complaint, actor: Actor, at: datetime) -> dict[str, Any]:
    """An order's own facts for one actor. Costs no query for an order read `for_page`."""
    return {
        "reference": order.reference,
        "kind": order.kind,
        "status": order.status,
        "status_label": order.get_status_display(),
        "category": order.category,
        "urgency": order.urgency,
        "estate": order.estate,
        "building": order.building,
        "place_name": place_name(order, parties(actor, order, row=True)),
        "handler": order.handler,
        "reported_at": order.reported_at,
        "next_due_at": order.next_due_at,
        "overdue": order.next_due_at is not None and order.next_due_at <= at,
        "escalated_level": order.escalated_level,
        "supervised": order.supervised > 0,
        "suspended_until": order.suspended_until,
    }


class ContactOut(serializers.Serializer[Any]):
    """The reporter: masked, unless it is oneself."""

    name = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    dwelling = serializers.CharField(allow_blank=True)
    own = serializers.BooleanField()


class EventOut(serializers.Serializer[Any]):
    """A line of the timeline."""

    at = serializers.DateTimeField()
    verb = serializers.CharField(help_text="A verb, or `late`, `claim`, `reveal_contact` and such.")
    title = serializers.CharField()
    who = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    tone = serializers.ChoiceField(choices=["normal", "late", "good"])
    facts = serializers.DictField(help_text="Typed facts of the verb.")
    photos = serializers.ListField(child=serializers.UUIDField())


class PhotoOut(serializers.Serializer[Any]):
    """A photo, cleaned of everything but its picture."""

    id = serializers.UUIDField()
    moment = serializers.ChoiceField(choices=PhotoMoment.choices)
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.URLField()
    thumbnail_url = serializers.URLField()


def photo_facts(photo: Photo, address: Address) -> dict[str, Any]:
    return {
        "id": photo.public_id,
        "moment": photo.moment,
        "width": photo.width,
        "height": photo.height,
        "url": address(photo.public_id, "full"),
        "thumbnail_url": address(photo.public_id, "thumb"),
    }


class RatingOut(serializers.Serializer[Any]):
    """What the reporter said of one round's answer."""

    round = serializers.IntegerField()
    solved = serializers.BooleanField()
    satisfaction = serializers.IntegerField(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    by_telephone = serializers.BooleanField()
    at = serializers.DateTimeField()


class OrderOut(OrderRow):
    """An order as whoever asks may see it."""

    confidential = serializers.BooleanField()
    desk = Named()
    description = serializers.CharField()
    spot = serializers.CharField(allow_null=True, allow_blank=True)
    contact = ContactOut(allow_null=True)
    answer = serializers.CharField(allow_blank=True)
    result = serializers.CharField(allow_blank=True)
    rate_until = serializers.DateTimeField(allow_null=True)
    reopen_until = serializers.DateTimeField(allow_null=True)
    merged_into = serializers.CharField(allow_blank=True, help_text="For staff only.")
    deadlines = DeadlineOut(many=True)
    events = EventOut(many=True)
    photos = PhotoOut(many=True)
    ratings = RatingOut(many=True)
    verbs = serializers.ListField(
        child=serializers.ChoiceField(choices=Verb.choices),
        help_text="The verbs open to whoever asks, at this moment.",
    )


def order_facts(page: OrderPage, actor: Actor, address: Address) -> dict[str, Any]:
    """A whole page of an order, for `OrderOut`."""
    order = page.order
    return {
        **row_facts(order, actor, page.at),
        "place_name": page.place_name,
        "confidential": order.confidential,
        "desk": order.desk,
        "description": page.description,
        "spot": page.spot,
        "contact": page.contact,
        "answer": page.answer,
        "result": page.result,
        "rate_until": order.rate_until,
        "reopen_until": order.reopen_until,
        "merged_into": page.merged_into,
        "deadlines": [deadline_facts(promise, page.at) for promise in page.promises],
        "events": [
            {
                "at": line.at,
                "verb": line.verb,
                "title": line.title,
                "who": line.who,
                "text": line.text,
                "tone": line.tone,
                "facts": line.facts,
                "photos": [photo.public_id for photo in line.photos],
            }
            for line in page.timeline
        ],
        "photos": [photo_facts(photo, address) for photo in page.photos],
        "ratings": page.ratings,
        "verbs": page.verbs,
    }


class GoneOut(serializers.Serializer[Any]):
    """An order that one's own verb has taken out of sight."""

    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)


AFTER_A_VERB = PolymorphicProxySerializer(
    component_name="OrderAfterVerb", serializers=[OrderOut, GoneOut], resource_type_field_name=None
)


class CategoryOut(serializers.Serializer[Any]):
    """What a report may be about."""

    code = serializers.CharField()
    name = serializers.CharField(help_text="In the language asked for.")
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    urgency = serializers.ChoiceField(choices=Urgency.choices)
    emergency_number = serializers.CharField(
        allow_blank=True, help_text="Where not empty: call this number first."
    )


class CategoryGroupOut(serializers.Serializer[Any]):
    """A group of categories."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    categories = CategoryOut(many=True)
