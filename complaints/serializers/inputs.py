"""What a report and each verb may say. The verbs judge it; this names the fields."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.serializers import Input, YesNo, optional_words, words
from communities.models import COMMITTEE_BODIES, Body, BodyKind, Place, PlaceKind
from complaints.actions import TAGS
from complaints.models import Category, PauseGround, Unit
from complaints.serializers.fields import (
    CodeField,
    OrderField,
    PhoneField,
    PhotosField,
    RepairerField,
)
from complaints.workflow import (
    CannotReason,
    Kind,
    Outcome,
    RefusalGround,
    ReturnReason,
    Source,
    Urgency,
)

# What staff may say of where a report came from; without it, it came through the API.
STAFF_SOURCES = [
    (source.value, source.label)
    for source in (Source.PHONE, Source.WALK_IN, Source.CHAT, Source.PATROL)
]
HANDLERS = (
    BodyKind.FIRM,
    BodyKind.DEPARTMENT,
    BodyKind.COMMUNITY_OFFICE,
    *COMMITTEE_BODIES,
)
WHO_HANDLES = "The code of the firm, a department, a committee or the community's office."
WRITE_ANSWER = _("Write the answer the reporter will read.")


def handler_field(**kwargs: bool) -> CodeField:
    bodies = Body.objects.filter(kind__in=HANDLERS).select_related("place")
    return CodeField(bodies, help_text=WHO_HANDLES, **kwargs)


class ReportIn(Input):
    """A new report."""

    estate = CodeField(
        Place.objects.estates().select_related("parent__parent__parent"),
        help_text="The code of an estate, from estates/.",
    )
    category = CodeField(
        Category.objects.exclude(parent=None), help_text="The code of a leaf, from categories/."
    )
    description = words(_("Say in a few words what is wrong."))
    kind = serializers.ChoiceField(choices=Kind.choices, default=Kind.COMPLAINT)
    building = CodeField(Place.objects.filter(kind=PlaceKind.BUILDING), required=False)
    entrance = CodeField(Place.objects.filter(kind=PlaceKind.ENTRANCE), required=False)
    spot = optional_words(max_length=200, help_text="Where exactly, in words.")
    contact_name = optional_words(max_length=64)
    contact_phone = PhoneField(required=False, allow_blank=True)
    confidential = serializers.BooleanField(default=False)
    photos = PhotosField()
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=STAFF_SOURCES, required=False, help_text="For staff who enter it for somebody."
    )


class NoteIn(Input):
    """A verb that needs no words."""

    note = optional_words()


class InspectIn(NoteIn):
    """What was found on the spot."""

    photos = PhotosField()


class SupplementIn(InspectIn):
    """Words or photos to add."""

    note = optional_words(default="")


class DispatchIn(NoteIn):
    """Who is to handle it."""

    handler = handler_field()


class AcceptIn(NoteIn):
    """Who goes, if a repairer does."""

    repairer = RepairerField(required=False, allow_null=True)


class ReturnIn(NoteIn):
    """Why it is not one's duty."""

    reason = serializers.ChoiceField(choices=ReturnReason.choices)


class AttendIn(Input):
    """What was done on the spot."""

    note = words(_("Say what was done on the spot, and by when the rest will be."))
    photos = PhotosField()


class HandleIn(Input):
    """The result."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    note = words(_("Describe the result in words."))
    reason = serializers.ChoiceField(
        choices=CannotReason.choices, required=False, help_text="Needed where it cannot be solved."
    )
    photos = PhotosField()


class SendBackIn(Input):
    """What is missing."""

    note = words(_("Say what is missing, so that it can be put right."))
    handler = handler_field(required=False)


class AnswerIn(Input):
    """The answer."""

    note = words(WRITE_ANSWER)


class ReferUpIn(Input):
    """Why the office above has to take it over."""

    note = words(_("Say why the office above has to take this over."))


class RefuseIn(Input):
    """On what ground, and in one's own words."""

    reason = serializers.ChoiceField(choices=RefusalGround.choices)
    note = words(_("Explain it to the reporter in your own words."))


class MergeIn(NoteIn):
    """Which order it doubles."""

    into = OrderField(help_text="The reference of the original.")


class RateIn(NoteIn):
    """Solved or not, and how satisfied."""

    solved = YesNo()
    satisfaction = serializers.IntegerField(
        min_value=1, max_value=5, help_text="5 very satisfied … 1 very dissatisfied."
    )
    tags = serializers.ListField(
        child=serializers.ChoiceField(choices=list(TAGS.items())), required=False, max_length=7
    )


class CallbackIn(NoteIn):
    """What the reporter said on the telephone."""

    solved = YesNo()
    satisfaction = serializers.IntegerField(
        min_value=1, max_value=5, required=False, allow_null=True
    )


class ReopenIn(Input):
    """What is still wrong."""

    reason = words(_("Say what is still wrong."))
    note = optional_words(help_text="Added to the reason.")


class AddNoteIn(Input):
    """A note the reporter never sees."""

    note = words(_("Write the note."))


class ReclassifyIn(Input):
    """What it is about, and how pressing."""

    category = CodeField(
        Category.objects.exclude(parent=None), help_text="The code of a leaf, from categories/."
    )
    urgency = serializers.ChoiceField(
        choices=Urgency.choices, required=False, help_text="Without it, as usual for the category."
    )
    note = words(_("Say why the category is changed."))


class CountersignIn(NoteIn):
    """Whether one agrees with the check; the reason where one does not."""

    agrees = YesNo()


class AskExtensionIn(Input):
    """How much more time, and why."""

    amount = serializers.IntegerField(min_value=1, help_text="So many of the unit.")
    unit = serializers.ChoiceField(
        choices=Unit.choices,
        help_text="At most 86400 seconds, 10 working days or 14 calendar days.",
    )
    note = words(_("Say why more time is needed; the resident reads it once it is granted."))


class GrantExtensionIn(Input):
    """Why there is more time; the reporter reads it."""

    note = words(_("Say why there is more time; the resident reads it."))


class RefuseExtensionIn(Input):
    """Why there is no more time."""

    note = words(_("Say why there is no more time."))


class SuspensionIn(Input):
    """What the order waits for, and when it is looked at again."""

    ground = serializers.ChoiceField(choices=PauseGround.choices)
    review_on = serializers.DateField(
        help_text="Within 180 days; when that day is over the clock runs on by itself."
    )
    note = words(_("Say what the order has to wait for."))


class RefuseSuspensionIn(Input):
    """Why it cannot wait."""

    note = words(_("Say why the order cannot wait."))
