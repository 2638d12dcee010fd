"""Deletes what the portal has kept in var/: the next start begins from zero (make reset)."""

import sys

from scripts.processes import Trouble
from scripts.run_portal import LOCK, VAR, forget, only_one

if __name__ == "__main__":
    if not LOCK.exists():  # never delete in a folder that the portal has not lived in
        sys.exit(f"Nothing is kept in {VAR}.")
    try:
        with only_one():
            forget()
    except Trouble as trouble:
        sys.exit(str(trouble))
    print(f"{VAR} is empty: the next make run starts from zero.")
