"""The page of the pyramid: each link says where it leads."""

import re
from html import unescape

import pytest
from django.test import Client

from tests.communities.test_party_verbs import found
from tests.factories import County

pytestmark = pytest.mark.django_db


def links(under: str) -> dict[str, set[str]]:
    """Where the links of each text lead."""
    page = Client().get("/register/party/", {"under": under} if under else {}).content.decode()
    leads: dict[str, set[str]] = {}
    for address, text in re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL):
        words = " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())
        leads.setdefault(words, set()).add(address)
    return leads


def test_organisations_of_one_name_are_told_apart_by_where_they_are(county: County) -> None:
    top = found(county.community, name="第一党支部")
    far = found(county.far_community, name="第一党支部")
    for estate in (county.estate, county.far_estate):
        estate.name = "锦绣苑"
        estate.save()
        above = top if estate == county.estate else far
        found(estate, "branch", name="第一党支部", parent=above, estates=[estate])
    for under in ("", county.district.code):
        page = links(under)
        assert [text for text, addresses in page.items() if len(addresses) > 1] == []
    assert {f"/bodies/{top.body.code}/"} == links("")["第一党支部 (梅江街道 河东社区)"]


def test_a_name_of_its_own_stands_alone(county: County) -> None:
    top = found(county.community, name="河东社区党委")
    assert {f"/bodies/{top.body.code}/"} == links("")["河东社区党委"]
