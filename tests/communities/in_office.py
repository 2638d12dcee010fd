"""Offices for tests: who holds one, and that a refusal changed nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from accounts.models import AuditEntry, User
from communities.models import (
    Appointment,
    DutyShift,
    Office,
)
from notifications.models import Notification
from tests import factories

People = dict[str, User]
DAY = timedelta(days=1)


@contextmanager
def nothing_changes() -> Iterator[None]:
    """A refusal leaves offices, shifts, notices and the audit log as they were."""

    def facts() -> list[Any]:
        return [
            list(Appointment.objects.order_by("pk").values()),
            list(DutyShift.objects.order_by("pk").values()),
            Notification.objects.count(),
            AuditEntry.objects.count(),
        ]

    before = facts()
    yield
    assert facts() == before


def held(user: User, office: Office | None = None) -> Appointment:
    rows = Appointment.objects.filter(user=user)
    return rows.get(office=office) if office else rows.get()


def newcomer(name: str = "newcomer") -> User:
    return factories.person(name, "新来的")
