"""The database of a test, and who else is at it."""

import threading
from time import monotonic, sleep

from django.db import InterfaceError, OperationalError, connection


def alone_at_the_database(within: float = 0) -> None:
    """Ends every other connection to this test's PostgreSQL; waits so many seconds for answers."""
    if connection.vendor != "postgresql":
        return
    try:
        _end_others(within)
    except (OperationalError, InterfaceError):  # our own was gone already: then with a new one
        connection.close()
        _end_others(within)


def _end_others(within: float) -> None:
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    until = monotonic() + within
    with connection.cursor() as cursor:
        while monotonic() < until:
            cursor.execute(f"SELECT count(*) {others} AND state <> 'idle'")
            if cursor.fetchone() == (0,):
                break
            sleep(0.05)
        cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")


def everybody_answered(within: float) -> None:
    """Waits so many seconds until the live server has answered whoever asked it something."""
    until = monotonic() + within
    while monotonic() < until:
        if not any("process_request_thread" in thread.name for thread in threading.enumerate()):
            return
        sleep(0.05)
