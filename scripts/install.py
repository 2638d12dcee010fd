"""Installs a lock file into this environment, saying how far it is.

python scripts/install.py requirements-demo.lock
"""

import subprocess
import sys
import time
from pathlib import Path


def install(lock: Path) -> int:
    """Runs pip on the lock; prints one line while it works and pip's own words if it fails."""
    total = sum("==" in line for line in lock.read_text().splitlines())
    print(f"Installing {total} Python libraries from {lock.name}")
    started = time.monotonic()
    words = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    pip = subprocess.Popen(
        [sys.executable, *words, "--no-deps", "--require-hashes", "-r", str(lock)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    seen = 0
    for line in pip.stdout or ():
        said.append(line)
        if line.startswith(("Collecting ", "Requirement already satisfied", "Ignoring ")):
            seen += 1
            report(seen, total)
        elif line.startswith("Installing collected"):
            print("  unpacking", flush=True)
    if pip.wait() != 0:
        print("".join(said[-30:]), file=sys.stderr)
        print(f"pip could not install {lock.name}; its last words are above.", file=sys.stderr)
        return 1
    print(f"  done in {time.monotonic() - started:.0f} s", flush=True)
    return 0


def report(seen: int, total: int) -> None:
    """One growing line on a screen, a line every twenty libraries in a log."""
    if sys.stdout.isatty():
        print(f"\r  {seen} of {total}", end="\n" if seen == total else "", flush=True)
    elif seen % 20 == 0:
        print(f"  {seen} of {total}", flush=True)


if __name__ == "__main__":
    sys.exit(max(install(Path(name)) for name in sys.argv[1:]))
