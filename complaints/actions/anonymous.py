"""Reporting and following without an account: the same verb, with limits per address."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Reporter
from accounts.models import AuditEntry
from common.codes import digest, normal
from common.errors import TooMany
from common.now import now
from complaints.actions.photos import keep_photo
from complaints.actions.reporting import report
from complaints.models import Complaint, Photo

# Our decision: more than one family ever needs, less than a machine wants.
MOST_AN_HOUR = 5
MOST_PHOTOS_AN_HOUR = 60  # those of ten reports, and those taken anew
MOST_MISSES = 10  # an hour: room for slips of the finger, none for guessing


def check_anonymous(address: str) -> None:
    """Raise TooMany when five reports without an account came from this address within an hour."""
    recent = AuditEntry.objects.filter(
        at__gt=now() - timedelta(hours=1), verb="report_anonymous", target=address
    )
    if len(recent.values_list("pk", flat=True)[:MOST_AN_HOUR]) >= MOST_AN_HOUR:
        raise TooMany(
            _(
                "Several reports without an account were sent from here within the hour. "
                "Sign in to report now, or try again in an hour. Nothing you typed is lost."
            )
        )


@transaction.atomic
def report_anonymously(*, by: Reporter, address: str, **answers: Any) -> Complaint:
    """`report`, for a holder of a fresh secret. `address`: digest of where it comes from.

    Raises TooMany, and whatever `report` raises.
    """
    check_anonymous(address)
    order = report(by=by, **answers)
    audit.record(by=by, verb="report_anonymous", target_kind="address", target=address)
    return order


def keep_photo_anonymously(data: "UploadedFile[bytes]", *, by: Reporter, address: str) -> Photo:
    """`keep_photo`, with a limit per address: what is refused has cost the work all the same.

    Raises TooMany after sixty tries within an hour, and whatever `keep_photo` raises.
    """
    tried = AuditEntry.objects.filter(
        at__gt=now() - timedelta(hours=1), verb="photo_anonymous", target=address
    )
    if len(tried.values_list("pk", flat=True)[:MOST_PHOTOS_AN_HOUR]) >= MOST_PHOTOS_AN_HOUR:
        raise TooMany
    audit.record(by=by, verb="photo_anonymous", target_kind="address", target=address)
    return keep_photo(data, by=by)


def track(reference: str, secret: str, *, address: str) -> Complaint | None:
    """The order of this reference and tracking secret; None for anything else.

    A wrong secret, a wrong reference and an order that was never there look the same. Raises
    TooMany after ten misses from one address within an hour.
    """
    since = now() - timedelta(hours=1)
    misses = AuditEntry.objects.filter(at__gt=since, verb="track_missed", target=address)
    if len(misses.values_list("pk", flat=True)[:MOST_MISSES]) >= MOST_MISSES:
        raise TooMany(_("Too many wrong tries from here. Please try again in an hour."))
    held = Reporter(digest(secret))
    rows = Complaint.objects.whole().exclude(secret_digest="")
    order = rows.filter(reference=normal(reference) or "", secret_digest=held.digest).first()
    if order is None:
        audit.record(by=held, verb="track_missed", target_kind="address", target=address)
    return order
