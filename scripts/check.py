"""Everything that can be seen without running the portal, one line a check (make check).

python -m scripts.check [mend]        mend: formats and mends instead (make fix)
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PYTHON = [sys.executable, "-m"]
MANAGE = [sys.executable, "manage.py"]
LIKE_PRODUCTION = {
    "PORTAL_MODE": "production",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "portal.example",
    "PUBLIC_URL": "https://portal.example",
    "TRUSTED_ORIGINS": "https://portal.example",
    "DATABASE_URL": "postgres://portal:unused@127.0.0.1/portal",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "MAIL_HOST": "mail.example",
    "MAIL_FROM": "portal@portal.example",
}


def templates() -> list[str]:
    """Every template of ours, also those not committed yet."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.html"]
    names = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in names if Path(name).exists()]


def program(name: str) -> list[str]:
    """A program that a package has put beside this Python."""
    return [str(Path(sys.executable).parent / name)]


def djade(*words: str) -> list[str]:
    return [*program("djade"), "--target-version", "5.2", *words, *templates()]


def checks() -> dict[str, tuple[list[str], dict[str, str]]]:
    """Name of each check, its command, and what its environment has that ours has not."""
    migrations = [*MANAGE, "makemigrations", "--check", "--dry-run"]
    deploy = [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"]
    return {
        "types": ([*PYTHON, "mypy"], {}),  # takes as long as all others together
        "format": ([*PYTHON, "ruff", "format", "--check", "--output-format=concise", "."], {}),
        "lint": ([*PYTHON, "ruff", "check", "--output-format=concise", "."], {}),
        "templates": (djade("--check"), {}),
        "imports": ([*program("lint-imports"), "--no-logo"], {}),
        "migrations": (migrations, {}),
        "deployment": (deploy, LIKE_PRODUCTION),
        "diagram": ([*MANAGE, "draw_workflow", "--check"], {}),
        "translations": ([*MANAGE, "translations", "check"], {}),
    }


def check(name: str, command: list[str], env: dict[str, str]) -> bool:
    """Runs one check, prints its outcome, and what it said if it failed."""
    started = time.monotonic()
    done = subprocess.run(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    outcome = "ok" if done.returncode == 0 else "FAILED"
    said = f"{name:>13}: {outcome} ({time.monotonic() - started:.1f} s)\n"
    if done.returncode != 0:
        said += done.stdout.rstrip() + "\n\n"
    print(said, end="", flush=True)
    return done.returncode == 0


def check_all() -> int:
    """All of them, two at a time, also after one has failed. Exit code 1 when any has."""
    with tempfile.TemporaryDirectory() as var, ThreadPoolExecutor(max_workers=2) as two:
        ours = {**os.environ, "PORTAL_MODE": "test", "VAR_DIR": var}
        ours.pop("DATABASE_URL", None)
        outcomes = {
            name: two.submit(check, name, command, {**ours, **more})
            for name, (command, more) in checks().items()
        }
        failed = [name for name, outcome in outcomes.items() if not outcome.result()]
    if failed:
        print(f"{len(failed)} of {len(checks())} checks failed: {', '.join(failed)}")
    return 1 if failed else 0


def mend() -> int:
    """Formats code and templates and mends what the linter can; what it cannot, `check` tells."""
    subprocess.run([*PYTHON, "ruff", "check", "--fix-only", "--quiet", "."], check=False)
    subprocess.run([*PYTHON, "ruff", "format", "--quiet", "."], check=False)
    subprocess.run(djade(), check=False)
    return 0


if __name__ == "__main__":
    sys.exit(mend() if sys.argv[1:] == ["mend"] else check_all())
