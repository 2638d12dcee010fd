"""What must be true of the repository itself."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted(ROOT.glob("requirements*.lock"))


def read(name: str) -> str:
    return (ROOT / name).read_text()


def pinned(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", read(lock), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_carries_hashes_and_no_addresses(lock: Path) -> None:
    text = lock.read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert not re.search(r"^(-i|--index-url|--extra-index-url|-f|--find-links)", text, re.MULTILINE)


def test_the_locks_agree_with_one_another() -> None:
    base, demo, dev = (
        pinned(f"requirements{which}.lock").items() for which in ("", "-demo", "-dev")
    )
    assert base
    assert base <= demo <= dev


def test_the_lock_of_the_browser_libraries_carries_no_download_addresses() -> None:
    packages = json.loads(read("package-lock.json"))["packages"]
    libraries = {name: package for name, package in packages.items() if name}
    assert libraries
    assert all("integrity" in package for package in libraries.values())
    assert not [name for name, package in libraries.items() if "resolved" in package]


def test_browser_libraries_are_pinned_to_one_version() -> None:
    wanted = json.loads(read("package.json"))["dependencies"]
    assert wanted
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_every_dependency_says_why_it_is_here() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    names = [name for group in groups for name in group if isinstance(name, str)]
    assert names
    for name in names:
        assert re.search(
            rf'^  "{re.escape(name)}", +# \S+', read("pyproject.toml"), re.MULTILINE
        ), f"{name} has no reason beside it"


def test_every_command_is_explained() -> None:
    commands = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)
    assert commands
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for command in commands[1].split():
        assert re.search(rf"^  make {command} +\S+", listed.stdout, re.MULTILINE), command


def test_ci_runs_what_people_run() -> None:
    lines = read(".ci/run").splitlines()
    assert "set -euo pipefail" in lines
    assert lines.index("make check") < lines.index("make test")
