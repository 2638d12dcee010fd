"""Everything that can be seen without running the portal, one line a check (make check).

python -m scripts.check [mend]        mend: formats and mends instead (make fix)
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
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
        "format": ([*PYTHON, "ruff", "format", "--check", "--output-format=concise", "."], {}),
        "lint": ([*PYTHON, "ruff", "check", "--output-format=concise", "."], {}),
        "templates": (djade("--check"), {}),
        "imports": ([*program("lint-imports"), "--no-logo"], {}),
        "migrations": (migrations, {}),
        "deployment": (deploy, LIKE_PRODUCTION),
        "diagram": ([*MANAGE, "draw_workflow", "--check"], {}),
        "translations": ([*MANAGE, "translations", "check"], {}),
        "types": ([*PYTHON, "mypy"], {}),
    }


def check(name: str, command: list[str], env: dict[str, str]) -> bool:
    """Runs one check, prints its outcome, and what it said if it failed."""
    started = time.monotonic()
    print(f"{name:>13}: ", end="", flush=True)
    done = subprocess.run(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    outcome = "ok" if done.returncode == 0 else "FAILED"
    print(f"{outcome} ({time.monotonic() - started:.1f} s)", flush=True)
    if done.returncode != 0:
        print(done.stdout.rstrip() + "\n", flush=True)
    return done.returncode == 0


def check_all() -> int:
    """All of them, also after one has failed. Exit code 1 when any has."""
    with tempfile.TemporaryDirectory() as var:
        ours = {**os.environ, "PORTAL_MODE": "test", "VAR_DIR": var}
        ours.pop("DATABASE_URL", None)
        failed = [
            name
            for name, (command, more) in checks().items()
            if not check(name, command, {**ours, **more})
        ]
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
