"""Why is this firm at 87.04? By clicks alone, down to the sheets and the orders."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from ratings.actions import assessments, freezing
from ratings.models import Assessment, Finding, Period, Publication, PublicationKind, Scorecard
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended
from tests.ratings import settled
from tests.ratings.quarter import assessed, card, frozen, published, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def period(county: County, people: dict[str, User], clock: Pretended) -> Period:
    return published(assessed(county, clock), county)


def text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def url(name: str, found: Scorecard, *more: object) -> str:
    return reverse(f"ratings:{name}", args=[found.public_id, *more])


def links(html: str, beginning: str) -> list[str]:
    found = re.findall(r'href="([^"#?]+)', html)
    return list(dict.fromkeys(each for each in found if each.startswith(beginning)))


def test_every_number_of_a_score_leads_to_its_source_in_two_clicks(
    period: Period, county: County
) -> None:
    anybody = Client()
    table = anybody.get(reverse("ratings:table", args=[period.public_id])).content.decode()
    whole = card(period, county, whole=True)
    assert url("card", whole) in links(table, "/ratings/cards/")
    one = card(period, county)
    first = anybody.get(url("card", whole)).content.decode()
    assert url("card", one) in links(first, "/ratings/cards/")
    second = anybody.get(url("card", one)).content.decode()
    said = text(second)
    # Weight × value of each part, the sum exactly, and rounded once.
    assert "40 % × 约82.6087 + 30 % × 90 + 20 % × 90 + 10 % × 90 = 约87.0435" in said
    assert "约87.0435 → 87.04" in said
    assert "23分中得19分" in said
    sheets = links(second, f"/ratings/cards/{one.public_id}/sheets/")
    assert len(sheets) == 7
    for address in sheets:
        assert anybody.get(address).status_code == 200
    onsite = Assessment.objects.get(method="onsite")
    shown = text(anybody.get(url("card_sheet", one, onsite.public_id)).content.decode())
    assert "项目D1-1" in shown
    assert "3 / 5" in shown


def test_a_blank_score_says_what_it_lacks(period: Period, county: County) -> None:
    other = Scorecard.objects.get(period=period, body=county.firm, estate__name="海棠苑")
    said = text(Client().get(url("card", other)).content.decode())
    assert "没有交来测评表" in said
    assert "没有评定结论" in said
    assert "0.00" not in said


def test_parts_that_are_incomplete_say_how_much_is_missing(
    county: County, clock: Pretended, people: dict[str, User]
) -> None:
    period = assessed(county, clock)
    Assessment.objects.filter(method="document").update(state="draft", settled_at=None)
    frozen(period, county)
    said = text(
        signed_in(people["district"]).get(url("card", card(period, county))).content.decode()
    )
    assert "有2项没有录入" in said


def test_remarks_and_names_are_not_on_public_pages(
    period: Period, county: County, people: dict[str, User]
) -> None:
    sheet = Assessment.objects.get(method="onsite")
    Finding.objects.filter(assessment=sheet).update(note="3栋陈晓梅家门口")
    Assessment.objects.filter(pk=sheet.pk).update(text="与陈晓梅核对")
    one = card(period, county)
    address = url("card_sheet", one, sheet.public_id)
    for client in (Client(), signed_in(people["resident"]), signed_in(people["rival"])):
        for each in (address, url("card", one)):
            html = client.get(each).content.decode()
            assert "陈晓梅家" not in html
            assert "与陈晓梅" not in html
            assert people["subdistrict"].name not in html
            assert reverse("ratings:assessment", args=[sheet.public_id]) not in html
    reads = reverse("ratings:assessment", args=[sheet.public_id])
    for name in ("manager", "subdistrict", "district"):
        client = signed_in(people[name])
        assert reads in client.get(address).content.decode()
        assert client.get(reads).status_code == 200


def test_a_sheet_of_another_score_is_not_found(period: Period, county: County) -> None:
    other = Scorecard.objects.get(period=period, body=county.firm, estate__name="海棠苑")
    sheet = Assessment.objects.get(method="onsite")
    assert Client().get(url("card_sheet", other, sheet.public_id)).status_code == 404
    assert Client().get(url("card_figure", other, "solved")).status_code == 404


REASON = {"reason": "其中一处不属于该小区"}


def sheet_corrected(one: Scorecard, by: User) -> Assessment:
    """The sheet on site, corrected in the browser by one finding."""
    sheet = Assessment.objects.get(method="onsite", replaces=None)
    officer = signed_in(by)
    address = url("card_sheet_correct", one, sheet.public_id)
    assert address in officer.get(url("card_sheet", one, sheet.public_id)).content.decode()
    begun = officer.post(address, REASON)
    made = Assessment.objects.get(replaces=sheet)
    assert begun["Location"] == reverse("ratings:assessment", args=[made.public_id])
    assert made.for_card == one
    Finding.objects.filter(assessment=made, item="D1-1").update(value=1)
    return assessments.hand_in(made, by=fresh(by), text="")


def test_a_score_is_corrected_in_the_browser_and_the_chain_says_why(
    period: Period, county: County, people: dict[str, User]
) -> None:
    """The sheet's own people correct it, the district corrects the score, everybody reads why."""
    one = card(period, county)
    district = signed_in(people["district"])
    assert "没有需要更正的" in district.get(url("card_correct", one)).content.decode()
    sheet_corrected(one, people["subdistrict"])
    assert "又有1份测评表" in text(district.get(url("card", one)).content.decode())
    assert "87.04 → 88.78" in text(district.get(url("card_correct", one)).content.decode())
    assert district.post(url("card_correct", one), {"reason": ""}).status_code == 200
    assert Scorecard.objects.filter(replaces=one).count() == 0
    done = district.post(url("card_correct", one), REASON)
    after = card(period, county)
    assert done["Location"] == url("card", after)
    assert after.total == Decimal("88.78")
    assert REASON["reason"] in text(Client().get(url("card", one)).content.decode())
    assert url("card", one) in Client().get(url("card", after)).content.decode()
    assert Publication.objects.filter(kind=PublicationKind.CORRECTION).count() == 1


