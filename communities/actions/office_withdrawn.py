"""Taking back an office before it begins: nobody ever held it, and it stays on record so."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from common.now import now, today
from common.workdays import midnight
from communities.actions.offices import LONGEST_GROUNDS, facts_of
from communities.models import Appointment, Body, DutyShift, Office, in_force
from communities.permissions.offices import NEVER_VACANT, check_may_appoint
from notifications.actions import notify

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@transaction.atomic
def withdraw_appointment(appointment: Appointment, *, by: Actor, grounds: str) -> Appointment:
    """Take an office back before its first day.

    1. Its term becomes [today, today): not a day; the log keeps what it would have been.
    2. Where it was handed over, it goes back to whoever had it, with the shifts that had moved on.

    Raises NotAllowed but for whoever gives the office, and for oneself; WrongState once it has
    begun; Invalid without grounds.
    """
    check_may_appoint(by, Office(appointment.office), appointment.seat, appointment.user)
    if appointment.office in NEVER_VACANT and appointment.body is not None:
        Body.objects.select_for_update().get(pk=appointment.body.pk)
    rows = Appointment.objects.select_for_update(of=("self",))
    seated = rows.select_related("user", "body__place", "grid__community", "place", "succeeds")
    appointment = seated.get(pk=appointment.pk)
    _check(appointment, grounds.strip())
    told = facts_of(appointment)
    begin, until, before = appointment.from_on, appointment.until_on, appointment.succeeds
    appointment.from_on = appointment.until_on = appointment.told_until_on = today()
    appointment.ended_grounds, appointment.succeeds = grounds.strip(), None
    appointment.save()
    if before is not None:
        _give_back(before, appointment, begin=begin, until=until)
    audit.record(
        by=by,
        verb="withdraw_appointment",
        target_kind="user",
        target=str(appointment.user.public_id),
        office=appointment.office,
        seat=appointment.seat.code,
        from_on=begin.isoformat(),
    )
    _tell(appointment, before, told, by)
    return appointment


def _check(appointment: Appointment, grounds: str) -> None:
    if appointment.from_on <= today():
        raise WrongState(_("This office has begun: end it instead."))
    wrong: StrOrPromise = ""
    if not grounds:
        wrong = _("Say why the office is withdrawn.")
    elif len(grounds) > LONGEST_GROUNDS:
        wrong = _("Please keep it under %(limit)d characters.") % {"limit": LONGEST_GROUNDS}
    if wrong:
        raise Invalid(fields={"grounds": [wrong]})
    if appointment.office in NEVER_VACANT and appointment.succeeds is None:
        colleagues = Appointment.objects.filter(
            in_force(appointment.from_on),
            office=appointment.office,
            body=appointment.body_id,
            user__is_active=True,
        )
        if not colleagues.exclude(pk=appointment.pk).exists():
            raise NotAllowed(
                _("Nobody else would hold this office then: appoint somebody else first.")
            )


def _give_back(
    before: Appointment, withdrawn: Appointment, *, begin: date, until: date | None
) -> None:
    """The office goes on with whoever had it, and the shifts that had moved to the successor."""
    before = Appointment.objects.select_for_update(of=("self",)).get(pk=before.pk)
    if before.until_on != begin:
        return  # ended otherwise meanwhile
    before.until_on, before.told_until_on = until, None
    before.save(update_fields=["until_on", "told_until_on"])
    if before.body_id is not None:
        shifts = DutyShift.objects.filter(
            body=before.body_id, user=withdrawn.user_id, from_at__gte=midnight(begin)
        )
        shifts.update(user=before.user_id, a_absent=False)


def _tell(
    appointment: Appointment, before: Appointment | None, told: dict[str, str], by: Actor
) -> None:
    if not isinstance(by, User):
        return
    people = {appointment.user_id} | ({before.user_id} if before is not None else set())
    key = f"office_withdrawn:{appointment.public_id.hex}"
    notify(people, kind="office_withdrawn", facts=told, key=key, at=now())
