"""The sweep that reads and writes lists: it may die, be late, or meet a list that is none."""

import pytest
from django.db import transaction

from accounts.models import User
from common.errors import TooMany
from communities.actions import imports as actions
from communities.models import Import, ImportRow, ImportState
from communities.sheets.run import run_imports
from tests.communities.ledger_sheets import ESTATES, confirmed, messy, untouched
from tests.communities.workbooks import sent, verdicts, workbook
from tests.factories import County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db


def test_what_changed_in_between_is_refused_and_shown_anew(
    county: County, people: dict[str, User]
) -> None:
    clerk = people["dispatcher"]
    data = workbook(ESTATES, ["新苑", "河东社区", "商品房", 7, "", ""])
    first = sent(clerk, county.community, "estates", data)
    second = sent(clerk, county.community, "estates", data)
    confirmed(first, clerk)
    before = untouched()
    confirmed(second, clerk)
    assert (second.state, second.problem["code"]) == (ImportState.REFUSED, "changed_since")
    assert verdicts(second) == [(2, "same")]
    assert untouched() == before


def test_a_sweep_that_died_lets_another_have_it(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    clerk = people["dispatcher"]
    data = workbook(ESTATES, ["新苑", "河东社区", "商品房", 7, "", ""])
    found = actions.send_import(
        by=clerk, kind="estates", place=county.community, filename="a", data=data
    )
    dead = actions.take_import()
    assert dead is not None
    actions.begin_rows(dead, total=9, notes=[])
    assert actions.take_import() is None  # somebody is at it
    assert run_imports() == 0
    clock.forward(minutes=3)
    run_imports()
    found.refresh_from_db()
    assert (found.state, found.total) == (ImportState.READ, 1)
    with pytest.raises(actions.Lost), transaction.atomic():
        actions.keep_rows(dead, [(3, "create", {}, {})])
    assert ImportRow.objects.count() == 1


def test_a_workbook_that_kills_its_sweeps_is_given_up(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    data = workbook(ESTATES, ["新苑", "河东社区", "商品房", 7, "", ""])
    found = actions.send_import(
        by=people["dispatcher"], kind="estates", place=county.community, filename="a", data=data
    )
    for _round in range(4):
        assert actions.take_import() is not None
        clock.forward(minutes=3)
    found.refresh_from_db()
    assert (found.state, found.problem["code"]) == (ImportState.REFUSED, "given_up")
    assert actions.take_import() is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "old_excel"),
        (b"a,b\n1,2\n", "not_excel"),
        (workbook(("天气", "心情"), ["晴", "好"]), "no_headings"),
        (workbook(ESTATES), "no_rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(
    county: County, people: dict[str, User], data: bytes, code: str
) -> None:
    found = sent(people["dispatcher"], county.community, "estates", data)
    assert (found.state, found.problem["code"]) == (ImportState.REFUSED, code)


def test_nobody_fills_the_queue(county: County, people: dict[str, User]) -> None:
    clerk = people["dispatcher"]
    for _turn in range(actions.MOST_OPEN):
        actions.send_import(
            by=clerk, kind="estates", place=county.community, filename="a", data=b"x"
        )
    with pytest.raises(TooMany):
        actions.send_import(
            by=clerk, kind="estates", place=county.community, filename="a", data=b"x"
        )


def test_workbooks_and_rows_go_after_a_month_and_the_counts_stay(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    clerk = people["dispatcher"]
    done = confirmed(sent(clerk, county.community, "estates", messy()), clerk)
    left = sent(clerk, county.community, "estates", messy())
    clock.forward(days=29)
    run_imports()
    assert Import.objects.filter(file__isnull=False).count() == 2
    clock.forward(days=2)
    run_imports()
    done.refresh_from_db()
    left.refresh_from_db()
    assert (done.file, done.rows.count(), done.created) == (None, 0, 2)
    assert (left.file, left.state) == (None, ImportState.DROPPED)


def test_a_thousand_rows_cost_as_many_queries_as_ten(
    county: County, people: dict[str, User], at_most: object
) -> None:
    clerk = people["dispatcher"]
    headings = ("小区", "楼栋", "单元", "房号")

    def queries(rows: int) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        data = workbook(
            headings, *(["桂花苑", "1栋", "1单元", f"{number}室"] for number in range(rows))
        )
        actions.send_import(
            by=clerk, kind="dwellings", place=county.community, filename="a", data=data
        )
        with CaptureQueriesContext(
            connection,
        ) as caught:
            run_imports()
        # SQLite inserts row by row, in one call.
        return len([q for q in caught if not q["sql"].startswith("INSERT")])

    assert queries(10) == queries(900)


def test_a_list_read_in_one_go_is_not_taken_over_while_it_is_read(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    """Rows that build on each other are heard of at the end only: long lists are held longer."""
    clerk = people["dispatcher"]
    data = workbook(("网格", "网格类型"), ["一号网格", "大网格"])
    actions.send_import(by=clerk, kind="grids", place=county.community, filename="a", data=data)
    held = actions.take_import()
    assert held is not None
    actions.begin_rows(held, total=2_000, notes=[], at_once=100_000)
    clock.forward(minutes=8)
    assert actions.take_import() is None
    clock.forward(minutes=3)
    assert actions.take_import() == held
