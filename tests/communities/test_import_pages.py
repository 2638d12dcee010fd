"""Lists in and out at both doors: who may, what is shown, what is on record."""

import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from communities.models import Import, ImportState, Place
from communities.sheets.run import run_imports
from tests.communities.workbooks import cells, sent, workbook
from tests.doors import program
from tests.factories import County

pytestmark = pytest.mark.django_db
People = dict[str, User]
BACKEND = "accounts.backends.PhoneOrName"
PAGE, API = "/register/imports/", "/api/v1/imports/"
HEADINGS = ("小区名称", "所属社区", "小区类型", "总户数")
GOOD = ["新苑", "河东社区", "商品房", 120]
NOBODY = ("resident", "manager", "committee", "auditor", "grid_worker", "administrator")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def file_of(*rows: list[Any], name: str = "小区.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, workbook(HEADINGS, *rows))


def post(user: User, county: County, *rows: list[Any], **more: Any) -> Any:
    said = {"kind": "estates", "place": county.community.code, "file": file_of(*rows), **more}
    return browser(user).post(PAGE, said)


def test_a_clerk_sends_looks_confirms(county: County, people: People) -> None:
    clerk = people["dispatcher"]
    answer = post(clerk, county, GOOD)
    found = Import.objects.get()
    here = reverse("communities:import", args=[found.public_id])
    assert answer.status_code == 302
    assert answer.url == here
    page = browser(clerk).get(here).content.decode()
    assert 'hx-trigger="every 2s"' in page
    part = browser(clerk).get(here, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    run_imports()
    part = browser(clerk).get(here, headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"
    page = browser(clerk).get(here).content.decode()
    assert "新苑" in page
    assert reverse("communities:import_confirm", args=[found.public_id]) in page
    assert not Place.objects.filter(name="新苑").exists()
    browser(clerk).post(reverse("communities:import_confirm", args=[found.public_id]))
    run_imports()
    assert Place.objects.get(name="新苑").parent == county.community


def test_refused_rows_say_why_and_cannot_be_confirmed(county: County, people: People) -> None:
    clerk = people["dispatcher"]
    post(clerk, county, GOOD, ["坏苑", "河西社区", "宫殿", "很多"])
    run_imports()
    found = Import.objects.get()
    here = reverse("communities:import", args=[found.public_id])
    page = browser(clerk).get(here, {"verdict": "refuse"}, headers={"Accept-Language": "en"})
    words = page.content.decode()
    assert "坏苑" in words
    assert "新苑" not in re.sub(r"<title>.*?</title>", "", words)
    confirm = reverse("communities:import_confirm", args=[found.public_id])
    assert confirm not in words
    assert browser(clerk).post(confirm).status_code == 409
    assert not Place.objects.filter(name="新苑").exists()


def test_the_annotated_list_is_corrected_and_sent_again(county: County, people: People) -> None:
    clerk = people["dispatcher"]
    post(clerk, county, GOOD, ["坏苑", "河东社区", "宫殿", 3])
    run_imports()
    found = Import.objects.get()
    answer = browser(clerk).get(reverse("communities:import_checked", args=[found.public_id]))
    assert answer["Content-Type"].endswith("sheet")
    assert AuditEntry.objects.filter(verb="export_import").count() == 1
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    wrong = next(cell for cell in sheet[3] if cell.value == "宫殿")
    assert wrong.fill.fgColor.rgb == "FFFFD7D3"
    assert "宫殿" in str(sheet["A3"].value)
    wrong.value = "安置"
    held = io.BytesIO()
    book.save(held)
    again = sent(clerk, county.community, "estates", held.getvalue())
    assert (again.state, again.created, again.refused) == (ImportState.READ, 2, 0)


@pytest.mark.parametrize("name", NOBODY)
def test_others_neither_send_nor_take_out(county: County, people: People, name: str) -> None:
    user = people[name]
    client = browser(user)
    assert client.get(PAGE).status_code == 403
    assert post(user, county, GOOD).status_code == 403
    place = {"place": county.community.code}
    assert client.get(f"{PAGE}export/estates/", place).status_code == 403
    assert client.get(f"{PAGE}template/estates/").status_code == 403
    assert program(user).get(API).status_code == 403
    assert not Import.objects.exists()
    assert not AuditEntry.objects.filter(verb="export_list").exists()


def test_next_door_it_does_not_exist(county: County, people: People) -> None:
    found = sent(people["dispatcher"], county.community, "estates", workbook(HEADINGS, GOOD))
    here = reverse("communities:import", args=[found.public_id])
    far, api = browser(people["far_dispatcher"]), program(people["far_dispatcher"])
    assert far.get(here).status_code == 404
    for way in ("confirm", "drop"):
        assert far.post(f"{here}{way}/").status_code == 404
        assert api.post(f"{API}{found.public_id}/{way}/").status_code == 404
    assert far.get(f"{here}checked/").status_code == 404
    for way in ("", "rows/", "checked/"):
        assert api.get(f"{API}{found.public_id}/{way}").status_code == 404
    assert browser(people["subdistrict"]).get(here).status_code == 200
    found.refresh_from_db()
    assert found.state == ImportState.READ


def test_one_sends_for_ones_own_places_only(county: County, people: People) -> None:
    answer = post(people["dispatcher"], county, GOOD, place=county.far_community.code)
    assert answer.status_code == 200  # the form again, with what is wrong
    api = program(people["dispatcher"])
    said = {"kind": "estates", "place": county.far_community.code, "file": file_of(GOOD)}
    assert api.post(API, said, format="multipart").status_code == 403
    assert not Import.objects.exists()


def test_an_export_is_on_record_and_says_whose_it_is(county: County, people: People) -> None:
    clerk = people["dispatcher"]
    answer = browser(clerk).get(f"{PAGE}export/estates/", {"place": county.community.code})
    assert "attachment" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert clerk.name in str(book.worksheets[-1]["A1"].value)
    entry = AuditEntry.objects.get(verb="export_list")
    assert (entry.target, entry.facts["rows"]) == (county.community.code, 3)
    assert clerk.name not in str(entry.facts)
    assert "临江府" not in str(cells(answer.content))
    far = browser(clerk).get(f"{PAGE}export/estates/", {"place": county.far_community.code})
    assert far.status_code == 403
    assert browser(clerk).get(f"{PAGE}export/moons/", {"place": "1"}).status_code == 404


def test_rows_are_paged(county: County, people: People) -> None:
    clerk = people["dispatcher"]
    many = [[f"{number}号苑", "河东社区", "商品房", 1] for number in range(120)]
    found = sent(clerk, county.community, "estates", workbook(HEADINGS, *many))
    here = reverse("communities:import", args=[found.public_id])
    seen: list[str] = []
    way = here
    while way:
        page = browser(clerk).get(way).content.decode()
        seen += re.findall(r"(\d+)号苑", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        way = following[1].replace("&amp;", "&") if following else ""
    assert seen == [str(number) for number in range(120)]


def test_a_page_costs_the_same_for_many_rows(county: County, people: People, at_most: Any) -> None:
    clerk = people["dispatcher"]
    many = [[f"{number}号苑", "河东社区", "商品房", 1] for number in range(300)]
    found = sent(clerk, county.community, "estates", workbook(HEADINGS, *many))
    client = browser(clerk)
    here = reverse("communities:import", args=[found.public_id])
    client.get(here)
    with at_most(10):
        client.get(here)


# --- Programs -----------------------------------------------------------------------------


def test_a_program_sends_reads_confirms_and_drops(county: County, people: People) -> None:
    api = program(people["dispatcher"])
    said = {"kind": "estates", "place": county.community.code, "file": file_of(GOOD)}
    answer = api.post(API, said, format="multipart")
    assert answer.status_code == 201
    here = f"{API}{answer.json()['id']}/"
    assert api.get(here).json()["state"] == "sent"
    assert api.post(f"{here}confirm/").status_code == 409
    run_imports()
    facts = api.get(here).json()
    assert (facts["state"], facts["created"], facts["place"]["code"]) == (
        "read",
        1,
        county.community.code,
    )
    rows = api.get(f"{here}rows/").json()
    assert rows["results"][0]["said"]["name"] == "新苑"
    assert rows["next"] is None
    assert api.post(f"{here}confirm/").json()["state"] == "confirmed"
    run_imports()
    assert api.get(here).json()["state"] == "done"
    assert api.post(f"{here}drop/").status_code == 409
    assert Place.objects.filter(name="新苑").count() == 1


def test_a_program_reads_why_rows_are_refused(county: County, people: People) -> None:
    found = sent(
        people["dispatcher"],
        county.community,
        "estates",
        workbook(HEADINGS, ["坏苑", "", "宫殿", ""]),
    )
    api = program(people["dispatcher"], accept_language="en")
    rows = api.get(f"{API}{found.public_id}/rows/", {"verdict": "refuse"}).json()["results"]
    assert rows[0]["words"] == [
        {
            "column": "kind",
            "reason": "“宫殿” is none of the choices of this column.",
            "before": "",
            "after": "",
        }
    ]


def test_a_program_takes_templates_and_lists(county: County, people: People) -> None:
    api = program(people["dispatcher"])
    template = api.get("/api/v1/lists/estates/template/")
    assert template.content[:2] == b"PK"
    listed = api.get("/api/v1/lists/estates/export/", {"place": county.community.code})
    assert len(cells(listed.content)) == 4
    assert api.get("/api/v1/lists/estates/export/").status_code == 400
    nobody = program()
    assert nobody.get("/api/v1/lists/estates/template/").status_code == 401
    assert nobody.get(API).status_code == 401
