"""Listings through the API: the whole way by programs, and who reads what."""

from typing import Any

import pytest

from accounts.models import AuditEntry, User
from ratings.actions.listing_alarms import sound_listings
from ratings.models import Listing, Objection, Scheme, Veto
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import frozen, listed
from tests.ratings.listed import V, objected, take, walked

People = dict[str, User]
Team = list[User]
pytestmark = pytest.mark.django_db
API = "/api/v1/ratings/"


def of(listing: Listing, verb: str = "") -> str:
    return f"{API}listings/{listing.public_id}/{verb}"


def post(by: User, address: str, /, **said: Any) -> Any:
    return program(by).post(address, said, format="json")


def test_t6_a_firm_is_proposed_heard_decided_on_and_listed_by_programs(
    county: County, scheme: Scheme, team: Team, people: People, clock: Pretended
) -> None:
    said = {"scheme": str(scheme.public_id), "kind": "black", "body": county.firm.code,
            "grounds": "得分58分", "evidence": "评分卡"}  # fmt: skip
    made = post(team[0], f"{API}listings/", **said)
    assert made.status_code == 201
    listing = Listing.objects.get(public_id=made.json()["listing"]["id"])
    asks = {door["verb"]: door["asks"] for door in made.json()["doors"] if not door["refused"]}
    assert asks["serve"] == ["number", "text"]
    post(team[0], of(listing, "serve/"), number="告〔2026〕1号", text="拟列入黑榜")
    served = post(people["manager"], of(listing, "receive/")).json()
    assert served["listing"]["state"] == "stating"
    assert served["documents"][0]["number"] == "告〔2026〕1号"
    post(people["manager"], of(listing, "state-case/"), text="一项有误")
    post(team[1], of(listing, "decide/"), text="理由不成立")
    for officer in team[2:]:
        post(officer, of(listing, "approve/"), minutes="纪要12号", met_on="2026-10-12")
    assert post(team[0], of(listing, "notice/")).json()["listing"]["state"] == "noticed"
    clock.put(at("2026-10-20 10:00"))
    sound_listings()
    late = {"document_number": "红住建发〔2026〕20号", "publish_at": "2026-10-21T09:00:00+08:00"}
    assert post(team[0], of(listing, "schedule/"), **late).status_code == 200
    clock.put(at("2026-10-21 09:00"))
    sound_listings()
    listed_now = program().get(f"{API}lists/{county.district.code}/black/")
    (row,) = listed_now.json()["results"]
    assert (row["about"]["name"], row["document_number"]) == (
        county.firm.name,
        "红住建发〔2026〕20号",
    )
    assert "public" in listed_now["Cache-Control"]
    page = program().get(of(listing)).json()
    assert page["links"][0]["sequence"] == 1
    assert page["steps"] is page["objections"] is page["evidence"] is page["doors"] is None


def test_a_listing_that_is_not_public_is_there_for_its_officers_alone(
    black: Listing, people: People, team: Team, county: County
) -> None:
    for user in (None, people["manager"], people["subdistrict"], people["resident"]):
        client = program(user) if user else program()
        assert client.get(of(black)).status_code == 404
        assert client.get(f"{API}listings/").json()["results"] == []
        assert client.post(of(black, "withdraw/"), {}, format="json").status_code in {401, 404}
    assert program(team[1]).get(of(black)).json()["evidence"] == "评分卡"
    assert len(program(team[1]).get(f"{API}listings/?state=proposed").json()["results"]) == 1
    for wrong in ("state=served", "kind=red", "place=88"):
        assert program(team[1]).get(f"{API}listings/?{wrong}").json()["results"] == []
    take(black, V.SERVE, team[0])
    page = program(people["manager"]).get(of(black)).json()
    assert [step["by"] for step in page["steps"]] == ["", ""]
    assert page["evidence"] is page["objections"] is None


def test_a_step_that_is_somebody_elses_is_refused_and_nothing_has_changed(
    black: Listing, people: People, team: Team
) -> None:
    assert post(people["auditor"], of(black, "serve/"), number="1", text="x").status_code == 403
    missing = post(team[0], of(black, "serve/"), text="x")
    assert (missing.status_code, list(missing.json()["fields"])) == (400, ["number"])
    assert post(team[0], of(black, "notice/")).status_code == 409
    assert program().post(of(black, "serve/")).status_code == 401
    for name in ("propose", "publish", "expire"):
        assert post(team[0], of(black, f"{name}/")).status_code == 404
    black.refresh_from_db()
    assert (black.state, black.steps.count()) == ("proposed", 1)


def test_anybody_objects_but_not_again_and_again_from_one_address(
    black: Listing, county: County, team: Team, people: People
) -> None:
    said = {"text": "事实有误", "name": "王大力", "phone": "13812345678"}
    assert program().post(of(black, "object/"), said, format="json").status_code == 404
    walked(black, county, team, V.NOTICE)
    sent = [
        program()
        .post(of(black, "object/"), {**said, "phone": f"1381234567{n}"}, format="json")
        .status_code
        for n in range(6)
    ]
    assert sent == [201] * 5 + [429]
    assert Objection.objects.count() == 5
    assert "13812345670" not in program().get(of(black)).content.decode()
    assert "王大力" not in program(people["manager"]).get(of(black)).content.decode()
    (one, *_rest) = program(team[1]).get(of(black)).json()["objections"]
    assert (one["name"], one["phone"]) == ("王大力", "13812345670")
    answer = of(black, f"objections/{one['id']}/answer/")
    assert post(team[0], answer, answer="不成立", upheld=False).status_code == 403
    assert post(team[1], answer, answer="不成立").status_code == 400
    assert post(team[1], answer, answer="不成立", upheld=False).status_code == 200
    assert program().get(of(black)).json()["objections_open"] == 4


