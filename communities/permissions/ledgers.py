"""Who reads ledgers: whoever keeps the register of some place, and of it alone."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import NotAllowed
from communities.permissions.register import kept_codes


def check_reads_ledgers(user: User) -> None:
    """Raises NotAllowed, with the reason, for whoever keeps no register at all."""
    if not kept_codes(user):
        raise NotAllowed(_("Ledgers are for the offices that keep the register."))
