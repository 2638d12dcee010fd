"""The pages and the API of schemes: read by everybody, kept by the district."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import CLOCK
from accounts.models import User
from ratings.actions.schemes import begin_scheme, draft, settle
from ratings.models import Period, Scheme
from ratings.terms.drafts import stamp
from ratings.terms.presets import presets
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings.frozen import frozen, of_one_firm, quarterly

pytestmark = pytest.mark.django_db
API = "/api/v1/ratings/schemes/"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def officer(people: dict[str, User]) -> Client:
    return signed_in(people["district"])


@pytest.fixture
def scheme(county: County) -> Scheme:
    """Settled, with a draft of the next version."""
    made = quarterly(county.district)
    draft(made, by=CLOCK)
    return made


def terms_of(scheme: Scheme) -> Any:
    return scheme.versions.get(settled_at=None).terms


def url(name: str, scheme: Scheme, *more: object) -> str:
    return reverse(f"ratings:{name}", args=[scheme.public_id, *more])


def filled(html: str) -> dict[str, str]:
    """What a browser would send of the form of a section, untouched."""
    form = html.split('<form method="post" novalidate class="section-form">')[1].split("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (('type="checkbox"' not in tag) or " checked" in tag):
            box = 'type="checkbox"' in tag
            found[name[1]] = unescape(value[1]) if value else "on" if box else ""
    for name, body in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        first = re.search(r'value="([^"]*)"', body)
        found[name] = chosen[1] if chosen else first[1] if first else ""
    for name, body in re.findall(r'<textarea name="([^"]+)".*?>(.*?)</textarea>', form, re.S):
        found[name] = unescape(body.removeprefix("\n"))
    # Two people never have the same.
    found.pop("csrfmiddlewaretoken", None)
    found.pop("form_token", None)
    return found


# --- Read --------------------------------------------------------------------------------


def test_everybody_reads_what_is_settled_and_nobody_a_draft(
    scheme: Scheme, client: Client, county: County
) -> None:
    page = client.get(url("scheme", scheme)).content.decode()
    assert "现场测评" in page and "70 %" in page
    assert "第2版为草案" not in page
    assert client.get(url("scheme_version", scheme, 1)).status_code == 200
    assert client.get(url("scheme_version", scheme, 2)).status_code == 404
    for who in ("resident", "manager", "subdistrict", "far_district"):
        other = signed_in(county.people[who])
        assert other.get(url("draft", scheme)).status_code == 404, who
        assert other.get(url("draft_section", scheme, "parts")).status_code == 404, who
    assert (
        "第2版为草案"
        in signed_in(county.people["auditor"]).get(url("scheme", scheme)).content.decode()
    )


def test_a_scheme_that_is_not_settled_is_there_for_its_keepers_alone(county: County) -> None:
    made = begin_scheme(by=CLOCK, place=county.district, name="新方案", preset="taian")
    assert Client().get(url("scheme", made)).status_code == 404
    assert "新方案" not in Client().get(reverse("ratings:schemes")).content.decode()
    keeper = signed_in(county.people["district"])
    assert keeper.get(url("scheme", made)).status_code == 200
    assert "新方案" in keeper.get(reverse("ratings:schemes")).content.decode()
    assert signed_in(county.people["far_district"]).get(url("scheme", made)).status_code == 404


def test_an_auditor_reads_a_draft_and_changes_nothing(
    scheme: Scheme, people: dict[str, User]
) -> None:
    auditor = signed_in(people["auditor"])
    before = terms_of(scheme)
    assert auditor.get(url("draft", scheme)).status_code == 200
    assert auditor.get(url("draft_section", scheme, "parts")).status_code == 403
    assert auditor.post(url("draft_effect", scheme), {"note": "好"}).status_code == 403
    assert terms_of(scheme) == before


def test_how_scores_are_made_is_told_wherever_the_scheme_holds(
    scheme: Scheme, client: Client, county: County
) -> None:
    for place in (county.district, county.community, county.estate):
        page = client.get(reverse("ratings:how", args=[place.code])).content.decode()
        assert "82.76" in page and "57.26" in page
    far = client.get(reverse("ratings:how", args=["990102"])).content.decode()
    assert "82.76" not in far
    assert client.get(reverse("ratings:how", args=["123456"])).status_code == 404


def test_what_differs_from_the_version_before_stands_on_its_page(
    scheme: Scheme, client: Client, officer: Client
) -> None:
    sent = filled(officer.get(url("draft_section", scheme, "parts")).content.decode())
    officer.post(
        url("draft_section", scheme, "parts"), {**sent, "0-weight": "60", "1-weight": "40"}
    )
    settle(scheme, by=CLOCK, seen=stamp(terms_of(scheme)), note="多听居民意见")
    page = client.get(url("scheme_version", scheme, 2)).content.decode()
    assert "多听居民意见" in page
    assert re.search(r"<del>70 %.*?</del>.*?<ins>60 %", page, re.S)


# --- The editor --------------------------------------------------------------------------

SECTIONS = ("timetable", "parts", "bands", "vetoes", "lists", "steps")


@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize("preset", presets())
def test_a_section_sent_as_it_came_changes_nothing(
    name: str, preset: str, county: County, officer: Client
) -> None:
    made = begin_scheme(by=CLOCK, place=county.district, name=preset, preset=preset)
    before = terms_of(made)
    address = url("draft_section", made, name)
    answer = officer.post(address, filled(officer.get(address).content.decode()))
    assert answer.status_code == 302, answer.content.decode()
    assert terms_of(made) == before


@pytest.mark.parametrize("preset", presets())
def test_a_part_or_dimension_sent_as_it_came_changes_nothing(
    preset: str, county: County, officer: Client
) -> None:
    made = begin_scheme(by=CLOCK, place=county.district, name=preset, preset=preset)
    before = terms_of(made)
    for part in before["parts"]:
        codes = [each["code"] for each in part.get("dimensions", [])]
        pages = [url("draft_dimension", made, part["key"], code) for code in codes]
        for address in pages or [url("draft_part", made, part["key"])]:
            answer = officer.post(address, filled(officer.get(address).content.decode()))
            assert answer.status_code == 302, answer.content.decode()
    assert terms_of(made) == before


def test_weights_that_do_not_add_up_are_told_beside_the_field_and_stay_typed(
    scheme: Scheme, officer: Client
) -> None:
    address, before = url("draft_section", scheme, "parts"), terms_of(scheme)
    sent = filled(officer.get(address).content.decode())
    answer = officer.post(address, {**sent, "0-weight": "80", "0-name_zh": "现场"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "权重合计为110%，应为100%" in page
    assert 'id="id_0-weight_error"' in page
    assert 'value="80"' in page and 'value="现场"' in page
    assert terms_of(scheme) == before


@pytest.mark.parametrize(
    ("name", "field", "typed"),
    [
        ("parts", "1-weight", "三十"),
        ("bands", "0-at_least", "很高"),
        ("lists", "red_from", "x"),
        ("steps", "notice_days", "五天"),
        ("timetable", "places", "9"),
        ("vetoes", "0-name_zh", ""),
    ],
)
def test_what_is_no_answer_is_told_beside_its_field(
    name: str, field: str, typed: str, scheme: Scheme, officer: Client
) -> None:
    address, before = url("draft_section", scheme, name), terms_of(scheme)
    sent = filled(officer.get(address).content.decode())
    answer = officer.post(address, {**sent, field: typed})
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert terms_of(scheme) == before


def test_a_part_is_added_a_dimension_is_filled_and_the_part_taken_out(
    scheme: Scheme, officer: Client
) -> None:
    address = url("draft_section", scheme, "parts")
    sent = filled(officer.get(address).content.decode())
    more = {"0-weight": "50", "2-name_zh": "社区评定", "2-weight": "20", "2-source": "verdict",
            "2-judge": "community_party"}  # fmt: skip
    assert officer.post(address, {**sent, **more}).status_code == 302
    key = terms_of(scheme)["parts"][2]["key"]
    assert "草案暂不能确定" in officer.get(url("draft", scheme)).content.decode()
    sheet = url("draft_dimension", scheme, key, "new")
    sent = filled(officer.get(sheet).content.decode())
    item = {"name_zh": "共治", "0-name_zh": "参加联席会议", "0-points": "100", "0-rule": "given"}
    assert officer.post(sheet, {**sent, **item}).status_code == 302
    assert "草案暂不能确定" not in officer.get(url("draft", scheme)).content.decode()
    (made,) = terms_of(scheme)["parts"][2]["dimensions"]
    assert (made["name_zh"], made["items"][0]["points"]) == ("共治", "100")
    again = url("draft_dimension", scheme, key, made["code"])
    sent = filled(officer.get(again).content.decode())
    officer.post(again, {**sent, "0-remove": "on"})
    assert terms_of(scheme)["parts"][2]["dimensions"] == []
    sent = filled(officer.get(address).content.decode())
    officer.post(address, {**sent, "0-weight": "70", "2-remove": "on"})
    assert terms_of(scheme) == scheme.versions.get(number=1).terms


def test_somebody_saved_in_between_and_nothing_typed_is_lost(
    scheme: Scheme, officer: Client
) -> None:
    address = url("draft_section", scheme, "parts")
    mine = filled(officer.get(address).content.decode())
    theirs = {**mine, "2-name_zh": "投诉指标", "2-weight": "10", "2-source": "complaints",
              "0-weight": "60"}  # fmt: skip
    assert officer.post(address, theirs).status_code == 302
    typed = {**mine, "0-weight": "65", "1-weight": "25"}
    answer = officer.post(address, typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="65"' in page
    assert [part["weight"] for part in terms_of(scheme)["parts"]] == ["0.6", "0.3", "0.1"]
    # Saved again on purpose it takes: what they added is kept beside it.
    assert officer.post(address, filled(page)).status_code == 302
    weights = [(part["source"], part["weight"]) for part in terms_of(scheme)["parts"]]
    assert weights == [("sheet", "0.65"), ("poll", "0.25"), ("complaints", "0.1")]


def test_the_effect_is_seen_before_anything_is_saved(
    scheme: Scheme, officer: Client, county: County
) -> None:
    of_one_firm(frozen(scheme), county, 80)
    address, before = url("draft_section", scheme, "parts"), terms_of(scheme)
    sent = filled(officer.get(address).content.decode())
    page = officer.post(
        address, {**sent, "0-weight": "50", "1-weight": "50", "look": "yes"}
    ).content.decode()
    assert "94.00" in page and "90.00" in page
    assert '<svg viewBox="0 0 360' in page
    assert 'value="50"' in page
    assert terms_of(scheme) == before
    wrong = officer.post(address, {**sent, "0-weight": "50", "look": "yes"})
    assert wrong.status_code == 400


def test_a_version_is_settled_below_its_effect_with_its_reason(
    scheme: Scheme, officer: Client, county: County
) -> None:
    of_one_firm(frozen(scheme), county, 80)
    address = url("draft_effect", scheme)
    page = officer.get(address).content.decode()
    assert "94.00" in page
    seen = stamp(terms_of(scheme))
    refused = officer.post(address, {"seen": seen, "note": ""})
    assert refused.status_code == 400
    assert scheme.versions.filter(settled_at=None).exists()
    stale = officer.post(address, {"seen": "another", "note": "理由"})
    assert stale.status_code == 409
    assert officer.post(address, {"seen": seen, "note": "理由"}).status_code == 302
    assert not scheme.versions.filter(settled_at=None).exists()
    assert officer.get(url("draft", scheme)).status_code == 404


def test_w7_a_scheme_is_begun_settled_and_a_period_opened_in_the_browser(
    county: County, officer: Client, clock: Pretended
) -> None:
    begun = officer.post(reverse("ratings:scheme_begin"), {"name": "泰安式测评", "preset": "taian"})
    made = Scheme.objects.get()
    assert begun["Location"] == url("draft", made)
    officer.post(url("draft_effect", made), {"seen": stamp(terms_of(made))})
    page = officer.get(url("period_open", made)).content.decode()
    assert "2026年第1季度" in page and "2025年第4季度" in page
    opened = officer.post(url("period_open", made), {"from_on": "2026-01-01"})
    assert opened.status_code == 302
    assert Period.objects.get().version.number == 1
    again = officer.post(url("period_open", made), {"from_on": "2026-01-01"})
    assert again.status_code == 200
    assert Period.objects.count() == 1


# --- The API -----------------------------------------------------------------------------


def test_programs_read_what_is_settled_and_keepers_change_drafts(
    scheme: Scheme, people: dict[str, User]
) -> None:
    nobody, keeper = program(), program(people["district"])
    assert [row["name"] for row in nobody.get(API).json()["results"]] == [scheme.name]
    address = f"{API}{scheme.public_id}/"
    assert nobody.get(address).json()["draft"] is None
    assert keeper.get(address).json()["draft"]["number"] == 2
    assert nobody.get(f"{address}versions/2/").status_code == 404
    version = keeper.get(f"{address}versions/2/").json()
    terms = version["terms"]
    terms["parts"][0]["weight"] = "0.8"
    body = {"terms": terms, "seen": version["seen"]}
    assert nobody.post(f"{address}draft/change/", body, format="json").status_code == 401
    wrong = keeper.post(f"{address}draft/change/", body, format="json")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["parts"])
    terms["parts"][1]["weight"] = "0.2"
    assert keeper.post(f"{address}draft/change/", body, format="json").status_code == 200
    stale = keeper.post(f"{address}draft/change/", body, format="json")
    assert stale.status_code == 409
    rival = program(people["far_district"])
    assert rival.post(f"{address}draft/settle/", {"seen": "x"}, format="json").status_code == 403
    seen = stamp(terms_of(scheme))
    done = keeper.post(f"{address}draft/settle/", {"seen": seen, "note": "理由"}, format="json")
    assert done.json()["number"] == 2
    assert nobody.get(f"{address}versions/2/").json()["terms"] == terms


def test_programs_simulate_and_nothing_is_saved(
    scheme: Scheme, people: dict[str, User], county: County
) -> None:
    of_one_firm(frozen(scheme), county, 80)
    address = f"{API}{scheme.public_id}/simulation/"
    keeper = program(people["district"])
    drafted = keeper.get(address).json()
    assert drafted["rows"][0]["before"] == drafted["rows"][0]["after"]
    terms = terms_of(scheme)
    terms["parts"][0]["weight"] = terms["parts"][1]["weight"] = "0.5"
    found = keeper.post(address, {"terms": terms}, format="json").json()
    assert found["rows"][0]["after"]["total"] == "90.0000"
    assert terms_of(scheme) != terms
    assert program().get(address).status_code == 401
    assert program(people["resident"]).get(address).status_code == 404
    assert (
        program(people["subdistrict"]).post(address, {"terms": terms}, format="json").status_code
        == 403
    )


def test_programs_begin_schemes_and_open_periods(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    clock.put(at("2026-08-03 09:00"))
    keeper = program(people["district"])
    said = {"place": "990101", "name": "季度测评", "preset": "anhui_quarterly"}
    assert program(people["dispatcher"]).post(API, said, format="json").status_code == 403
    made = keeper.post(API, said, format="json")
    assert made.status_code == 201
    address = f"{API}{made.json()['id']}/"
    seen = keeper.get(f"{address}versions/1/").json()["seen"]
    keeper.post(f"{address}draft/settle/", {"seen": seen}, format="json")
    opened = keeper.post(f"{address}periods/", {"from_on": "2026-07-01"}, format="json")
    assert opened.json()["until_on"] == "2026-10-01"
    assert keeper.post(f"{address}draft/", format="json").json()["number"] == 2
    names = {row["key"] for row in program().get("/api/v1/ratings/presets/").json()}
    assert names == set(presets())
