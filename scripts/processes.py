"""Starts real programs as children, each with its log, and stops them all again."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Trouble(Exception):
    """Something a person has to know, in one sentence."""


class Stop(Exception):
    """Somebody asked us to stop: Ctrl-C, a signal, a closed terminal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def last_words(self, lines: int = 8) -> str:
        """The end of the child's log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def start(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    user: int | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Child:
    """Starts a program in a process group of its own, so that Ctrl-C reaches only us.

    The log holds what it says this time; what it said last time goes.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            list(command),
            env=dict(os.environ if env is None else env),
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    if process.stdin:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(stdin)
            process.stdin.close()
    return Child(name, process, log, stop_signal)


def _die_with_parent() -> None:
    """Without this a killed supervisor would leave its children holding the port."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def stop(children: Sequence[Child], *, grace: float = 10) -> None:
    """Asks each child in turn to stop; after `grace` seconds its whole group is killed."""
    for child in children:
        if child.alive:
            child.process.send_signal(child.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(timeout=grace)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()


def stop_undisturbed(children: Sequence[Child]) -> None:
    """Stops them all even when somebody presses Ctrl-C again meanwhile."""
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    stop(children)


@contextlib.contextmanager
def stopped_on_failure(child: Child) -> Iterator[Child]:
    """While a child is still starting: it does not outlive our failure to bring it up."""
    try:
        yield child
    except BaseException:
        stop([child])
        raise


def listen_for_stop() -> None:
    """Turns SIGINT, SIGTERM and SIGHUP into Stop, once; a second does not disturb the clean-up."""

    def on_signal(number: int, frame: FrameType | None) -> None:
        for each in STOP_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Stop(number)

    for each in STOP_SIGNALS:
        signal.signal(each, on_signal)


def free_port() -> int:
    """A TCP port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(child: Child, port: int, *, seconds: float = 20) -> None:
    """Returns when the child accepts connections; raises Trouble when it dies or takes too long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not child.alive:
            raise Trouble(f"The {child.name} did not start:\n{child.last_words()}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise Trouble(f"The {child.name} did not answer in {seconds:.0f} s; see {child.log}.")


def version(program: Path) -> str:
    """What the program says of its own version, first line."""
    asked = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return (asked.stdout or asked.stderr).strip().partition("\n")[0]
