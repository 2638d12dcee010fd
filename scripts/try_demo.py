"""Loads the county in use into an empty SQLite database that is thrown away (make test)."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Exit code of the first command that fails, or 0."""
    with tempfile.TemporaryDirectory(prefix="portal-demo-") as name:
        env = {
            **os.environ,
            "PORTAL_MODE": "demo",
            "VAR_DIR": name,
            "MEDIA_ROOT": str(Path(name) / "media"),
            "DATABASE_URL": f"sqlite:///{Path(name) / 'portal.sqlite3'}",
        }
        for words in (["migrate", "--verbosity=0"], ["demo"]):
            code = subprocess.run(
                [sys.executable, "manage.py", *words], env=env, check=False
            ).returncode
            if code != 0:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
