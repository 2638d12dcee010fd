"""Runs pytest with what the tests need around it: PostgreSQL, a broker and a browser.

python -m scripts.test_services [words for pytest]

DATABASE_URL and REDIS_URL are used where given; else the machine's programs; else the wheels.
TEST_ON=sqlite runs on an SQLite file instead of PostgreSQL. The exit code is pytest's.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import broker, browser, postgres
from scripts.processes import Child, Stop, Trouble, listen_for_stop, stop_undisturbed, version

# A table of a test is a handful of rows and gone in a moment: thinking about the order of joins,
# compiling a plan and cleaning up afterwards would cost more than they save.
SETTINGS = {
    **postgres.SETTINGS,
    "jit": "off",
    "autovacuum": "off",
    "join_collapse_limit": "1",
    "from_collapse_limit": "1",
}


def provide_database(folder: Path, children: list[Child]) -> str:
    """The address of a database for the tests; says which it is."""
    if os.environ.get("TEST_ON") == "sqlite":
        say("database", "SQLite, in a file that is thrown away")
        return f"sqlite:///{folder / 'portal.sqlite3'}"
    given = os.environ.get("DATABASE_URL")
    if given:
        if not given.startswith(("postgres://", "postgresql://")):
            raise Trouble("DATABASE_URL must name a PostgreSQL database, or be left unset.")
        say("database", "the one named by DATABASE_URL")
        return given
    programs = postgres.of_the_machine() or postgres.of_the_wheel()
    child, address = postgres.run(programs, folder=folder, settings=SETTINGS)
    children.append(child)
    if programs:
        say("database", f"{version(programs / 'postgres')}, {programs}")
    return address


def provide_broker(folder: Path, children: list[Child]) -> str:
    """The address of a broker for the tests; says which it is."""
    given = os.environ.get("REDIS_URL")
    if given:
        say("broker", "the one named by REDIS_URL")
        return given
    server = broker.of_the_machine() or broker.of_the_wheel()
    child, address = broker.run(server, folder=folder / "broker", log=folder / "broker.log")
    children.insert(0, child)
    if server:
        say("broker", f"{version(server)}, {server}")
    return address


def provide_browser() -> str:
    """The path of a browser; says which it is."""
    path = browser.find_or_install()
    say("browser", f"{version(path)}, {path}")
    return str(path)


def say(what: str, which: str) -> None:
    print(f"{what:>9}: {which}", flush=True)


def run_pytest(words: list[str], environment: dict[str, str]) -> int:
    """Runs pytest; when asked to stop, lets it say what it has found so far."""
    pytest = subprocess.Popen([sys.executable, "-m", "pytest", *words], env=environment)
    try:
        return pytest.wait()
    except Stop as asked:
        if asked.number != signal.SIGINT:  # Ctrl-C reaches pytest by itself
            pytest.send_signal(signal.SIGINT)
        try:
            pytest.wait(timeout=20)
        except subprocess.TimeoutExpired:
            pytest.kill()
        raise


def main(words: list[str]) -> int:
    """Provides, runs pytest, takes everything down again. Returns pytest's exit code."""
    children: list[Child] = []
    listen_for_stop()
    with tempfile.TemporaryDirectory(prefix="portal-tests-") as name:
        folder = Path(name)
        try:
            environment = {
                **os.environ,
                "PORTAL_MODE": "test",
                "CHROMIUM": provide_browser(),
                "REDIS_URL": provide_broker(folder, children),
                "DATABASE_URL": provide_database(folder, children),
                "VAR_DIR": str(folder / "var"),
            }
            return run_pytest(words, environment)
        except Trouble as trouble:
            print(trouble, file=sys.stderr)
            return 1
        except Stop as asked:
            return 128 + asked.number
        finally:
            stop_undisturbed(children)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
