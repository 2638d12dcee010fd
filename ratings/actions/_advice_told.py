"""Who hears of a recommendation, and what of it."""

from django.urls import reverse

from common.now import now
from communities.models import PlaceKind
from communities.queries.audience import desk_of, managers_of
from notifications.actions import notify
from ratings.actions._officers import officers_of
from ratings.models import Addressee, Outcome, Recommendation
from ratings.permissions.results import answers


def concerned(row: Recommendation) -> set[int]:
    """The firm always hears; so does whoever it is addressed to."""
    return managers_of(row.firm) | addressed(row)


def addressed(row: Recommendation) -> set[int]:
    if row.addressee == Addressee.REGISTER:
        return {officer.pk for officer in officers_of(row.place_id)}
    if row.addressee == Addressee.COMMUNITY:
        return desk_of(row.place)
    return managers_of(row.to) if row.to else set()


def followers(row: Recommendation) -> set[int]:
    """The officers of the district who may say what became of it: none that is tied to the firm."""
    district = row.place.above(PlaceKind.DISTRICT) or row.place
    return {officer.pk for officer in officers_of(district.pk) if answers(officer, row)}


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
