"""The outbox: one row per event, person and channel."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

WAITING = Q(delivered_at__isnull=True, next_try_at__isnull=False)
DEAD = Q(delivered_at__isnull=True, dead_at__isnull=False)


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In the portal")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    WECHAT = "wechat", _("WeChat")


class Outgoing(models.Model):
    """What every row that leaves has: what it says, when it is tried, how it went.

    It waits while `next_try_at` is set, has left once `delivered_at` is, and is dead, for somebody
    to look at, once `dead_at` is.
    """

    # Names the sentence; `facts` fills it in. Never a name, a phone or free text.
    kind = models.CharField(max_length=48)
    facts = models.JSONField(default=dict)
    # What happened, so that nobody is told twice of the same thing by the same way.
    key = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    # The moment of the next try; while a sweep has the row in hand, when another may take it.
    next_try_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    # A class or code of ours or the provider's, never its words: they may quote an address.
    last_error = models.CharField(max_length=80, blank=True, default="", db_default="")

    class Meta:
        abstract = True


class Notification(Outgoing):
    """A notice to one person. Written with the change it tells of, delivered by a sweep."""

    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notifications",
        db_index=False,
    )
    channel = models.CharField(max_length=8, choices=Channel)
    # Asked for by duty: nobody's preferences switch it off, it always leaves by one loud way.
    duty = models.BooleanField(default=False, db_default=False)
    # A ring in the night is meant: the person's own quiet hours do not hold it back.
    wakes = models.BooleanField(default=False, db_default=False)
    # The loud ways – all but the portal itself – carry it no earlier than this.
    loud_from = models.DateTimeField(null=True, blank=True)
    # The office whose chat group hears of it too, by the code of its place; empty for none.
    place_code = models.CharField(max_length=24, blank=True, default="", db_default="")
    # An in-app row for which the loud ways have still to be thought of.
    to_spread = models.BooleanField(default=False, db_default=False)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "to", "channel"], name="notice_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["channel", "next_try_at"], name="notice_waiting", condition=WAITING
            ),
            models.Index(fields=["id"], name="notice_to_spread", condition=Q(to_spread=True)),
            models.Index(fields=["-dead_at"], name="notice_dead", condition=DEAD),
            models.Index(fields=["to", "-created_at"], name="notice_of_person"),
            models.Index(
                fields=["to"],
                name="notice_unread",
                condition=Q(read_at__isnull=True, channel="in_app"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_id}"


class Circuit(models.Model):
    """A channel whose provider has failed several times in a row is left alone for a while."""

    channel = models.CharField(max_length=8, choices=Channel, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    shut_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.channel}: {self.failures}"
