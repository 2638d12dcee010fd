"""A portal of real processes for each story, over one database server that all of them share."""

import fcntl
import json
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.faults import compare, overdue
from tests.faults.machines import PATTERN, Broker, Database, Portal, ask_people, each_closed
from tests.faults.residents import Crowd, Ledger

# One number for everything that happens at random; given again, the story is told again.
os.environ.setdefault("FAULT_SEED", str(random.SystemRandom().randrange(10**6)))
SEED = int(os.environ["FAULT_SEED"])
# How long `make soak` goes on; without it each story lasts seconds.
SOAK_MINUTES = float(os.environ.get("SOAK_MINUTES", "0"))


def pytest_report_header() -> str:
    """So that what was found can be found again."""
    return f"faults: FAULT_SEED={SEED}" + (f", {SOAK_MINUTES} minutes" if SOAK_MINUTES else "")


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """They are a part of their own, `-m fault`: whoever runs the rest does not wait for them."""
    return None if "fault" in config.getoption("markexpr") else True


@dataclass(frozen=True)
class Pace:
    """How long and how much: seconds in everybody's tests, minutes in a soak."""

    seed: int
    minutes: float

    def seconds(self, usually: float, *, share: float) -> float:
        """How long a story's disturbance lasts; a soak's minutes are shared among the stories."""
        return max(usually, self.minutes * 60 * share)

    def number(self, usually: int, in_a_soak: int) -> int:
        return in_a_soak if self.minutes else usually


@pytest.fixture
def pace() -> Pace:
    return Pace(SEED, SOAK_MINUTES)


@pytest.fixture
def chance(pace: Pace, request: pytest.FixtureRequest) -> random.Random:
    """What happens at random, the same for the same seed."""
    return random.Random(f"{pace.seed}/{request.node.name}")


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a stopped server with the county that every story begins with, and of who is
    in it. Made by whoever of those who test side by side comes first: all migrations take long.
    """
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder = shared / "pattern"
    with (shared / "pattern.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "people.json").exists():
            make_pattern(folder)
    return folder


def make_pattern(folder: Path) -> None:
    """In a folder with a short name: a socket's path must be short."""
    with tempfile.TemporaryDirectory(prefix="portal-faults-") as name:
        # Small journal files, so that a limit on the size of any file can be low.
        database = Database(Path(name), initdb=("--wal-segsize=1",))
        with each_closed(database):
            database.command(f"CREATE DATABASE {PATTERN}")
            portal = Portal(Path(name), database.address(PATTERN), "redis://none")
            people = ask_people(portal.environment)
        folder.mkdir()
        subprocess.run(["cp", "-a", f"{name}/data", str(folder / "data")], check=True)
    (folder / "people.json").write_text(json.dumps(people))


@pytest.fixture(scope="session")
def server(pattern: Path) -> Iterator[Database]:
    """A database server of one's own, with the county."""
    with tempfile.TemporaryDirectory(prefix="portal-faults-") as name:
        database = Database(Path(name), like=pattern)
        with each_closed(database):
            yield database


@pytest.fixture(scope="session")
def people(pattern: Path) -> dict[str, Any]:
    """Who is in the county that every story begins with."""
    found: dict[str, Any] = json.loads((pattern / "people.json").read_text())
    return found


@dataclass
class Story:
    """A database with a county, a broker, and a portal of which nothing has been started."""

    name: str
    database: Database
    broker: Broker
    portal: Portal
    people: dict[str, Any]
    seed: int
    # What anybody in this story was told.
    ledger: Ledger = field(default_factory=Ledger)

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.database.ask(self.name, sql, *values)

    def crowd(self, **words: Any) -> Crowd:
        return Crowd(self.portal.port, self.people, self.seed, self.ledger, **words)

    def overdue(self, number: int, *, youngest: str, oldest: str, category: str) -> None:
        """So many orders of long ago, copied from one that a resident reports now."""
        crowd = self.crowd()
        reference = crowd.file(self.people["residents"][0], category=category)
        assert reference is not None, crowd.ledger
        with self.database.line(self.name) as ask:
            overdue.put_into_the_past(
                ask, reference, number=number, youngest=youngest, oldest=oldest
            )

    def count(self, table: str, where: str = "true") -> int:
        return int(self.ask(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])

    def database_clock(self) -> datetime:
        moment: datetime = self.ask("SELECT clock_timestamp()")[0][0]
        return moment

    def missing(self, at: datetime | None = None) -> list[tuple[Any, ...]]:
        """Rungs that had been reached at a moment, by default now, and are not on record."""
        return compare.missing(self.ask, at)

    def settled(self, *, seconds: float) -> float:
        """Wait until every rung that is due is on record; how long it took."""
        began = time.monotonic()
        while rows := self.missing():
            if time.monotonic() - began > seconds:
                assert rows == [], f"reached {seconds:.0f} s ago and not on record"
            time.sleep(0.2)
        return time.monotonic() - began

    def climbed(self, orders: int, *, seconds: float) -> None:
        """Wait until so many urgent orders have climbed to the top with both of their promises."""
        wait_until(
            lambda: self.count("complaints_breach", "level = 2") >= 2 * orders, seconds=seconds
        )

    def wrong(self) -> list[str]:
        """What the ledger and the tables disagree on."""
        return compare.compare(self.ask, self.ledger)


def wait_until(question: Callable[[], Any], *, seconds: float) -> float:
    """Ask until the answer is yes; how long it took. Fails when it takes longer than that."""
    began = time.monotonic()
    while not question():
        assert time.monotonic() - began < seconds, f"not within {seconds:.0f} s"
        time.sleep(0.2)
    return time.monotonic() - began


@pytest.fixture
def story(server: Database, people: dict[str, Any], tmp_path: Path, pace: Pace) -> Iterator[Story]:
    """Everything a story needs, over a fresh copy of the county."""
    name = f"story_{time.monotonic_ns()}"
    server.command(f"CREATE DATABASE {name} TEMPLATE {PATTERN}")
    broker = Broker(tmp_path / "broker")
    portal = Portal(tmp_path, server.address(name), broker.address)
    with each_closed(broker, portal):
        yield Story(name, server, broker, portal, people, pace.seed)
    server.command(f"DROP DATABASE {name} WITH (FORCE)")
