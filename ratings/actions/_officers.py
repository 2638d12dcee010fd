"""Officers of a district who hear of what waits for one of them: none that is tied to it."""

from collections.abc import Collection, Iterable
from datetime import date

from accounts.models import User
from common.now import today
from communities.models import Appointment, Office, in_force
from ratings.permissions.assessments import ties_of


def officers_of(place: int) -> set[User]:
    """Who holds the district's office today and can sign in; `place` is the district's key."""
    held = Appointment.objects.filter(
        in_force(today()),
        office=Office.DISTRICT_OFFICER,
        body__place=place,
        user__is_active=True,
    )
    return {post.user for post in held.select_related("user")}


def untied(people: Iterable[User], bodies: Collection[int], since: date) -> set[int]:
    """Those of them whom nothing ties, or tied since that day, to any of these bodies."""
    on = today()
    return {user.pk for user in people if ties_of(user).during(since, on).isdisjoint(bodies)}
