"""The verbs about who sits on a committee, what it learnt, and how its year is judged."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import Invalid, WrongState
from common.now import now, today
from communities.actions.offices import appoint, dismiss
from communities.models import (
    Appointment,
    Body,
    Committee,
    CommitteeMember,
    CommitteeState,
    MemberRole,
    Office,
    Place,
    Training,
    TrainingPresence,
    YearlyReview,
)
from communities.permissions import check_keeps_register

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise


@transaction.atomic
def seat_member(
    committee: Committee,
    *,
    by: Actor,
    name: str,
    role: str = MemberRole.MEMBER,
    user: User | None = None,
    floor_area: Decimal | None = None,
    party_member: bool = False,
    from_on: date,
    until_on: date | None = None,
    confirmed: bool = False,
) -> CommitteeMember:
    """Enter a member; somebody with an account gets the office that goes with the seat.

    Raises NotAllowed but for whoever keeps the register; WrongState once it is dissolved; Invalid
    where all seats are taken, another is director then, or this person has a seat already, and
    where the office would make them partial (as `appoint` says; `confirmed` as there).
    """
    check_keeps_register(by, committee.body.place)
    committee = (
        Committee.objects.select_for_update(of=("self",))
        .select_related("body__place")
        .get(pk=committee.pk)
    )
    if committee.state == CommitteeState.DISSOLVED:
        raise WrongState(_("This committee is dissolved."))
    member = CommitteeMember(
        committee=committee,
        name=name.strip(),
        user=user,
        role=role,
        floor_area=floor_area,
        party_member=party_member,
        from_on=from_on,
        until_on=until_on,
    )
    _check_seat(committee, member)
    member.save()
    if user is not None:
        for office, seat in _offices_of(member):
            if not _held(user, office, seat, from_on).exists():
                appoint(
                    user,
                    by=by,
                    office=office,
                    at=seat,
                    from_on=from_on,
                    until_on=until_on,
                    confirmed=confirmed,
                )
    _audit("seat_member", committee, by, member=str(member.public_id), role=str(role))
    return member


def _check_seat(committee: Committee, member: CommitteeMember) -> None:
    wrong: dict[str, StrOrPromise] = {}
    if not member.name:
        wrong["name"] = _("Please fill this in.")
    if member.role not in MemberRole.values:
        wrong["role"] = _("Choose a role from the list.")
    if member.until_on is not None and member.until_on <= member.from_on:
        wrong["until_on"] = _("A seat cannot end before it begins.")
    wrong |= _wrong_beside(committee, member)
    if wrong:
        raise Invalid(fields={name: [sentence] for name, sentence in wrong.items()})


def _wrong_beside(committee: Committee, member: CommitteeMember) -> "dict[str, StrOrPromise]":
    """What does not fit beside those who sit at that time."""
    others = committee.members.filter(Q(until_on__isnull=True) | Q(until_on__gt=member.from_on))
    if member.until_on is not None:
        others = others.filter(from_on__lt=member.until_on)
    sitting = list(others)
    wrong: dict[str, StrOrPromise] = {}
    if member.user_id and any(other.user_id == member.user_id for other in sitting):
        wrong["user"] = _("This person has a seat already.")
    if member.role == MemberRole.ALTERNATE:
        return wrong
    full = sum(other.role != MemberRole.ALTERNATE for other in sitting)
    if committee.seats is not None and full >= committee.seats:
        wrong["role"] = _("All %(n)d seats are taken at that time.") % {"n": committee.seats}
    if member.role == MemberRole.DIRECTOR and any(o.role == member.role for o in sitting):
        wrong["role"] = _("Somebody else is director at that time.")
    return wrong


def _offices_of(member: CommitteeMember) -> list[tuple[Office, Body | Place]]:
    """The offices that go with a seat: an alternate has none, nor has who has no account."""
    if member.user is None or member.role == MemberRole.ALTERNATE:
        return []
    found: list[tuple[Office, Body | Place]] = [
        (Office.COMMITTEE_MEMBER, member.committee.body.place)
    ]
    if member.role == MemberRole.DIRECTOR:
        found.append((Office.COMMITTEE_DIRECTOR, member.committee.body))
    return found


def _held(
    user: User, office: Office, seat: Body | Place, on: date
) -> "QuerySet[Appointment, Appointment]":
    """This person's appointments to such an office that last beyond a day."""
    at = {"place": seat} if isinstance(seat, Place) else {"body": seat}
    held = Appointment.objects.filter(user=user, office=office, **at)
    return held.filter(Q(until_on__isnull=True) | Q(until_on__gt=on))


