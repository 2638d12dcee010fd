"""Periods: one assessment of a scheme, by the version that was in force when it was opened."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from common.days import check_days
from common.errors import Invalid, WrongState
from common.now import today
from ratings.actions._drafts import locked
from ratings.models import Period, Scheme
from ratings.permissions.schemes import check_keeps_scheme
from ratings.queries.periods import assessed_until, begins_of, ends_of, name_of


@transaction.atomic
def open_period(scheme: Scheme, *, by: Actor, from_on: date) -> Period:
    """Open the period that begins on a day, by the version settled last.

    It keeps that version whatever is settled later. Raises NotAllowed but for officers of the
    district; WrongState without a settled version; Invalid for a day on which no period of the
    scheme's cycle begins, one still to come, or one that another period of the scheme covers.
    """
    check_keeps_scheme(by, scheme.place)
    check_days(from_on=from_on)
    scheme = locked(scheme)
    version = scheme.versions.filter(settled_at__isnull=False).order_by("-number").first()
    if version is None:
        raise WrongState(_("No version of this scheme is settled yet."))
    cycle = version.read.cycle
    until_on = ends_of(from_on, cycle)
    if from_on != begins_of(from_on, cycle):
        raise Invalid(fields={"from_on": [_("No period of this scheme begins on that day.")]})
    if from_on > today():
        # Opened ahead it would miss the version that is settled in between.
        raise Invalid(fields={"from_on": [_("A period is opened once it has begun.")]})
    others = Period.objects.filter(scheme=scheme, from_on__lt=until_on, until_on__gt=from_on)
    if others.exists():
        raise Invalid(fields={"from_on": [_("Another period covers these days.")]})
    period = Period.objects.create(
        scheme=scheme,
        version=version,
        name=name_of(from_on, cycle),
        from_on=from_on,
        until_on=until_on,
        assess_until_on=assessed_until(until_on, version.read.days_to_assess),
    )
    audit.record(
        by=by,
        verb="open_period",
        target_kind="period",
        target=str(period.public_id),
        scheme=str(scheme.public_id),
        version=version.number,
        from_on=from_on.isoformat(),
    )
    return period
