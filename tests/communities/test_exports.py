"""Each list as it is handed out: sent in again it changes nothing; templates explain themselves."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from accounts.actors import CLOCK
from accounts.models import User
from common.now import now
from communities.actions import engage_firm, found_grid, register_firm, set_buildings
from communities.actions.party import found_organisation
from communities.models import Building, Dwelling, ImportState, PlaceKind
from communities.sheets import SHEETS
from communities.sheets.books import export_of, template_of
from tests.communities.list_sheets import CREDIT, fill_committees
from tests.communities.workbooks import cells, sent, why
from tests.factories import County, place

pytestmark = pytest.mark.django_db
People = dict[str, User]


def fill_buildings(county: County) -> None:
    Building.objects.create(
        place=county.building, floors=18, lifts=2, households=72, floor_area=Decimal("7800.5")
    )


def fill_dwellings(county: County) -> None:
    for number in (1, 2):
        made = place(
            PlaceKind.DWELLING, f"{county.entrance.code}000{number}", f"10{number}", county.entrance
        )
        Dwelling.objects.create(place=made, floor=1, floor_area=Decimal("96.5"))


def fill_firms(county: County) -> None:
    register_firm(
        county.district,
        by=CLOCK,
        name="红枫（国际）物业",
        credit_code=CREDIT,
        registered_on=date(2012, 6, 1),
        capital=Decimal("300.5"),
        phone="0797-6830000",
        representative="=1+1",
        community_led=True,
    )


def fill_contracts(county: County) -> None:
    engage_firm(
        county.firm,
        estate=county.unserved,
        from_on=date(2024, 1, 1),
        until_on=date(2027, 1, 1),
        fee=Decimal("1.350"),
        by=CLOCK,
    )


def fill_grids(county: County) -> None:
    large = found_grid(kind="large", community=county.community, name="河东大网格", by=CLOCK)
    set_buildings(large, by=CLOCK, buildings=list(county.estate.children.all()))
    cell = found_grid(
        kind="cell", community=county.community, name="1栋邻里格", parent=large, by=CLOCK
    )
    set_buildings(cell, by=CLOCK, buildings=[county.building])


def fill_branches(county: County) -> None:
    above = found_organisation(
        by=CLOCK, place=county.community, name="河东社区党委", level="committee", full_members=60
    )
    found_organisation(
        by=CLOCK,
        place=county.estate,
        name="桂花苑党支部",
        level="branch",
        parent=above,
        full_members=5,
    )


def fill_appointments(county: County) -> None:
    User.objects.filter(pk=county.people["grid_worker"].pk).update(phone="13900000077")
    User.objects.filter(pk=county.people["manager"].pk).update(phone="13900000078")


FILLED: dict[str, Callable[[County], None]] = {
    "estates": lambda county: None,
    "buildings": fill_buildings,
    "dwellings": fill_dwellings,
    "firms": fill_firms,
    "contracts": fill_contracts,
    "grids": fill_grids,
    "branches": fill_branches,
    "committees": fill_committees,
    "members": fill_committees,
    "appointments": fill_appointments,
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", SHEETS)
def test_an_export_sent_in_again_changes_nothing(
    county: County, people: People, kind: str, language: str
) -> None:
    FILLED[kind](county)
    by = people["district"]
    with override(language):
        data, count = export_of(SHEETS[kind], county.district, by=by, at=now())
    assert count
    found = sent(by, county.district, kind, data)
    assert why(found) == {}
    assert (found.state, found.same, found.total) == (ImportState.READ, count, count)
    assert not any(
        isinstance(cell, str) and cell.startswith(("=", "+", "-", "@"))
        for row in cells(data)
        for cell in row
    )


@pytest.mark.parametrize("kind", SHEETS)
def test_a_template_has_headings_drop_downs_and_examples(kind: str) -> None:
    import io

    import openpyxl

    with override("zh-hans"):
        data = template_of(SHEETS[kind])
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(book.worksheets) >= 3
    first = book.worksheets[0]
    columns = SHEETS[kind].columns
    assert len([cell for cell in first[1] if cell.value]) == len(columns)
    chosen = [column for column in columns if column.written().choices]
    assert len(first.data_validations.dataValidation) == len(chosen)
    assert book.worksheets[1].max_row == 1 + len(SHEETS[kind].examples)
    assert first.freeze_panes == "A2"


@pytest.mark.parametrize("kind", SHEETS)
def test_every_heading_is_one_columns_alone(kind: str) -> None:
    from communities.sheets.columns import headings_of

    columns = SHEETS[kind].columns
    known = headings_of(columns)
    for language in ("zh-hans", "en"):
        with override(language):
            from common.workbooks import heading_key

            assert [known[heading_key(str(c.heading))] for c in columns] == [
                c.name for c in columns
            ]
