"""Links for those whom a list of offices invited: made when they are asked for, told only then.

A sweep writes the list, and whatever it knew would have to be kept until somebody reads it. So it
throws the secrets away, and whoever sent the list has new ones made when they can hand them over.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from common.codes import digest, new_secret
from common.errors import NotAllowed, WrongState
from common.now import now, today
from communities.models import Import, Invitation, Office
from communities.permissions.offices import may_appoint
from communities.rules import rule


def check_makes_links(found: Import, by: Actor) -> None:
    """Raises NotAllowed for everybody but whoever sent the list: they invited in their own name."""
    if by != found.by:
        raise NotAllowed(_("The links of a list are made by whoever sent it in."))


def waiting_of(found: Import) -> QuerySet[Invitation]:
    """Those whom a list invited and who have not come, be it that their time is over."""
    rows = Invitation.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gt=today()),
        listed_in=found,
        accepted_at__isnull=True,
        revoked_at__isnull=True,
    )
    return rows.select_related("body__place", "grid__community", "place").order_by("pk")


@transaction.atomic
def make_links(found: Import, *, by: Actor) -> list[tuple[Invitation, str]]:
    """New links for all who wait, as (invitation, secret): told only here, and valid from now.

    Links made before are dead. Raises NotAllowed for others than whoever sent the list, WrongState
    where nobody waits, or nobody whom they may still appoint.
    """
    check_makes_links(found, by)
    rows = waiting_of(found).select_for_update(of=("self",))
    made = [(row, new_secret()) for row in rows if may_appoint(by, Office(row.office), row.seat)]
    if not made:
        raise WrongState(_("Nobody of this list waits for a link."))
    until = now() + timedelta(days=rule("invitation_days"))
    for row, secret in made:
        row.secret_digest, row.expires_at = digest(secret), until
    Invitation.objects.bulk_update(
        [row for row, _secret in made], ["secret_digest", "expires_at"], batch_size=500
    )
    audit.record(
        by=by,
        verb="make_links",
        target_kind="import",
        target=str(found.public_id),
        place=found.place.code,
        links=len(made),
    )
    return made
