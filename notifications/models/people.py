"""Where people want to be told, of what, and when not."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notifications.models.notices import Channel


class Group(models.TextChoices):
    """What notices are about, as far as people choose."""

    MINE = "mine", _("My own reports")
    WORK = "work", _("Work that waits for me")
    LATE = "late", _("Reminders and late stages")
    SUPERVISION = "supervision", _("Supervision")
    NEWS = "news", _("News")


class Preference(models.Model):
    """A person's own choice; without a row the portal's usual one holds."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences"
    )
    group = models.CharField(max_length=12, choices=Group)
    channel = models.CharField(max_length=8, choices=Channel)
    wanted = models.BooleanField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "group", "channel"], name="preference_once"),
            models.CheckConstraint(
                condition=~Q(channel=Channel.IN_APP), name="preference_of_a_loud_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} by {self.channel}: {self.wanted}"


class QuietHours(models.Model):
    """The hours, Shanghai time, within which the loud ways wait for this person."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiet_hours"
    )
    begins = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(begins=F("ends")), name="quiet_hours_end")
        ]

    def __str__(self) -> str:
        return f"{self.begins:%H:%M} to {self.ends:%H:%M}"


class ContactPoint(models.Model):
    """Where a person is reached by a way that the account itself has no column for.

    Number and e-mail address are the account's. Of WeChat this is the `openid`: what the city's
    own service account calls this person, known to nobody else.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="contact_points"
    )
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.CharField(max_length=128)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "channel"], name="contact_point_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.user_id}"
