"""Every list that can be sent in and taken out as a workbook."""

from communities.sheets import (
    appointments,
    branches,
    buildings,
    committees,
    contracts,
    dwellings,
    estates,
    firms,
    grids,
)
from communities.sheets.lines import Sheet

# In the order in which a county enters them: each builds on those before.
SHEETS: dict[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        estates.SHEET,
        buildings.SHEET,
        dwellings.SHEET,
        firms.SHEET,
        contracts.SHEET,
        grids.SHEET,
        branches.SHEET,
        committees.SHEET,
        committees.MEMBERS_SHEET,
        appointments.SHEET,
    )
}
