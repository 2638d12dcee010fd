"""Who reads which figures, on pages, in the workbook and by programs."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.now import today
from communities.actions import appoint
from communities.models import (
    Office,
    Place,
)
from communities.queries.indicators import (
    REGISTER,
    Count,
)
from complaints.queries.indicators import OF_ORDERS
from complaints.workflow import Status
from governance import indicators
from governance.indicators import (
    ALL,
    LATER,
    WITHHELD,
    compared,
    figures,
)
from governance.trend import drawn
from tests.complaints import walks
from tests.doors import program
from tests.factories import County, estate
from tests.governance.figures import a_life
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"
People = dict[str, User]


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client


# --- Who may read ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "resident", "dispatcher", "manager", "far_district"])
def test_figures_of_orders_do_not_exist_for_who_does_not_oversee(
    name: str, county: County, people: People
) -> None:
    client = browser(people.get(name))
    asked = f"?place={county.district.code}"
    page = client.get(f"/indicators/{asked}")
    assert page.status_code == 200
    assert {f.indicator.group for g in page.context["groups"] for f in g.figures} == {
        "party",
        "committees",
        "service",
        "money",
    }
    for path in ("response_rate/", "response_rate/rows/", "complaints_change/"):
        assert client.get(f"/indicators/{path}{asked}").status_code == 404
        assert program(people.get(name)).get(f"/api/v1/indicators/{path}{asked}").status_code == 404


def test_who_oversees_reads_the_figures_of_orders_within_their_scope(
    county: County, people: People, clock: Pretended
) -> None:
    walks.complaint_at(Status.DISPATCHED, county, people)
    clock.forward(days=1)
    client = browser(people["subdistrict"])
    here = client.get(f"/indicators/response_rate/?place={county.subdistrict.code}")
    assert here.status_code == 200 and here.context["figure"].count == Count(1, 1)
    above = client.get(f"/indicators/response_rate/?place={county.district.code}")
    assert above.status_code == 404
    rows = client.get(f"/indicators/response_rate/rows/?place={county.subdistrict.code}")
    assert [row.counts for row in rows.context["page"].rows] == [True]


def test_of_an_estate_their_own_firm_serves_an_officer_reads_no_figures_of_orders(
    county: County, people: People
) -> None:
    officer = people["district"]
    appoint(officer, by=CLOCK, office=Office.FIRM_CLERK, at=county.firm, from_on=date(2021, 1, 1))
    officer = walks.fresh(officer)
    beneath = compared(ALL["response_rate"], county.community, today(), officer)
    assert {f.place for f in beneath} == {county.other_estate, county.unserved}
    address = f"/indicators/response_rate/?place={county.estate.code}"
    assert browser(officer).get(address).status_code == 404


def test_the_party_share_is_told_to_keepers_and_outside_only_of_the_whole_district(
    county: County, people: People
) -> None:
    found = ALL["committee_party_share"]
    assert figures(found, [county.community], today(), None)[0].state == WITHHELD
    assert figures(found, [county.community], today(), people["dispatcher"])[0].count is not None
    everybody = indicators._withheld(found, None, county.district, Count(7, 7))
    assert everybody and not indicators._withheld(found, None, county.district, Count(60, 100))
    address = f"/indicators/committee_party_share/rows/?place={county.community.code}"
    assert browser().get(address).status_code == 404
    assert browser(people["far_dispatcher"]).get(address).status_code == 404
    assert browser(people["dispatcher"]).get(address).status_code == 200


# --- Pages, workbook, programs -----------------------------------------------------------


def test_the_page_shows_both_numbers_and_leads_to_the_list(county: County) -> None:
    place = f"place={county.district.code}"
    page = browser().get(f"/indicators/property_service/?{place}")
    text = page.content.decode()
    shown = page.context["figure"]
    assert shown.count == Count(3, 4) and shown.sum_words in text and "75.0 %" in text
    assert f"/indicators/property_service/rows/?{place}" in text.replace("&amp;", "&")
    rows = browser().get(f"/indicators/property_service/rows/?{place}").context["page"].rows
    assert [row.name for row in rows if not row.counts] == [county.unserved.name]
    only = browser().get(f"/indicators/property_service/rows/?{place}&counts=no")
    assert [row.name for row in only.context["page"].rows] == [county.unserved.name]


def test_what_is_not_kept_here_is_said_and_never_made_up(county: County) -> None:
    page = browser().get(f"/indicators/fee_collection/?place={county.district.code}")
    assert (page.context["figure"].state, page.context["figure"].value_words) == (LATER, "–")
    gone = browser().get(f"/indicators/fee_collection/rows/?place={county.district.code}")
    assert gone.status_code == 404


def test_places_are_compared_the_highest_first_and_blanks_last(
    county: County, people: People
) -> None:
    beneath = compared(ALL["property_service"], county.subdistrict, today(), None)
    assert [f.place for f in beneath] == [county.far_community, county.community]
    Place.objects.filter(pk=county.far_estate.pk).update(closed_on=today())
    beneath = compared(ALL["property_service"], county.subdistrict, today(), None)
    assert [f.value_words for f in beneath] == ["66.7 %", "–"]


@pytest.mark.parametrize("on", ["2999-01-01", "1999-12-31", "gestern", "2026-02-30"])
def test_a_day_that_cannot_be_is_refused_beside_its_field(on: str, county: County) -> None:
    asked = f"?place={county.district.code}&on={on}"
    page = browser().get(f"/indicators/{asked}")
    assert page.status_code == 200 and "on" in page.context["here"].form.errors
    answer = program().get(f"/api/v1/indicators/{asked}")
    assert answer.status_code == 400 and "on" in answer.json()["fields"]


@pytest.mark.parametrize("code", ["000000", "x"])
def test_there_are_no_figures_of_no_place(code: str, county: County) -> None:
    assert browser().get(f"/indicators/?place={code}").status_code == 404
    assert browser().get(f"/indicators/?place={county.building.code}").status_code == 404
    assert program().get(f"/api/v1/indicators/?place={code}").status_code == 404


def test_a_list_is_paged_and_a_bent_cursor_is_refused(county: County) -> None:
    for n in range(10, 34):
        estate(county.community, n, f"小区{n}", buildings=1)
    address = f"/indicators/property_service/rows/?place={county.district.code}"
    first = browser().get(address)
    assert len(first.context["page"].rows) == 20
    then = browser().get("/indicators/property_service/rows/" + first.context["next_url"])
    both = [row.code for row in (*first.context["page"].rows, *then.context["page"].rows)]
    assert len(set(both)) == 28 and both == sorted(both)
    assert browser().get(f"{address}&cursor=bent").status_code == 400


def test_the_workbook_holds_every_place_and_taking_it_out_is_on_record(
    county: County, people: People
) -> None:
    address = f"/indicators/export/?place={county.subdistrict.code}"
    assert browser().get(address).status_code == 302
    assert not AuditEntry.objects.filter(verb="export_indicators").exists()
    answer = browser(people["dispatcher"]).get(address)
    assert answer["Content-Disposition"].endswith('.xlsx"')
    found = list(load_workbook(BytesIO(answer.content)).worksheets[0].values)
    told = {(line[0], line[2]): line[4:7] for line in found[1:]}
    name = str(ALL["property_service"].name)
    assert told[county.subdistrict.code, name] == (3, 4, 75)
    assert told[county.far_community.code, name] == (1, 1, 100)
    assert not {str(f.name) for f in OF_ORDERS} & {line[2] for line in found}
    entry = AuditEntry.objects.get(verb="export_indicators")
    assert entry.target == county.subdistrict.code


def test_programs_read_what_the_pages_show(county: County, people: People) -> None:
    place = f"?place={county.district.code}"
    board = program().get(f"/api/v1/indicators/{place}").json()
    told = {line["indicator"]["key"]: line["figure"] for line in board["results"]}
    assert told["property_service"]["numerator"] == 3
    assert told["property_service"]["value"] == "75.0"
    assert (told["wardens_visits"]["value"], told["wardens_visits"]["state"]) == (None, "known")
    assert told["fee_collection"]["state"] == "later"
    one = program().get(f"/api/v1/indicators/property_service/{place}").json()
    assert one["trend"][-1] == one["figure"]
    assert [line["place"]["code"] for line in one["places"]] == [county.subdistrict.code]
    rows = program().get(f"/api/v1/indicators/property_service/rows/{place}&counts=no").json()
    assert [row["code"] for row in rows["results"]] == [county.unserved.code]
    wrong = program().get(f"/api/v1/indicators/property_service/{place}&months=7")
    assert wrong.status_code == 400


def test_no_row_behind_any_figure_is_a_person(
    county: County, people: People, clock: Pretended
) -> None:
    a_life(county, people, clock)
    names = {user.name for user in people.values()}
    for found in (*REGISTER, *OF_ORDERS):
        address = f"/api/v1/indicators/{found.key}/rows/?place={county.district.code}"
        answer = program(people["district"]).get(address)
        assert answer.status_code == 200, found.key
        assert not [name for name in names if name in answer.content.decode()], found.key


# --- The drawing -------------------------------------------------------------------------


def test_the_line_breaks_where_nothing_is_known() -> None:
    found = drawn([Decimal(10), Decimal(20), None, Decimal(30)])
    assert (len(found.lines), len(found.dots)) == (1, 3)
    assert drawn([None, None]).dots == []


@given(st.lists(st.decimals(-500, 50_000, places=1) | st.none(), max_size=25))
def test_every_dot_lies_within_the_drawing_and_more_is_higher(values: Any) -> None:
    found = drawn(values)
    known = [value for value in values if value is not None]
    assert len(found.dots) == len(known)
    heights = [Decimal(dot.y) for dot in found.dots]
    for dot in found.dots:
        assert 0 <= Decimal(dot.x) <= found.width and 0 <= Decimal(dot.y) <= found.height
    for (a, y), (b, z) in zip(
        zip(known, heights, strict=True), list(zip(known, heights, strict=True))[1:], strict=False
    ):
        assert (a - b) * (y - z) <= 0
