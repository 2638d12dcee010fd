"""Whoever is or lately was tied to a firm takes no part, by whichever door they come."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from common.errors import NotAllowed
from common.now import today
from communities.models import BodyKind, Interest, PartyOrganisation
from ratings.actions import freezing, subsidies
from ratings.actions.vetoes import end_veto, record_veto
from ratings.models import Award, CreditRecord, Payment, Scorecard, Veto
from tests import factories
from tests.complaints.walks import fresh
from tests.doors import program
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at
from tests.ratings import ledger, listed
from tests.ratings.granted import category, programme, scored
from tests.ratings.quarter import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-10-12 10:00"))]
Team = list[User]


@pytest.fixture
def team(county: County, clock: Pretended) -> Team:
    """Three officers of the district; the second was with the firm until last week."""
    found = listed.officers(county, 2)
    tie(found[1], county, until_on=today() - timedelta(days=5))
    return found


def tie(user: User, county: County, until_on: date | None = None) -> None:
    Interest.objects.create(
        user=user,
        firm=county.firm,
        kind="employed",
        from_on=BEGINNING,
        until_on=until_on,
        by=user,
        at=at("2026-10-01 09:00"),
    )


def test_who_left_the_firm_last_week_records_nothing_of_the_time_before(
    county: County, team: Team
) -> None:
    ledger.settled(county.district)
    with pytest.raises(NotAllowed):
        ledger.recorded(team[1], county.firm, from_on=date(2026, 10, 1))
    assert not CreditRecord.objects.exists()
    made = ledger.recorded(team[1], county.firm)
    assert made.from_on == date(2026, 10, 8)  # of the 8th: it was nothing of theirs


def test_who_left_the_firm_last_week_neither_enters_nor_ends_a_veto_of_the_time_before(
    county: County, team: Team
) -> None:
    scheme = listed.scheme(county)
    code = scheme.versions.get().read.vetoes[0].code
    said: dict[str, Any] = {"body": county.firm, "code": code, "from_on": date(2026, 9, 1)}
    with pytest.raises(NotAllowed):
        record_veto(scheme, by=fresh(team[1]), document="红行罚〔2026〕7号", **said)
    made = record_veto(scheme, by=fresh(team[0]), document="红行罚〔2026〕7号", **said)
    with pytest.raises(NotAllowed):
        end_veto(made, by=fresh(team[1]), until_on=today())
    assert Veto.objects.get().until_on is None


def test_nobody_tied_to_the_firm_corrects_its_score(county: County, team: Team) -> None:
    scored(county)
    card = Scorecard.objects.get(estate__isnull=False)
    with pytest.raises(NotAllowed, match="somebody else|由他人"):
        freezing.correct(card, by=fresh(team[1]), reason="陈述成立")
    assert Scorecard.objects.filter(number__gt=1).count() == 0


def test_the_form_for_a_correction_opens_for_whoever_may_make_it_and_is_offered_to_nobody_else(
    county: County, team: Team
) -> None:
    scored(county)
    card = Scorecard.objects.get(estate__isnull=False)
    form = reverse("ratings:card_correct", args=[card.public_id])
    for who, status in ((team[0], 200), (team[1], 403)):
        browser = signed_in(who)
        assert browser.get(form).status_code == status
        page = browser.get(reverse("ratings:card", args=[card.public_id])).content.decode()
        assert (form in page) == (status == 200)
    # Whose it is not is told so before what is missing.
    said = program(team[1]).post(f"/api/v1/ratings/cards/{card.public_id}/correct/", {})
    assert said.status_code == 403


def test_who_is_tied_to_the_firm_of_an_estate_grants_its_project_nothing(
    county: County, team: Team
) -> None:
    tie(team[1], county)
    projects = category(programme(county.district, team[0], "200000"), team[0], count=3)
    with pytest.raises(NotAllowed):
        subsidies.propose_award(
            projects, by=fresh(team[1]), to=county.estate, grounds="治理成效突出"
        )
    made = subsidies.propose_award(
        projects, by=fresh(team[0]), to=county.estate, grounds="治理成效突出"
    )
    with pytest.raises(NotAllowed):
        subsidies.approve_award(made, by=fresh(team[1]), document="红住建发〔2026〕30号")
    assert Award.objects.get().state == "proposed"
    made = subsidies.approve_award(made, by=fresh(team[2]), document="红住建发〔2026〕30号")
    with pytest.raises(NotAllowed):
        subsidies.pay(made, by=fresh(team[1]), on=today(), amount=Decimal(1), reference="凭证1号")
    with pytest.raises(NotAllowed):
        subsidies.take_award_back(made, by=fresh(team[1]), because="情况有变")
    assert Award.objects.get().state == "approved"
    assert not Payment.objects.exists()


def test_who_is_tied_to_a_firm_grants_its_branch_nothing(county: County, team: Team) -> None:
    tie(team[1], county)
    branch = factories.body(BodyKind.PARTY_ORGANISATION, county.district, "和顺物业党支部")
    PartyOrganisation.objects.create(body=branch, level="branch", firm=county.firm)
    branches = category(
        programme(county.district, team[0], "200000"), team[0], kind="branch", count=3
    )
    with pytest.raises(NotAllowed):
        subsidies.propose_award(branches, by=fresh(team[1]), to=branch, grounds="党建引领成效突出")
    assert not Award.objects.exists()
