"""The credit ledger in the browser and over the API: officers, the firm, and everybody."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from ratings.models import CreditRecord, CreditScheme, FindingPhoto, Listing
from tests.doors import picture, program
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import ledger
from tests.ratings.ledger import recorded, take

People = dict[str, User]
Team = list[User]
pytestmark = pytest.mark.django_db
API = "/api/v1/ratings/"


def text(client: Client, name: str, *args: object, **asked: str) -> str:
    answer = client.get(reverse(f"ratings:{name}", args=args), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, made: CreditRecord, verb: str, **said: object) -> int:
    address = reverse("ratings:credit_step", args=[made.public_id, verb])
    return client.post(address, said, follow=True).status_code


# --- Pages -------------------------------------------------------------------------------


def test_w4_a_record_goes_its_whole_way_in_the_browser(
    client: Client, scheme: CreditScheme, county: County, people: People, team: Team,
    clock: Pretended,
) -> None:  # fmt: skip
    client.force_login(team[0])
    said = {"body": county.firm.code, "item": "B3", "grounds": "消防通道被占用",
            "document": "责改〔2026〕9号", "from_on": "2026-10-10",
            "photos": picture()}  # fmt: skip
    client.post(reverse("ratings:credit_new"), said)
    made = CreditRecord.objects.with_life().get()
    client.logout()
    assert "消防通道被占用" not in text(client, "credit", county.firm.code), "not confirmed"
    client.force_login(people["manager"])
    page = text(client, "credit_record", made.public_id)
    assert "沈区县" not in page, "the firm does not read who recorded it"
    assert press(client, made, "object", text="当日已清理", photos=picture()) == 200
    client.force_login(team[1])
    photo = FindingPhoto.objects.order_by("pk")[0]
    assert client.get(reverse("ratings:photo", args=[photo.public_id, "thumb"])).status_code == 200
    assert press(client, made, "confirm", text="复查属实") == 200
    client.logout()
    page = text(client, "credit", county.firm.code)
    assert "消防通道被占用" in page
    assert "责改〔2026〕9号" in page
    assert "当日已清理" not in page, "objections are not published"
    assert client.get(reverse("ratings:photo", args=[photo.public_id, "thumb"])).status_code != 200


def test_what_is_repaired_is_shown_to_everybody_without_its_words(
    client: Client, counting: CreditRecord, county: County, people: People, team: Team,
    clock: Pretended,
) -> None:  # fmt: skip
    assert "逾期未整改" in text(client, "credit", county.firm.code)
    clock.put(at("2027-01-20 10:00"))
    take(counting, "ask_repair", people["manager"])
    take(counting, "repair", team[2])
    for on in ("", "2026-12-01"):
        page = text(client, "credit", county.firm.code, on=on)
        assert "逾期未整改消防通道" not in page
        assert counting.document not in page
        assert counting.name_zh in page
    assert "C" in text(client, "credit", county.firm.code, on="2026-12-01")
    assert (
        client.get(reverse("ratings:credit", args=[county.firm.code]) + "?on=x").status_code == 404
    )


def test_a_day_to_come_is_answered_as_today(
    client: Client, counting: CreditRecord, county: County
) -> None:
    there = reverse("ratings:credit", args=[county.firm.code])
    assert client.get(there, {"on": "2030-01-01"}).context["page"].on == date(2026, 10, 20)
    over_the_api = program().get(f"{API}firms/{county.firm.code}/credit/?on=2030-01-01")
    assert over_the_api.json()["on"] == "2026-10-20"


def test_the_desk_asks_as_often_for_many_records_as_for_one(
    client: Client, counting: CreditRecord, team: Team
) -> None:
    client.force_login(team[1])
    there = reverse("ratings:credit_records") + "?all=1"
    client.get(there)  # what is cached is cached
    with CaptureQueriesContext(connection) as one:
        client.get(there)
    for number in range(4):
        recorded(team[0], counting.body, "B2", document=f"红行罚〔2026〕{number}号")
    with CaptureQueriesContext(connection) as many:
        client.get(there)
    assert len(many) == len(one)
    assert len(many) <= 12  # with session and person


def test_what_the_levels_advise_is_for_officers_and_lists_nobody(
    client: Client, county: County, people: People, team: Team, clock: Pretended
) -> None:
    ledger.settled(county.district, "shangqiu")
    bad = recorded(team[0], county.firm, "B2")
    worse = recorded(team[0], county.firm, "B6")
    clock.put(at("2026-10-20 09:00"))
    for found in (bad, worse):
        take(found, "confirm", team[1])
    client.force_login(team[1])
    page = text(client, "credit_records", advice="1")  # 80 - 10 - 10 = 60: C
    assert "和顺物业" in page
    assert "远大物业" not in page
    assert Listing.objects.count() == 0
    client.force_login(people["manager"])
    assert "建议列入黑榜" not in text(client, "credit_records", advice="1")


def test_w4_the_table_and_the_way_a_grade_is_made_are_public(
    client: Client, counting: CreditRecord, county: County
) -> None:
    page = text(client, "credit_table", county.district.code)
    assert page.index("远大物业") < page.index("和顺物业"), "the better one first"
    page = text(client, "credit_table", county.district.code, level="C")
    assert "和顺物业" in page
    assert "远大物业" not in page
    page = text(client, "credit_how", county.district.code)
    assert "85" in page
    assert counting.name_zh in page
    far = text(client, "credit_table", "990102")
    assert "和顺物业" not in far


def test_the_ledger_is_linked_from_the_pages_of_the_firm(
    client: Client, counting: CreditRecord, county: County
) -> None:
    there = reverse("ratings:credit", args=[county.firm.code])
    assert there in text(client, "firm", county.firm.code)
    body = client.get(reverse("communities:body", args=[county.firm.code])).content.decode()
    assert there in body


def test_nothing_typed_is_lost_and_what_is_wrong_is_said_at_its_field(
    client: Client, scheme: CreditScheme, county: County, team: Team
) -> None:
    client.force_login(team[0])
    said = {"body": county.firm.code, "item": "B3", "grounds": "钱经理拒不整改",
            "document": "责改〔2026〕9号", "from_on": "2026-10-10"}  # fmt: skip
    answer = client.post(reverse("ratings:credit_new"), said)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "钱经理拒不整改" in page
    assert "责改〔2026〕9号" in page
    assert CreditRecord.objects.count() == 0


def test_who_may_not_see_a_record_finds_nothing_and_who_may_not_act_is_told_why(
    client: Client, counting: CreditRecord, people: People, team: Team
) -> None:
    there = reverse("ratings:credit_record", args=[counting.public_id])
    for name in ("resident", "rival", "subdistrict", "far_district"):
        client.force_login(people[name])
        assert client.get(there).status_code == 404
        assert press(client, counting, "withdraw", text="x") == 404
        keeps = name == "far_district"  # a district of its own, without a scheme yet
        asked = client.get(reverse("ratings:credit_new"), {"firm": counting.body.code})
        assert asked.status_code == (409 if keeps else 403)
    client.force_login(team[0])
    assert press(client, counting, "withdraw", text="撤销") == 403
    client.force_login(team[1])
    assert press(client, counting, "confirm", text="再确认") == 409
    assert counting.steps.count() == 2


def test_a_district_begins_changes_and_settles_its_scheme_in_the_browser(
    client: Client, county: County, people: People
) -> None:
    client.force_login(people["district"])
    code = county.district.code
    there = reverse("ratings:credit_scheme", args=[code])
    client.post(there, {"preset": "lianyungang"})
    values = client.get(reverse("ratings:credit_section", args=[code, "values"]))
    form = values.context["form"]
    said = {name: form[name].value() or "" for name in form.fields}
    wrong = client.post(reverse("ratings:credit_section", args=[code, "values"]),
                        {**said, "start": "viel"})  # fmt: skip
    assert (wrong.status_code, "viel" in wrong.content.decode()) == (400, True)
    client.post(reverse("ratings:credit_section", args=[code, "values"]), {**said, "start": "95"})
    for name in ("levels", "items"):
        address = reverse("ratings:credit_section", args=[code, name])
        form = client.get(address).context["form"]
        kept = {field: form[field].value() or "" for field in form.fields}
        sent = {field: value for field, value in kept.items() if value not in ("", False)}
        assert client.post(address, sent).status_code == 302
    page = client.get(there)
    assert client.post(
        reverse("ratings:credit_settle", args=[code]),
        {"seen": page.context["settle"]["seen"].value()},
    ).status_code == 302  # fmt: skip
    found = CreditScheme.objects.get().versions.get()
    assert found.settled_at is not None
    assert (int(found.read.rules.start), len(found.read.items)) == (95, 12)
    assert "95" in text(client, "credit_how", code)
    for name in ("subdistrict", "far_district", "manager"):
        client.force_login(people[name])
        assert client.get(there).status_code == 403


# --- The API -----------------------------------------------------------------------------


def test_the_ledger_over_the_api(
    scheme: CreditScheme, county: County, people: People, team: Team, clock: Pretended
) -> None:
    officer = program(team[0])
    photo = officer.post(f"{API}finding-photos/", {"photo": picture()}, format="multipart").json()[
        "id"
    ]
    said = {"body": county.firm.code, "item": "B2", "grounds": "受到处罚",
            "document": "红行罚〔2026〕7号", "from_on": "2026-10-10",
            "photos": [photo]}  # fmt: skip
    made = officer.post(f"{API}credit/records/", said, format="json")
    assert made.status_code == 201
    assert made.json()["steps"][0]["photos"] == [photo]
    here = f"{API}credit/records/{made.json()['id']}/"
    firm = program(people["manager"])
    assert (
        firm.post(f"{here}object/", {"text": "已改正"}, format="json").json()["state"] == "objected"
    )
    assert officer.post(f"{here}confirm/", {"text": "属实"}, format="json").status_code == 403
    other = program(team[1])
    assert other.post(f"{here}confirm/", {}, format="json").status_code == 400
    assert other.post(f"{here}confirm/", {"text": "属实"}, format="json").status_code == 200
    assert other.post(f"{here}confirm/", {"text": "属实"}, format="json").status_code == 409
    assert [row["id"] for row in firm.get(f"{API}credit/records/").json()["results"]] == [
        made.json()["id"]
    ]
    assert firm.get(f"{API}credit/records/?under_way=true").json()["results"] == []
    public = program().get(f"{API}firms/{county.firm.code}/credit/")
    assert "public" in public["Cache-Control"]
    assert (public.json()["grade"]["total"], public.json()["grade"]["level"]) == ("40", "C")
    assert public.json()["records"][0]["points"] == "10"
    again = program().get(
        f"{API}firms/{county.firm.code}/credit/", headers={"If-None-Match": public["ETag"]}
    )
    assert again.status_code == 304
    table = program().get(f"{API}credit/{county.district.code}/?level=C").json()
    assert [row["body"]["name"] for row in table["rows"]] == ["和顺物业"]
    assert program().get(f"{API}firms/{county.firm.code}/credit/?on=x").status_code == 400
    assert program().get(f"{API}credit/records/").status_code == 401
    assert program(people["rival"]).get(here).status_code == 404


def test_the_scheme_over_the_api(county: County, people: People, clock: Pretended) -> None:
    here = f"{API}credit/{county.district.code}/"
    stranger, officer = program(people["far_district"]), program(people["district"])
    assert len(program().get(f"{API}credit/presets/").json()) == 5
    assert stranger.post(f"{here}begin/", {"preset": "nanning"}, format="json").status_code == 403
    made = officer.post(f"{here}begin/", {"preset": "nanning"}, format="json")
    assert made.status_code == 201
    assert program().get(f"{here}versions/").json() == []
    terms = {**made.json()["terms"], "good_cap": "20"}
    change = {"terms": terms, "seen": made.json()["seen"]}
    assert stranger.post(f"{here}draft/change/", change, format="json").status_code == 403
    bad = officer.post(
        f"{here}draft/change/", {**change, "terms": {**terms, "start": 9}}, format="json"
    )
    assert (bad.status_code, list(bad.json()["fields"])) == (400, ["start"])
    seen = officer.post(f"{here}draft/change/", change, format="json").json()["seen"]
    assert officer.post(f"{here}draft/change/", change, format="json").status_code == 409
    assert officer.post(f"{here}settle/", {"seen": seen}, format="json").status_code == 200
    assert program().get(f"{here}versions/").json()[0]["terms"]["good_cap"] == "20"
    assert officer.get(f"{here}draft/").status_code == 404
    assert officer.post(f"{here}draft/").json()["number"] == 2
    unsaid = {"seen": officer.get(f"{here}draft/").json()["seen"]}
    assert officer.post(f"{here}settle/", unsaid, format="json").status_code == 400
    assert (
        date(2026, 10, 12).isoformat() in program().get(f"{here}versions/").json()[0]["settled_at"]
    )
