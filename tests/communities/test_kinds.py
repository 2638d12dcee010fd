"""Kinds that belong together are named together once, where the kinds themselves are named."""

import re

import pytest

from communities.models import COMMITTEE_BODIES, DIVISIONS, BodyKind, PlaceKind
from tests.test_house import modules, named

END = r"\s*[)}\]]"
TOGETHER = {
    "communities/models/places.py": r"\bDISTRICT,\s+\S+SUBDISTRICT,\s+\S+COMMUNITY" + END,
    "communities/models/bodies.py": r"OWNERS_COMMITTEE,\s+\S+MANAGEMENT_COMMITTEE" + END,
}


def test_divisions_are_those_with_codes_of_the_state_the_widest_first() -> None:
    assert DIVISIONS == (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY)
    assert COMMITTEE_BODIES == (BodyKind.OWNERS_COMMITTEE, BodyKind.MANAGEMENT_COMMITTEE)


@pytest.mark.parametrize("home", TOGETHER)
def test_kinds_that_belong_together_are_written_out_once(home: str) -> None:
    written = [named(path) for path in modules() if re.search(TOGETHER[home], path.read_text())]
    assert written == [home]
