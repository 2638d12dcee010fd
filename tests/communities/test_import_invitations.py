"""A list of offices invites whoever has no account; links are made later, and told once."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from common.codes import digest
from common.errors import NotAllowed, TooMany, WrongState
from common.now import now
from communities.actions import (
    accept_as_newcomer,
    accept_signed_in,
    imports,
    invite,
    revoke_invitation,
)
from communities.actions.listed_invitations import make_links
from communities.models import Appointment, Import, ImportState, Invitation, Office, RowVerdict
from communities.sheets.books import annotated_of
from communities.sheets.run import run_imports
from communities.sheets.words import say_all
from tests.communities.workbooks import cells, sent, verdicts, why, workbook
from tests.factories import PASSWORD, County, person
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
People = dict[str, User]
HEADINGS = ("姓名", "手机号码", "职务", "任职单位", "任职日期")
NEW = ["林小桥", 13700000009, "网格员", "河东第一网格", "2026.1.1"]
OTHER = ["林小桥", 13700000009, "小区院长", "桂花苑", "2026年1月1日"]
THIRD = ["沈月", "137 0000 0010", "小区院长", "银杏里", "2026-01-01"]


def invited(county: County, by: User, *rows: Sequence[object]) -> Import:
    """Sent in, confirmed and written."""
    found = sent(by, county.community, "appointments", workbook(HEADINGS, *(rows or (NEW,))))
    assert why(found) == {}
    imports.confirm_import(found, by=by)
    run_imports()
    found.refresh_from_db()
    assert found.state == ImportState.DONE, found.problem
    return found


def test_whoever_has_no_account_is_to_be_invited_and_nothing_is_written_before(
    county: County, people: People
) -> None:
    clerk, before = people["dispatcher"], Appointment.objects.count()
    found = sent(clerk, county.community, "appointments", workbook(HEADINGS, NEW, OTHER, THIRD))
    assert why(found) == {}
    assert verdicts(found) == [(2, "create"), (3, "create"), (4, "create")]
    row = found.rows.get(number=2)
    assert row.words == {"phone": [["to_be_invited", {}]]}
    assert "还没有账号" in "".join(
        str(c) for c in cells(annotated_of(found, by=clerk, at=now()))[1]
    )
    assert say_all(row.words["phone"])
    assert not Invitation.objects.exists()
    assert Appointment.objects.count() == before


def test_the_list_invites_and_tells_nobody_a_link(county: County, people: People) -> None:
    clerk = people["dispatcher"]
    found = invited(county, clerk, NEW, OTHER, THIRD)
    made = Invitation.objects.order_by("pk")
    assert [(i.name, i.phone, i.office, i.listed_in) for i in made] == [
        ("林小桥", "13700000009", Office.GRID_WORKER, found),
        ("林小桥", "13700000009", Office.WARDEN, found),
        ("沈月", "13700000010", Office.WARDEN, found),
    ]
    assert not User.objects.filter(name="沈月").exists()
    # No number and no name leaves the register for the record of what was done.
    assert "1370000" not in str(list(AuditEntry.objects.values_list("facts", "target")))


def test_a_whole_county_may_be_invited_at_once_and_single_ones_still_count(
    county: County, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("communities.actions.invitations.MOST_AN_HOUR", 1)
    clerk = people["dispatcher"]
    invited(county, clerk, NEW, OTHER, THIRD)
    assert Invitation.objects.count() == 3
    first: dict[str, Any] = {
        "office": Office.GRID_WORKER,
        "at": county.grid,
        "from_on": now().date(),
    }
    invite(by=clerk, name="一", phone="13700000021", **first)
    with pytest.raises(TooMany):
        invite(by=clerk, name="二", phone="13700000022", **first)


def test_sent_again_it_invites_nobody_twice(
    county: County, people: People, clock: Pretended
) -> None:
    clerk = people["dispatcher"]
    found = invited(county, clerk, NEW, THIRD)
    data = workbook(HEADINGS, NEW, THIRD)
    again = sent(clerk, county.community, "appointments", data)
    assert (again.same, again.created, again.refused) == (2, 0, 0)
    assert again.rows.get(number=2).words == {"phone": [["invited_already", {}]]}
    clock.forward(days=20)  # over: its list makes the link anew
    assert sent(clerk, county.community, "appointments", data).same == 2
    # Once somebody came the list says what is so, whether or not their number was confirmed.
    link = make_links(found, by=clerk)[0]
    accept_as_newcomer(link[0], username="xiaoqiao", password=PASSWORD, phone_confirmed=False)
    came = sent(clerk, county.community, "appointments", data)
    assert (came.same, came.created, came.refused) == (2, 0, 0)
    assert came.rows.get(number=2).words == {}
    # One that was taken back is no invitation any more.
    revoke_invitation(link[0].__class__.objects.get(name="沈月"), by=clerk)
    assert sent(clerk, county.community, "appointments", data).created == 1


def test_a_number_invited_under_one_name_is_not_invited_under_another(
    county: County, people: People
) -> None:
    clerk = people["dispatcher"]
    invited(county, clerk, NEW)
    strange = ["王五", *NEW[1:]]
    found = sent(clerk, county.community, "appointments", workbook(HEADINGS, strange))
    assert why(found) == {2: {"name": ["other_name"]}}
    twice = sent(clerk, county.community, "appointments", workbook(HEADINGS, NEW, NEW))
    assert why(twice) == {3: {"name": ["twice"]}} or list(why(twice)) == [3]


def test_links_are_made_for_whoever_sent_the_list_and_the_ones_before_die(
    county: County, people: People
) -> None:
    clerk = people["dispatcher"]
    found = invited(county, clerk, NEW, THIRD)
    first = {row.name: secret for row, secret in make_links(found, by=clerk)}
    second = {row.name: secret for row, secret in make_links(found, by=clerk)}
    assert first.keys() == second.keys() == {"林小桥", "沈月"}
    kept = set(Invitation.objects.values_list("secret_digest", flat=True))
    assert kept == {digest(secret) for secret in second.values()}
    assert not kept & {digest(secret) for secret in first.values()}
    assert AuditEntry.objects.filter(verb="make_links", facts__links=2).count() == 2
    before = list(Invitation.objects.order_by("pk").values_list("secret_digest", "expires_at"))
    with pytest.raises(NotAllowed):
        make_links(found, by=people["district"])
    assert before == list(
        Invitation.objects.order_by("pk").values_list("secret_digest", "expires_at")
    )
    for row in Invitation.objects.all():
        revoke_invitation(row, by=clerk)
    with pytest.raises(WrongState):
        make_links(found, by=clerk)


def test_one_person_takes_up_two_offices_with_one_account(county: County, people: People) -> None:
    clerk = people["dispatcher"]
    found = invited(county, clerk, NEW, OTHER)
    (first, _one), (second, _two) = make_links(found, by=clerk)
    user = accept_as_newcomer(
        first, username="xiaoqiao", password=PASSWORD, phone_confirmed=False
    ).user
    # Another account is not made, and nobody else takes up the other link.
    with pytest.raises(WrongState):
        accept_as_newcomer(second, username="other", password=PASSWORD, phone_confirmed=False)
    with pytest.raises(NotAllowed):
        accept_signed_in(second, by=people["resident"])
    assert Appointment.objects.filter(place=county.estate, office=Office.WARDEN).count() == 0
    assert accept_signed_in(second, by=user).user == user
    # Nor does another's invitation to the same number and name reach that account.
    strange, _secret = invite(
        by=people["district"],
        office=Office.WARDEN,
        at=county.other_estate,
        name="林小桥",
        phone="13700000009",
        from_on=now().date(),
    )
    with pytest.raises(NotAllowed):
        accept_signed_in(strange, by=user)


def test_the_page_makes_and_shows_links_once(
    county: County, people: People, client: Client
) -> None:
    clerk = people["dispatcher"]
    found = invited(county, clerk, NEW, THIRD)
    client.force_login(clerk)
    page = client.get(reverse("communities:import", args=[found.public_id])).content.decode()
    address = reverse("communities:import_links", args=[found.public_id])
    assert address in page
    looked = client.get(address).content.decode()
    assert "/join/" not in looked
    answer = client.post(address)
    assert answer["Cache-Control"].count("no-store")
    links = re.findall(r"http://testserver(/join/[-0-9A-Z]+/)", answer.content.decode())
    assert len(links) == 2
    assert "13700000009" not in answer.content.decode()
    assert "/join/" not in client.get(address).content.decode()
    # A community's other clerks and the district see the list, and no link.
    for name in ("district", "secretary"):
        if name in people:
            client.force_login(people[name])
            assert client.post(address).status_code == 403
            assert (
                address
                not in client.get(
                    reverse("communities:import", args=[found.public_id])
                ).content.decode()
            )
    client.force_login(
        people["far_dispatcher"] if "far_dispatcher" in people else people["resident"]
    )
    assert client.post(address).status_code == 404
    client.logout()
    assert client.get(links[0]).status_code == 200


def test_a_list_does_not_invite_above_its_sender(county: County, people: People) -> None:
    clerk = people["dispatcher"]
    row = ["沈月", 13700000010, "社区专干", county.community_office.name, "2026-01-01"]
    found = sent(clerk, county.community, "appointments", workbook(HEADINGS, row))
    assert found.rows.get().verdict == RowVerdict.REFUSE
    assert not Invitation.objects.exists()


def test_a_stolen_second_link_gives_nothing_to_whoever_holds_it(
    county: County, people: People, client: Client
) -> None:
    """One link was taken up; the other is found by a thief, with every kind of account or none."""
    clerk = people["dispatcher"]
    found = invited(county, clerk, NEW, OTHER, THIRD)
    (first, _one), (second, secret), (strange, _two) = make_links(found, by=clerk)
    came = accept_as_newcomer(
        first, username="xiaoqiao", password=PASSWORD, phone_confirmed=False
    ).user
    # Somebody else whom the very same clerk invited, with an account that has no number, too.
    thief = accept_as_newcomer(
        strange, username="shenyue", password=PASSWORD, phone_confirmed=False
    ).user
    # And one who bears the name of the person invited.
    namesake = person("namesake", "林小桥")
    before = (User.objects.count(), Appointment.objects.count())
    address = reverse("communities:join", args=[secret])
    for other in (thief, namesake, people["resident"]):
        with pytest.raises(NotAllowed):
            accept_signed_in(second, by=other)
        client.force_login(other)
        assert client.post(address).status_code == 403
    client.logout()
    # Without an account: no form that makes one, and nothing for whoever sends it anyhow.
    assert 'name="password"' not in client.get(address).content.decode()
    client.post(address, {"username": "thief", "password": PASSWORD, "code": "123456"})
    with pytest.raises(WrongState):
        accept_as_newcomer(second, username="thief", password=PASSWORD, phone_confirmed=False)
    # Nor once the account that came by the first was closed.
    User.objects.filter(pk=came.pk).update(is_active=False)
    with pytest.raises(WrongState):
        accept_as_newcomer(second, username="thief", password=PASSWORD, phone_confirmed=False)
    second.refresh_from_db()
    assert second.accepted_at is None
    assert before == (User.objects.count(), Appointment.objects.count())


def test_the_api_makes_links_for_whoever_sent_the_list_alone(
    county: County, people: People, client: Client
) -> None:
    clerk = people["dispatcher"]
    found = invited(county, clerk, NEW, THIRD)
    address = reverse("api:import_links", args=[found.public_id])
    assert client.post(address).status_code == 401
    client.force_login(people["district"])
    before = list(Invitation.objects.values_list("secret_digest", flat=True).order_by("pk"))
    assert client.post(address).status_code == 403
    client.force_login(people["resident"])
    assert client.post(address).status_code == 404
    assert before == list(Invitation.objects.values_list("secret_digest", flat=True).order_by("pk"))
    client.force_login(clerk)
    answer = client.post(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    rows = answer.json()
    assert [row["name"] for row in rows] == ["林小桥", "沈月"]
    assert rows[0]["seat"] == {"code": county.grid.code, "name": county.grid.name}
    assert "13700000009" not in answer.content.decode()
    secret = rows[0]["link"].rstrip("/").rsplit("/", 1)[1]
    assert Invitation.objects.get(secret_digest=digest(secret)).name == "林小桥"
