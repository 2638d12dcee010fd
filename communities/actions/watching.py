"""Verbs of those who watch over an estate: wardens' visits and observations."""

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from common.now import now, today
from communities.models import (
    Appointment,
    Observation,
    Office,
    Place,
    Visit,
    in_force,
)
from communities.permissions import check_keeps_register, check_observes, check_visits
from communities.queries.audience import desk_of
from notifications.actions import notify

LONGEST_TEXT = 5000


@transaction.atomic
def record_visit(estate: Place, *, by: Actor, warden: User, on: date, note: str) -> Visit:
    """A warden went round their estate; one visit a day counts.

    Raises Invalid where this person was not its warden that day, for a day to come, and for a
    second visit on one day.
    """
    check_visits(by, estate, warden)
    estate = Place.objects.select_for_update().get(pk=estate.pk)
    wrong: dict[str, Any] = {}
    if on > today():
        wrong["on"] = _("This day is still to come.")
    elif not _wardens(estate, on).filter(user=warden).exists():
        wrong["warden"] = _("This person was not the estate's warden on that day.")
    elif Visit.objects.filter(estate=estate, user=warden, on=on).exists():
        wrong["on"] = _("A visit of this day is on record already.")
    if not note.strip():
        wrong["note"] = _("Say what was seen.")
    if wrong:
        raise Invalid(fields={name: [sentence] for name, sentence in wrong.items()})
    visit = Visit.objects.create(
        estate=estate, user=warden, on=on, note=note.strip(), entered_at=now()
    )
    audit.record(
        by=by,
        verb="record_visit",
        target_kind="estate",
        target=estate.code,
        warden=str(warden.public_id),
        on=on.isoformat(),
    )
    return visit


def _wardens(estate: Place, on: date) -> Any:
    return Appointment.objects.filter(in_force(on), office=Office.WARDEN, place=estate)


@transaction.atomic
def file_observation(place: Place, *, by: Actor, kind: str, text: str) -> Observation:
    """An observer or integrity supervisor notes something; the community's desk hears of it."""
    office = check_observes(by, place)
    if not isinstance(by, User):
        raise NotAllowed
    if not 1 <= len(text.strip()) <= LONGEST_TEXT:
        raise Invalid(fields={"text": [_("Say what you observed, in 5,000 characters at most.")]})
    found = Observation.objects.create(
        place=place, kind=kind, text=text.strip(), user=by, office=office, at=now()
    )
    told = desk_of(place) - {by.pk}
    notify(
        told,
        kind="register_observation",
        facts={"place": place.name, "path": _path(found)},
        key=f"observation {found.public_id}",
        at=found.at,
        duty=True,
    )
    audit.record(by=by, verb="file_observation", **_target(found), kind=kind)
    return found


@transaction.atomic
def answer_observation(observation: Observation, *, by: Actor, answer: str) -> Observation:
    """The desk answers, once; whoever observed it hears. Nobody answers what they filed."""
    check_keeps_register(by, observation.place)
    rows = Observation.objects.select_for_update(of=("self",)).select_related("place", "user")
    found = rows.filter(pk=observation.pk).first()
    if found is None:
        raise Conflict
    if by == found.user:
        raise NotAllowed(_("Somebody else answers what you observed."))
    if found.answered_at is not None:
        raise WrongState(_("This observation has been answered."))
    if not 1 <= len(answer.strip()) <= LONGEST_TEXT:
        raise Invalid(fields={"answer": [_("Write an answer, in 5,000 characters at most.")]})
    found.answer, found.answered_at = answer.strip(), now()
    found.answered_by = by if isinstance(by, User) else None
    found.save(update_fields=["answer", "answered_by", "answered_at"])
    notify(
        [found.user_id],
        kind="register_observation_answered",
        facts={"place": found.place.name, "path": _path(found)},
        key=f"observation {found.public_id} answered",
        at=found.answered_at,
    )
    audit.record(by=by, verb="answer_observation", **_target(found))
    return found


def _path(observation: Observation) -> str:
    return reverse("communities:observation", args=[observation.public_id])


def _target(observation: Observation) -> dict[str, str]:
    return {
        "target_kind": "place",
        "target": observation.place.code,
        "observation": str(observation.public_id),
    }
