"""Who came by an invitation: found again where no number of theirs was ever confirmed."""

from accounts.models import User
from communities.models import Invitation


def came_by_link(phone: str, name: str, by: User) -> User | None:
    """Whoever took up an invitation of this inviter's to this number and name, without a number.

    Of this inviter's alone: what others handed to whom says nothing to them.
    """
    rows = Invitation.objects.filter(
        phone=phone, name=name, by=by, appointment__user__phone__isnull=True
    )
    found = rows.filter(appointment__user__is_active=True).select_related("appointment__user")
    made = found.order_by("accepted_at").first()
    return made.appointment.user if made is not None and made.appointment is not None else None


def has_account(invitation: Invitation) -> bool:
    """Whether the invited person signs in instead of making an account."""
    if User.objects.filter(phone=invitation.phone).exists():
        return True
    return came_by_link(invitation.phone, invitation.name, invitation.by) is not None
