"""Who acts: a user, the holder of an order's tracking secret, or the clock. Nobody else, ever."""

from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True)
class Reporter:
    """Somebody without an account who holds the tracking secret of one order."""

    digest: str


@dataclass(frozen=True)
class Clock:
    """The sweep."""


CLOCK = Clock()


Actor = User | Reporter | Clock


def actor_kind(actor: Actor) -> str:
    """`user`, `reporter` or `clock`."""
    if isinstance(actor, User):
        return "user"
    return "reporter" if isinstance(actor, Reporter) else "clock"


def actor_id(actor: Actor) -> int | None:
    """The user's plain id; nobody else has one."""
    return actor.pk if isinstance(actor, User) else None
