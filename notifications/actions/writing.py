"""Writing notices with the change they tell of, and reading them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from accounts.models import User
from common import bulk
from common.now import now
from notifications.models import Channel, Notification


def notify(
    to: Iterable[int],
    *,
    kind: str,
    facts: Mapping[str, Any],
    key: str,
    at: datetime,
    **how: Any,
) -> None:
    """Write one in-app notice per person, in the caller's transaction.

    `key` is what happened; `how` is what `lines` takes beside it.
    """
    write(lines(to, kind=kind, facts=facts, key=key, at=at, **how))


# A notice not yet written, as the columns of its row; `lines` fills them in this order.
Line: TypeAlias = tuple[Any, ...]
COLUMNS = (
    "to",
    "kind",
    "facts",
    "channel",
    "key",
    "duty",
    "loud_from",
    "wakes",
    "place_code",
    "to_spread",
    "created_at",
    "next_try_at",
    "attempts",
    "last_error",
)
ATTNAMES = ("to_id", *COLUMNS[1:])
# From here on a row's model costs more than the row.
MANY = 100


def lines(
    to: Iterable[int],
    *,
    kind: str,
    facts: Mapping[str, Any],
    key: str,
    at: datetime,
    duty: bool = False,
    loud_from: datetime | None = None,
    wakes: bool = False,
    place_code: str = "",
) -> list[Line]:
    """One in-app notice per person, for callers that write many at once by `write`.

    `duty`: the person's preferences cannot switch it off. `loud_from`: e-mail, text message,
    WeChat and chat groups carry it no earlier; in the portal it appears at once, which wakes
    nobody. `wakes`: urgent enough to ring within the person's own quiet hours. `place_code`: the
    office whose chat group hears of it too, by the code of its place.
    """
    told = dict(facts)
    rest = (kind, told, Channel.IN_APP.value, key, duty, loud_from, wakes, place_code, True)
    return [(user_id, *rest, at, at, 0, "") for user_id in sorted(set(to))]


def write(found: Iterable[Line]) -> None:
    """Write the lines in the caller's transaction. Raises IntegrityError for one told already."""
    rows = list(found)
    if len(rows) < MANY:
        Notification.objects.bulk_create(_rows(rows))
    else:
        bulk.insert_rows(Notification, COLUMNS, rows)


def prepared(to: Iterable[int], **told: Any) -> list[Notification]:
    """What `lines` gives, as rows of the model."""
    return _rows(lines(to, **told))


def _rows(found: Iterable[Line]) -> list[Notification]:
    return [Notification(**dict(zip(ATTNAMES, line, strict=True))) for line in found]


def mark_read(*, by: User, notice_id: int | None = None) -> int:
    """Mark one of one's own notices, or all of them, as read; returns how many were unread."""
    mine = Notification.objects.filter(to=by, channel=Channel.IN_APP, read_at__isnull=True)
    if notice_id is not None:
        mine = mine.filter(pk=notice_id)
    return mine.update(read_at=now())