@transaction.atomic
def amend_member(
    member: CommitteeMember, *, by: Actor, floor_area: Decimal | None, party_member: bool
) -> CommitteeMember:
    """Put right what is known of a member; name, role and dates are what was elected."""
    check_keeps_register(by, member.committee.body.place)
    member = CommitteeMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    member.floor_area, member.party_member = floor_area, party_member
    member.save(update_fields=["floor_area", "party_member"])
    _audit("amend_member", member.committee, by, member=str(member.public_id))
    return member


@transaction.atomic
def unseat_member(
    member: CommitteeMember, *, by: Actor, on: date, grounds: str = ""
) -> CommitteeMember:
    """End a seat: `on` is the first day without it. The offices of the seat end with it."""
    check_keeps_register(by, member.committee.body.place)
    rows = CommitteeMember.objects.select_for_update(of=("self",))
    member = rows.select_related("committee__body__place", "user").get(pk=member.pk)
    if member.until_on is not None and member.until_on <= on:
        raise WrongState(_("This seat has ended."))
    if on <= member.from_on:
        raise Invalid(fields={"on": [_("A seat cannot end before it begins.")]})
    member.until_on, member.left_grounds = on, grounds.strip()
    member.save(update_fields=["until_on", "left_grounds"])
    if member.user is not None:
        # An office ends today at the earliest: what was done in it until now was done in it.
        last, words = max(on, today()), grounds.strip() or str(_("The seat ended."))
        for office, seat in _offices_of(member):
            for appointment in _held(member.user, office, seat, last):
                dismiss(appointment, by=by, on=last, grounds=words)
    _audit("unseat_member", member.committee, by, member=str(member.public_id))
    return member


def end_seats(committee: Committee, *, by: Actor, on: date) -> int:
    """End the seats of those who sat before this day; how many."""
    sitting = committee.members.filter(from_on__lt=on)
    ending = list(sitting.filter(Q(until_on__isnull=True) | Q(until_on__gt=on)).order_by("pk"))
    for member in ending:
        unseat_member(member, by=by, on=on)
    return len(ending)


@transaction.atomic
def record_training(
    *,
    by: Actor,
    place: Place,
    topic: str,
    on: date,
    hours: Decimal | None = None,
    present: Mapping[Committee, int],
) -> Training:
    """Record a training held for the committees of a place, and how many of each took part (A10).

    Raises NotAllowed where somebody else keeps the register of the place or of a committee.
    """
    for committee in present:
        check_keeps_register(by, committee.body.place)
    check_keeps_register(by, place)
    wrong: dict[str, list[StrOrPromise]] = {}
    if any(not one.body.place.code.startswith(place.code) for one in present):
        wrong["present"] = [_("A training is that of committees here.")]
    if not topic.strip():
        wrong["topic"] = [_("Please fill this in.")]
    if on > today():
        wrong["on"] = [_("Only what has happened is recorded.")]
    if not present or any(people < 1 for people in present.values()):
        wrong["people"] = [_("Say how many took part.")]
    if wrong:
        raise Invalid(fields=wrong)
    training = Training.objects.create(
        place=place, topic=topic.strip(), on=on, hours=hours, by=_user(by)
    )
    TrainingPresence.objects.bulk_create(
        TrainingPresence(training=training, committee=committee, people=people)
        for committee, people in present.items()
    )
    audit.record(
        by=by,
        verb="record_training",
        target_kind="training",
        target=str(training.public_id),
        place=place.code,
        committees=[committee.body.code for committee in present],
    )
    return training


@transaction.atomic
def review_committee(
    committee: Committee,
    *,
    by: Actor,
    year: int,
    verdict: str,
    points: Decimal | None = None,
    note: str = "",
) -> YearlyReview:
    """Record a committee's yearly review; given again it replaces the year's (the log keeps both).

    Raises NotAllowed but for whoever keeps the register there; Invalid for a year to come.
    """
    check_keeps_register(by, committee.body.place)
    Committee.objects.select_for_update(of=("self",)).get(pk=committee.pk)
    wrong: dict[str, list[StrOrPromise]] = {}
    if not 2000 <= year <= today().year:
        wrong["year"] = [_("Choose a year that is over or running.")]
    if not verdict.strip():
        wrong["verdict"] = [_("Please fill this in.")]
    if points is not None and not 0 <= points <= 100:
        wrong["points"] = [_("Points go from 0 to 100.")]
    if wrong:
        raise Invalid(fields=wrong)
    review, _made = YearlyReview.objects.update_or_create(
        committee=committee,
        year=year,
        defaults={
            "verdict": verdict.strip(),
            "points": points,
            "note": note.strip(),
            "by": _user(by),
            "entered_at": now(),
        },
    )
    said = str(points) if points is not None else None
    _audit("review_committee", committee, by, year=year, points=said)
    return review


def _user(by: Actor) -> User | None:
    return by if isinstance(by, User) else None


def _audit(verb: str, committee: Committee, by: Actor, **facts: Any) -> None:
    audit.record(by=by, verb=verb, target_kind="committee", target=committee.body.code, **facts)