def test_only_the_district_corrects_a_score(
    period: Period, county: County, people: dict[str, User]
) -> None:
    one = card(period, county)
    for name in ("subdistrict", "manager", "far_district", "auditor", "resident"):
        answer = signed_in(people[name]).post(url("card_correct", one), {"reason": "错"})
        assert answer.status_code == 403, name
    assert Scorecard.objects.filter(replaces=one).count() == 0
    sheet = Assessment.objects.get(method="onsite")
    tied = signed_in(people["manager"])
    refused = tied.post(url("card_sheet_correct", one, sheet.public_id), {"reason": "错"})
    assert refused.status_code == 403
    assert not Assessment.objects.filter(replaces=sheet).exists()


def test_pages_ask_as_little_whatever_a_score_is_made_of(
    period: Period, county: County, people: dict[str, User], at_most: object
) -> None:
    one, whole = card(period, county), card(period, county, whole=True)
    for client in (Client(), signed_in(people["district"])):
        for found in (one, whole):
            client.get(url("card", found))
            with at_most(10):  # type: ignore[operator]
                assert client.get(url("card", found)).status_code == 200


def test_the_record_of_a_firm_has_its_scores_and_corrections(
    period: Period, county: County, clock: Pretended, people: dict[str, User]
) -> None:
    record = reverse("ratings:firm", args=[county.firm.code])
    said = text(Client().get(record).content.decode())
    assert "87.04" in said
    assert (
        record
        in Client().get(reverse("communities:body", args=[county.firm.code])).content.decode()
    )
    later = Period.objects.create(
        scheme=period.scheme,
        version=period.version,
        name="2026年第二季度",
        from_on=period.until_on,
        until_on=period.until_on + timedelta(days=91),
        assess_until_on=period.until_on + timedelta(days=1),
    )
    settled.everything(later, county.estate, county.firm, people["subdistrict"])
    frozen(later, county)
    # Frozen and not published: the firm's own people read it, nobody else does.
    assert "2026年第二季度" not in Client().get(record).content.decode()
    html = signed_in(people["manager"]).get(record).content.decode()
    assert "2026年第二季度" in html
    assert "course-line" in html


def test_a_score_frozen_anew_in_the_meantime_is_refused(
    period: Period, county: County, people: dict[str, User]
) -> None:
    one = card(period, county)
    Finding.objects.filter(assessment__method="onsite", item="D1-1").update(value=0)
    freezing.correct(one, by=fresh(people["district"]), reason="先更正")
    answer = signed_in(people["district"]).post(url("card_correct", one), {"reason": "再核一次"})
    assert answer.status_code == 409
    assert "error-summary" in answer.content.decode()
    assert "再核一次" in text(answer.content.decode()), "nothing typed is lost"
    assert Scorecard.objects.filter(period=period, estate=county.estate).count() == 2
    sheet = Assessment.objects.get(method="onsite")
    address = url("card_sheet_correct", one, sheet.public_id)
    answer = signed_in(people["subdistrict"]).post(address, {"reason": "再核一次"})
    assert answer.status_code == 409
    assert "再核一次" in text(answer.content.decode())
    assert not Assessment.objects.filter(replaces=sheet).exists()


def test_a_correction_of_nothing_is_refused_and_stays_typed(
    period: Period, county: County, people: dict[str, User]
) -> None:
    one = card(period, county)
    answer = signed_in(people["district"]).post(url("card_correct", one), {"reason": "再核一次"})
    assert answer.status_code == 400
    assert "再核一次" in text(answer.content.decode())
    assert not Scorecard.objects.filter(replaces=one).exists()
