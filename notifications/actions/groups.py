"""Chat groups: connecting a robot, and telling the group what its office has to know.

What is told: what it is about, the reference, the stage and a link that asks who is there. Never a
person, a number or a dwelling: a group is read by whoever was ever added to it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from common.errors import Invalid, WrongState
from common.now import now
from common.sealed import seal, unseal
from notifications import channels
from notifications.actions.sending import FAILURES, GAPS, LEASE, REST
from notifications.channels import Message, NotSent, Permanent, Transient
from notifications.models import Robot, RobotKind, RobotNote
from notifications.models.notices import WAITING
from notifications.wording import words_for_group

logger = logging.getLogger(__name__)

PURPOSE = "robot"
# More at once than these are merged into one message: a group of people reads along.
MOST_AT_ONCE = 5
MOST_IN_HAND = 500
LONGEST_ADDRESS = 500


# --- Connecting --------------------------------------------------------------------------


@transaction.atomic
def connect_robot(
    *, place_code: str, name: str, kind: str, address: str, secret: str = "", by: User
) -> Robot:
    """Connect a group's robot to an office, and let it say hello. The door asks who may.

    Raises Invalid for an address that is not one of this kind: the portal would otherwise call any
    address that somebody typed.
    """
    if kind not in RobotKind.values:
        raise Invalid(fields={"kind": [_("Choose one of the kinds listed.")]})
    if not _is_one_of(kind, address):
        raise Invalid(
            fields={
                "address": [_("This is not the address of such a robot. Copy it from the group.")]
            }
        )
    robot = Robot.objects.create(
        place_code=place_code,
        name=name.strip(),
        kind=kind,
        sealed_address=seal(address, PURPOSE),
        sealed_secret=seal(secret, PURPOSE) if secret else "",
        added_at=now(),
    )
    _record("connect_robot", robot, by)
    _hello(robot)
    return robot


def follow_place(*, former: str, code: str) -> None:
    """Groups stay with their office when its code changes; no robot is spoken to."""
    rows = Robot.objects.filter(place_code__startswith=former)
    rows.update(place_code=Concat(Value(code), Substr("place_code", len(former) + 1)))


def _is_one_of(kind: str, address: str) -> bool:
    if not address.isascii() or not address.isprintable() or len(address) > LONGEST_ADDRESS:
        return False
    parts = urlsplit(address)
    hosts = {*provider(kind).HOSTS, *settings.ROBOT_HOSTS}
    return parts.scheme == "https" and parts.netloc in hosts and bool(parts.path.strip("/"))


def provider(kind: str) -> channels.RobotProvider:
    """The module that knows this kind: its hosts, its limits, whether it signs."""
    return channels.ROBOTS[kind]


@transaction.atomic
def disconnect_robot(robot: Robot, *, by: User) -> None:
    """The group hears nothing more, and its address is forgotten. Raises WrongState if it is."""
    if not Robot.objects.filter(pk=robot.pk, active=True).update(
        active=False, sealed_address="", sealed_secret=""
    ):
        raise WrongState
    # Nothing is left to wait for: nobody is to find these among the dead.
    robot.notes.filter(WAITING).update(next_try_at=None, last_error="disconnected")
    _record("disconnect_robot", robot, by)


def greet(robot: Robot, *, by: User) -> None:
    """Have the robot say hello again, to see that it is there. Raises WrongState if it is not."""
    if not robot.active:
        raise WrongState
    _hello(robot)
    _record("greet_robot", robot, by)


def _hello(robot: Robot) -> None:
    at = now()
    key = f"hello:{uuid4().hex}"
    RobotNote.objects.create(
        robot=robot, kind="robot_hello", key=key, created_at=at, next_try_at=at
    )


def _record(verb: str, robot: Robot, by: User) -> None:
    audit.record(
        by=by,
        verb=verb,
        target_kind="robot",
        target=str(robot.public_id),
        place=robot.place_code,
        kind=robot.kind,
    )


# --- Speaking ----------------------------------------------------------------------------


def speak() -> int:
    """Tell every group what waits for it; how many events left. One robot holds up no other."""
    at = now()
    waiting = Robot.objects.filter(
        Q(shut_until__isnull=True) | Q(shut_until__lte=at),
        Q(held_until__isnull=True) | Q(held_until__lte=at),
        active=True,
        pk__in=RobotNote.objects.filter(WAITING, next_try_at__lte=at).values("robot"),
    )
    return sum(_speak_to(robot) for robot in waiting if channels.offered(robot.kind))


def _speak_to(robot: Robot) -> int:
    at = now()
    # Two sweeps would each keep the limit, and together break it.
    free = Q(held_until__isnull=True) | Q(held_until__lte=at)
    if not Robot.objects.filter(free, pk=robot.pk).update(held_until=at + LEASE):
        return 0
    try:
        robot.refresh_from_db()
        return _tell(robot, at)
    finally:
        Robot.objects.filter(pk=robot.pk).update(held_until=None)


def _tell(robot: Robot, at: datetime) -> int:
    notes = list(
        robot.notes.filter(WAITING, next_try_at__lte=at).order_by("next_try_at", "pk")[
            :MOST_IN_HAND
        ]
    )
    left = 0
    for parcel, others in _parcels(notes, _allowed(robot, at)):
        failure = _tried(robot, parcel, others)
        _settle(robot, parcel, failure)
        if failure is not None:
            break
        left += len(parcel)
    return left


def _allowed(robot: Robot, at: datetime) -> int:
    """How many messages the provider still takes at this moment, and a group can bear."""
    sent = [datetime.fromisoformat(moment) for moment in robot.sent_ats]
    return min(
        MOST_AT_ONCE,
        *(
            most - sum(at - moment < timedelta(seconds=seconds) for moment in sent)
            for seconds, most in provider(robot.kind).LIMITS
        ),
    )


def _parcels(notes: Sequence[RobotNote], allowed: int) -> list[tuple[Sequence[RobotNote], bool]]:
    """Each message's notes: one each, and what is over the limit together in the last.

    The second says whether the message follows others ("another 12") or stands for all.
    """
    if allowed <= 0 or not notes:
        return []
    if len(notes) <= allowed:
        return [([note], False) for note in notes]
    alone = allowed - 1
    return [*(([note], False) for note in notes[:alone]), (notes[alone:], alone > 0)]


def _tried(robot: Robot, notes: Sequence[RobotNote], others: bool) -> NotSent | None:
    _count(robot)
    try:
        message = Message(
            address=unseal(robot.sealed_address, PURPOSE),
            secret=unseal(robot.sealed_secret, PURPOSE) if robot.sealed_secret else "",
            key=notes[0].key,
            text=words_for_group(notes, others=others),
            at=now(),
        )
        channels.sender_of(robot.kind)(message)
    except NotSent as failure:
        logger.warning("robot %s: %s", robot.pk, failure.code)
        return failure
    except Exception as error:
        # Not with its words: they may quote the address.
        name = type(error).__name__
        logger.error("robot %s: %s", robot.pk, name)
        return Transient(name)
    return None


def _count(robot: Robot) -> None:
    """Before it is sent: a sweep killed meanwhile must not send one more than the limit."""
    longest = max(seconds for seconds, _most in provider(robot.kind).LIMITS)
    at = now()
    since = at - timedelta(seconds=longest)
    kept = [m for m in robot.sent_ats if datetime.fromisoformat(m) > since]
    robot.sent_ats = [*kept, at.isoformat()]
    Robot.objects.filter(pk=robot.pk).update(sent_ats=robot.sent_ats)


def _settle(robot: Robot, parcel: Sequence[RobotNote], failure: NotSent | None) -> None:
    at = now()
    me = Robot.objects.filter(pk=robot.pk)
    notes = robot.notes.filter(pk__in=[note.pk for note in parcel], delivered_at__isnull=True)
    if failure is None:
        notes.update(delivered_at=at, next_try_at=None, attempts=F("attempts") + 1, last_error="")
        me.update(last_sent_at=at, failures=0, shut_until=None, last_error="")
        return
    error = failure.code[:80]
    if isinstance(failure, Permanent):
        # The group no longer has this robot: whatever waits for it waits in vain.
        robot.notes.filter(WAITING).update(next_try_at=None, dead_at=at, last_error=error)
        me.update(active=False, last_error=error)
        return
    for note in parcel:
        note.attempts += 1
        gap = GAPS[note.attempts - 1] if note.attempts <= len(GAPS) else None
        note.next_try_at = at + timedelta(minutes=gap) if gap else None
        note.dead_at = None if gap else at
        note.last_error = error
    RobotNote.objects.bulk_update(parcel, ["attempts", "next_try_at", "dead_at", "last_error"])
    me.update(failures=F("failures") + 1, last_error=error)
    me.filter(failures__gte=FAILURES).update(shut_until=at + REST)
