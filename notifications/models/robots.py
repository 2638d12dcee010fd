"""Chat groups that hear of an office's work through a robot."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.models.notices import DEAD, WAITING, Outgoing


class RobotKind(models.TextChoices):
    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")


class Robot(models.Model):
    """A group's robot. Its address is a password: whoever has it can write to the group."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The office's place. A plain code: places are a floor above.
    place_code = models.CharField(max_length=24, db_index=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=RobotKind)
    # Encrypted by `common.sealed`; never shown again.
    sealed_address = models.TextField()
    sealed_secret = models.TextField(blank=True, default="")
    active = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    # When the messages of the last minute left, so that the provider's limit is kept.
    sent_ats = models.JSONField(default=list)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    # One sweep at a time speaks to a group: two would not know of each other's messages.
    held_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    shut_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("place_code", "name", "id")

    def __str__(self) -> str:
        return self.name


class RobotNote(Outgoing):
    """What a group is still to hear, or has heard: once per event and group."""

    robot = models.ForeignKey(Robot, on_delete=models.CASCADE, related_name="notes")
    # The loud ways carry it no earlier than this.
    loud_from = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "robot"], name="robot_note_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["robot", "next_try_at"], name="robot_waiting", condition=WAITING),
            models.Index(fields=["-dead_at"], name="robot_note_dead", condition=DEAD),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.robot_id}"
