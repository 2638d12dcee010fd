"""Pages that neither lose nor repeat a row, whatever is added in between."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import AuditEntry
from common.errors import Invalid
from common.paging import Mark, Sorting, page_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
NEWEST = Sorting("at", "target", descending=True, moments=True)
BY_NAME = Sorting("target", "target")


def entry(name: str, hours: int = 0) -> AuditEntry:
    moment = NOON + timedelta(hours=hours)
    return AuditEntry.objects.create(at=moment, actor_kind="clock", verb="seen", target=name)


def names(sorting: Sorting, cursor: str = "", size: int = 2) -> tuple[list[str], str, str]:
    page = page_of(AuditEntry.objects.all(), sorting, cursor=cursor, size=size)
    return [row.target for row in page.rows], page.previous, page.next


def test_rows_of_one_moment_are_told_apart_by_the_second_column() -> None:
    for name in "cabed":
        entry(name)
    first, previous, after = names(NEWEST)
    assert (first, previous) == (["a", "b"], "")
    second, _, last = names(NEWEST, after)
    assert second == ["c", "d"]
    assert names(NEWEST, last)[0] == ["e"]
    assert names(NEWEST, last)[2] == ""


def test_a_row_that_comes_in_between_moves_no_other() -> None:
    for hours, name in enumerate("abcd"):
        entry(name, hours)
    _, _, after = names(NEWEST)
    entry("new", 9)
    second, back, _ = names(NEWEST, after)
    assert second == ["b", "a"]
    assert names(NEWEST, back)[0] == ["d", "c"]
    assert names(NEWEST, names(NEWEST, back)[1])[0] == ["new"]


def test_a_unique_column_needs_no_second() -> None:
    for name in "cab":
        entry(name)
    first, _, after = names(BY_NAME)
    assert first == ["a", "b"]
    last, back, end = names(BY_NAME, after)
    assert (last, end) == (["c"], "")
    assert names(BY_NAME, back)[0] == ["a", "b"]


def test_a_page_costs_one_query(django_assert_num_queries: Any) -> None:
    for name in "abcde":
        entry(name)
    after = names(NEWEST)[2]
    with django_assert_num_queries(1):
        names(NEWEST, after)


def written(plain: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "a" * 500,
        written([]),
        written({}),
        written(["2026-03-02T12:00:00+08:00", "a"]),
        written(["2026-03-02T12:00:00+08:00", 1, 0]),
        written(["2026-03-02T12:00:00+08:00", "a\0", 0]),
        written(["2026-03-02T12:00:00+08:00", "a", 2]),
        written(["2026-03-02T12:00:00", "a", 0]),
        written(["0001-01-01T00:00:00+14:00", "a", 0]),
        written(["2026-13-02T12:00:00+08:00", "a", 0]),
        written([None, "a", 0]),
        written([7, "a", 0]),
    ],
)
def test_a_cursor_that_we_never_wrote_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Mark.read(cursor, NEWEST)
    assert list(refusal.value.fields) == ["cursor"]
