"""Who came by an invitation: found again where no number of theirs was ever confirmed."""

from django.db.models import QuerySet

from accounts.models import User
from communities.models import Invitation


def came_by_link(phone: str, name: str, by: User) -> User | None:
    """Whoever took up an invitation of this inviter's to this number and name, without a number.

    Of this inviter's alone: what others handed to whom says nothing to them.
    """
    rows = _taken_up(phone, name, by).filter(appointment__user__is_active=True)
    made = rows.select_related("appointment__user").order_by("accepted_at").first()
    return made.appointment.user if made is not None and made.appointment is not None else None


def _taken_up(phone: str, name: str, by: User) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        phone=phone,
        name=name,
        by=by,
        accepted_at__isnull=False,
        appointment__user__phone__isnull=True,
    )


def has_account(invitation: Invitation) -> bool:
    """Whether the invited person signs in instead of making an account.

    An account that was closed counts, too: a link that is left over opens no second one.
    """
    if User.objects.filter(phone=invitation.phone).exists():
        return True
    return _taken_up(invitation.phone, invitation.name, invitation.by).exists()
