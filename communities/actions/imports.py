"""Verbs about workbooks sent in: sent, confirmed, dropped, and worked on by a sweep.

What the rows mean is known one floor up (`communities.sheets`); the rows of an import are written
here alone. A sweep holds an import by `taken_until`: one that died lets another have it, and
whatever it does afterwards is refused.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor, Clock
from accounts.models import User
from common.bulk import insert_rows
from common.errors import Invalid, NotAllowed, TooLarge, TooMany, WrongState
from common.now import now
from common.workbooks.reading import LARGEST_FILE
from communities.models import Import, ImportRow, ImportState, Place, RowVerdict
from communities.permissions import check_keeps_register

LEASE = timedelta(minutes=2)
# Longer than a row takes by the single verbs on a machine that is busy.
LEASE_OF_A_ROW = timedelta(milliseconds=250)
MOST_OPEN = 5  # workbooks of one person that wait to be read or written
MOST_TRIES = 3
LONGEST_NAME = 200
WAITING = (
    ImportState.SENT,
    ImportState.READING,
    ImportState.CONFIRMED,
    ImportState.WRITING,
)
COUNTS = (
    ("created", RowVerdict.CREATE),
    ("changed", RowVerdict.CHANGE),
    ("same", RowVerdict.SAME),
    ("refused", RowVerdict.REFUSE),
)


class Lost(Exception):
    """Another sweep has taken this import over."""


@transaction.atomic
def send_import(*, by: Actor, kind: str, place: Place, filename: str, data: bytes) -> Import:
    """Take a workbook in; a sweep reads it. Nothing is written before it is confirmed.

    Raises NotAllowed for whoever does not keep the register of the place, Invalid for an empty
    file, TooLarge and TooMany.
    """
    if not isinstance(by, User):
        raise NotAllowed
    check_keeps_register(by, place)
    if not data:
        raise Invalid(fields={"file": [_("This file is empty.")]})
    if len(data) > LARGEST_FILE:
        raise TooLarge(_("A workbook has 10 MB at most. Send the list in parts."))
    # One at a time: two clicks would both find room for one more.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Import.objects.filter(by=by, state__in=WAITING).count() >= MOST_OPEN:
        raise TooMany(_("Several of your workbooks are still being worked on. Wait for them."))
    found = Import.objects.create(
        kind=kind, place=place, by=by, at=now(), filename=filename[-LONGEST_NAME:], file=data
    )
    _record(found, by, "send_import", bytes=len(data))
    return found


@transaction.atomic
def confirm_import(found: Import, *, by: Actor) -> Import:
    """Have it written: all of it. Raises WrongState while a row is refused or nothing would change.

    What the rows come to is judged once more, under lock, when they are written.
    """
    found = _held(found, by)
    if found.state != ImportState.READ:
        raise WrongState
    if found.refused:
        raise WrongState(_("Some rows are refused. Correct them in the file and send it again."))
    if not found.created and not found.changed:
        raise WrongState(_("Nothing in this list is new: there is nothing to write."))
    found.state, found.taken_until, found.problem = ImportState.CONFIRMED, None, _notes(found)
    found.save(update_fields=["state", "taken_until", "problem"])
    _record(found, by, "confirm_import", **_counts(found))
    return found


@transaction.atomic
def drop_import(found: Import, *, by: Actor) -> Import:
    """Do not write it after all."""
    found = _held(found, by)
    if found.state not in (ImportState.SENT, ImportState.READ):
        raise WrongState
    found.state, found.ended_at = ImportState.DROPPED, now()
    found.save(update_fields=["state", "ended_at"])
    _record(found, by, "drop_import")
    return found


def _held(found: Import, by: Actor) -> Import:
    rows = Import.objects.select_for_update(of=("self",)).select_related("place")
    found = rows.defer("file").get(pk=found.pk)
    if isinstance(by, Clock):
        raise NotAllowed
    check_keeps_register(by, found.place)
    return found


# --- For the sweep -----------------------------------------------------------------------


@transaction.atomic
def take_import() -> Import | None:
    """The next that waits, held for two minutes; None where there is none that nobody works on."""
    at = now()
    free = Q(taken_until__isnull=True) | Q(taken_until__lte=at)
    waiting = Import.objects.select_for_update(of=("self",), skip_locked=True)
    rows = waiting.filter(free, state__in=WAITING).select_related("place", "by").defer("file")
    found = rows.order_by("at", "pk").first()
    if found is None:
        return None
    tries = int(found.problem.get("tries", 0)) + 1
    writes = found.state in (ImportState.CONFIRMED, ImportState.WRITING)
    found.state = ImportState.WRITING if writes else ImportState.READING
    found.taken_until, found.progress = at + LEASE, 0
    found.problem = {**_notes(found), "tries": tries}
    if tries > MOST_TRIES:
        # Whoever works on it dies: others wait behind it.
        found.state, found.ended_at = ImportState.REFUSED, at
        found.problem = {"code": "given_up", "facts": {}}
    found.save(update_fields=["state", "taken_until", "progress", "problem", "ended_at"])
    return found


@transaction.atomic
def begin_rows(found: Import, *, total: int, notes: Sequence[Any], at_once: int = 0) -> None:
    """Its rows are gone through from the first one on; `at_once` before the first is heard of."""
    _still_mine(found)
    ImportRow.objects.filter(of=found).delete()
    found.total, found.progress, found.problem = total, 0, {**found.problem, "notes": list(notes)}
    for name, _verdict in COUNTS:
        setattr(found, name, 0)
    found.taken_until = now() + LEASE + min(total, at_once) * LEASE_OF_A_ROW
    names = [name for name, _verdict in COUNTS]
    found.save(update_fields=["total", "progress", "problem", "taken_until", *names])


@transaction.atomic
def keep_rows(found: Import, rows: Sequence[tuple[int, str, Mapping[str, Any], Any]]) -> None:
    """Keep what became of some rows: (number, verdict, said, words); progress is seen at once."""
    _still_mine(found)
    insert_rows(
        ImportRow,
        ("of", "number", "verdict", "said", "words"),
        [(found.pk, number, verdict, dict(said), words) for number, verdict, said, words in rows],
    )
    for name, verdict in COUNTS:
        more = sum(1 for row in rows if row[1] == verdict)
        setattr(found, name, getattr(found, name) + more)
    found.progress += len(rows)
    found.taken_until = now() + LEASE
    found.save(update_fields=["progress", "taken_until", *(name for name, _v in COUNTS)])


@transaction.atomic
def finish_reading(found: Import) -> None:
    """Read: whoever sent it may look at it and confirm it."""
    _still_mine(found)
    found.state, found.taken_until, found.problem = ImportState.READ, None, _notes(found)
    found.save(update_fields=["state", "taken_until", "problem"])


@transaction.atomic
def refuse_import(found: Import, code: str, **facts: Any) -> None:
    """All of it is refused, for a reason; what there was of verdicts stays to be read."""
    _still_mine(found)
    found.state, found.taken_until, found.ended_at = ImportState.REFUSED, None, now()
    found.problem = {**_notes(found), "code": code, "facts": facts}
    found.save(update_fields=["state", "taken_until", "ended_at", "problem"])
    _record(found, found.by, "refuse_import", reason=code)


def hold_while_writing(found: Import) -> None:
    """Call first within the transaction that writes: no other sweep takes it until that ends."""
    _still_mine(found)


def finish_writing(found: Import) -> None:
    """Written, in the transaction that wrote the rows."""
    found.state, found.taken_until, found.ended_at = ImportState.DONE, None, now()
    found.progress, found.problem = found.total, _notes(found)
    found.save(update_fields=["state", "taken_until", "ended_at", "progress", "problem"])
    _record(found, found.by, "write_import", **_counts(found))


def forget_old_imports() -> int:
    """Workbooks and rows of imports that ended long ago go, the counts stay.

    One that nobody confirmed all that time is dropped.
    """
    at = now()
    old = at - timedelta(days=settings.IMPORTS_KEPT_DAYS)
    unconfirmed = Import.objects.filter(state=ImportState.READ, at__lt=old)
    unconfirmed.update(state=ImportState.DROPPED, ended_at=at)
    over = Q(ended_at__lt=old) | Q(state=ImportState.DROPPED, at__lt=old)
    kept = Import.objects.filter(over, file__isnull=False).order_by("at")
    keys = list(kept.values_list("pk", flat=True)[:100])
    with transaction.atomic():
        ImportRow.objects.filter(of__in=keys).delete()
        return Import.objects.filter(pk__in=keys).update(file=None)


def _still_mine(found: Import) -> None:
    """Raises Lost where another sweep has taken it over, or somebody dropped it."""
    rows = Import.objects.select_for_update(no_key=True)
    mine = rows.filter(pk=found.pk, state=found.state, taken_until=held_until(found))
    if not mine.values_list("pk", flat=True):
        raise Lost


def held_until(found: Import) -> datetime | None:
    return found.taken_until


def _notes(found: Import) -> dict[str, Any]:
    return {"notes": found.problem["notes"]} if found.problem.get("notes") else {}


def _counts(found: Import) -> dict[str, int]:
    return {name: getattr(found, name) for name, _verdict in COUNTS}


def _record(found: Import, by: Actor, verb: str, **facts: Any) -> None:
    audit.record(
        by=by,
        verb=verb,
        target_kind="import",
        target=str(found.public_id),
        kind=found.kind,
        place=found.place.code,
        **facts,
    )
