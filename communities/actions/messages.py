"""Words for the butler of a building, and the answer: in the portal, with no number on any side."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from common.errors import Invalid, NotAllowed, TooMany, WrongState
from common.now import now, today
from communities.models import Appointment, ButlerMessage, Office, PlaceKind, in_force
from notifications.actions import notify

# Our decision: nobody has more to say to butlers than this, and a butler's day is not flooded.
MOST_AN_HOUR = 5
LONGEST_MESSAGE = 500


@transaction.atomic
def reach_butler(appointment: Appointment, *, by: User, text: str) -> ButlerMessage:
    """A few words for the butler of a building, who is told: no number is shown to either.

    Raises WrongState where they are no longer the butler, TooMany after five messages in an hour.
    """
    by = User.objects.select_for_update().get(pk=by.pk)
    held = Appointment.objects.filter(in_force(today()), pk=appointment.pk, office=Office.BUTLER)
    found = held.select_related("place", "user").filter(user__is_active=True).first()
    if found is None or found.place is None:
        raise WrongState(_("This person is no longer the butler here. Please look again."))
    at = now()
    sent = ButlerMessage.objects.filter(by=by, at__gt=at - timedelta(hours=1))
    if sent.count() >= MOST_AN_HOUR:
        raise TooMany
    _check("text", text)
    made = ButlerMessage.objects.create(butler=found, by=by, text=text.strip(), at=at)
    notify(
        [found.user_id],
        kind="register_message",
        facts={
            "place": seat_of(found),
            "name": by.name,
            "about": {"": made.text},
            "path": reverse("communities:messages"),
        },
        key=f"butler {made.public_id}",
        at=at,
        duty=True,
    )
    audit.record(by=by, verb="reach_butler", target_kind="place", target=found.place.code)
    return made


@transaction.atomic
def answer_message(message: ButlerMessage, *, by: User, text: str) -> ButlerMessage:
    """The butler answers, once; whoever wrote is told and reads it in the portal.

    Raises NotAllowed for everybody else, and once they are no longer the butler; WrongState where
    it was answered.
    """
    rows = ButlerMessage.objects.select_for_update(of=("self",))
    message = rows.select_related("butler__place", "by").get(pk=message.pk)
    check_answers(by, message)
    if message.answered_at is not None:
        raise WrongState(_("This message was answered."))
    _check("text", text)
    message.answer, message.answered_at = text.strip(), now()
    message.save(update_fields=["answer", "answered_at"])
    notify(
        [message.by_id],
        kind="butler_answer",
        facts={
            "place": seat_of(message.butler),
            "about": {"": message.answer},
            "path": reverse("communities:messages"),
        },
        key=f"butler answer {message.public_id}",
        at=message.answered_at,
    )
    place = message.butler.seat
    audit.record(by=by, verb="answer_message", target_kind="place", target=place.code)
    return message


def check_answers(by: User, message: ButlerMessage) -> None:
    """Raises NotAllowed but for the butler it was written to, while they are."""
    held = Appointment.objects.in_force(today()).filter(pk=message.butler_id, user=by)
    if not held.exists():
        raise NotAllowed(_("It is answered by the butler it was written to."))


def seat_of(appointment: Appointment) -> str:
    """The building with its estate, as people say it."""
    place = appointment.place
    if place is None:
        return ""
    estate = place.above(PlaceKind.ESTATE) or place
    return f"{estate.name}{place.name}" if estate != place else place.name


def _check(field: str, text: str) -> None:
    if not 1 <= len(text.strip()) <= LONGEST_MESSAGE:
        raise Invalid(fields={field: [_("Write your message, in 500 characters at most.")]})
