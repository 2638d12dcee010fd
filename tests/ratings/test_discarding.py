"""A draft that nobody wants any more is discarded; what is settled stays."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Conflict, NotAllowed, WrongState
from ratings.actions.schemes import change_draft, discard_draft, draft, settle
from ratings.models import Scheme, SchemeVersion
from tests.doors import program
from tests.factories import County
from tests.ratings.test_schemes import begun, drafted, seen, settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme(county: County) -> Scheme:
    """Settled, with a draft of the next version."""
    made = settled(county)
    draft(made, by=CLOCK)
    return made


def address(scheme: Scheme) -> str:
    return reverse("ratings:draft_discard", args=[scheme.public_id])


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def versions() -> list[int]:
    return list(SchemeVersion.objects.order_by("number").values_list("number", flat=True))


def test_a_discarded_draft_is_gone_and_the_settled_version_stays(
    scheme: Scheme, county: County
) -> None:
    before = scheme.versions.get(number=1).terms
    discard_draft(scheme, by=county.people["district"], seen=seen(scheme))
    assert versions() == [1]
    assert scheme.versions.get().terms == before
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.facts["version"]) == ("discard_scheme_draft", 2)
    # Another one begins as a copy of what is settled, under the same number.
    assert draft(scheme, by=CLOCK).number == 2


def test_a_scheme_of_which_nothing_was_settled_goes_with_its_draft(county: County) -> None:
    scheme = begun(county)
    discard_draft(scheme, by=county.people["district"], seen=seen(scheme))
    assert not Scheme.objects.exists()
    assert versions() == []
    # Its name is free again.
    assert begun(county).name == scheme.name


def test_what_is_settled_is_not_discarded(county: County) -> None:
    scheme = settled(county)
    with pytest.raises(WrongState):
        discard_draft(scheme, by=CLOCK, seen="")
    assert versions() == [1]


def test_a_draft_that_somebody_changed_meanwhile_is_not_discarded(
    scheme: Scheme, county: County
) -> None:
    looked_at = seen(scheme)
    terms = {**drafted(scheme).terms, "ranked_from": 7}
    change_draft(scheme, by=CLOCK, terms=terms, seen=looked_at)
    with pytest.raises(Conflict):
        discard_draft(scheme, by=county.people["district"], seen=looked_at)
    assert drafted(scheme).terms == terms


@pytest.mark.parametrize("who", ["subdistrict", "auditor", "far_district", "manager"])
def test_nobody_but_its_keepers_discards_a_draft(who: str, scheme: Scheme, county: County) -> None:
    with pytest.raises(NotAllowed):
        discard_draft(scheme, by=county.people[who], seen=seen(scheme))
    answer = signed_in(county.people[who]).post(address(scheme), {"seen": seen(scheme)})
    assert answer.status_code == (403 if who == "auditor" else 404)
    assert versions() == [1, 2]


def test_discarding_asks_first_and_then_leads_back_to_the_scheme(
    scheme: Scheme, people: dict[str, User]
) -> None:
    officer = signed_in(people["district"])
    way = reverse("ratings:draft", args=[scheme.public_id])
    assert address(scheme) in officer.get(way).content.decode()
    page = officer.get(address(scheme)).content.decode()
    assert versions() == [1, 2]
    (stamp,) = re.findall(r'name="seen" value="(\w+)"', page)
    answer = officer.post(address(scheme), {"seen": stamp})
    assert answer["Location"] == reverse("ratings:scheme", args=[scheme.public_id])
    assert versions() == [1]
    assert officer.get(address(scheme)).status_code == 404


def test_the_page_of_a_first_draft_leads_back_to_the_list(
    county: County, people: dict[str, User]
) -> None:
    scheme = begun(county)
    answer = signed_in(people["district"]).post(address(scheme), {"seen": seen(scheme)})
    assert answer["Location"] == reverse("ratings:schemes")
    assert not Scheme.objects.exists()


def test_a_stale_page_says_so_and_shows_the_button_again(
    scheme: Scheme, people: dict[str, User]
) -> None:
    answer = signed_in(people["district"]).post(address(scheme), {"seen": "another"})
    assert answer.status_code == 409
    assert f'value="{seen(scheme)}"' in answer.content.decode()
    assert versions() == [1, 2]


def test_programs_discard_a_draft(scheme: Scheme, people: dict[str, User]) -> None:
    way = f"/api/v1/ratings/schemes/{scheme.public_id}/draft/discard/"
    body = {"seen": seen(scheme)}
    for who, status in ((None, 401), ("subdistrict", 403), ("auditor", 403)):
        asked = program(people[who] if who else None)
        assert asked.post(way, body, format="json").status_code == status
    keeper = program(people["district"])
    assert keeper.post(way, {"seen": "another"}, format="json").status_code == 409
    assert versions() == [1, 2]
    assert keeper.post(way, body, format="json").status_code == 204
    assert keeper.post(way, body, format="json").status_code == 409
    assert versions() == [1]


def test_settled_after_all_it_is_kept(scheme: Scheme, people: dict[str, User]) -> None:
    settle(scheme, by=people["district"], seen=seen(scheme), note="加大居民权重")
    version = scheme.versions.get(number=2)
    with pytest.raises(TypeError):
        version.delete()
    assert versions() == [1, 2]
