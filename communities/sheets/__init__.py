"""Every list that can be sent in and taken out as a workbook."""

from communities.sheets import buildings, dwellings, estates
from communities.sheets.lines import Sheet

SHEETS: dict[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        estates.SHEET,
        buildings.SHEET,
        dwellings.SHEET,
    )
}
