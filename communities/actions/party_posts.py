"""The verbs about posts of party members and about instructors sent where no branch is."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.errors import Invalid, WrongState
from communities.actions.party import record, taken
from communities.models import (
    Body,
    BodyKind,
    Instructor,
    PartyOrganisation,
    Place,
    PlaceKind,
    Post,
    PostKind,
)
from communities.permissions import check_keeps_register

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@transaction.atomic
def found_post(
    organisation: PartyOrganisation,
    *,
    by: Actor,
    place: Place,
    kind: str,
    title: str,
    holder: str = "",
    user: User | None = None,
    displayed: bool = False,
    from_on: date,
) -> Post:
    """A demonstration post, vanguard post, responsibility area or badge at an estate or building.

    `displayed`: the holder shows it publicly 亮牌; without it nobody outside reads of it. Raises
    NotAllowed but for whoever keeps the register of the organisation and of the place.
    """
    check_keeps_register(by, organisation.body.place)
    check_keeps_register(by, place)
    organisation = taken(organisation)
    wrong: dict[str, StrOrPromise] = {}
    if place.kind not in {PlaceKind.ESTATE, PlaceKind.BUILDING}:
        wrong["place"] = _("A post is at an estate or a building.")
    if kind not in PostKind.values:
        wrong["kind"] = _("Choose a kind from the list.")
    if not title.strip():
        wrong["title"] = _("Please fill this in.")
    if displayed and not holder.strip():
        wrong["holder"] = _("Who displays it is named.")
    if wrong:
        raise Invalid(fields={name: [sentence] for name, sentence in wrong.items()})
    post = Post.objects.create(
        organisation=organisation,
        place=place,
        kind=kind,
        title=title.strip(),
        holder=holder.strip(),
        user=user,
        displayed=displayed,
        from_on=from_on,
    )
    record(organisation, by, "found_post", post=str(post.public_id), place=place.code)
    return post


@transaction.atomic
def display_post(post: Post, *, by: Actor, displayed: bool) -> Post:
    """The holder displays the post, or no longer does: it is their word that is entered."""
    check_keeps_register(by, post.organisation.body.place)
    post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if displayed and not post.holder:
        raise Invalid(fields={"displayed": [_("Who displays it is named.")]})
    post.displayed = displayed
    post.save(update_fields=["displayed"])
    record(post.organisation, by, "display_post", post=str(post.public_id), displayed=displayed)
    return post


@transaction.atomic
def end_post(post: Post, *, by: Actor, on: date) -> Post:
    """`on` is the first day without the post."""
    check_keeps_register(by, post.organisation.body.place)
    post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    _check_end(post.from_on, post.until_on, on)
    post.until_on = on
    post.save(update_fields=["until_on"])
    record(post.organisation, by, "end_post", post=str(post.public_id))
    return post


@transaction.atomic
def send_instructor(
    organisation: PartyOrganisation,
    *,
    by: Actor,
    to: Body | Place,
    name: str,
    user: User | None = None,
    from_on: date,
) -> Instructor:
    """Send an instructor to a firm or estate that has no organisation of its own.

    That is work coverage, not organisation coverage. Raises Invalid for anything else.
    """
    check_keeps_register(by, organisation.body.place)
    organisation = taken(organisation)
    firm = to if isinstance(to, Body) else None
    estate = to if isinstance(to, Place) else None
    wrong: dict[str, StrOrPromise] = {}
    if (firm is not None and firm.kind != BodyKind.FIRM) or (
        estate is not None and estate.kind != PlaceKind.ESTATE
    ):
        wrong["to"] = _("An instructor is sent to a firm or an estate.")
    if not name.strip():
        wrong["name"] = _("Please fill this in.")
    if wrong:
        raise Invalid(fields={field: [sentence] for field, sentence in wrong.items()})
    sent = Instructor.objects.create(
        sent_by=organisation,
        firm=firm,
        estate=estate,
        name=name.strip(),
        user=user,
        from_on=from_on,
    )
    record(organisation, by, "send_instructor", instructor=str(sent.public_id), to=to.code)
    return sent


@transaction.atomic
def recall_instructor(instructor: Instructor, *, by: Actor, on: date) -> Instructor:
    """`on` is the first day without the instructor."""
    check_keeps_register(by, instructor.sent_by.body.place)
    instructor = Instructor.objects.select_for_update(of=("self",)).get(pk=instructor.pk)
    _check_end(instructor.from_on, instructor.until_on, on)
    instructor.until_on = on
    instructor.save(update_fields=["until_on"])
    record(instructor.sent_by, by, "recall_instructor", instructor=str(instructor.public_id))
    return instructor


def _check_end(from_on: date, until_on: date | None, on: date) -> None:
    if until_on is not None:
        raise WrongState(_("This is over; it stays on record as it was."))
    if on <= from_on:
        raise Invalid(fields={"on": [_("It cannot end before it begins.")]})
