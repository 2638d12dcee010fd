"""Listings, objections and vetoes as programs read and send them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.serializers import Input, Named, YesNo
from communities.models import Place
from ratings.actions.listing_files import MOST_FILES
from ratings.actions.listings import LONGEST
from ratings.models.listings import BODIES, GROUNDS
from ratings.workflow import LAW, SHOWN_WITH, About, ListingState, ListingVerb, ListKind

# Facts of steps that are the officers' alone.
HIDDEN = {"evidence"}


class ListedOut(Named):
    kind = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(choices=About.choices))
    def get_kind(self, about: Any) -> str:
        return About.ESTATE.value if isinstance(about, Place) else BODIES[about.kind].value


class ListingOut(serializers.Serializer[Any]):
    """A listing as everybody reads it once it is in public notice or published."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(choices=ListKind.choices)
    state = serializers.ChoiceField(choices=ListingState.choices)
    place = Named()
    about = ListedOut(help_text="Whom or what it is about.")
    ground = serializers.ChoiceField(choices=GROUNDS)
    grounds = serializers.CharField()
    period = serializers.CharField(source="period.name", default="")
    score = serializers.DecimalField(
        source="card.total", max_digits=7, decimal_places=4, default=None, allow_null=True
    )
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="The deadline of the stage it is in."
    )
    noticed_at = serializers.DateTimeField(allow_null=True)
    document_number = serializers.CharField()
    published_at = serializers.DateTimeField(allow_null=True)
    until_on = serializers.DateField(allow_null=True, help_text="The day after its last.")
    ended_at = serializers.DateTimeField(allow_null=True)


class ListingStepOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    verb = serializers.ChoiceField(choices=ListingVerb.choices)
    to_state = serializers.ChoiceField(choices=ListingState.choices)
    at = serializers.DateTimeField()
    by = serializers.SerializerMethodField(help_text="For officers of the district; else nothing.")
    text = serializers.CharField()
    facts = serializers.SerializerMethodField(help_text="What else is recorded: numbers, days.")

    def get_by(self, step: Any) -> str:
        return str(step.by) if self.context["officer"] and step.by else ""

    def get_facts(self, step: Any) -> dict[str, Any]:
        hidden = set() if self.context["officer"] else HIDDEN
        return {name: value for name, value in step.facts.items() if name not in hidden}


class ListingFileOut(serializers.Serializer[Any]):
    """`GET /ratings/listing-files/{id}/{size}/` sends it: `full`, of photos also `thumb`."""

    id = serializers.UUIDField(source="public_id")
    step = serializers.UUIDField(source="step.public_id", default=None, allow_null=True)
    name = serializers.CharField(help_text="Nothing for a photo.")
    photo = serializers.BooleanField(help_text="Else a PDF.")
    public = serializers.BooleanField()


class ListingFileIn(Input):
    file = serializers.FileField(help_text="JPEG, PNG, WebP, HEIC or PDF, at most 15 MB.")


class ListingFileShowIn(Input):
    public = YesNo()


class ListingDoorOut(serializers.Serializer[Any]):
    """A step that the law lets be taken now."""

    verb = serializers.ChoiceField(choices=ListingVerb.choices)
    asks = serializers.SerializerMethodField(help_text="What must be sent with it.")
    refused = serializers.CharField(help_text="Why it is not yours; empty where it is.")

    def get_asks(self, door: Any) -> list[str]:
        return list(LAW[door.verb].asks)


class ObjectionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    at = serializers.DateTimeField()
    text = serializers.CharField()
    name = serializers.CharField(help_text="Emptied some time after the listing has ended.")
    phone = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()
    upheld = serializers.BooleanField()


class ListingLinkOut(serializers.Serializer[Any]):
    """What of a listing stands in the chain of everything published."""

    id = serializers.UUIDField(source="public_id")
    sequence = serializers.IntegerField()
    hash = serializers.CharField()


class ListingDocumentOut(serializers.Serializer[Any]):
    """A document as it is printed and sealed."""

    step = serializers.ChoiceField(choices=ListingVerb.choices)
    number = serializers.CharField()
    address = serializers.CharField(help_text="The page to be printed.")


class ListingPageOut(serializers.Serializer[Any]):
    """One listing. What only some may read is null for the others."""

    listing = ListingOut()
    links = ListingLinkOut(many=True)
    objections_open = serializers.IntegerField()
    steps = ListingStepOut(
        many=True, allow_null=True, help_text="For its officers, and for whom it is about."
    )
    doors = ListingDoorOut(many=True, allow_null=True, help_text="What may be done now.")
    documents = ListingDocumentOut(many=True, allow_null=True)
    evidence = serializers.CharField(allow_null=True, help_text="For officers of the district.")
    files = ListingFileOut(many=True, help_text="Those the reader may read.")
    objections = ObjectionOut(many=True, allow_null=True, help_text="For officers of the district.")
    repairable_from = serializers.DateField(allow_null=True)


def _files() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=MOST_FILES,
        help_text="Sent before, within 24 hours.",
    )


class ListingProposeIn(Input):
    scheme = serializers.UUIDField(help_text="By whose steps it goes.")
    kind = serializers.ChoiceField(choices=ListKind.choices)
    body = serializers.CharField(
        max_length=32, required=False, help_text="The code of a firm, committee or party branch."
    )
    estate = serializers.CharField(
        max_length=24, required=False, help_text="Instead: the code of an estate."
    )
    grounds = serializers.CharField(max_length=LONGEST)
    evidence = serializers.CharField(max_length=LONGEST)
    attached = _files()


class ObjectionIn(Input):
    text = serializers.CharField(max_length=LONGEST)
    name = serializers.CharField(max_length=60)
    phone = serializers.CharField(max_length=20)


class ObjectionSentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    at = serializers.DateTimeField()


class ObjectionAnswerIn(Input):
    answer = serializers.CharField(max_length=LONGEST)
    upheld = YesNo(help_text="Upheld, the listing ends.")


class VetoItemOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    body = Named()
    code = serializers.CharField()
    name = serializers.CharField()
    document = serializers.CharField()
    from_on = serializers.DateField()
    until_on = serializers.DateField(allow_null=True, help_text="From this day on without effect.")


class VetoIn(Input):
    body = serializers.CharField(max_length=32, help_text="The code of a body.")
    code = serializers.CharField(max_length=32, help_text="A veto item of the scheme.")
    document = serializers.CharField(max_length=120)
    from_on = serializers.DateField()
    until_on = serializers.DateField(required=False, allow_null=True)


class VetoEndIn(Input):
    until_on = serializers.DateField()


# What a step is recorded with that is no plain text.
_FIELDS: dict[str, Any] = {
    "met_on": serializers.DateField,
    "publish_at": serializers.DateTimeField,
    "sheet": serializers.UUIDField,
}


def step_in(verb: ListingVerb) -> type[Input] | None:
    """What a step takes: a field for each thing the law has recorded with it; none, or nothing."""
    asks = LAW[verb].asks
    if not asks and verb not in SHOWN_WITH:
        return None
    fields: dict[str, Any] = {
        name: _FIELDS[name]() if name in _FIELDS else serializers.CharField(max_length=LONGEST)
        for name in asks
    }
    if verb in SHOWN_WITH:
        fields["attached"] = _files()
    name = "".join(part.capitalize() for part in verb.value.split("_"))
    return type(f"Listing{name}In", (Input,), fields)
