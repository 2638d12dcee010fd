"""Attaching kept photos to an order. Private to the verbs."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from common.errors import Invalid
from complaints.models import Complaint, Event, Photo, PhotoMoment


def attach(photos: Sequence[Photo], order: Complaint, event: Event, moment: PhotoMoment) -> None:
    """Give unowned photos to this order. Raises Invalid if one was given away in the meantime."""
    if not photos:
        return
    taken = Photo.objects.filter(
        pk__in=[photo.pk for photo in photos], complaint__isnull=True
    ).update(complaint=order, event=event, moment=moment)
    if taken != len({photo.pk for photo in photos}):
        raise Invalid(
            fields={"photos": [_("One of the photos is no longer there. Please add it again.")]}
        )
