"""Who asks for a deduction to be put right, who reports that it is, and who looks again."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.errors import NotAllowed, allowed
from communities.models import COMMITTEE_BODIES
from communities.permissions.interests import COMMITTEE_OFFICES
from communities.scope import standing_of
from ratings.models import Assessment, Rectification
from ratings.permissions.assessments import (
    REPORTERS,
    assessed_bodies,
    check_untied,
    place_of,
    ties_of,
)


def check_follows_up(actor: Actor, assessment: Assessment) -> None:
    """Whoever holds the office it was assessed in, or one above the estate; nobody tied to it.

    Raises NotAllowed, with the reason, for everybody else.
    """
    refused = NotAllowed(_("Whoever assessed it follows it up: their office, or one above it."))
    if not isinstance(actor, User):
        raise refused
    check_untied(actor, assessment.body, assessment.period.from_on)
    standing = standing_of(actor)
    theirs = any(
        held.office == assessment.office and place_of(held).pk == assessment.office_place_id
        for held in standing.appointments
    )
    if not theirs and not assessment.estate.code.startswith(standing.overseer_codes or ("-",)):
        raise refused


def follows_up(actor: Actor, assessment: Assessment) -> bool:
    """Whether `check_follows_up` would let them."""
    return allowed(check_follows_up, actor, assessment)


def reports(actor: Actor, asked: Rectification) -> bool:
    """The firm's managers and clerks; for a committee those who sit on it."""
    if not isinstance(actor, User):
        return False
    committee = asked.body.kind in COMMITTEE_BODIES
    for held in standing_of(actor).appointments:
        if held.office in REPORTERS and held.body_id == asked.body_id:
            return True
        at = held.body_id == asked.body_id or held.place_id == asked.body.place_id
        if committee and held.office in COMMITTEE_OFFICES and at:
            return True
    return False


def check_reports(actor: Actor, asked: Rectification) -> None:
    """Raises NotAllowed, with the reason, for everybody else."""
    if not reports(actor, asked):
        raise NotAllowed(_("The firm itself reports what it has put right: its manager or clerk."))


def seen_by(user: User) -> Q:
    """Rectifications this user may see: as the firm's, or as the office's that follows them up."""
    standing = standing_of(user)
    offices = Q(pk__in=())
    for code in (*standing.overseer_codes, *standing.community_codes, *standing.auditor_codes):
        offices |= Q(estate__code__startswith=code)
    for held in standing.appointments:
        offices |= Q(assessment__office=held.office, assessment__office_place=place_of(held))
    tied = ties_of(user).during(standing.on, standing.on)
    found = offices & ~Q(body__in=tied) if tied else offices
    mine = assessed_bodies(standing)
    return found | mine if mine else found
