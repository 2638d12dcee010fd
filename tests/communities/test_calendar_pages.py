"""The calendar's pages, its API and its command: to look at, to paste a notice into, to confirm."""

import json
import re
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import AuditEntry, User
from communities.models import CalendarDay, CalendarNotice
from tests.communities.test_notice_text import SEEDED, published
from tests.doors import program
from tests.moments import Pretended, at

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.moment(at("2026-11-22 09:00")),
    pytest.mark.usefixtures("clock"),
]
EDIT = "/calendar/2027/edit/"
NUMBER = "国办发明电〔2026〕8号"
Surf = Callable[[str], Client]
# A notice of our own invention for the year that has none yet.
NOTICE = f"""国务院办公厅关于2027年部分节假日安排的通知
{NUMBER}
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月20日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
国务院办公厅
2026年11月4日
"""


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def confirmation(page: Any) -> dict[str, str]:
    """What the button under the checked days sends."""
    form = re.search(r'<form method="post" novalidate>(.*?)</form>', page.content.decode(), re.S)
    assert form is not None, "there is nothing to confirm"
    return {
        name: value.replace("&#x27;", "'")
        for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form[1])
        if name != "csrfmiddlewaretoken"
    }


# --- To look at --------------------------------------------------------------------------


def test_anybody_may_look_at_the_calendar(db: None, client: Client, clock: Pretended) -> None:
    page = client.get("/calendar/")
    assert page.context["found"].year == 2026
    text = text_of(page)
    assert "国办发明电〔2025〕7号" in text
    assert client.get("/calendar/2027/").status_code == 200
    assert b"/calendar/2026/edit/" not in page.content


@pytest.mark.parametrize("year", [2023, 2029, 0, 99999])
def test_there_are_no_other_years(year: int, db: None, client: Client, clock: Pretended) -> None:
    assert client.get(f"/calendar/{year}/").status_code == 404


def test_holidays_and_worked_weekends_are_marked_by_words(surf: Surf) -> None:
    page = surf("resident").get("/calendar/2026/").content.decode()
    assert page.count('<span class="day-mark">off</span>') == 33
    assert page.count('<span class="day-mark">work</span>') == 6
    assert page.count('<span class="visually-hidden">Spring Festival</span>') == 11
    assert page.count('aria-current="date"') == 1


def test_a_year_without_a_notice_says_plainly_that_it_is_provisional(surf: Surf) -> None:
    client = surf("district")
    assert "The calendar of 2027 is provisional" in text_of(client.get("/calendar/2027/"))
    assert "provisional" not in text_of(client.get("/calendar/2026/"))
    assert EDIT.encode() in client.get("/calendar/2027/").content
    # Nobody can enter the notice of 2028 in 2026.
    assert b"/2028/edit/" not in client.get("/calendar/2028/").content


# --- The warning -------------------------------------------------------------------------


def test_the_cockpit_warns_of_the_missing_notice_until_it_is_there(surf: Surf) -> None:
    district, admin = surf("district"), surf("administrator")
    for client, page in ((district, "/overview/"), (admin, "/")):
        assert "The holiday notice of 2027 is missing" in text_of(client.get(page))
        assert EDIT.encode() in client.get(page).content
    assert "is missing" not in text_of(surf("subdistrict").get("/overview/"))
    assert "is missing" not in text_of(surf("resident").get("/"))
    enter(district)
    for client, page in ((district, "/overview/"), (admin, "/")):
        assert "is missing" not in text_of(client.get(page))


# --- To enter ----------------------------------------------------------------------------


def enter(client: Client, text: str = NOTICE) -> Any:
    """Paste, check, confirm."""
    page = client.post(EDIT, {"days": text})
    return client.post(EDIT, confirmation(page))


def test_a_pasted_notice_is_checked_before_it_is_entered(surf: Surf) -> None:
    client = surf("district")
    page = client.post(EDIT, {"days": NOTICE})
    assert not CalendarNotice.objects.filter(year=2027).exists()
    text = text_of(page)
    assert "Check these days against the notice" in text
    assert (
        "Spring Festival off Fri 5 Feb to Thu 11 Feb , 7 days work Sun 31 Jan , Sat 20 Feb" in text
    )
    answer = client.post(EDIT, confirmation(page))
    assert answer["Location"] == "/calendar/2027/"
    notice = CalendarNotice.objects.get(year=2027)
    assert (notice.number, notice.issued_on) == (NUMBER, date(2026, 11, 4))
    assert notice.days.filter(working=True).count() == 5
    assert notice.days.get(on=date(2027, 1, 31)).name_zh == "春节"
    assert "The notice of 2027 is entered" in text_of(client.get("/calendar/2027/"))


