"""The second trigger: runs what beat should have run. For cron, a timer, or by hand."""

import signal
from argparse import ArgumentParser
from threading import Event
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, close_old_connections, connection

from common.now import now
from governance.sweeps import Sweep, all_sweeps


class Command(BaseCommand):
    help = "Run every sweep that is due, once; safe beside beat and worker, needs no broker."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--loop", type=float, metavar="SECONDS", help="go on, with this pause between rounds"
        )

    def handle(self, *args: Any, loop: float | None = None, **options: Any) -> None:
        """Raises CommandError, exit code 1, when a sweep failed or the database is away."""
        if loop is None:
            if failed := self._round():
                raise CommandError(f"Failed: {', '.join(failed)}")
            return
        if loop <= 0:
            raise CommandError("--loop must be more than 0 seconds.")
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            # One that fails is tried again: whoever watches reads the line, or the health page.
            self._round()
            stop.wait(loop)

    def _round(self) -> list[str]:
        """Run what is due, one after the other; the titles of those that failed."""
        if not connection.in_atomic_block:  # in a test's, closing would end the test
            close_old_connections()
        try:
            due = [sweep for sweep in all_sweeps() if self._asked(sweep)]
        except Error as failure:
            self.stderr.write(f"the database does not answer: {type(failure).__name__}")
            return ["database"]
        return [sweep.title for sweep in due if not self._run(sweep)]

    def _asked(self, sweep: Sweep) -> bool:
        at = now()
        if sweep.due(at):
            return True
        silent = sweep.silent_for(at)
        self.stdout.write(f"{sweep.title}: ran {silent.seconds if silent else 0} s ago, not due")
        return False

    def _run(self, sweep: Sweep) -> bool:
        began = monotonic()
        try:
            done = sweep.run()
        except Exception as failure:
            # Its words may hold a name or a number; the log has them, cron's mail must not.
            self.stderr.write(f"{sweep.title}: FAILED, {type(failure).__name__}")
            return False
        self.stdout.write(f"{sweep.title}: {done} done in {monotonic() - began:.1f} s")
        return True
