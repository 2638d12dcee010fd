"""The rules of the house, each a few lines: what a reviewer would otherwise have to look for."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField
from django.db.models.signals import (
    ModelSignal,
    m2m_changed,
    post_delete,
    post_init,
    post_save,
    pre_delete,
    pre_init,
    pre_save,
)

from accounts.models import AuditEntry, User
from complaints.actions._tell import TOLD
from complaints.models import Event
from complaints.workflow import Status
from notifications.models import Notification
from tests.complaints.walks import complaint_at
from tests.factories import County

ROOT = Path(__file__).resolve().parent.parent
FLOORS = [
    ["common"],
    ["accounts"],
    ["notifications"],
    ["communities"],
    ["complaints", "deliberation", "services"],
    ["ratings", "finance"],
    ["governance"],
]
APPS = [app for floor in FLOORS for app in floor if (ROOT / app).is_dir()]
LONGEST_MODULE = 400
# Read top to bottom, or written by a machine, or tables of data.
MAY_BE_LONGER = {"governance/settings.py", "governance/demo/topics.py"}


def modules(*, migrations: bool = False) -> list[Path]:
    """Every module of the portal itself."""
    found = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return sorted(path for path in found if migrations or "migrations" not in path.parts)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def called(call: ast.Call) -> str:
    """The last word of what is called: `update` of `rows.update(…)`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


# --- Size --------------------------------------------------------------------------------