def test_what_was_not_understood_is_named_with_its_line_and_nothing_can_be_confirmed(
    surf: Surf,
) -> None:
    page = surf("district").post(EDIT, {"days": NOTICE.replace("（周五）至11日", "（周六）至11日")})
    text = text_of(page)
    assert "Line 4" in text
    assert "2027-02-05 is not a 周六" in text
    assert "confirmed" not in page.content.decode()
    assert NUMBER in page.content.decode()  # what was pasted is still there


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"days": ""}, "days"),
        ({"days": "一" * 20_001}, "days"),
        ({"days": NOTICE.replace("1月1日（周五）至3日（周日）放假，共3天", "1月2日放假")}, "days"),
        ({"days": NOTICE.replace("2026年11月4日", "")}, "issued_on"),
        ({"days": NOTICE, "issued_on": "2026-11-31"}, "issued_on"),
        ({"days": NOTICE, "issued_on": "2026-12-01"}, "issued_on"),
        ({"days": NOTICE.replace(NUMBER, "")}, "number"),
        ({"file": SimpleUploadedFile("a.txt", b"\xff\xfe\xff")}, "file"),
        ({"file": SimpleUploadedFile("a.txt", b"x" * 100_001)}, "file"),
    ],
)
def test_a_refusal_stands_at_its_field(given: dict[str, Any], field: str, surf: Surf) -> None:
    page = surf("district").post(EDIT, given)
    assert list(page.context["form"].errors) == [field]
    assert not CalendarNotice.objects.filter(year=2027).exists()


def test_a_confirmation_is_judged_anew(surf: Surf) -> None:
    client = surf("district")
    sent = confirmation(client.post(EDIT, {"days": NOTICE}))
    page = client.post(EDIT, {**sent, "days": "2027-02-05 holiday 春节"})
    assert "days" in page.context["form"].errors
    assert not CalendarNotice.objects.filter(year=2027).exists()


@pytest.mark.parametrize(
    "name,content",
    [
        ("notice.txt", NOTICE.encode("gb18030")),
        ("calendar.json", json.dumps({"notices": [{**SEEDED[2026], "year": 2025}]}).encode()),
    ],
)
def test_a_file_is_read_and_its_text_shown_to_be_changed(
    name: str, content: bytes, surf: Surf
) -> None:
    page = surf("district").post(EDIT, {"file": SimpleUploadedFile(name, content)})
    shown = page.context["form"]["days"].value()
    assert shown in (NOTICE, content.decode("utf-8", "ignore"))
    assert bool(page.context["form"].checked) is (name == "notice.txt")


def test_the_portals_own_file_corrects_a_year(surf: Surf, clock: Pretended) -> None:
    path = settings.BASE_DIR / "communities" / "data" / "calendar.json"
    client = surf("administrator")
    CalendarDay.objects.filter(on=date(2026, 2, 28)).delete()
    file = SimpleUploadedFile("calendar.json", path.read_bytes())
    page = client.post("/calendar/2026/edit/", {"file": file, "based_on": "seeded"})
    assert "Now worked to make up: Sat 28 Feb" in text_of(page)
    assert client.post("/calendar/2026/edit/", confirmation(page)).status_code == 302
    assert CalendarDay.objects.get(on=date(2026, 2, 28)).working
    assert AuditEntry.objects.get(verb="correct_notice").target == "2026"


def test_a_correction_begins_with_the_days_there_are(surf: Surf) -> None:
    client = surf("district")
    enter(client)
    page = client.get(EDIT)
    assert "2027-02-05..2027-02-11 holiday Spring Festival" in page.content.decode()
    form = page.context["form"]
    same = {name: form[name].value() or "" for name in ("days", "number", "issued_on", "based_on")}
    assert "No day; the notice there is names the same ones." in text_of(client.post(EDIT, same))


def test_two_at_once_the_second_is_told(surf: Surf, clock: Pretended) -> None:
    one, two = surf("district"), surf("far_district")
    late = confirmation(two.post(EDIT, {"days": NOTICE}))
    enter(one)
    page = two.post(EDIT, late)
    assert "Somebody else has entered this notice in the meantime" in text_of(page)
    assert AuditEntry.objects.filter(target_kind="calendar_notice").count() == 1


@pytest.mark.parametrize("name", ["subdistrict", "dispatcher", "resident", "auditor"])
def test_nobody_else_enters_a_notice(name: str, surf: Surf) -> None:
    client = surf(name)
    assert client.get(EDIT).status_code == 403
    assert client.post(EDIT, {"days": NOTICE, "confirmed": "yes"}).status_code == 403
    assert not CalendarNotice.objects.filter(year=2027).exists()


def test_a_year_that_cannot_have_a_notice_is_not_there(surf: Surf) -> None:
    for year in (2023, 2028):
        assert surf("district").get(f"/calendar/{year}/edit/").status_code == 404