def test_what_one_program_is_answered_rests_in_no_cache(black: Listing, team: Team) -> None:
    mine = program(team[0])
    for address in (of(black), f"{API}listings/", f"{API}listings/nothing/", f"{API}awards/"):
        assert mine.get(address)["Cache-Control"] == "private, no-store"


def test_the_same_number_in_other_digits_is_the_same_person(
    black: Listing, county: County, team: Team
) -> None:
    walked(black, county, team, V.NOTICE)
    said = {"text": "事实有误", "name": "王大力"}
    phones = ("13812345678", "１３８１２３４５６７８", "١٣٨١٢٣٤٥٦٧٨", "138²1234³5678")
    sent = [
        program().post(of(black, "object/"), {**said, "phone": phone}, format="json").status_code
        for phone in phones
    ]
    assert sent == [201, 429, 429, 429]
    assert Objection.objects.get().phone == "13812345678"


def test_the_limit_is_kept_as_a_digest_of_the_address(
    black: Listing, county: County, team: Team
) -> None:
    walked(black, county, team, V.NOTICE)
    program().post(
        of(black, "object/"), {"text": "不服", "name": "王", "phone": "13800000000"}, format="json"
    )
    entry = AuditEntry.objects.get(verb="object_anonymous")
    assert "127.0.0.1" not in str(entry.target)
    assert objected(black, "13900000000").pk, "what is entered by hand counts for no address"


def test_the_rules_propose_and_vetoes_are_recorded_by_programs(
    scheme: Scheme, county: County, team: Team, people: People
) -> None:
    period = frozen.frozen(scheme)
    listed.scored(period, county.firm, "41")
    address = f"{API}periods/{period.public_id}/propose/"
    assert post(people["subdistrict"], address).status_code == 403
    (made,) = post(team[0], address).json()
    assert (made["kind"], made["about"]["code"]) == ("black", county.firm.code)
    assert made["score"] == "41.0000"
    code = scheme.versions.get().read.vetoes[0].code
    vetoes = f"{API}schemes/{scheme.public_id}/vetoes/"
    said = {"body": county.rival.code, "code": code, "document": "判决书",
            "from_on": "2026-10-01"}  # fmt: skip
    assert post(people["subdistrict"], vetoes, **said).status_code == 403
    veto = post(team[0], vetoes, **said)
    assert veto.status_code == 201
    assert len(program(team[0]).get(vetoes).json()) == 1
    end = f"{API}vetoes/{veto.json()['id']}/end/"
    assert post(people["manager"], end, until_on="2026-10-20").status_code == 403
    assert post(team[1], end, until_on="2026-10-20").json()["until_on"] == "2026-10-20"
    assert str(Veto.objects.get().until_on) == "2026-10-20"


def test_an_odd_mark_in_one_text_takes_the_feed_from_nobody(
    client: Any, scheme: Scheme, county: County, team: Team
) -> None:
    said = {"scheme": str(scheme.public_id), "kind": "black", "body": county.firm.code,
            "grounds": "得分58分\x0b连续两季度", "evidence": "评分卡"}  # fmt: skip
    assert post(team[0], f"{API}listings/", **said).status_code == 201
    made = Listing.objects.get()
    walked(made, county, team, V.NOTICE)
    answer = client.get(f"/ratings/lists/{county.district.code}/black/feed/")
    assert answer.status_code == 200
    assert "得分58分 连续两季度" in answer.content.decode()


def test_the_feed_of_a_list_tells_of_notices_entries_and_ends(
    client: Any, black: Listing, county: County, team: Team, clock: Pretended
) -> None:
    address = f"/ratings/lists/{county.district.code}/black/feed/"
    assert county.firm.name not in client.get(address).content.decode()
    walked(black, county, team, V.NOTICE)
    noticed = client.get(address)
    assert noticed["Content-Type"].startswith("application/atom+xml")
    assert f"{county.firm.name}（公示中）" in noticed.content.decode()
    clock.put(at("2026-10-20 10:00"))
    take(black, V.SCHEDULE, team[0])
    clock.put(at("2026-11-09 09:00"))
    sound_listings()
    said = client.get(address).content.decode()
    assert f"<title>{county.firm.name}</title>" in said
    assert "红住建发〔2026〕20号" in said
    assert str(black.public_id) in said
    for other in (f"{county.district.code}/red", "88/black"):
        elsewhere = client.get(f"/ratings/lists/{other}/feed/")
        assert elsewhere.status_code == 404 or county.firm.name not in elsewhere.content.decode()
    page = client.get(f"/ratings/lists/{county.district.code}/black/").content.decode()
    assert (
        f'rel="alternate" type="application/atom+xml" title="黑榜 · 红枫县" href="{address}"'
        in page
    )
