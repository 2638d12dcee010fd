"""Bulletins in the browser and at the API: made with one press, read by everybody once issued."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from ratings.actions import bulletins
from ratings.models import Bulletin, BulletinState
from ratings.queries.bulletins import paper_of
from tests.complaints.walks import fresh
from tests.doors import program
from tests.factories import County
from tests.moments import Pretended
from tests.ratings.bulletined import AFTER, NUMBER, issued, last, made, orders
from tests.ratings.quarter import signed_in
from tests.ratings.town import FROM

pytestmark = pytest.mark.django_db
API = "/api/v1/ratings/bulletins/"


def url(name: str, bulletin: Bulletin, *more: str) -> str:
    return reverse(f"ratings:{name}", args=[bulletin.public_id, *more])


def test_a3_a_quarters_bulletin_is_made_with_one_press_and_shows_how_far_it_is(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    orders(county, clock)
    officer = signed_in(people["district"])
    make = reverse("ratings:bulletin_make")
    assert make in officer.get(reverse("ratings:bulletins")).content.decode()
    offered = officer.get(make).content.decode()
    assert "梅江街道 · 河东社区" in offered
    assert "2026年第1季度" in offered
    assert "2026年第2季度" not in offered
    sent = {"place": county.district.code, "from_on": FROM.isoformat()}
    answer = officer.post(make, sent)
    bulletin = Bulletin.objects.get()
    address = url("bulletin", bulletin)
    assert answer["Location"] == address
    waiting = officer.get(address).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert 'max="2"' in waiting
    part = {"HX-Request": "true"}
    assert officer.get(address, headers=part).content.lstrip().startswith(b"<section")
    bulletins.make_bulletins()
    assert officer.get(address, headers=part)["HX-Refresh"] == "true"


def test_a3_a_draft_is_written_and_issued_in_the_browser_for_everybody(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    orders(county, clock)
    officer = signed_in(people["district"])
    bulletin = made(county.district, people["district"])
    address = url("bulletin", bulletin)
    officer.post(
        url("bulletin_write", bulletin),
        {
            "office": "红枫县住房和城乡建设局",
            "opening": "现将情况通报如下。",
            "copies_to": "县信访局",
        },
    )
    draft = officer.get(address).content.decode()
    assert "现将情况通报如下。" in draft
    assert "抄送：县信访局" in draft
    assert Client().get(address).status_code == 404
    officer.post(url("bulletin_issue", bulletin), {"document_number": NUMBER})
    public = Client().get(address).content.decode()
    for words in (NUMBER, "红枫县住房和城乡建设局", "一、诉求办理情况", "（一）各街道（镇）情况"):
        assert words in public
    assert url("bulletin_issue", bulletin) not in public
    listed = Client().get(reverse("ratings:bulletins"), {"place": county.district.code})
    assert address in listed.content.decode()
    link = officer.get(address).context["page"].link
    shown = Client().get(reverse("ratings:publication", args=[link.public_id])).content.decode()
    assert address in shown


def test_the_page_shows_every_figure_of_the_paper(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    orders(county, clock)
    bulletin = issued(county.district, people["district"])
    html = Client().get(url("bulletin", bulletin)).content.decode()
    paper = paper_of(last(bulletin))
    for table in paper.tables:
        for cells, _whole in table.lines:
            for column, text in cells:
                mark = ' class="number"' if column.number else ""
                assert f"<td{mark}>{text}</td>" in html or f'<th scope="row">{text}</th>' in html
    for item in paper.items:
        assert item.text in html


def test_who_reads_a_draft_and_who_may_do_what(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    clock.put(AFTER)
    bulletin = made(county.community, people["subdistrict"])
    pages = ("bulletin_write", "bulletin_issue", "bulletin_correct")
    expected = {
        "district": (200, 200),
        "subdistrict": (200, 200),
        "auditor": (200, 403),
        "far_district": (404, 404),
        "dispatcher": (404, 404),
        "manager": (404, 404),
        "resident": (404, 404),
        "administrator": (404, 404),
    }
    for name, (reads, works) in expected.items():
        client = signed_in(people[name])
        assert client.get(url("bulletin", bulletin)).status_code == reads, name
        assert client.get(url("bulletin_file", bulletin, "xlsx")).status_code == reads, name
        for page in pages:
            assert client.get(url(page, bulletin)).status_code == works, (name, page)
        if works != 200:
            sent = {"document_number": NUMBER, "office": "x", "reason": "x"}
            for page in (*pages, "bulletin_take_anew"):
                assert client.post(url(page, bulletin), sent).status_code == works, (name, page)
    assert last(bulletin).state == BulletinState.DRAFT
    assert Client().get(url("bulletin_write", bulletin)).status_code == 302
    assert signed_in(people["manager"]).get(reverse("ratings:bulletin_make")).status_code == 403
    # A draft of the subdistrict's is on its officers' list, and on nobody else's.
    for name, sees in (("subdistrict", True), ("district", True), ("manager", False)):
        html = signed_in(people[name]).get(reverse("ratings:bulletins")).content.decode()
        assert (url("bulletin", bulletin) in html) == sees, name


def test_a_subdistrict_makes_none_of_its_district(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    clock.put(AFTER)
    officer = signed_in(people["subdistrict"])
    sent = {"place": county.district.code, "from_on": FROM.isoformat()}
    answer = officer.post(reverse("ratings:bulletin_make"), sent)
    # It is not among the places to choose from.
    assert "place" in answer.context["form"].errors
    said = program(people["subdistrict"]).post(f"{API}make/", sent, format="json")
    assert said.status_code == 403
    assert not Bulletin.objects.exists()


def test_what_was_typed_is_kept_when_it_is_refused(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    clock.put(AFTER)
    issued(county.district, people["district"])
    other = bulletins.make(
        by=fresh(people["district"]), place=county.district, from_on=FROM.replace(2025, 10)
    )
    bulletins.make_bulletins()
    answer = signed_in(people["district"]).post(
        url("bulletin_issue", other), {"document_number": NUMBER}
    )
    assert answer.status_code == 400
    html = answer.content.decode()
    assert NUMBER in html
    assert "本地另一份通报已用这个文号。" in html
    other.refresh_from_db()
    assert other.issued_at is None


def test_files_have_a_chinese_name_and_drafts_rest_in_no_cache(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    clock.put(AFTER)
    bulletin = issued(county.district, people["district"])
    title = paper_of(last(bulletin)).title
    for ending in ("docx", "xlsx"):
        answer = Client().get(url("bulletin_file", bulletin, ending))
        said = answer["Content-Disposition"]
        assert said.startswith(f"attachment; filename=\"bulletin.{ending}\"; filename*=UTF-8''")
        assert quote(title, safe="") in said
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "public" in answer["Cache-Control"]
    assert Client().get(url("bulletin_file", bulletin, "exe")).status_code == 404
    for accepted in ("*/*", "application/pdf"):
        none = f"{API}{bulletin.public_id}/files/exe/"
        assert program().get(none, headers={"Accept": accepted}).status_code == 404
    draft = made(county.community, people["subdistrict"])
    held = signed_in(people["subdistrict"]).get(url("bulletin_file", draft, "xlsx"))
    assert "no-store" in held["Cache-Control"]


def test_a_correction_begins_on_the_page_and_the_public_reads_the_old_one_meanwhile(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    orders(county, clock)
    bulletin = issued(county.district, people["district"])
    officer = signed_in(people["district"])
    officer.post(url("bulletin_correct", bulletin), {"reason": "漏计一件"})
    bulletins.make_bulletins()
    assert "漏计一件" in officer.get(url("bulletin", bulletin)).content.decode()
    assert "漏计一件" not in Client().get(url("bulletin", bulletin)).content.decode()
    second = {"version": "2"}
    assert Client().get(url("bulletin", bulletin), second).status_code == 404
    assert Client().get(url("bulletin_file", bulletin, "xlsx"), second).status_code == 404
    officer.post(url("bulletin_issue", bulletin))
    assert "漏计一件" in Client().get(url("bulletin", bulletin)).content.decode()
    first = Client().get(url("bulletin", bulletin), {"version": "1"}).content.decode()
    assert "本版已由后一版替代" in first


def test_a_program_makes_writes_issues_and_reads_a_bulletin(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    orders(county, clock)
    officer = program(people["district"])
    sent = {"place": county.district.code, "from_on": FROM.isoformat()}
    assert program().post(f"{API}make/", sent, format="json").status_code == 401
    answer = officer.post(f"{API}make/", sent, format="json")
    assert answer.status_code == 201
    assert officer.post(f"{API}make/", sent, format="json").status_code == 409
    one = f"{API}{answer.json()['id']}/"
    page = officer.get(one).json()
    assert (page["version"]["state"], page["made"], page["communities"]) == ("making", 0, 2)
    assert page["document"] is None
    assert officer.post(f"{one}issue/", {"document_number": NUMBER}).status_code == 409
    bulletins.make_bulletins()
    assert program().get(one).status_code == 404
    written = officer.post(f"{one}write/", {"closing": "请抓紧整改。"}, format="json").json()
    assert written["document"]["closing"] == "请抓紧整改。"
    assert program().get(API).json()["results"] == []
    done = officer.post(f"{one}issue/", {"document_number": NUMBER}, format="json").json()
    assert done["version"]["state"] == "issued"
    public = program().get(one)
    assert public.json()["document"]["document_number"] == NUMBER
    assert "public" in public["Cache-Control"]
    assert program().get(one, headers={"If-None-Match": public["ETag"]}).status_code == 304
    assert [row["document_number"] for row in program().get(API).json()["results"]] == [NUMBER]
    sheet = program().get(f"{one}files/xlsx/")
    assert sheet["Content-Type"].endswith("spreadsheetml.sheet")
    assert officer.post(f"{one}correct/", {"reason": ""}, format="json").status_code == 400
    again: Any = officer.post(f"{one}correct/", {"reason": "漏计"}, format="json").json()
    assert [each["number"] for each in again["versions"]] == [2, 1]
    assert program().get(one).json()["version"]["number"] == 1


def test_nobody_else_does_it_through_the_api(
    county: County, people: dict[str, User], clock: Pretended
) -> None:
    clock.put(AFTER)
    bulletin = made(county.district, people["district"])
    one = f"{API}{bulletin.public_id}/"
    said: dict[str, dict[str, str]] = {
        "write": {"closing": "x"},
        "take-anew": {},
        "issue": {"document_number": "x"},
        "correct": {"reason": "x"},
    }
    refusals = {"auditor": 403, "manager": 404, "far_district": 404, "subdistrict": 404}
    for name, code in refusals.items():
        for verb, words in said.items():
            answer = program(people[name]).post(f"{one}{verb}/", words, format="json")
            assert answer.status_code == code, (name, verb)
    for verb, words in said.items():
        assert program().post(f"{one}{verb}/", words, format="json").status_code == 401
    version = last(bulletin)
    assert (version.state, version.closing) == (BulletinState.DRAFT, "")
