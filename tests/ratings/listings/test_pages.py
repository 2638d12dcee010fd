"""Listings in the browser: officers, the firm, and everybody."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from ratings.actions.listing_alarms import sound_listings
from ratings.models import Listing, Objection, Scheme, Veto
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import frozen, listed
from tests.ratings.listed import V, by_hand, take, walked

People = dict[str, User]
Team = list[User]
pytestmark = pytest.mark.django_db
NOT_DISHONEST = "不是严重失信主体名单"


def page(listing: Listing) -> str:
    return reverse("ratings:listing", args=[listing.public_id])


def press(client: Client, listing: Listing, verb: str, **said: str) -> object:
    address = reverse("ratings:listing_step", args=[listing.public_id, verb])
    return client.post(address, said, follow=True)


def test_t6_a_firm_is_proposed_heard_decided_on_by_two_and_listed_in_the_browser(
    client: Client, county: County, scheme: Scheme, team: Team, people: People, clock: Pretended
) -> None:
    client.force_login(team[0])
    said = {"kind": "black", "scheme": scheme.public_id, "body": county.firm.code,
            "grounds": "得分58分", "evidence": "评分卡"}  # fmt: skip
    answer = client.post(reverse("ratings:listing_propose"), said, follow=True)
    assert answer.status_code == 200
    made = Listing.objects.get()
    press(client, made, "serve", number="告〔2026〕1号", text="拟列入黑榜")
    client.force_login(people["manager"])
    text = client.get(page(made)).content.decode()
    assert "step/state_case" not in text
    assert "评分卡" not in text, "evidence is the officers'"
    press(client, made, "receive")
    _names_remedies(client, made)
    press(client, made, "state_case", text="一项有误")
    client.force_login(team[1])
    press(client, made, "decide", text="理由不成立")
    for officer in team[2:]:
        client.force_login(officer)
        press(client, made, "approve", minutes="纪要12号", met_on="2026-10-12")
    press(client, made, "notice")
    made.refresh_from_db()
    assert made.state == "noticed"
    clock.put(at("2026-10-20 10:00"))
    sound_listings()
    client.force_login(team[0])  # the week has ended the session
    press(client, made, "schedule", document_number="红住建发〔2026〕20号",
          publish_at="2026-10-21T09:00")  # fmt: skip
    clock.put(at("2026-10-21 09:00"))
    sound_listings()
    client.logout()
    _everybody_reads(client, county)


def _names_remedies(client: Client, made: Listing) -> None:
    notice = client.get(reverse("ratings:listing_notice", args=[made.public_id])).content.decode()
    assert "行政复议" in notice
    assert "行政诉讼" in notice


def _everybody_reads(client: Client, county: County) -> None:
    address = reverse("ratings:published_list", args=[county.district.code, "black"])
    text = client.get(address).content.decode()
    assert county.firm.name in text
    assert "红住建发〔2026〕20号" in text
    assert NOT_DISHONEST in text


def test_from_the_notice_on_the_firm_reads_what_it_was_told_in_the_interview(
    client: Client, county: County, team: Team, people: People
) -> None:
    made = by_hand(listed.scheme(county, interview=True), team[0], county.firm)
    for verb in (V.INTERVIEW, V.RECHECK):
        take(made, verb, team[0])
    address = reverse("ratings:listing_interview", args=[made.public_id])
    client.force_login(people["manager"])
    assert client.get(address).status_code == 404
    take(made, V.SERVE, team[0])
    assert "十日内清理楼道" in client.get(address).content.decode()
    assert address in client.get(page(made)).content.decode()
    client.force_login(people["rival"])
    assert client.get(address).status_code == 404


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: Client, black: Listing, team: Team
) -> None:
    client.force_login(team[0])
    answer = press(client, black, "serve", text="拟列入黑榜的事实")
    text = answer.content.decode()  # type: ignore[attr-defined]
    assert "serve-number" in text
    assert "拟列入黑榜的事实" in text
    black.refresh_from_db()
    assert black.state == "proposed"


def test_a_step_that_is_somebody_elses_is_refused_with_the_reason(
    client: Client, black: Listing, county: County, team: Team
) -> None:
    walked(black, county, team, V.STATE_CASE)
    client.force_login(team[0])
    assert "您" in client.get(page(black)).content.decode()
    answer = client.post(
        reverse("ratings:listing_step", args=[black.public_id, "decide"]), {"text": "列入"}
    )
    assert answer.status_code == 403
    black.refresh_from_db()
    assert black.state == "deciding"


@pytest.mark.parametrize("name", ["resident", "dispatcher", "subdistrict", "manager", "rival"])
def test_what_is_proposed_is_not_there_for_anybody_but_the_officers(
    client: Client, black: Listing, people: People, name: str
) -> None:
    client.force_login(people[name])
    assert client.get(page(black)).status_code == 404
    assert client.get(reverse("ratings:listing_propose")).status_code == 403
    public = reverse("ratings:public_listing", args=[black.public_id])
    assert client.get(public).status_code == 404


def test_anybody_objects_and_only_officers_read_who(
    client: Client, black: Listing, county: County, team: Team, people: People
) -> None:
    walked(black, county, team, V.NOTICE)
    address = reverse("ratings:public_listing", args=[black.public_id])
    assert county.firm.name in client.get(address).content.decode()
    sent = {"text": "事实有误", "name": "王大力", "phone": "13812345678"}
    door = reverse("ratings:listing_object", args=[black.public_id])
    assert client.post(door, {**sent, "phone": ""}).status_code == 200
    assert not Objection.objects.exists()
    client.post(door, sent)
    made = Objection.objects.get()
    for name in ("", "resident", "manager"):
        client.logout()
        if name:
            client.force_login(people[name])
        for seen in (address, page(black)):
            text = client.get(seen, follow=True).content.decode()
            assert "13812345678" not in text
            assert "王大力" not in text
    client.force_login(team[1])
    assert "王大力" in client.get(page(black)).content.decode()
    answer = reverse("ratings:listing_answer", args=[black.public_id, made.public_id])
    client.post(answer, {"upheld": "no", "answer": "经核实不成立"})
    made.refresh_from_db()
    assert made.answered_at is not None


def test_the_list_costs_the_same_for_many(
    client: Client,
    scheme: Scheme,
    county: County,
    team: Team,
    django_assert_max_num_queries: object,
) -> None:
    for firm in frozen.firms(county, 6):
        by_hand(scheme, team[0], firm)
    client.force_login(team[1])
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        text = client.get(reverse("ratings:listings")).content.decode()
    assert "第6物业" in text


def test_the_public_list_is_searched_and_shows_what_left(
    client: Client, black: Listing, county: County, team: Team, clock: Pretended
) -> None:
    walked(black, county, team, V.NOTICE)
    clock.put(at("2026-10-20 10:00"))
    take(black, V.SCHEDULE, team[0])
    clock.put(at("2026-11-09 10:00"))
    sound_listings()
    address = reverse("ratings:published_list", args=[county.district.code, "black"])
    assert county.firm.name in client.get(address, {"q": county.firm.name}).content.decode()
    assert county.firm.name not in client.get(address, {"q": "没有"}).content.decode()
    take(black, V.WITHDRAW, team[0])
    assert county.firm.name not in client.get(address).content.decode()
    text = client.get(address, {"ended": "1"}).content.decode()
    assert county.firm.name in text
    assert client.get(address.replace("black", "grey")).status_code == 404


def test_a_veto_is_put_on_record_and_ended_by_officers(
    client: Client, scheme: Scheme, county: County, team: Team, people: People
) -> None:
    address = reverse("ratings:vetoes", args=[scheme.public_id])
    client.force_login(people["manager"])
    assert client.get(address).status_code == 403
    client.force_login(team[0])
    code = scheme.versions.get().read.vetoes[0].code
    sent = {"body": county.firm.code, "code": code, "document": "", "from_on": "2026-10-01"}
    assert client.post(address, sent).status_code == 200
    assert not Veto.objects.exists()
    client.post(address, {**sent, "document": "红行罚〔2026〕7号"})
    veto = Veto.objects.get()
    assert "红行罚〔2026〕7号" in client.get(address).content.decode()
    client.post(reverse("ratings:veto_end", args=[veto.public_id]), {"until_on": "2026-10-12"})
    veto.refresh_from_db()
    assert veto.until_on is not None
