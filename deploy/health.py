"""Whether a part of the portal is alive, for the container engine: python deploy/health.py web

Only the standard library: it runs every few seconds and must cost nothing.
"""

import os
import sys
import time
import urllib.request
from pathlib import Path

URL = "http://127.0.0.1:8000/healthz"
# Beat writes its file every three minutes; a file older than three of those means it hangs.
OLDEST = 9 * 60


def check_web(url: str = URL) -> None:
    """The web server answers, asked by a name that it serves."""
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
    request = urllib.request.Request(url, headers={"Host": host})  # noqa: S310 our own address
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    direct.open(request, timeout=4).close()


def check_beat(schedule: str = "/tmp/beat") -> None:  # noqa: S108 a container's own
    """Beat has written its schedule lately; the library may add an ending to the name."""
    path = Path(schedule)
    written = [found.stat().st_mtime for found in path.parent.glob(f"{path.name}*")]
    if not written:
        raise RuntimeError("no schedule has been written")
    age = time.time() - max(written)
    if age > OLDEST:
        raise RuntimeError(f"the schedule was last written {age:.0f} seconds ago")


def main(words: list[str]) -> int | str:
    """0 for alive, else one line on what is wrong, which makes the exit code 1."""
    checks = {"web": check_web, "beat": check_beat}
    if len(words) != 1 or words[0] not in checks:
        return "usage: health.py web|beat"
    try:
        checks[words[0]]()
    except Exception as error:
        return f"{words[0]} is not well: {error}"
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
