"""Sweeps without Celery: python -m tests.faults.sweeper once|round [BATCH].

`round`: again and again for as long as it lives. `once` says how many orders it saw to, and in how
many seconds. BATCH is how many orders are held at a time, if not as many as usual.
"""

import json
import sys
import time

import django


def main() -> None:
    django.setup()
    from django.db import InterfaceError, OperationalError, close_old_connections

    from complaints.actions import sound_alarms
    from notifications.actions import deliver_pending

    how, *batch = sys.argv[1:]
    sizes = [int(size) for size in batch]
    if how == "once":
        began = time.monotonic()
        swept = sound_alarms(*sizes)
        seconds = time.monotonic() - began
        sys.stdout.write(json.dumps({"swept": swept, "seconds": seconds}) + "\n")
        return
    while True:
        try:
            sound_alarms(*sizes)
            deliver_pending()
        except (OperationalError, InterfaceError):
            close_old_connections()
        time.sleep(0.05)


if __name__ == "__main__":
    main()
