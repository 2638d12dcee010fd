"""Sweeps at once over the same workbooks, and two lists that want the same: nothing is twice."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import User
from communities.actions import imports as actions
from communities.models import Import, ImportRow, ImportState, Place, PlaceKind
from communities.sheets.run import run_imports
from tests.communities.workbooks import workbook
from tests.factories import County

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
HEADINGS = ("小区", "楼栋", "单元", "房号")
ROWS = 1_500


def at_once(work: Callable[[], object], times: int = 3) -> None:
    barrier, failures = Barrier(times), []

    def run() -> None:
        try:
            barrier.wait(timeout=20)
            work()
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []


def sent_in(county: County, by: User, rows: int) -> Import:
    data = workbook(HEADINGS, *(["桂花苑", "1栋", "1单元", f"{n}室"] for n in range(rows)))
    return actions.send_import(
        by=by, kind="dwellings", place=county.community, filename="a", data=data
    )


@pytest.mark.slow
def test_three_sweeps_at_once_read_and_write_everything_once(
    county: County, people: dict[str, User]
) -> None:
    clerk = people["dispatcher"]
    found = sent_in(county, clerk, ROWS)
    at_once(run_imports)
    found.refresh_from_db()
    assert (found.state, found.created, found.progress) == (ImportState.READ, ROWS, ROWS)
    assert ImportRow.objects.filter(of=found).count() == ROWS
    actions.confirm_import(found, by=clerk)
    at_once(run_imports)
    found.refresh_from_db()
    assert found.state == ImportState.DONE
    assert Place.objects.filter(kind=PlaceKind.DWELLING).count() == ROWS


def test_of_two_lists_that_found_the_same_one_is_written(
    county: County, people: dict[str, User]
) -> None:
    clerk = people["dispatcher"]
    both = [sent_in(county, clerk, 20) for _turn in range(2)]
    run_imports()
    for found in both:
        found.refresh_from_db()
        actions.confirm_import(found, by=clerk)
    at_once(run_imports, 2)
    run_imports()
    states = []
    for found in both:
        found.refresh_from_db()
        states.append(found.state)
    assert sorted(states) == [ImportState.DONE, ImportState.REFUSED]
    assert Place.objects.filter(kind=PlaceKind.DWELLING).count() == 20
