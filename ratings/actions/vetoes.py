"""Veto items in effect: put on record with their document, and ended."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from common.days import check_days
from common.errors import Conflict, Invalid, WrongState
from common.now import now, today
from communities.models import Body
from ratings.actions._listing_step import alarm_of, catch_up, locked
from ratings.models import Listing, Scheme, Veto
from ratings.permissions.assessments import check_untied
from ratings.permissions.schemes import check_keeps_scheme
from ratings.queries.standings import KINDS
from ratings.terms import Subject
from ratings.workflow import ListKind


@transaction.atomic
def record_veto(
    scheme: Scheme,
    *,
    by: User,
    body: Body,
    code: str,
    document: str,
    from_on: date,
    until_on: date | None = None,
) -> Veto:
    """Put a veto item of a scheme on record for a body, by the document that says so.

    A red listing of it ends the day it takes effect. Raises NotAllowed but for officers of
    the district who are not tied to it since then; Invalid for an unknown item, without a
    document, or for a body that the scheme does not assess.
    """
    check_keeps_scheme(by, scheme.place)
    check_untied(by, body, min(from_on, today()))
    check_days(from_on=from_on, until_on=until_on)
    if body.kind not in KINDS[Subject(scheme.subject)]:
        raise Invalid(fields={"body": [_("Choose a body that this scheme assesses.")]})
    version = scheme.versions.filter(settled_at__isnull=False).order_by("-number").first()
    items = {veto.code: veto for veto in version.read.vetoes} if version is not None else {}
    if code not in items:
        raise Invalid(fields={"code": [_("Choose a veto item of the scheme.")]})
    if not document.strip():
        raise Invalid(fields={"document": [_("Enter the document that says so.")]})
    if until_on is not None and until_on <= from_on:
        raise Invalid(fields={"until_on": [_("It ends after it begins.")]})
    try:
        with transaction.atomic():
            veto = Veto.objects.create(
                place=scheme.place, body=body, code=code, name=items[code].name.zh[:120],
                document=document.strip()[:120], from_on=from_on, until_on=until_on,
                entered_by=by, entered_at=now(),
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(_("This document is on record for this item already.")) from error
    _record(veto, by, "record_veto")
    _sound(veto)
    return veto


@transaction.atomic
def end_veto(veto: Veto, *, by: User, until_on: date) -> Veto:
    """The document is set aside, or its effect is over: from this day on it vetoes nothing."""
    check_keeps_scheme(by, veto.place)
    check_untied(by, veto.body, min(veto.from_on, today()))
    check_days(until_on=until_on)
    row = Veto.objects.select_for_update().select_related("place", "body").get(pk=veto.pk)
    if row.until_on is not None and row.until_on <= today():
        raise WrongState(_("It has ended already."))
    if until_on <= row.from_on:
        raise Invalid(fields={"until_on": [_("It ends after it begins.")]})
    row.until_on = until_on
    row.save(update_fields=["until_on"])
    _record(row, by, "end_veto")
    _sound(row)
    return row


def _sound(veto: Veto) -> None:
    """Red listings of the body look at it now, and set their alarm by it."""
    rows = Listing.objects.under_way().filter(
        place=veto.place, body=veto.body, kind=ListKind.RED
    )  # fmt: skip
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        listing = locked(pk)
        if not catch_up(listing, now()):
            listing.alarm_at = alarm_of(listing)
            listing.save(update_fields=["alarm_at"])


def _record(veto: Veto, by: User, verb: str) -> None:
    audit.record(
        by=by,
        verb=verb,
        target_kind="veto",
        target=str(veto.public_id),
        body=veto.body.code,
        place=veto.place.code,
        item=veto.code,
    )
