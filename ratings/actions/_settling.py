"""A sheet becomes settled: what it replaces steps back, and those it concerns are told."""

from accounts.actors import Actor
from common.now import now, today
from communities.models import Appointment, in_force
from communities.queries.audience import managers_of
from ratings.actions._officers import untied
from ratings.actions._rectifying import lapse_what_is_gone
from ratings.actions._sheets import record, tell
from ratings.models import Assessment, AssessmentState
from ratings.permissions.assessments import given_above, offices_for, sheet_of
from ratings.queries.sheets import filled
from ratings.terms import Judge


def settle(assessment: Assessment, *, by: Actor) -> None:
    """From now on it never changes. In the caller's transaction, with its period locked."""
    assessment.state, assessment.settled_at = AssessmentState.SETTLED, now()
    assessment.save()
    replaced = assessment.replaces
    if replaced is not None:
        replaced.state = AssessmentState.REPLACED
        replaced.save(update_fields=["state"])
        lapse_what_is_gone(assessment, replaced)
    record(assessment, by, "settle_assessment")
    lost = len(filled(assessment).deductions)
    tell(assessment, managers_of(assessment.body), "assessment_settled", deductions=lost)


def tell_confirmers(assessment: Assessment) -> None:
    """Everybody who may confirm this verdict hears that it waits."""
    sheet = sheet_of(assessment)
    pair = [(assessment.estate, assessment.body)]
    above = sheet.what == Judge.COMMUNITY_PARTY and bool(
        given_above(pair, assessment.period.from_on, today())
    )
    held = (
        Appointment.objects.filter(
            in_force(today()),
            office__in=sorted(offices_for(sheet.what, above=above)),
            body__place__in=[place.pk for place in assessment.estate.chain()],
            user__is_active=True,
        )
        .exclude(user=assessment.by_id)
        .select_related("user")
    )
    people = {post.user for post in held}
    to = untied(people, [assessment.body_id], assessment.period.from_on)
    tell(assessment, to, "assessment_to_confirm")
