"""Neighbour cells within the grids, and what the check of the grids is there to find."""

from accounts.actors import CLOCK
from communities.actions import found_grid, found_place, set_buildings
from communities.models import Estate, Grid, GridKind, Place, PlaceKind
from governance.demo.county import County, Home

# Communities that are divided into cells already; the others follow.
DIVIDED = 2
CELL = 30  # households


def draw_cells(county: County) -> int:
    """Cells of about thirty households in the first communities; how many there are.

    In the last community a new building stands that nobody has put into a grid yet.
    """
    drawn = 0
    for community in county.communities[:DIVIDED]:
        for grid in county.grids[community.pk]:
            homes = [home for home in county.homes if home.grid == grid]
            drawn += sum(_cells(grid, home) for home in homes)
    newest = county.homes[-1]
    found_place(
        kind=PlaceKind.BUILDING,
        name=f"{len(newest.buildings) + 1}栋",
        parent=newest.place,
        by=CLOCK,
    )
    return drawn


def _cells(grid: Grid, home: Home) -> int:
    """Building by building: a tall one holds several cells, low ones share one."""
    known = Estate.objects.get(place=home.place).households
    each = known / len(home.buildings)
    share: list[Place] = []
    number = 0
    for building in home.buildings:
        share.append(building)
        if each * len(share) < CELL * 0.75 and building != home.buildings[-1]:
            continue
        for _part in range(max(1, round(each * len(share) / CELL))):
            number += 1
            cell = found_grid(
                by=CLOCK,
                kind=GridKind.CELL,
                community=home.community,
                name=f"{home.place.name}第{number}邻里格",
                parent=grid,
            )
            set_buildings(cell, by=CLOCK, buildings=share)
        share = []
    return number
