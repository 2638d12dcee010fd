"""docs/scoring.md is worked by hand; the arithmetic of every card comes to the same figures."""

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from ratings.cards import fraction, worked, worked_firm
from ratings.queries.example import example, inputs
from ratings.terms import Terms, read
from ratings.terms.presets import presets

PAGE = (Path(__file__).parents[2] / "docs" / "scoring.md").read_text("utf-8")
WHOLE = "anhui_quarterly"


@pytest.fixture(scope="module")
def terms() -> Terms:
    return read(presets()[WHOLE].document)


def rows(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, without its head."""
    section = PAGE.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_item_brings_what_the_page_says(terms: Terms) -> None:
    part = terms.part("inspection")
    assert part is not None
    worked_lines = worked(terms, inputs(terms)).working["parts"][0]["lines"]
    points = {line["item"]: fraction(line["points"]) for line in worked_lines}
    by_hand = {code: Fraction(brings) for code, *_between, brings in rows("Inspection: 70 %")}
    assert by_hand == points
    said = {code: Fraction(points) for code, points, *_rest in rows("Inspection: 70 %")}
    assert said == {item.code: item.points for item in part.items}


def test_the_dimensions_add_up_as_the_page_says(terms: Terms) -> None:
    sums = re.search(r"By dimension: ([\d. +]+) = ([\d.]+) points of (\d+)", PAGE)
    assert sums is not None
    row = worked(terms, inputs(terms)).working["parts"][0]
    points = {line["item"]: fraction(line["points"]) or Fraction() for line in row["lines"]}
    part = terms.part("inspection")
    assert part is not None
    by_dimension = [sum(points[item.code] for item in each.items) for each in part.dimensions]
    assert [Fraction(text) for text in sums[1].split(" + ")] == by_dimension
    assert Fraction(sums[2]) == fraction(row["got"])
    assert Fraction(sums[3]) == fraction(row["possible"])


def test_the_poll_is_worked_as_the_page_says(terms: Terms) -> None:
    scores = inputs(terms)["parts"]["poll"]["scores"]
    said = re.search(r"(\d+) ÷ (\d+) = \*\*(\d+)\*\*", PAGE)
    assert said is not None
    assert (sum(scores), len(scores)) == (int(said[1]), int(said[2]))
    row = worked(terms, inputs(terms)).working["parts"][1]
    assert fraction(row["value"]) == Fraction(said[3])
    for score in re.findall(r"\d+", "95, 90, 85, 80, 75"):
        assert scores.count(int(score)) == 5


def test_the_parts_come_together_as_the_page_says(terms: Terms) -> None:
    outcome = worked(terms, inputs(terms))
    said = {key: (value, weight, counts) for key, value, weight, counts in rows("Together")}
    for part, row in zip(terms.parts, outcome.working["parts"], strict=True):
        value, weight, counts = said[part.key]
        assert Fraction(value) == fraction(row["value"])
        assert Fraction(weight) == part.weight
        assert Fraction(counts) == fraction(row["counts"])
    total = re.search(r"57\.26 \+ 25\.5 = \*\*([\d.]+)\*\*, which is in the band .*: (\w+)\.", PAGE)
    assert total is not None
    assert (outcome.total, outcome.band) == (Decimal(total[1]), total[2])


def test_the_whole_firm_is_worked_as_the_page_says(terms: Terms) -> None:
    cards = [
        {"households": 300, "exact": str(Fraction("82.76"))},
        {"households": 100, "exact": "91"},
    ]
    said = re.search(r"\(24828 \+ 9100\) ÷ 400 = \*\*([\d.]+)\*\*", PAGE)
    assert said is not None
    assert worked_firm(terms, {"cards": cards}).total == Decimal(said[1])


def test_the_page_of_a_place_shows_the_same_figures(terms: Terms) -> None:
    found = example(terms)
    assert [part.value for part in found.parts] == ["81.8", "85"]
    assert [part.counts for part in found.parts] == ["57.26", "25.5"]
    assert found.total == Decimal("82.76")


@pytest.mark.parametrize("key", presets())
def test_every_preset_has_an_example_without_a_blank(key: str) -> None:
    found = example(read(presets()[key].document))
    assert found.total is not None
    assert all(part.steps and part.value != "–" for part in found.parts)
