"""Nobody does anything: the real worker and the real beat escalate."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection

from complaints.models import Breach
from notifications.models import Notification
from tests.journeys.conftest import Companions
from tests.journeys.test_an_order_from_report_to_rating import report_a_leak

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql" or "REDIS_URL" not in os.environ,
        reason="the worker is a process of its own and needs a database server and a broker",
    ),
]
WITHIN_MS = 60_000
ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The address of the test's own database, for a process outside it."""
    s = connection.settings_dict
    name, user, password = (quote(str(s[key]), safe="") for key in ("NAME", "USER", "PASSWORD"))
    host, port = quote(str(s["HOST"]), safe=""), s["PORT"] or 5432
    return f"postgresql://{user}:{password}@{host}:{port}/{name}"


@pytest.fixture
def clockwork(tmp_path: Path, portal: object) -> Iterator[None]:
    """A Celery worker and a beat as real processes over the test's database and broker."""
    # A broker database of its own: workers of other tests must not take this one's sweeps.
    broker = os.environ["REDIS_URL"].rsplit("/", 1)[0] + "/9"
    environment = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": broker}
    celery = [sys.executable, "-m", "celery", "-A", "governance"]
    worker = [*celery, "worker", "--pool", "solo", "--loglevel", "INFO", "-n", "journey@%h"]
    beat = [*celery, "beat", "--schedule", str(tmp_path / "beat"), "--pidfile="]
    log = (tmp_path / "clockwork.log").open("wb")
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        for command in (worker, beat)
    ]
    try:
        yield
        assert [p.poll() for p in running] == [None, None], (tmp_path / "clockwork.log").read_text()
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        log.close()


@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_an_order_nobody_touches_climbs_the_ladder(travel: Companions, clockwork: None) -> None:
    call_command("set_rule", "inspect", "2s", "--span", "2s")
    resident, officer = travel("resident"), travel("district")
    reference = report_a_leak(resident)
    page = officer.page
    officer.go(f"/orders/{reference}/")
    waited = 0
    while Breach.objects.filter(level=2).count() == 0 and waited < WITHIN_MS:
        page.wait_for_timeout(500)
        waited += 500
    levels = Breach.objects.order_by("level").values_list("deadline__stage", "level")
    assert list(levels) == [("inspect", 0), ("inspect", 1), ("inspect", 2)]
    told = Notification.objects.filter(kind="order_late").values_list("to__username", flat=True)
    assert set(told) == {"dispatcher", "subdistrict", "district"}
    # The bell rings: the outbox sweep has delivered it, and the list says what is late.
    while Notification.objects.filter(delivered_at__isnull=True).exists() and waited < WITHIN_MS:
        page.wait_for_timeout(500)
        waited += 500
    officer.go("/notices/")
    assert reference in page.content()
    officer.go(f"/orders/{reference}/")
    assert page.locator(".timeline").inner_text().count("现场核实") >= 3
