"""What is told to whom, by which way: notices, people's wishes, chat groups."""

from notifications.models.notices import Channel, Circuit, Notification, Outgoing
from notifications.models.people import ContactPoint, Group, Preference, QuietHours
from notifications.models.robots import Robot, RobotKind, RobotNote

__all__ = [
    "Channel",
    "Circuit",
    "ContactPoint",
    "Group",
    "Notification",
    "Outgoing",
    "Preference",
    "QuietHours",
    "Robot",
    "RobotKind",
    "RobotNote",
]
