"""Who conducts a poll of residents, and who reads what of it."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.errors import NotAllowed, allowed
from communities.models import Appointment, Body, Place
from communities.scope import standing_of
from ratings.models import Period, Poll
from ratings.permissions.assessments import check_untied, office_for, ties_of
from ratings.terms import Method

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REFUSED: "StrOrPromise" = _("Officers of the subdistrict or the district conduct this poll.")


def check_conducts(actor: Actor, period: Period, estate: Place, body: Body) -> Appointment:
    """The office by which they conduct a poll; NotAllowed, with the reason, for everybody else.

    As with sheets on site: overseers of the estate whom nothing ties to whom it is about.
    """
    if not isinstance(actor, User):
        raise NotAllowed(REFUSED)
    held = office_for(standing_of(actor), Method.ONSITE, estate)
    if held is None:
        raise NotAllowed(REFUSED)
    check_untied(actor, body, period.from_on)
    return held


def check_conducts_poll(actor: Actor, poll: Poll) -> Appointment:
    return check_conducts(actor, poll.period, poll.estate, poll.body)


def conducts(actor: Actor | None, poll: Poll) -> bool:
    """Whether `check_conducts_poll` would let them."""
    if actor is None:
        return False
    return allowed(check_conducts_poll, actor, poll)


def reads_draw(user: User | None, poll: Poll) -> bool:
    """Whether a poll is this reader's by office, with the homes that were drawn.

    Overseers and auditors there whom nothing ties to whom it is about. Everybody else comes to a
    poll by the score that was made of it.
    """
    if user is None:
        return False
    standing = standing_of(user)
    codes = (*standing.overseer_codes, *standing.auditor_codes)
    if not codes or not poll.estate.code.startswith(codes):
        return False
    return poll.body_id not in ties_of(user).during(poll.period.from_on, standing.on)