# --- For programs ------------------------------------------------------------------------

API = "/api/v1/calendar/2027/"


def wanted() -> dict[str, Any]:
    from communities.forms.notices import read

    days = [
        {"on": day.on.isoformat(), "working": day.working, "name_zh": day.name_zh}
        for day in read(NOTICE, 2027).days
    ]
    return {"number": NUMBER, "issued_on": "2026-11-04", "days": days}


def test_programs_read_a_year(db: None, clock: Pretended) -> None:
    found = program().get("/api/v1/calendar/2026/").json()
    assert (found["year"], found["provisional"], found["working_days"]) == (2026, False, 248)
    assert found["notice"]["number"] == "国办发明电〔2025〕7号"
    assert len(found["days"]) == 39
    assert found["days"][3] == {
        "on": "2026-01-04",
        "working": True,
        "kind": "makeup",
        "name": "元旦",
    }
    provisional = program().get(API).json()
    assert (provisional["provisional"], provisional["notice"]) == (True, None)
    assert program().get("/api/v1/calendar/2040/").status_code == 404


def test_programs_enter_and_correct_a_notice(people: dict[str, User], clock: Pretended) -> None:
    client = program(people["district"])
    answer = client.post(API, wanted(), format="json")
    assert (answer.status_code, answer.json()["provisional"]) == (201, False)
    assert client.post(API, wanted(), format="json").status_code == 200
    assert CalendarNotice.objects.get(year=2027).days.count() == len(wanted()["days"])


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        (None, API, 401),
        ("dispatcher", API, 403),
        ("subdistrict", API, 403),
        ("district", "/api/v1/calendar/2028/", 404),
    ],
)
def test_other_programs_are_refused(
    who: str | None, path: str, status: int, people: dict[str, User], clock: Pretended
) -> None:
    client = program(people[who] if who else None)
    assert client.post(path, wanted(), format="json").status_code == status
    assert not CalendarNotice.objects.filter(year__gte=2027).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": ""}, "number"),
        ({"issued_on": "2026-12-24"}, "issued_on"),
        ({"days": []}, "days"),
        ({"days": wanted()["days"][1:]}, "days"),
        ({"days": [{"on": "2027-01-01"}]}, "days.0.working"),
        ({"year": 2027}, "year"),
    ],
)
def test_a_program_is_told_what_is_wrong(
    change: dict[str, Any], field: str, people: dict[str, User], clock: Pretended
) -> None:
    answer = program(people["district"]).post(API, {**wanted(), **change}, format="json")
    assert answer.status_code == 400
    assert [name for name in answer.json()["fields"] if name.startswith(field.split(".")[0])]
    assert not CalendarNotice.objects.filter(year=2027).exists()


# --- At the console ----------------------------------------------------------------------


def command(*words: str) -> str:
    out = StringIO()
    call_command("enter_notice", *words, stdout=out)
    return out.getvalue()


def test_a_file_is_entered_at_the_console(db: None, tmp_path: Path, clock: Pretended) -> None:
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE, encoding="utf-8")
    assert "Nothing was written" in command(str(file), "--check")
    assert not CalendarNotice.objects.filter(year=2027).exists()
    assert NUMBER in command(str(file))
    assert CalendarNotice.objects.get(year=2027).days.count() == 32


def test_the_portals_own_file_enters_every_year_in_it(db: None, clock: Pretended) -> None:
    CalendarNotice.objects.all().delete()
    command(str(settings.BASE_DIR / "communities" / "data" / "calendar.json"))
    assert list(CalendarNotice.objects.order_by("year").values_list("year", flat=True)) == [
        2024,
        2025,
        2026,
    ]
    assert CalendarNotice.objects.unreckoned().count() == 3


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("10月1日 国庆节", [], "--year"),
        (NOTICE.replace("共7天", "共9天"), [], "Line 4"),
        (NOTICE.replace("2026年11月4日", ""), [], "--issued-on"),
        (
            NOTICE.replace("4月3日（周六）至5日（周一）放假，共3天", "4月4日放假"),
            [],
            "Qingming Festival is missing",
        ),
        (published(2026), ["--year", "2027"], "this is the notice of 2026"),
    ],
)
def test_the_console_says_what_is_wrong(
    text: str, words: list[str], sentence: str, db: None, tmp_path: Path, clock: Pretended
) -> None:
    file = tmp_path / "notice.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError) as refusal:
        command(str(file), *words)
    assert sentence in str(refusal.value)
    assert not CalendarNotice.objects.filter(year=2027).exists()


def test_a_file_that_is_none_is_refused(db: None, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\xfe\xff")
    for name in ("nowhere", "x"):
        with pytest.raises(CommandError):
            command(str(tmp_path / name))
