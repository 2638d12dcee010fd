"""Who records that somebody departed from a standard, who reads it, and who answers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.errors import NotAllowed
from communities.models import Body, Deviation
from communities.permissions.estates import SPEAKING, check_keeps_firm, keeps_firm
from communities.permissions.register import check_keeps_register, keeps_register
from communities.scope import standing_of


def records_deviation(actor: Actor, deviation: Deviation) -> bool:
    """Whoever keeps the register of the estate; of the firm, where it is no estate's.

    Never anybody who holds an office at the firm.
    """
    if deviation.firm is not None and serves_at(actor, deviation.firm):
        return False
    if deviation.estate is not None:
        return keeps_register(actor, deviation.estate)
    return deviation.firm is not None and keeps_firm(actor, deviation.firm)


def check_records_deviation(actor: Actor, deviation: Deviation) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if records_deviation(actor, deviation):
        return
    if deviation.firm is not None and serves_at(actor, deviation.firm):
        raise NotAllowed(_("What concerns one's own firm is decided by others."))
    if deviation.estate is not None:
        check_keeps_register(actor, deviation.estate)
    if deviation.firm is not None:
        check_keeps_firm(actor, deviation.firm)


def serves_at(actor: Actor, firm: Body, offices: Any = None) -> bool:
    """Whether this actor holds an office at the firm, or one of these offices."""
    if not isinstance(actor, User):
        return False
    held = {a.office for a in standing_of(actor).appointments if a.body_id == firm.pk}
    return bool(held if offices is None else held & offices)


def answers_deviation(actor: Actor, deviation: Deviation) -> bool:
    """A manager or clerk of the firm it concerns: nobody answers in the firm's name."""
    return deviation.firm is not None and serves_at(actor, deviation.firm, SPEAKING)


def check_answers_deviation(actor: Actor, deviation: Deviation) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not answers_deviation(actor, deviation):
        raise NotAllowed(_("The answer is the firm's own: its manager or clerk gives it."))
