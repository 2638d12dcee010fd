"""Everything that is tested, first in two lanes at once (make test).

python -m scripts.test_all

Everything on PostgreSQL goes on before one's eyes: the stories in a browser, then all else, in a
process of its own, for what stands there from test to test a browser's loop would leave behind.
Beside it runs what is shorter, one after the other – the same verbs on SQLite, and the county in
use – and is shown at the end: a browser waits more than it works, and the other lane has the time.
Then, with the machine to themselves because their time counts, the faults. The exit code is that
of the first that failed.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts.processes import Stop, listen_for_stop, start, stop

# Seconds for a run that is asked to stop: it lets its tests end, then its servers.
PATIENCE = 40
# A worker that has nothing left takes over half of what the other still has before it.
EVERYTHING = ("-n", "2", "--dist", "worksteal")
STORIES = "tests/journeys"
# A second time on SQLite: the verbs, lists and doors of complaints, and the journey marked for it.
# What pages and answers look like and say, what a long life comes to beyond each of its steps, and
# what never asks a database, is the same on both.
ON_SQLITE = (
    "tests/complaints",
    "tests/journeys",
    *("-m", "sqlite or not (race or journey)"),
    *("--ignore-glob", "*_pages.py"),
    *("--ignore-glob", "*/test_api_*.py"),
    *("--ignore-glob", "*_api.py"),
    *("--ignore-glob", "*/test_life_model.py"),
    *("--ignore-glob", "*/test_clock.py"),
    *("--ignore-glob", "*/test_clock_twice.py"),
    *("--ignore-glob", "*/test_permissions*.py"),
    *("--ignore-glob", "*/test_doors.py"),
    *("--ignore-glob", "*/test_rule_readers.py"),
    *("--ignore-glob", "*/test_workflow.py"),
    *("-p", "no:cacheprovider"),
)


@dataclass
class Part:
    """A run of tests in a process of its own."""

    name: str
    words: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", *self.words]


MAIN = (
    Part("Stories in a browser", ("scripts.test_services", *EVERYTHING, STORIES)),
    Part("All else, on PostgreSQL", ("scripts.test_services", *EVERYTHING, "--ignore", STORIES)),
)
BESIDE = (
    Part(
        "Verbs, doors and a journey again, on SQLite",
        ("scripts.test_services", *ON_SQLITE),
        {"TEST_ON": "sqlite"},
    ),
    Part("The county in use, into an empty SQLite database", ("scripts.try_demo",)),
)
ALONE = Part(
    "Processes killed, frozen and starved: nothing lost, nothing twice",
    ("pytest", "-n", "2", "--dist", "loadfile", "-m", "fault", "tests/faults"),
    {"PORTAL_MODE": "test"},
)


def run(part: Part) -> int:
    """Runs it to its end; its exit code. Asked to stop, it may take down its servers first."""
    running = subprocess.Popen(part.command, env={**os.environ, **part.environment})
    try:
        return running.wait()
    except Stop:
        running.terminate()
        running.wait(timeout=PATIENCE)
        raise


def one_after_the_other(parts: tuple[Part, ...]) -> int:
    """Each part of a lane, also after one has failed; the exit code of the first that did."""
    codes = []
    for part in parts:
        print(f"== {part.name}", flush=True)
        codes.append(run(part))
    return next((code for code in codes if code), 0)


def both() -> int:
    """Both lanes; what the other one said is shown when this one is through."""
    with tempfile.TemporaryDirectory(prefix="portal-tests-") as name:
        words = [sys.executable, "-m", "scripts.test_all", "beside"]
        other = start("other lane", words, log=Path(name) / "beside.log")
        try:
            code = one_after_the_other(MAIN)
            other_code = other.process.wait()
            print(other.log.read_text(errors="replace"), flush=True)
        finally:
            if other.alive:
                stop([other], grace=2 * PATIENCE)
    if code or other_code:
        return code or other_code
    print(f"== {ALONE.name}", flush=True)
    return run(ALONE)


def main(words: list[str]) -> int:
    listen_for_stop()
    try:
        return one_after_the_other(BESIDE) if words == ["beside"] else both()
    except Stop as asked:
        return 128 + asked.number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
