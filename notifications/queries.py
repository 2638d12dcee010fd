"""What a person has been told."""

from django.db.models import QuerySet

from accounts.models import User
from notifications.models import Channel, Notification

MOST_COUNTED = 100


def inbox(user: User) -> "QuerySet[Notification]":
    """Delivered in-app notices, the newest first."""
    return Notification.objects.filter(
        to=user, channel=Channel.IN_APP, delivered_at__isnull=False
    ).order_by("-created_at", "-id")


def unread_count(user: User) -> int:
    """How many are unread; never counts past 100, the bell says 99+."""
    unread = Notification.objects.filter(
        to=user, channel=Channel.IN_APP, read_at__isnull=True, delivered_at__isnull=False
    )
    return len(unread.values_list("pk", flat=True)[:MOST_COUNTED])
