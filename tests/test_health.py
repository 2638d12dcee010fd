"""What the container engine asks to know whether a part of the portal is alive."""

import os
import runpy
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

HEALTH = runpy.run_path(str(Path(__file__).resolve().parent.parent / "deploy" / "health.py"))
check_beat: Callable[[str], None] = HEALTH["check_beat"]
check_web: Callable[[str], None] = HEALTH["check_web"]
main: Callable[[list[str]], int | str] = HEALTH["main"]


class Strict(BaseHTTPRequestHandler):
    """Answers 200 to the host it serves, as the portal does, and 400 to others."""

    def do_GET(self) -> None:
        self.send_response(200 if self.headers["Host"] == "portal.example" else 400)
        self.end_headers()

    def log_message(self, *words: Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server that is strict about names."""
    with HTTPServer(("127.0.0.1", 0), Strict) as strict:
        threading.Thread(target=strict.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{strict.server_port}/healthz"
        strict.shutdown()


@pytest.mark.parametrize("hosts", ["portal.example", ".portal.example,other", "portal.example, x"])
def test_the_web_server_is_asked_by_a_name_that_it_serves(
    server: str, hosts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)
    check_web(server)


def test_a_web_server_that_refuses_is_not_well(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "other.example")
    with pytest.raises(OSError, match="400"):
        check_web(server)


@pytest.mark.parametrize("ending", ["", ".db"])
def test_beat_is_well_while_it_writes_its_schedule(tmp_path: Path, ending: str) -> None:
    schedule = tmp_path / f"beat{ending}"
    schedule.touch()
    check_beat(str(tmp_path / "beat"))
    long_ago = schedule.stat().st_mtime - 3600
    os.utime(schedule, (long_ago, long_ago))
    with pytest.raises(RuntimeError, match=r"was last written 3[56]\d\d seconds ago"):
        check_beat(str(tmp_path / "beat"))


def test_beat_that_never_wrote_is_not_well(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no schedule"):
        check_beat(str(tmp_path / "beat"))


def test_what_is_wrong_is_said_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    said = main(["web"])
    assert said == "web is not well: 'ALLOWED_HOSTS'"
    assert main(["proxy"]) == main([]) == "usage: health.py web|beat"
