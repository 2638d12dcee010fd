"""Messages between residents and butlers: each reads those they wrote or were written."""

from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404

from accounts.models import User
from common.paging import Sorting
from communities.models import ButlerMessage

NEWEST = Sorting("at", "row", descending=True, moments=True)


def messages_of(user: User) -> "QuerySet[Any]":
    """What this person wrote to butlers, and what was written to them as one; nobody else's."""
    rows = ButlerMessage.objects.filter(Q(by=user) | Q(butler__user=user))
    seated = rows.select_related("by", "butler__user", "butler__place__parent")
    return seated.annotate(row=Cast("public_id", CharField()))


def message_of(user: User, key: str) -> ButlerMessage:
    """One of them by its public id, or 404."""
    try:
        wanted = UUID(key)
    except ValueError:
        raise Http404 from None
    found: ButlerMessage | None = messages_of(user).filter(public_id=wanted).first()
    if found is None:
        raise Http404
    return found