def test_no_module_needs_more_than_a_few_screens() -> None:
    paths = [*modules(), *(ROOT / "scripts").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    lengths = {
        named(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in paths
        if named(path) not in MAY_BE_LONGER
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


# --- Only verbs write status -------------------------------------------------------------

WRITERS = {"update", "create", "get_or_create", "update_or_create", "Complaint"}


def writes_of_status(path: Path) -> Iterator[int]:
    """Lines that write a column `status`, in any of the ways there are."""
    for node in ast.walk(tree(path)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "status":
                yield target.lineno
        if isinstance(node, ast.Call):
            if called(node) in WRITERS and any(word.arg == "status" for word in node.keywords):
                yield node.lineno
            words = {w.value for w in ast.walk(node) if isinstance(w, ast.Constant)}
            if called(node) in {"setattr", "bulk_update"} and "status" in words:
                yield node.lineno


def test_the_search_for_written_statuses_finds_them_all(tmp_path: Path) -> None:
    ways = [
        "order.status = 'closed'",
        "order.status += 'd'",
        "rows.update(status='closed')",
        "Complaint(status='closed')",
        "Complaint.objects.create(status='closed')",
        "setattr(order, 'status', 'closed')",
        "rows.bulk_update(orders, ['status'])",
    ]
    path = tmp_path / "door.py"
    path.write_text("\n".join(ways))
    assert list(writes_of_status(path)) == list(range(1, len(ways) + 1))


def test_status_is_written_by_verbs_alone() -> None:
    doors = [p for p in modules() if "actions" not in p.parts and p.name != "actions.py"]
    assert {named(path): lines for path in doors if (lines := list(writes_of_status(path)))} == {}


# --- One clock, no signals, no blank cheques ---------------------------------------------


OTHER_CLOCKS = ("timezone.now", "auto_now", "utcnow(", "date.today(", "datetime.now(")


def test_the_databases_clock_is_the_only_one() -> None:
    assert [
        (named(path), clock)
        for path in modules()
        for clock in OTHER_CLOCKS
        if clock in path.read_text(encoding="utf-8")
    ] == []


def test_queries_compare_with_the_one_clock_too() -> None:
    """A plain `Now()` does not stand still with the clock: what is told of last year runs out."""
    compared = re.compile(r"(?<!db_default)=Now\(")
    assert [named(path) for path in modules() if compared.search(path.read_text("utf-8"))] == []


def test_nothing_hangs_on_model_signals() -> None:
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom):
                names = {f"{node.module}.{alias.name}" for alias in node.names}
                banned = ("django.db.models.signals", "django.dispatch")
                assert not [name for name in names if name.startswith(banned)], named(path)


SIGNALS = (pre_init, post_init, pre_save, post_save, pre_delete, post_delete, m2m_changed)


@pytest.mark.parametrize("signal", SIGNALS)
def test_no_receiver_of_ours_listens_to_models(signal: ModelSignal) -> None:
    entries = [entry[1] for entry in signal.receivers]
    listeners = [entry() if isinstance(entry, ref) else entry for entry in entries]
    modules_of = {getattr(listener, "__module__", "") for listener in listeners}
    assert [name for name in modules_of if name.split(".")[0] in APPS] == []


def test_forms_and_serializers_name_their_fields() -> None:
    """`__all__` or an `exclude` lets a column added later out by every door at once."""
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and node.name == "Meta":
                said = {
                    t.id: n.value
                    for n in node.body
                    if isinstance(n, ast.Assign)
                    for t in n.targets
                    if isinstance(t, ast.Name)
                }
                assert "exclude" not in said, named(path)
                fields = said.get("fields")
                assert not isinstance(fields, ast.Constant), named(path)


# --- The floors --------------------------------------------------------------------------


def test_a_key_to_another_floor_points_down() -> None:
    """The import linter does not see `ForeignKey("app.Model")`."""
    height = {app: level for level, floor in enumerate(FLOORS) for app in floor}
    for model in apps.get_models():
        app = model._meta.app_label
        if app not in height:
            continue
        for field in model._meta.get_fields(include_parents=False):
            if not isinstance(field, (ForeignKey, OneToOneField, ManyToManyField)):
                continue
            other = field.related_model._meta.app_label
            if other in height and other != app:
                assert height[other] < height[app], field


def test_the_library_has_no_models() -> None:
    assert not [model for model in apps.get_models() if model._meta.app_label == "common"]


# --- Doors -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [path for path in modules() if path.name == "tasks.py"], ids=named)
def test_a_task_is_one_call(path: Path) -> None:
    tasks = [node for node in tree(path).body if isinstance(node, ast.FunctionDef)]
    assert tasks
    for task in tasks:
        body = task.body[1:] if ast.get_docstring(task) else task.body
        assert len(body) == 1, task.name
        statement = body[0]
        assert isinstance(statement, (ast.Expr, ast.Return))
        assert isinstance(statement.value, ast.Call), task.name


def test_every_task_beat_runs_exists_and_never_expires() -> None:
    """What expires is judged by the worker's clock, which may be wrong."""
    from django.conf import settings

    schedule: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE
    for name, entry in schedule.items():
        module, function = entry["task"].rsplit(".", 1)
        assert callable(getattr(import_module(module), function)), name
        assert "expires" not in entry.get("options", {}), name


def test_no_app_takes_what_is_private_to_another() -> None:
    """A module that begins with an underscore is its own app's; the demo alone takes of all."""
    taken = [
        f"{named(path)}: {node.module}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module and "._" in node.module
        if node.module.split(".")[0] in {*APPS} - {path.relative_to(ROOT).parts[0]}
        if not named(path).startswith("governance/demo/")
    ]
    assert taken == []


# --- Words -------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [verb for verb, told in TOLD.items() if told])
def test_every_verb_that_is_told_has_its_sentence(verb: str) -> None:
    assert (ROOT / "templates/notifications/kinds" / f"order_{verb}.txt").is_file()


@pytest.mark.parametrize("kind", ["order_late", "order_answered_with_original", "contact_revealed"])
def test_every_other_notice_has_its_sentence(kind: str) -> None:
    assert (ROOT / "templates/notifications/kinds" / f"{kind}.txt").is_file()


CANARIES = ("金丝雀", "13987654321", "8栋3单元1702")


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status)
def test_facts_never_hold_a_word_of_whoever_reported(
    status: Status, county: County, people: dict[str, User]
) -> None:
    """Facts are for ever and travel by every way; name, number and dwelling stay in `Contact`."""
    name, phone, dwelling = CANARIES
    complaint_at(
        status,
        county,
        people,
        contact_name=name,
        contact_phone=phone,
        dwelling=dwelling,
        description=f"我是{name}，住{dwelling}，电话{phone}",
    )
    kept = [
        *Event.objects.values_list("facts", flat=True),
        *Notification.objects.values_list("facts", flat=True),
        *AuditEntry.objects.values_list("facts", flat=True),
    ]
    assert len(kept) > 1
    text = json.dumps(kept, ensure_ascii=False)
    assert [word for word in CANARIES if word in text] == []
