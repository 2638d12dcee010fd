"""The pages of the use of results and of honours with money: who sees them, and of which row."""

from collections.abc import Iterator
from typing import Any

from ratings.models import Award, AwardCategory, Payment, Programme, Recommendation
from scripts.shots_cast import Cast, Shot
from scripts.shots_register import Pages, all_of, seen_by


def first(rows: Any, *roles: str, what: str = "", **asked: Any) -> Pages:
    """The first row that stands so."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        found = rows.objects.filter(**asked).order_by("pk").first()
        if found is not None:
            for role in roles:
                key = str(found.public_id)
                yield from cast.shot(route, role, what, None, None, public_id=key)

    return pages


RESULTS: dict[str, Pages] = {
    "ratings:results": seen_by("district", "manager"),
    "ratings:recommend": seen_by("district"),
    "ratings:recommendation": all_of(
        first(Recommendation, "nobody", what="voted", outcomes__votes_for__isnull=False),
        first(Recommendation, "district", what="waiting", answered_at=None),
    ),
    "ratings:programmes": seen_by("nobody", "district"),
    "ratings:programme_open": seen_by("district"),
    "ratings:programme": first(Programme, "nobody", "district"),
    "ratings:programme_budget": first(Programme, "district"),
    "ratings:programme_category": first(Programme, "district"),
    "ratings:award_propose": first(AwardCategory, "district"),
    "ratings:award": all_of(
        first(Award, "nobody", "district", what="approved", state="approved"),
        first(Award, "district", what="proposed", state="proposed"),
    ),
    "ratings:payment_correct": first(Payment, "district", corrects=None, corrected_by=None),
}
