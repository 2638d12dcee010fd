"""A period in the browser: what is in, freezing with what will be blank, publishing."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from communities.models import Place
from ratings.actions import freezing
from ratings.actions.publications import publish_scores
from ratings.models import AssessmentState, Period, PeriodState, Publication
from ratings.queries.subjects import pairs_of
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import town
from tests.ratings.quarter import assessed, card, frozen, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def period(county: County, people: dict[str, User], clock: Pretended) -> Period:
    return assessed(county, clock)


@pytest.fixture
def officer(people: dict[str, User]) -> Client:
    return signed_in(people["district"])


def url(name: str, period: Period) -> str:
    return reverse(f"ratings:{name}", args=[period.public_id])


def test_a_quarter_is_frozen_and_published_in_the_browser(
    period: Period, county: County, officer: Client
) -> None:
    html = officer.get(url("period", period)).content.decode()
    assert url("period_freeze", period) in html
    asked = officer.get(url("period_freeze", period)).content.decode()
    # The second estate has no sheet: it is named, with what it lacks.
    assert "海棠苑" in asked
    assert "督查 / party评定" in asked
    officer.post(url("period_freeze", period))
    period.refresh_from_db()
    assert period.state == PeriodState.FREEZING
    freezing.freeze_periods()
    assert url("period_publish", period) in officer.get(url("period", period)).content.decode()
    shown = officer.get(url("period_publish", period)).content.decode()
    assert url("table", period) in shown
    officer.post(url("period_publish", period))
    period.refresh_from_db()
    assert period.state == PeriodState.PUBLISHED
    assert Publication.objects.get().subject == period.public_id
    anybody = Client().get(url("period", period)).content.decode()
    assert url("table", period) in anybody
    assert "87.04" in Client().get(url("table", period)).content.decode()


def test_what_is_in_is_counted_by_sheet_and_estate(
    period: Period, county: County, officer: Client, people: dict[str, User]
) -> None:
    sheet = period.assessments.filter(part="party").get()
    type(sheet).objects.filter(pk=sheet.pk).update(state=AssessmentState.HANDED_IN, settled_at=None)
    response = officer.get(url("period", period))
    counts = {each.name: each for each in response.context["progress"].sheets}
    party = next(each for name, each in counts.items() if name.startswith("party"))
    assert (party.wanted, party.settled, party.waiting, party.missing) == (4, 0, 1, 3)
    rows = {row.estate.name: row for row in response.context["waiting"]}
    assert rows[county.estate.name].waiting == ("party评定",)
    assert len(rows["海棠苑"].missing) == 6


def test_how_far_it_is_is_told_to_its_offices_alone(
    period: Period, county: County, people: dict[str, User]
) -> None:
    for who in (None, people["resident"], people["manager"]):
        response = signed_in(who).get(url("period", period))
        assert response.status_code == 200
        assert "progress" not in response.context
    below = signed_in(people["subdistrict"]).get(url("period", period))
    own = Place.objects.under(county.subdistrict.code).estates()
    assert below.context["progress"].pairs == len(pairs_of(period, own))


def test_another_district_is_told_nothing_and_freezes_nothing(
    period: Period, people: dict[str, User]
) -> None:
    elsewhere = signed_in(people["far_district"])
    assert "progress" not in elsewhere.get(url("period", period)).context
    for verb in ("period_freeze", "period_publish"):
        assert elsewhere.post(url(verb, period)).status_code == 403
        assert signed_in(people["subdistrict"]).post(url(verb, period)).status_code == 403
        assert signed_in(None).post(url(verb, period)).status_code == 302
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN


def test_while_sheets_are_taken_nothing_is_frozen(
    county: County, officer: Client, clock: Pretended, people: dict[str, User]
) -> None:
    clock.put(at("2026-04-24 09:00"))
    open_still = town.period(county)
    assert (
        url("period_freeze", open_still)
        not in officer.get(url("period", open_still)).content.decode()
    )
    refused = officer.post(url("period_freeze", open_still))
    assert refused.status_code == 409
    assert "本期测评尚未截止。" in refused.content.decode()
    open_still.refresh_from_db()
    assert open_still.state == PeriodState.OPEN


def test_what_is_done_already_is_refused_as_such(period: Period, officer: Client) -> None:
    early = officer.post(url("period_publish", period))
    assert early.status_code == 409
    assert "error-summary" in early.content.decode()
    assert officer.post(url("period_freeze", period)).status_code == 302
    again = officer.post(url("period_freeze", period))
    assert again.status_code == 409
    assert "error-summary" in again.content.decode()
    freezing.freeze_periods()
    assert officer.post(url("period_publish", period)).status_code == 302
    assert officer.post(url("period_publish", period)).status_code == 409
    period.refresh_from_db()
    assert period.state == PeriodState.PUBLISHED
    assert Publication.objects.count() == 1


def test_freezing_shows_how_far_it_is_and_asks_again(period: Period, officer: Client) -> None:
    officer.post(url("period_freeze", period))
    html = officer.get(url("period", period)).content.decode()
    assert 'hx-trigger="every 2s"' in html
    assert 'max="2"' in html
    part = officer.get(url("period", period), headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")
    freezing.freeze_periods()
    after = officer.get(url("period", period), headers={"HX-Request": "true"})
    assert after["HX-Refresh"] == "true"


def test_scores_that_are_frozen_are_read_by_those_they_concern(
    period: Period, county: County, people: dict[str, User]
) -> None:
    frozen(period, county)
    one, whole = card(period, county), card(period, county, whole=True)
    table = url("table", period)
    reads = {
        "district": (200, 200, 200),
        "auditor": (200, 200, 200),
        "manager": (200, 200, 404),
        "manager_grid": (200, 200, 404),
        # The whole firm reaches beyond the subdistrict.
        "subdistrict": (200, 404, 404),
    }
    for name, person in [*people.items(), ("nobody", None)]:
        client = signed_in(person)
        addresses = [reverse("ratings:card", args=[each.public_id]) for each in (one, whole)]
        found = tuple(client.get(each).status_code for each in (*addresses, table))
        assert found == reads.get(name, (404, 404, 404)), name
    publish_scores(period, by=fresh(people["district"]))
    for address in (*addresses, table):
        assert Client().get(address).status_code == 200
