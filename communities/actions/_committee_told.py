"""Who is told what the clock wrote into a committee's file."""

from django.urls import reverse

from common.now import now, today
from communities.models import Appointment, Body, Committee, CommitteeStep, Office
from communities.queries.audience import desk_of
from communities.workflow import Step
from notifications.actions import notify

KINDS = {
    Step.FILING_LATE: "late_committee_filing",
    Step.REELECTION_DUE: "reminder_committee_reelection",
    Step.TERM_OVER: "late_committee_term",
}


def tell(committee: Committee, step: CommitteeStep) -> None:
    """Tell an alarm to the desk of the community and to the committee's director."""
    body = committee.body
    facts = {
        "committee": body.name,
        "day": step.on.isoformat(),
        "path": reverse("communities:body", args=[body.code]),
    }
    notify(
        desk_of(body.place) | _directors(body),
        kind=KINDS[Step(step.step)],
        facts=facts,
        key=f"committee:{step.public_id}",
        at=now(),
        duty=True,
        place_code=body.place.parent.code if body.place.parent else "",
    )


def _directors(body: Body) -> set[int]:
    held = Appointment.objects.in_force(today()).filter(
        body=body, office=Office.COMMITTEE_DIRECTOR, user__is_active=True
    )
    return set(held.values_list("user", flat=True))
