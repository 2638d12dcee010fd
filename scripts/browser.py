"""Finds the browser that the journeys use, or gets one, or says in one line how."""

import os
import shutil
import subprocess
from pathlib import Path

from scripts.processes import Trouble

# First the same engine without windows of its own: the journeys cost a quarter less work.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
ON_A_MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Not every Debian has the first.
PACKAGES = ("chromium-headless-shell", "chromium")
FONTS = "fonts-noto-cjk"


def find() -> Path | None:
    """The browser named by CHROMIUM, or the first known one."""
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise Trouble(f"CHROMIUM names {named}, which is not a program.")
        return Path(found)
    candidates = [shutil.which(name) for name in NAMES] + [
        path for path in ON_A_MAC if Path(path).exists()
    ]
    return next((Path(path) for path in candidates if path), None)


def find_or_install() -> Path:
    """Finds a browser; as root on Debian installs one; raises Trouble when there is none."""
    browser = find()
    if browser is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("There is no browser: installing chromium and Chinese fonts with apt", flush=True)
        _apt("update")
        browser = _installed()
    if browser is None:
        raise Trouble(
            "The journeys need a browser: install Chromium (Debian, Ubuntu:"
            " sudo apt install chromium) or set CHROMIUM to one."
        )
    return browser


def _installed() -> Path | None:
    """The first of the packages that can be had, with Chinese fonts; raises Trouble for none."""
    *better, last = PACKAGES
    for package in better:
        try:
            _apt("install", "--yes", "--no-install-recommends", package, FONTS)
            return find()
        except Trouble:
            continue
    _apt("install", "--yes", "--no-install-recommends", last, FONTS)
    return find()


def _apt(*words: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    asked = subprocess.run(
        ["apt-get", "--quiet", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if asked.returncode != 0:
        last = "\n".join(asked.stdout.splitlines()[-8:])
        raise Trouble(f"apt-get {words[0]} did not work:\n{last}")
