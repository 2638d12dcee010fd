"""Reports by people without an account: the same verb, with a limit."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Reporter
from accounts.models import AuditEntry
from common.errors import TooMany
from common.now import now
from complaints.actions.reporting import report
from complaints.models import Complaint

# Our decision: more than one family ever needs, less than a machine wants.
MOST_AN_HOUR = 5


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
