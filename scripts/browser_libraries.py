"""Brings the browser libraries of package-lock.json into node_modules; `lock` writes the lock.

The machine's npm where it is new enough to read the lock; else the one that comes as a wheel.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.install import install

OLDEST_NPM = 7  # older ones ignore lockfileVersion 3 and resolve anew


def find_npm() -> list[str] | None:
    """The command that runs a good npm of this machine, or None."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    asked = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)
    major = asked.stdout.strip().partition(".")[0]
    if asked.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM:
        return [npm]
    return None


def main() -> int:
    """Returns the exit code of npm."""
    npm = find_npm()
    environment = dict(os.environ)
    if npm is None:
        if install(Path("requirements-node.lock")) != 0:
            return 1
        beside = Path(sys.executable).parent
        npm = [str(beside / "npm")]
        environment["PATH"] = f"{beside}{os.pathsep}{environment.get('PATH', '')}"
        # Node brings its own list of authorities; an office's proxy is known only to the machine's.
        environment.setdefault("NODE_USE_SYSTEM_CA", "1")
    words = ["ci"]
    if sys.argv[1:] == ["lock"]:
        words = ["install", "--package-lock-only"]
    print(f"Bringing the browser libraries (npm {words[0]})", flush=True)
    words += ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    return subprocess.run([*npm, *words], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
