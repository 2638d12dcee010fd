"""Offices that end by themselves: who is told of it, and when."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from common.now import now, today
from communities.actions.offices import facts_of
from communities.models import Appointment
from communities.rules import rule
from notifications.actions import Line, lines, write

BATCH = 500


def tell_of_ends() -> int:
    """Tell holders, and whoever appointed them, of offices that end soon; how many.

    Once for each day of ending; one that is moved is told of again.
    """
    told = 0
    while found := _tell_some():
        told += found
    return told


@transaction.atomic
def _tell_some() -> int:
    day = today()
    soon = day + timedelta(days=rule("office_told_days"))
    rows = (
        Appointment.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(until_on__gt=day, until_on__lte=soon, successor__isnull=True)
        .exclude(told_until_on=F("until_on"), told_until_on__isnull=False)
        .select_related("user", "by", "body", "grid", "place")
        .order_by("until_on", "pk")
    )
    ending = list(rows[:BATCH])
    write(line for appointment in ending for line in _lines_of_end(appointment))
    for appointment in ending:
        appointment.told_until_on = appointment.until_on
    Appointment.objects.bulk_update(ending, ["told_until_on"])
    return len(ending)


def _lines_of_end(appointment: Appointment) -> list[Line]:
    people = {p.pk for p in (appointment.user, appointment.by) if p is not None and p.is_active}
    return lines(
        people,
        kind="office_ends",
        facts=facts_of(appointment),
        key=f"office_ends:{appointment.public_id}:{appointment.until_on}"[:64],
        at=now(),
    )
