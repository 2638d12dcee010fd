"""Every page is in the pictures that are looked at before a release."""

from pathlib import Path

import pytest
from PIL import Image

from complaints.workflow import Status
from scripts import shots_sheet, shots_table
from scripts.shots_cast import PARTY_OF, Cast
from tests.complaints import walks
from tests.factories import County


def test_every_route_is_pictured_or_has_no_page() -> None:
    assert shots_table.missed() == []


def test_nothing_is_pictured_that_is_no_route() -> None:
    assert shots_table.stale() == []


def test_a_new_route_is_missed_until_it_is_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(shots_table.TABLE, "complaints:queue")
    assert shots_table.missed() == ["complaints:queue"]


def test_every_order_is_pictured_as_each_of_its_parties_sees_it(
    county: County, people: walks.People
) -> None:
    walks.complaint_at(Status.HANDLING, county, people, repairer=people["repairer"])
    walks.complaint_at(Status.HANDLING, county, people, handler=county.fire)
    pictures = list(shots_table.shots(Cast()))
    details = {p.role for p in pictures if p.route == "complaints:detail"}
    assert details == set(PARTY_OF) - {"holder"}
    assert len({p.name for p in pictures}) == len(pictures), "one picture would hide another"


def test_a_long_row_of_pictures_becomes_several_sheets(tmp_path: Path) -> None:
    page = tmp_path / "page.png"
    Image.new("RGB", (360, 740), "white").save(page)
    sheets = shots_sheet.draw([("front.nobody", page)] * (8 * 15 + 1), size=360, folder=tmp_path)
    assert [sheet.name for sheet in sheets] == ["sheet-360-1.png", "sheet-360-2.png"]
    with Image.open(sheets[0]) as sheet:
        assert sheet.height <= shots_sheet.MOST_TALL
