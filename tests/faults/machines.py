"""A database server, a broker and the portal's own processes, real ones, to be killed at will."""

import contextlib
import json
import os
import random
import resource
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import redis

from scripts import broker, postgres
from scripts.processes import Child, Trouble, free_port, start, stop, wait_for_port

ROOT = Path(__file__).resolve().parents[2]
# A server that is killed must still have what it said was kept: unlike in the other tests,
# a commit waits until it is written. (Only the machine itself never loses its power here.)
SAFELY = {**postgres.SETTINGS, "synchronous_commit": "on", "max_connections": "60"}
# Workers that know nothing of one another, as in production.
ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")
PATTERN = "template_county"
Ask = Callable[..., list[tuple[Any, ...]]]


@dataclass
class Database:
    """A PostgreSQL server in a folder of its own."""

    folder: Path
    settings: dict[str, str] = field(default_factory=lambda: dict(SAFELY))
    initdb: tuple[str, ...] = ()
    # The folder of a server that has been stopped: this one begins with all that one had.
    like: Path | None = None
    runner: postgres.Runner = field(init=False)
    server: Child = field(init=False)

    def __post_init__(self) -> None:
        programs = postgres.of_the_machine() or postgres.of_the_wheel()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.runner = postgres.prepare(programs, self.folder, *self.initdb, like=self.like)
        self.start()

    def start(self, *, seconds: float = 30) -> None:
        """Start it, after a crash too: what a killed server left behind goes by itself."""
        until = time.monotonic() + seconds
        while True:
            try:
                self.server = postgres.serve(self.runner, self.folder, settings=self.settings)
                return
            except Trouble:
                # Its children notice the death of the parent in a moment; until then they hold
                # the shared memory, and a new server refuses to start.
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def kill(self) -> None:
        """As a crash of the program: no farewell to anybody."""
        self.server.process.kill()
        self.server.process.wait()

    def stop_at_once(self) -> None:
        """Its `immediate` stop: every session ends where it is, and it must recover after."""
        self.server.process.send_signal(signal.SIGQUIT)
        self.server.process.wait(timeout=20)

    def close(self) -> None:
        stop([self.server])

    def address(self, name: str) -> str:
        return f"postgres://portal@{quote(str(self.folder), safe='')}/{name}"

    @contextlib.contextmanager
    def line(self, name: str) -> Iterator[Ask]:
        """A connection, for the block; what is done on it is one transaction."""
        with (
            contextlib.closing(
                psycopg2.connect(host=str(self.folder), user="portal", dbname=name)
            ) as line,
            line,
            line.cursor() as cursor,
        ):

            def ask(sql: str, *values: Any) -> list[tuple[Any, ...]]:
                cursor.execute(sql, values or None)
                return cursor.fetchall() if cursor.description else []

            yield ask

    def ask(self, name: str, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of one statement, on a connection of its own."""
        with self.line(name) as ask:
            return ask(sql, *values)

    def command(self, sql: str) -> None:
        """Something that cannot be done in a transaction: a database made or dropped."""
        with contextlib.closing(
            psycopg2.connect(host=str(self.folder), user="portal", dbname="postgres")
        ) as line:
            line.autocommit = True
            with line.cursor() as cursor:
                cursor.execute(sql)

    def limit_files(self, octets: int) -> None:
        """No file of the server may grow beyond this; -1 lifts the limit. Linux only."""
        for number in _family(self.server.process.pid):
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(number, resource.RLIMIT_FSIZE, (octets, -1))


def _family(parent: int) -> list[int]:
    """A process and the children it has."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [parent, *map(int, found)]


@dataclass
class Broker:
    """A Valkey or Redis at a fixed address."""

    folder: Path
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    server: Child = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    @property
    def address(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.server = broker.serve(
            broker.of_the_machine() or broker.of_the_wheel(),
            folder=self.folder,
            log=self.folder / "broker.log",
            port=self.port,
            password=self.password,
        )

    def kill(self) -> None:
        self.server.process.kill()
        self.server.process.wait()

    def freeze(self) -> None:
        """It stands still: its connections stay open, the kernel takes new ones, nobody answers."""
        self.server.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.server.process.send_signal(signal.SIGCONT)

    def empty(self) -> None:
        """Everything it knew is forgotten."""
        with contextlib.closing(redis.Redis.from_url(self.address, socket_timeout=5)) as line:
            line.flushall()

    def close(self) -> None:
        self.thaw()
        stop([self.server])


@dataclass
class Portal:
    """Web, workers and beats over one database and one broker, started and killed one by one."""

    folder: Path
    database_url: str
    broker_url: str
    port: int = field(default_factory=free_port)
    running: dict[str, Child] = field(default_factory=dict)
    _started: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PORTAL_MODE": "test",
            "DJANGO_SETTINGS_MODULE": "governance.settings",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.broker_url,
            "VAR_DIR": str(self.folder),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore",
        }

    def web(self, name: str = "web", *, off_by: int = 0, workers: int = 1) -> None:
        """gunicorn as in production; returns when it takes connections."""
        words = [
            "-m",
            "gunicorn",
            "governance.wsgi:application",
            "--no-control-socket",
            "--preload",
        ]
        words += ["--bind", f"127.0.0.1:{self.port}", "--graceful-timeout", "5"]
        words += ["--workers", str(workers), "--worker-class", "gthread", "--threads", "8"]
        child = self._start(name, words, off_by)
        wait_for_port(child, self.port, seconds=60)

    def worker(self, name: str = "worker", *, off_by: int = 0) -> None:
        words = ["-m", "celery", "--app", "governance.celery:app", "worker"]
        words += ["--loglevel", "INFO", "--concurrency", "2", "--hostname", f"{name}@%h"]
        self._start(name, [*words, *ALONE], off_by)

    def beat(self, name: str = "beat", *, off_by: int = 0, after: int = 0) -> None:
        words = ["-m", "celery", "--app", "governance.celery:app", "beat", "--loglevel", "INFO"]
        words += ["--pidfile=", "--schedule", str(self.folder / name)]
        self._start(name, words, off_by, after)

    def sweeper(self, name: str = "sweeper", *batch: int) -> None:
        """Sweeps without Celery, round and round."""
        self._start(name, ["-m", "tests.faults.sweeper", "round", *map(str, batch)])

    def sweep_once(self, *batch: int, seconds: float = 900) -> dict[str, Any]:
        """One sweep by a process of its own; how many orders it saw to, and in how many seconds."""
        words = ["-m", "tests.faults.sweeper", "once", *map(str, batch)]
        child = self._start(f"sweep{self._started}", words)
        assert child.process.wait(timeout=seconds) == 0, child.last_words()
        said: dict[str, Any] = json.loads(child.last_words(1))
        return said

    def _start(self, name: str, words: Sequence[str], off_by: int = 0, after: int = 0) -> Child:
        """Start it; its clock is off by so many seconds, from the start or after a while."""
        self._started += 1
        if off_by:
            words = ["-m", "tests.faults.off_by", str(off_by), str(after), *words[1:]]
        log = self.folder / f"{name}-{self._started}.log"
        child = start(name, [sys.executable, *words], log=log, env=self.environment)
        self.running[name] = child
        return child

    def kill(self, name: str) -> None:
        """The whole process group, without a word."""
        child = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()

    def kill_child_of(self, name: str, chance: random.Random) -> None:
        """One of the processes that it started itself, if it has any just now."""
        children = _family(self.running[name].process.pid)[1:]
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(children), signal.SIGKILL)

    def log(self, name: str) -> str:
        """Everything that processes of this name have said."""
        found = sorted(self.folder.glob(f"{name}-*.log"), key=lambda path: path.stat().st_mtime)
        return "\n".join(path.read_text(errors="replace") for path in found)

    def close(self) -> None:
        """Without a farewell: there is nothing that they could lose."""
        for name in list(self.running):
            self.kill(name)


def ask_people(environment: dict[str, str]) -> dict[str, Any]:
    """Fill an empty database with a county; who is in it."""
    said = subprocess.run(
        [sys.executable, "-m", "tests.faults.people"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if said.returncode != 0:
        raise Trouble(f"The county could not be built:\n{said.stderr[-2000:]}")
    people: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return people


@contextlib.contextmanager
def each_closed(*machines: Any) -> Iterator[None]:
    """Close them all, whatever happens to one of them."""
    with contextlib.ExitStack() as stack:
        for machine in machines:
            stack.callback(machine.close)
        yield
