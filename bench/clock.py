"""How fast the clock is, as ratios within one run on PostgreSQL: `make bench`.

1. Overdue orders escalated per second by our sweep, divided by what one set-based SQL statement
   written by hand does with the same writes: a breach, an event, notices, two updates each.
   Rounds of both take turns, so that a busy machine slows both.
2. What a sweep costs when nothing is due, as open deadlines grow: the figure should stay flat.
3. From due to escalated, with the sweep running as beat runs it.

A city with a million open deadlines is built by SQL, not by the verbs: only the clock is measured.
"""

import json
import os
import sys
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from common.now import now  # noqa: E402
from complaints.actions import sound_alarms  # noqa: E402
from complaints.actions.clockwork import BATCH  # noqa: E402
from complaints.models import Complaint  # noqa: E402

SQL = Path(__file__).parent / "sql"
GROWTH = tuple(
    int(n) for n in os.environ.get("GROWTH", "10000,100000,1000000").split(",")
)  # open deadlines
ROUNDS, OF = 10, 10_000  # 100,000 overdue by each way, half of them at a time
BEAT: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE["sound alarms"]
EVERY: float = BEAT["schedule"].run_every.total_seconds()


def run(name: str, **figures: float) -> list[tuple[object, ...]]:
    """Run a file of bench/sql; returns the rows of its last statement, if it has any."""
    with connection.cursor() as cursor:
        cursor.execute((SQL / f"{name}.sql").read_text(encoding="utf-8"), figures or None)
        return cursor.fetchall() if cursor.description else []


def seconds(work: object) -> float:
    """How long it took."""
    started = perf_counter()
    work()  # type: ignore[operator]
    return perf_counter() - started


def counted() -> dict[str, int]:
    """Rows written so far, to see that both ways write the same."""
    tables = {"breaches": "complaints_breach", "events": "complaints_event"}
    tables["notices"] = "notifications_notification"
    with connection.cursor() as cursor:
        found = {}
        for name, table in tables.items():
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 our own names
            found[name] = cursor.fetchone()[0]
        return found


def written(work: object) -> tuple[float, dict[str, int]]:
    """How long it took, and how many rows it wrote of each kind."""
    before = counted()
    took = seconds(work)
    return took, {name: after - before[name] for name, after in counted().items()}


def idle() -> None:
    """The sweep with nothing due, at each size of the city."""
    print("\nA sweep when nothing is due")
    first = 0.0
    standing = 0
    for size in GROWTH:
        run("orders", first=standing // 2 + 1, last=size // 2)
        standing = size
        run("settle")
        assert sound_alarms() == 0
        # The least of many: whatever else the machine does can only add to it.
        taken = min(seconds(sound_alarms) for _ in range(500))
        first = first or taken
        print(
            f"  {size:>9,} open deadlines: {taken * 1000:.2f} ms, {taken / first:.2f} times", end=""
        )
        print(f", {pages_read()} pages of the index")


def pages_read() -> int:
    """How many pages the database reads to see that nothing is due."""
    due = Complaint.objects.alarmed(now()).values_list("pk", flat=True)[:BATCH]
    plan = json.loads(due.explain(format="json", analyze=True, buffers=True))
    return int(plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"])


def throughput() -> float:
    """Our sweep against the statement, in turns; returns the ratio of rows per second."""
    ours: list[float] = []
    theirs: list[float] = []
    rows: dict[str, dict[str, int]] = {}
    for turn in range(ROUNDS * 2):
        run("overdue", first=turn * OF + 1, last=(turn + 1) * OF)
        if turn % 2 == 0:
            took, rows["ours"] = written(sound_alarms)
            ours.append(took)
        else:
            took, rows["by hand"] = written(lambda: run("by_hand"))
            theirs.append(took)
    assert rows["ours"] == rows["by hand"], rows
    ratio = sum(theirs) / sum(ours)
    print(f"\n{ROUNDS * OF:,} overdue by each way, {OF:,} at a time, {GROWTH[-1]:,} open deadlines")
    print(f"  written each time: {rows['ours']}")
    print(f"  our sweep {ROUNDS * OF / sum(ours):,.0f} a second", end=", ")
    print(f"one statement by hand {ROUNDS * OF / sum(theirs):,.0f} a second")
    print(f"  ours / by hand = {ratio:.2f} (aim 0.7, floor 0.3)")
    return ratio


def latency() -> None:
    """Orders come due evenly while the sweep runs as often as beat runs it."""
    count, spread = 3_000, timedelta(seconds=3 * EVERY)
    run("coming_due", first=300_001, last=300_000 + count, spread=spread.total_seconds())
    started = perf_counter()
    while perf_counter() - started < spread.total_seconds() + EVERY:
        begun = perf_counter()
        sound_alarms()
        sleep(max(0.0, EVERY - (perf_counter() - begun)))
    waits = sorted(float(str(row[0])) for row in run("waits", first=300_001, last=300_000 + count))
    assert len(waits) == count, len(waits)
    print(f"\nFrom due to escalated, {count:,} orders, a sweep every {EVERY:.0f} s")
    middle, late = waits[count // 2], waits[int(count * 0.99)]
    print(f"  half within {middle:.1f} s, 99 % within {late:.1f} s", end="; ")
    print(f"{late / EVERY:.2f} of the time between sweeps")


def main(words: list[str]) -> int:
    """Returns 1 where the floor is not reached."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--floor", type=float, default=0.3)
    asked = parser.parse_args(words)
    if connection.vendor != "postgresql":
        print("This is measured on PostgreSQL: python -m bench clock", file=sys.stderr)
        return 2
    call_command("migrate", verbosity=0)
    run("city")
    idle()
    ratio = throughput()
    latency()
    return 0 if ratio >= asked.floor else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
