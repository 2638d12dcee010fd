"""Invitations for tests: made, accepted, and dead in every way there is."""

from typing import Any

from accounts.models import User
from common.codes import new_secret
from common.now import today
from communities import actions
from communities.models import Appointment, Invitation, Office
from tests.communities.in_office import held
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
NUMBER = "13700000009"
STRONG = "willow-bridge-42-lamp"


def invited(county: County, people: People, **other: Any) -> tuple[Invitation, str]:
    told: dict[str, Any] = {
        "by": people["dispatcher"],
        "office": Office.GRID_WORKER,
        "at": county.grid,
        "name": "林小桥",
        "phone": NUMBER,
        "from_on": today(),
        **other,
    }
    return actions.invite(**told)


def opened(secret: str, address: str = "a" * 64) -> Invitation:
    return actions.open_invitation(secret, address=address)


def accept(secret: str, **other: Any) -> Appointment:
    told = {"username": "xiaoqiao", "password": STRONG, "phone_confirmed": True, **other}
    return actions.accept_as_newcomer(opened(secret), **told)


def dead(way: str, county: County, people: People, clock: Pretended) -> str:
    if way == "wrong":
        return new_secret()
    made, secret = invited(county, people)
    if way == "used":
        actions.accept_as_newcomer(
            opened(secret), username="xiaoqiao", password=STRONG, phone_confirmed=False
        )
    elif way == "expired":
        clock.forward(days=7)
    elif way == "revoked":
        actions.revoke_invitation(made, by=people["dispatcher"])
    elif way == "of somebody dismissed":
        clerk = held(people["dispatcher"])
        actions.dismiss(clerk, by=people["subdistrict"], on=today(), grounds="调离")
    elif way == "of a shut account":
        User.objects.filter(pk=people["dispatcher"].pk).update(is_active=False)
    return secret


WAYS = ["wrong", "used", "expired", "revoked", "of somebody dismissed", "of a shut account"]
