"""Runs a program whose clock is wrong: python -m tests.faults.off_by SECONDS AFTER MODULE WORDS…

It is wrong by SECONDS from the start, or becomes so AFTER seconds as when somebody sets it. Only
what asks for the time of day is deceived; what measures how long something takes is not.
"""

import runpy
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import time_machine


def main() -> None:
    seconds, after, module = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    here = datetime.fromtimestamp(time.time(), UTC)
    clock = time_machine.travel(here, tick=True).start()
    if after:
        timer = threading.Timer(after, clock.shift, [timedelta(seconds=seconds)])
        timer.daemon = True
        timer.start()
    else:
        clock.shift(timedelta(seconds=seconds))
    sys.argv = sys.argv[3:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
