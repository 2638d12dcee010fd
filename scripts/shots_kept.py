"""The forms of the register's verbs, and the pages of standards: who sees them, of which record."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import Q
from django.http import Http404

from accounts.models import User
from communities.forms.keeping import NOUNS, open_deeds
from communities.models import (
    ActionPlan,
    Appointment,
    Body,
    BodyKind,
    ButlerMessage,
    Committee,
    CommitteeMember,
    Contract,
    Deviation,
    Facility,
    Group,
    GroupMembership,
    HonourList,
    Instructor,
    Need,
    Observation,
    Offer,
    Office,
    PartyOrganisation,
    Place,
    PlanTask,
    PoolMembership,
    Post,
    Standard,
)
from scripts.shots_cast import Cast, Shot
from scripts.shots_register import Pages, all_of, found_by, own_first, seen_by

OPEN = Q(put_right_on=None, taken_back_on=None)

KEEPERS = ("clerk", "manager", "district")
MOST_TRIED = 60
# What the verbs are done to: the records, the key in their address, the code of where they lie.
KEPT: dict[str, tuple[type[Any], Q, str, str]] = {
    "place": (Place, Q(closed_on=None), "code", "code"),
    "committee": (Committee, Q(), "body__code", "body__place__code"),
    "member": (CommitteeMember, Q(until_on=None), "public_id", "committee__body__place__code"),
    "party": (PartyOrganisation, Q(), "body__code", "body__place__code"),
    "post": (Post, Q(), "public_id", "organisation__body__place__code"),
    "instructor": (Instructor, Q(), "public_id", "sent_by__body__place__code"),
    "group": (Group, Q(), "body__code", "body__place__code"),
    "membership": (GroupMembership, Q(), "public_id", "group__body__place__code"),
    "action_plan": (ActionPlan, Q(completed_on=None), "public_id", "place__code"),
    "plan_task": (PlanTask, Q(plan__completed_on=None), "public_id", "plan__place__code"),
    "standard": (Standard, Q(), "public_id", "place__code"),
    "deviation": (Deviation, OPEN, "public_id", "estate__code"),
    "firm": (Body, Q(kind=BodyKind.FIRM), "code", "place__code"),
    "contract": (Contract, Q(), "public_id", "estate__code"),
    "facility": (Facility, Q(), "public_id", "place__code"),
    "offer": (Offer, Q(), "public_id", "firm__place__code"),
    "need": (Need, Q(), "public_id", "estate__code"),
    "pool": (PoolMembership, Q(), "public_id", "firm__place__code"),
    "observation": (Observation, Q(answered_at=None), "public_id", "place__code"),
    "honours": (HonourList, Q(), "public_id", "place__code"),
    "message": (ButlerMessage, Q(answered_at=None), "public_id", "butler__place__code"),
    "butler": (Appointment, Q(office=Office.BUTLER), "public_id", "place__code"),
}


def kept(cast: Cast, route: str) -> Iterator[Shot]:
    """The form of each verb, for the first who may do it."""
    for noun, known in NOUNS.items():
        wanted = set(known.deeds)
        for role in KEEPERS:
            if (user := cast.people.get(role)) is None:
                continue
            for verb, key in _open(noun, user):
                if verb in wanted:
                    wanted.remove(verb)
                    what = f"{noun} {verb}"
                    yield from cast.shot(route, role, what, noun=noun, key=key, verb=verb)
                if not wanted:
                    break


def _open(noun: str, user: User) -> Iterator[tuple[str, str]]:
    """The verbs this person may do, each with the key of what it is done to."""
    model, wanted, key, path = KEPT[noun]
    rows = model.objects.filter(wanted).order_by(path, "pk").values_list(key, flat=True)
    for found in islice(own_first(rows, user, path), MOST_TRIED):
        try:
            target = NOUNS[noun].find(user, str(found))
        except Http404:
            continue
        for verb, _deed in open_deeds(user, noun, target):
            yield verb, str(found)


# --- Standards ---------------------------------------------------------------------------


def _standards(_user: User | None) -> Iterator[tuple[str, dict[str, str]]]:
    """A standard with a later version, and one that is over."""
    rows = Standard.objects.order_by("pk")
    for what, found in (
        ("changed", rows.filter(versions__number=2).first()),
        ("over", rows.exclude(versions__until_on=None).first()),
    ):
        if found is not None:
            yield what, {"public_id": str(found.public_id)}


KEEPING: dict[str, Pages] = {
    "communities:keep": kept,
    "communities:standards": all_of(
        seen_by("nobody", "district"), seen_by("nobody", what="found", query={"search": "公示"})
    ),
    "communities:standard": found_by("nobody", "district", find=_standards),
    "communities:deviations": seen_by("clerk", "manager"),
}
