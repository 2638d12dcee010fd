"""The whole portal on this machine: broker, web, worker and beat as real processes.

python -m scripts.run_portal          (make run)

HOST, PORT, DATABASE_URL, REDIS_URL and MEDIA_ROOT are respected where given. Everything the portal
keeps lies in var/; the logs are in var/log/. Ctrl-C stops it all.
"""

import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from scripts import broker
from scripts.processes import Child, Stop, Trouble, listen_for_stop, start, stop, stop_undisturbed

VAR = Path(os.environ.get("VAR_DIR", "var")).resolve()
LOGS = VAR / "log"
LOCK = VAR / "portal.lock"
HALF_LOADED = VAR / "county-is-loading"
ASK_FOR_PEOPLE = (
    "import django; django.setup();"
    "from django.contrib.auth import get_user_model;"
    "raise SystemExit(0 if get_user_model().objects.exists() else 3)"
)
NOBODY_YET = 3


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Holds var/portal.lock, so that two portals, or a portal and a reset, never meet."""
    VAR.mkdir(parents=True, exist_ok=True)
    with LOCK.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble("The portal is running from this folder. Stop it first.") from None
        yield


def check_address(host: str, port: str) -> int:
    """Raises Trouble, in one sentence, when nobody could listen there."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Trouble(f"PORT must be a number from 1 to 65535, not {port!r}.")
    try:
        family, kind, *_, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise Trouble(f"HOST names no address of this machine: {host}.") from None
        other = 8001 if int(port) < 8001 or port == "65535" else int(port) + 1
        raise Trouble(
            f"Port {port} on {host} cannot be used ({error.strerror}); try: PORT={other} make run"
        ) from None
    return int(port)


def local_url(host: str, port: int) -> str:
    """The address at which a browser on this machine finds the portal."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 read, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def environment(url: str, redis_url: str) -> dict[str, str]:
    """What the portal's processes are told; what the caller's environment says goes first."""
    secret = VAR / "secret.key"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(60))
    mine = {
        "PORTAL_MODE": "demo",
        "SECRET_KEY": secret.read_text(),
        "PUBLIC_URL": url,
        "PYTHONUNBUFFERED": "1",
    }
    ours = {"DJANGO_SETTINGS_MODULE": "governance.settings", "REDIS_URL": redis_url}
    return {**mine, **os.environ, **ours}


def run_step(sentence: str, command: list[str], env: dict[str, str]) -> None:
    """Runs a command to its end, showing what it says as it says it; raises Trouble if it fails."""
    print(sentence, flush=True)
    done = subprocess.Popen(command, env=env, start_new_session=True)
    try:
        code = done.wait()
    except Stop:
        stop([Child(sentence, done, LOGS)])
        raise
    if code != 0:
        raise Trouble(f"That did not work (exit code {code}): {' '.join(command[1:])}")


def manage(*words: str) -> list[str]:
    return [sys.executable, "manage.py", *words]


def prepare(env: dict[str, str]) -> None:
    """Brings the database up to date; on the first start loads the county in use."""
    run_step("Bringing the database up to date", manage("migrate", "--verbosity=0"), env)
    run_step("Compiling translations", manage("translations", "compile"), env)
    asked = subprocess.run([sys.executable, "-c", ASK_FOR_PEOPLE], env=env, check=False)
    if asked.returncode == NOBODY_YET:
        HALF_LOADED.touch()
        run_step("Loading a county in use (first start only)", manage("demo"), env)
        HALF_LOADED.unlink()
    elif asked.returncode != 0:
        raise Trouble("The database could not be asked who is in it.")


def start_processes(host: str, port: int, env: dict[str, str], children: list[Child]) -> None:
    """Starts web, worker and beat; the list is in the order in which they are to be stopped."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = [
        *(
            "-m",
            "gunicorn",
            "governance.wsgi:application",
            "--bind",
            address,
            "--no-control-socket",
            *("--graceful-timeout", "5"),
        ),
        *("--workers", "1", "--worker-class", "gthread", "--threads", "8"),
    ]
    celery = ["-m", "celery", "--app", "governance.celery:app"]
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    worker = [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2", *alone]
    beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", str(VAR / "beat")]
    for name, words in (("web", web), ("worker", worker), ("beat", beat)):
        log = LOGS / f"{name}.log"
        children.insert(0, start(name, [sys.executable, *words], log=log, env=env))


def wait_until_it_answers(url: str, children: list[Child], *, seconds: float = 60) -> None:
    """Returns when the front page is there; raises Trouble when it is broken or does not come."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        raise_if_one_died(children)
        try:
            direct.open(url, timeout=10).close()
            return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
            raise Trouble(f"The front page answers {error.code}; see {LOGS / 'web.log'}.") from None
        except OSError:
            time.sleep(0.1)
    raise Trouble(f"The portal did not answer in {seconds:.0f} s; see {LOGS}.")


def raise_if_one_died(children: list[Child]) -> None:
    for child in children:
        if not child.alive:
            raise Trouble(
                f"The {child.name} stopped by itself; everything stops."
                f" Its log is {child.log} and ends:\n{child.last_words()}"
            )


def show_sign_ins(env: dict[str, str]) -> None:
    """Prints one sign-in per role, as the demo command lists them."""
    asked = subprocess.run(
        manage("demo", "--sign-ins"), env=env, capture_output=True, text=True, check=False
    )
    if asked.returncode != 0:
        print(f"The sign-ins could not be listed:\n{asked.stderr[-500:]}", file=sys.stderr)
        return
    rows = [("role", "user name", "password")]
    rows += [
        (str(s["role"]), str(s["username"]), str(s["password"])) for s in json.loads(asked.stdout)
    ]
    widths = [max(width(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = (cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True))
        print("  " + "  ".join(cells).rstrip())


def width(text: str) -> int:
    """Columns on a screen: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def run(host: str, port: int, children: list[Child]) -> None:
    """Starts everything, then watches it until somebody stops it or something dies."""
    if HALF_LOADED.exists() and "DATABASE_URL" not in os.environ:
        print("The first start was interrupted: beginning again from nothing", flush=True)
        forget()
    redis_url = os.environ.get("REDIS_URL", "")
    if not redis_url:
        print("Starting the broker", flush=True)
        server = broker.of_the_wheel() or broker.of_the_machine()
        child, redis_url = broker.run(server, folder=VAR / "broker", log=LOGS / "broker.log")
        children.append(child)
    url = local_url(host, port)
    env = environment(url, redis_url)
    prepare(env)
    print("Starting web, worker and beat", flush=True)
    start_processes(host, port, env, children)
    wait_until_it_answers(f"{url}/", children)
    print(f"\nThe portal is at {url}\n", flush=True)
    show_sign_ins(env)
    print(f"\nLogs are in {LOGS}. Ctrl-C stops everything.", flush=True)
    while True:
        raise_if_one_died(children)
        time.sleep(0.5)


def forget() -> None:
    """Deletes everything the portal has kept in var/, except the lock that we hold."""
    for path in VAR.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path != LOCK:
            path.unlink()


def main() -> int:
    """Exit code 0 when stopped by a person, 1 when something went wrong."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    children: list[Child] = []
    try:
        listen_for_stop()
        with only_one():
            try:
                run(host, check_address(host, port), children)
            finally:
                if children:
                    print("\nStopping", flush=True)
                stop_undisturbed(children)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except Stop:
        kept = "" if HALF_LOADED.exists() else " The data is kept; make reset starts from zero."
        print(f"Stopped.{kept}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
