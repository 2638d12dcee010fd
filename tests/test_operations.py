"""What whoever runs the portal is given – timer, alerts, page – speaks of what there is."""

import re
import shlex
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from governance import metrics

ROOT = Path(__file__).resolve().parent.parent
SWEEPS: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def unit(name: str) -> ConfigParser:
    parser = ConfigParser()
    parser.read_string(read(f"deploy/systemd/{name}"))
    return parser


def known() -> set[str]:
    """Every figure the portal can give, with and without broker."""
    source = Path(metrics.__file__).read_text(encoding="utf-8")
    return set(re.findall(r'_gauge\(\s*"(\w+)"', source))


@pytest.mark.django_db
def test_every_figure_that_is_given_is_known_here() -> None:
    given = re.findall(r"^# TYPE hongguanjia_(\w+) gauge", metrics.text().decode(), re.M)
    assert len(given) > 10
    assert set(given) <= known()


def test_the_timer_starts_a_command_that_exists_and_does_not_pile_up() -> None:
    words = shlex.split(unit("hongguanjia-tick.service")["Service"]["ExecStart"])
    assert words[:3] == ["/usr/bin/docker", "compose", "exec"]
    assert words[words.index("manage.py") + 1] in get_commands()
    assert unit("hongguanjia-tick.service")["Service"]["Type"] == "oneshot"
    assert unit("hongguanjia-tick.timer")["Timer"]["OnUnitActiveSec"] == "1min"


def test_alerts_speak_of_figures_and_sweeps_that_there_are() -> None:
    rules = yaml.safe_load(read("deploy/prometheus/alerts.yml"))["groups"][0]["rules"]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["annotations"]["summary"]
        assert set(re.findall(r"hongguanjia_(\w+)", rule["expr"])) <= known(), rule["alert"]
        named = set(re.findall(r'sweep="([^"]+)"', rule["expr"]))
        assert named <= {entry["task"] for entry in SWEEPS.values()}


def test_prometheus_is_given_the_path_there_is_and_no_token() -> None:
    (job,) = yaml.safe_load(read("deploy/prometheus/scrape.yml"))["scrape_configs"]
    assert (job["metrics_path"], job["scheme"]) == ("/metrics", "https")
    assert job["authorization"].keys() == {"credentials_file"}


def test_the_page_for_whoever_runs_it_names_every_figure() -> None:
    page = read("docs/OPERATIONS.md")
    table = page[page.index("| figure") :]
    assert set(re.findall(r"`(\w+?)(?:\{\w+\})?`", table)) - {"Inf"} >= known()
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", page):
        assert (ROOT / "docs" / link).exists(), link
