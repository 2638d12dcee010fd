"""Contact sheets: many pages beside one another, to be looked at."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

PAPER, INK, EDGE = "#6b6459", "#ffffff", "#3a352f"
GAP = 24
LINE = 19
MOST_TALL = 9000  # pixels of one sheet: more is unkind to whoever opens it


@dataclass(frozen=True)
class Grid:
    """How the pictures of one size are laid out."""

    columns: int
    width: int
    height: int  # a longer page is cut off here: its own picture has the rest
    chars: int  # of the name that fit under a picture


GRIDS = {
    360: Grid(columns=8, width=270, height=900, chars=32),
    1280: Grid(columns=4, width=560, height=760, chars=66),
}


def draw(pictures: list[tuple[str, Path]], *, size: int, folder: Path) -> list[Path]:
    """Draws name and picture of each page onto as few sheets as are needed."""
    grid = GRIDS[size]
    rows = [
        _row(pictures[start : start + grid.columns], grid)
        for start in range(0, len(pictures), grid.columns)
    ]
    sheets = list(_stacked(rows))
    paths = []
    for number, sheet in enumerate(sheets, start=1):
        name = f"sheet-{size}.png" if len(sheets) == 1 else f"sheet-{size}-{number}.png"
        sheet.save(folder / name)
        paths.append(folder / name)
    return paths


def _row(pictures: list[tuple[str, Path]], grid: Grid) -> Image.Image:
    small = [_thumbnail(path, grid) for _name, path in pictures]
    lines = [textwrap.wrap(name, grid.chars) for name, _path in pictures]
    tallest = max(image.height for image in small)
    below = LINE * max(map(len, lines))
    row = Image.new("RGB", (GAP + grid.columns * (grid.width + GAP), tallest + below + GAP), PAPER)
    pen = ImageDraw.Draw(row)
    font = ImageFont.load_default(size=15)
    for index, image in enumerate(small):
        left = GAP + index * (grid.width + GAP)
        row.paste(image, (left, 0))
        pen.rectangle((left - 1, -1, left + image.width, image.height), outline=EDGE)
        for number, line in enumerate(lines[index]):
            pen.text((left, image.height + 3 + number * LINE), line, fill=INK, font=font)
    return row


def _stacked(rows: list[Image.Image]) -> Iterator[Image.Image]:
    """Rows one under the other; a new sheet where one would grow too tall."""
    part: list[Image.Image] = []
    for row in rows:
        if part and sum(r.height for r in part) + row.height + GAP > MOST_TALL:
            yield _sheet(part)
            part = []
        part.append(row)
    if part:
        yield _sheet(part)


def _sheet(rows: list[Image.Image]) -> Image.Image:
    sheet = Image.new("RGB", (rows[0].width, GAP + sum(row.height for row in rows)), PAPER)
    top = GAP
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height
    return sheet


def _thumbnail(path: Path, grid: Grid) -> Image.Image:
    with Image.open(path) as picture:
        scale = grid.width / picture.width
        height = min(picture.height, round(grid.height / scale))
        cut = picture.convert("RGB").crop((0, 0, picture.width, height))
    return cut.resize((grid.width, max(1, round(height * scale))), Image.Resampling.LANCZOS)
