"""python -m bench clock, or scores: starts a PostgreSQL, runs a benchmark on it, throws it away."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import postgres
from scripts.processes import Child, listen_for_stop, stop_undisturbed

BENCHES = ("clock", "scores")


def main(words: list[str]) -> int:
    """Returns the benchmark's exit code; DATABASE_URL is used where given."""
    name = words[0] if words else "clock"
    if name not in BENCHES:
        print(f"There is {', '.join(BENCHES)}, not {name!r}.", file=sys.stderr)
        return 2
    children: list[Child] = []
    listen_for_stop()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        environment = {**os.environ, "PORTAL_MODE": "test", "VAR_DIR": f"{folder}/var"}
        try:
            if "DATABASE_URL" not in os.environ:
                programs = postgres.of_the_machine() or postgres.of_the_wheel()
                child, environment["DATABASE_URL"] = postgres.run(programs, folder=Path(folder))
                children.append(child)
            command = [sys.executable, "-m", f"bench.{name}", *words[1:]]
            return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
        finally:
            stop_undisturbed(children)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
