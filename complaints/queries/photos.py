"""Photos: which are one's own to attach, and which one may look at."""

import uuid
from collections.abc import Iterable, Sequence

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Reporter
from accounts.models import User
from common.errors import Invalid
from complaints.models import Complaint, Event, Photo
from complaints.permissions import parties
from complaints.queries.timeline import audiences, unreleased
from complaints.workflow import Party, Verb


def own_photos(public_ids: Iterable[str], by: Actor) -> list[Photo]:
    """Those of these photos that are one's own and that no order has yet, in the order named."""
    wanted = [i for i in dict.fromkeys(str(public_id) for public_id in public_ids) if _is_uuid(i)]
    if not wanted:
        return []
    rows = Photo.objects.filter(public_id__in=wanted, complaint__isnull=True)
    found = {str(photo.public_id): photo for photo in rows if _owns(photo, by)}
    return [found[public_id] for public_id in wanted if public_id in found]


def kept_photos(public_ids: Iterable[str], by: Actor) -> list[Photo]:
    """The same, but raises Invalid for any that is unknown, taken, or somebody else's.

    All three look the same.
    """
    wanted = list(public_ids)
    found = own_photos(wanted, by)
    if len(found) != len({str(public_id) for public_id in wanted}):
        raise Invalid(
            fields={"photos": [_("One of the photos is no longer there. Please add it again.")]}
        )
    return found


def photo_seen(actors: Sequence[Actor], public_id: uuid.UUID) -> Photo:
    """The photo, if one of these actors may look at it; raises Http404 otherwise.

    A photo on an order is for whoever may read the event it came with; one that no order has,
    for whoever sent it.
    """
    photo = Photo.objects.select_related("event").filter(public_id=public_id).first()
    if photo is None:
        raise Http404
    if photo.complaint_id is None:
        if any(_owns(photo, actor) for actor in actors):
            return photo
        raise Http404
    order = Complaint.objects.whole().get(pk=photo.complaint_id)
    for actor in actors:
        mine = parties(actor, order)
        if mine and (photo.event is None or _may_read(photo.event, mine)):
            return photo
    raise Http404


def _may_read(event: Event, mine: frozenset[Party]) -> bool:
    if event.audience not in audiences(mine):
        return False
    if event.verb != Verb.HANDLE:
        return True
    # Pictures of a result wait for the desk's review as its words do.
    events = Event.objects.filter(complaint=event.complaint_id)
    return event.pk not in unreleased(events, mine)


def _owns(photo: Photo, by: Actor) -> bool:
    if isinstance(by, User):
        return photo.owner_id == by.pk
    return isinstance(by, Reporter) and bool(by.digest) and photo.owner_digest == by.digest


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
