"""Who hears of a recommendation, and what of it."""

from django.urls import reverse

from accounts.models import User
from common.now import now, today
from communities.models import Appointment, Office, Place, PlaceKind, in_force
from communities.queries.audience import desk_of
from notifications.actions import notify
from ratings.actions._settling import managers_of
from ratings.models import Addressee, Outcome, Recommendation
from ratings.permissions.results import answers


def concerned(row: Recommendation) -> set[int]:
    """The firm always hears; so does whoever it is addressed to."""
    return managers_of(row.firm) | addressed(row)


def addressed(row: Recommendation) -> set[int]:
    if row.addressee == Addressee.REGISTER:
        return {officer.pk for officer in _officers(row.place)}
    if row.addressee == Addressee.COMMUNITY:
        return desk_of(row.place)
    return managers_of(row.to) if row.to else set()


def followers(row: Recommendation) -> set[int]:
    """The officers of the district who may say what became of it: none that is tied to the firm."""
    district = row.place.above(PlaceKind.DISTRICT) or row.place
    return {officer.pk for officer in _officers(district) if answers(officer, row)}


def _officers(district: Place) -> set[User]:
    held = Appointment.objects.filter(
        in_force(today()),
        office=Office.DISTRICT_OFFICER,
        body__place=district,
        user__is_active=True,
    )
    return {post.user for post in held.select_related("user")}


def tell(row: Recommendation, kind: str, to: set[int], of: Outcome | None = None) -> None:
    """A notice, in the caller's transaction; raises IntegrityError for one told already."""
    notify(
        to,
        kind=kind,
        facts={
            "firm": row.firm.name,
            "place": row.place.name,
            "advice": row.advice,
            "result": of.result if of else "",
            "day": row.due_on.isoformat(),
            "path": reverse("ratings:recommendation", args=[row.public_id]),
        },
        key=f"{kind} {(of or row).public_id.hex}",
        at=now(),
        duty=True,
    )
