"""The sign-ins that `manage.py demo --sign-ins` prints: one per role at least."""

from typing import TypedDict

from accounts.models import User
from communities.models import Appointment, PlaceKind
from governance.demo.names import OFFICE_WORDS
from governance.demo.people import PASSWORD

# The people of the first estate belong together: with them the whole story can be played.
ROLES = (
    ("resident", "resident1"),
    ("grid worker", "grid1"),
    ("community clerk", "clerk1"),
    ("community secretary", "secretary1"),
    ("project manager", "manager1"),
    ("firm clerk", "frontdesk1"),
    ("repairer", "repairer1"),
    ("manager who is also a grid worker", "manager2"),
    ("subdistrict officer", "subdistrict1"),
    ("subdistrict officer, acting for a vacant community", "subdistrict2"),
    ("district officer", "district1"),
    ("department officer", "urban_management"),
    ("building butler", "butler1"),
    ("property observer", "observer1"),
    ("owners' committee member", "committee1"),
    ("management committee's director", "director1"),
    ("branch secretary and estate warden", "branch1"),
    ("integrity supervisor", "supervisor1"),
    ("auditor", "auditor1"),
    ("administrator", "admin1"),
)


class SignIn(TypedDict):
    """One line of the list."""

    role: str
    username: str
    password: str
    offices: list[str]


def sign_ins() -> list[SignIn]:
    """Everybody on the list who is there; nobody where the county has not been loaded."""
    users = User.objects.filter(username__in=[username for _role, username in ROLES])
    there = {user.username: user for user in users}
    held: dict[int, list[str]] = {}
    seats = Appointment.objects.filter(user__in=users).select_related(
        "body", "grid", "place__parent"
    )
    for seat in seats.order_by("pk"):
        held.setdefault(seat.user_id, []).append(f"{OFFICE_WORDS[seat.office]}（{_at(seat)}）")
    return [
        SignIn(
            role=role,
            username=username,
            password=PASSWORD,
            offices=held.get(there[username].pk, []),
        )
        for role, username in ROLES
        if username in there
    ]


def _at(seat: Appointment) -> str:
    """Where it is held; a building under the name of its estate."""
    place = seat.place
    if place is not None and place.kind == PlaceKind.BUILDING and place.parent is not None:
        return f"{place.parent.name}{place.name}"
    return seat.seat.name
