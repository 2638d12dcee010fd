"""A backup holds every row as it was at one moment, and a restore is shown to hold the same."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import AuditEntry, User
from common.now import now
from complaints.models import Category, Photo
from complaints.workflow import Verb
from governance.management.commands.data_hash import data_hash
from scripts import postgres
from tests.complaints.walks import do, report
from tests.factories import County

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="an SQLite database is a file to be copied"
)

People = dict[str, User]


def programs() -> Path:
    """The folder of PostgreSQL's own programs, of the version that the tests' server has."""
    wanted = connection.cursor().connection.server_version // 10_000
    beside = shutil.which("pg_dump")
    for folder in (
        postgres.of_the_machine(),
        postgres.of_the_wheel(),
        beside and Path(beside).parent,
    ):
        dump = folder / "pg_dump" if folder else None
        if dump is None or not dump.exists():
            continue
        said = subprocess.run([dump, "--version"], capture_output=True, text=True, check=True)
        if said.stdout.split()[2].partition(".")[0] == str(wanted):
            return dump.parent
    pytest.fail(f"The programs of PostgreSQL {wanted} are needed here: pg_dump, pg_restore, psql.")


@pytest.fixture
def environment() -> dict[str, str]:
    """How the scripts find the tests' database."""
    told = connection.get_connection_params()
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password"}
    there = {name: str(told[key]) for name, key in names.items() if told.get(key)}
    path = f"{programs()}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, **there, "PGDATABASE": str(told["dbname"])}


@pytest.fixture
def rehearsal(environment: dict[str, str]) -> Iterator[str]:
    """The name of a database to restore into, gone afterwards."""
    name = f"rehearsal_{uuid4().hex}"
    yield name
    for left in (name, f"{name}_restored"):
        command = ["dropdb", "--if-exists", "--force", left]
        subprocess.run(command, env=environment, capture_output=True, check=True)


def run(script: str, *words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(ROOT / "deploy" / script), *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def ask(sql: str, env: dict[str, str]) -> str:
    command = ["psql", "-X", "-t", "-A", "-c", sql]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.django_db(transaction=True)  # other programs see only what is committed
def test_a_restored_backup_has_the_same_rows(
    county: County,
    people: People,
    environment: dict[str, str],
    rehearsal: str,
    tmp_path: Path,
) -> None:
    order = do(Verb.DISPATCH, report(county, people, contact_name="陈晓梅"), county, people)
    before = data_hash()
    name = str(tmp_path / "one")
    made = run("backup.sh", name, env=environment)
    assert (made.returncode, made.stderr) == (0, "")
    assert Path(f"{name}.hash").read_text().strip() == before
    do(Verb.ACCEPT, order, county, people)
    assert data_hash() != before
    restored = run("restore.sh", name, rehearsal, env=environment)
    assert (restored.returncode, restored.stderr) == (0, "")
    assert before in restored.stdout
    there = {**environment, "PGDATABASE": rehearsal}
    assert ask("SELECT status FROM complaints_complaint", there) == "dispatched"


@pytest.mark.django_db
def test_a_backup_that_is_not_whole_replaces_nothing(
    environment: dict[str, str], rehearsal: str, tmp_path: Path
) -> None:
    small = {**environment, "PGDATABASE": rehearsal}
    subprocess.run(["createdb", rehearsal], env=environment, check=True)
    ask("CREATE TABLE kept AS SELECT 'as it was' AS name", small)
    name = str(tmp_path / "one")
    assert run("backup.sh", name, env=small).returncode == 0
    true_hash = Path(f"{name}.hash").read_text()
    ask("UPDATE kept SET name = 'since then'", small)
    Path(f"{name}.hash").write_text("0" * 64)
    refused = run("restore.sh", name, env=small)
    assert refused.returncode == 1
    assert "nothing was replaced" in refused.stderr
    assert ask("SELECT name FROM kept", small) == "since then"
    Path(f"{name}.hash").write_text(true_hash)
    assert run("restore.sh", name, env=small).returncode == 0
    assert ask("SELECT name FROM kept", small) == "as it was"


@pytest.mark.django_db
def test_a_dump_that_fails_leaves_no_file_behind(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "pg_dump").write_text('#!/bin/sh\necho half > "$PART"\nexit 1\n')
    (tmp_path / "pg_dump").chmod(0o755)
    broken = {**environment, "PATH": f"{tmp_path}{os.pathsep}{environment['PATH']}"}
    failed = run("backup.sh", str(tmp_path / "one"), env=broken)
    assert failed.returncode == 1
    assert "could not be dumped" in failed.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["pg_dump"]


def test_the_hash_sees_a_row_changed_swapped_missing_or_doubled(people: People) -> None:
    one, other = Category.objects.order_by("pk")[:2]
    lines = AuditEntry.objects.filter(verb="tested")
    seen = [data_hash()]
    for name, its_neighbours in ((f"{one.name_en}.", other.name_en), (other.name_en, one.name_en)):
        Category.objects.filter(pk=one.pk).update(name_en=name)
        Category.objects.filter(pk=other.pk).update(name_en=its_neighbours)
        seen.append(data_hash())
    for _time in range(2):
        AuditEntry.objects.create(at=now(), actor_kind="clock", verb="tested")
        seen.append(data_hash())
    lines.filter(pk=lines.earliest("pk").pk).delete()
    seen.append(data_hash())
    assert len(set(seen)) == len(seen)


def test_the_hash_does_not_depend_on_where_rows_lie_or_who_asks(people: People) -> None:
    before = data_hash()
    with connection.cursor() as cursor:
        # Writes every row of the table anew, elsewhere; another time zone shows other words.
        cursor.execute("UPDATE accounts_user SET name = name")
        cursor.execute("SET timezone = 'Asia/Tokyo'")
        cursor.execute("SET datestyle = 'German'")
    assert data_hash() == before


def test_the_command_refuses_another_hash_and_misses_photos(people: People) -> None:
    with pytest.raises(CommandError, match="not the expected ones"):
        call_command("data_hash", expect="0" * 64)
    call_command("data_hash", expect=f"{data_hash()}\n")
    Photo.objects.create(
        image="gone.jpg", thumbnail="gone-small.jpg", width=1, height=1, uploaded_at=now()
    )
    with pytest.raises(CommandError, match="2 photos have no file, the first is gone.jpg"):
        call_command("data_hash")
