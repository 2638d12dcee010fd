"""Honours with money: by two hands, within the budget, paid to the fen and never too much."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Conflict, DomainError, Invalid, NotAllowed, WrongState
from common.now import now, today
from communities.actions import appoint, take_honour_back
from communities.models import Body, BodyKind, Honour, HonourList, Office, Place, PlaceKind
from ratings.actions import subsidies as verbs
from ratings.models import Award, AwardCategory, Payment, Programme
from ratings.queries.subsidies import PAID, programme_page
from tests import factories
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.nets.visitors import undone
from tests.ratings.granted import category, programme
from tests.ratings.listed import officers

People = dict[str, User]
pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-10-12 10:00"))]
DOCUMENT = "红住建发〔2026〕30号"


@pytest.fixture
def hands(county: County, clock: Pretended) -> tuple[User, User]:
    """Two officers of the district."""
    first, second = officers(county, 1)
    return first, second


@pytest.fixture
def projects(county: County, hands: tuple[User, User]) -> AwardCategory:
    return category(programme(county.district, hands[0], "200000"), hands[0], count=3)


def proposed(of: AwardCategory, by: User, to: Place | Body) -> Award:
    return verbs.propose_award(of, by=fresh(by), to=to, grounds="治理成效突出")


def approved(award: Award, by: User) -> Award:
    return verbs.approve_award(award, by=fresh(by), document=DOCUMENT)


def paid(award: Award, by: User, amount: str, reference: str = "凭证1") -> Payment:
    return verbs.pay(
        award, by=fresh(by), on=today(), amount=Decimal(amount), reference=reference
    )  # fmt: skip


def test_t7_22_projects_189_branches_and_committees_within_five_million(
    county: County, hands: tuple[User, User]
) -> None:
    """The shape of the place's year: 22 × 100,000 + 120 × 15,000 + 69 × 14,492.75 ≤ 5,000,000."""
    first, second = hands
    made = programme(county.district, first)
    wanted = (
        ("project", 22, "100000", None),
        ("branch", 120, "15000", BodyKind.PARTY_ORGANISATION),
        ("committee", 69, "14492.75", BodyKind.OWNERS_COMMITTEE),
    )
    for kind, count, amount, body in wanted:
        of = category(made, first, kind, count, amount)
        rows = _receivers(county, count, body)
        _award_all(of, rows, first, second)
        with pytest.raises(WrongState):
            proposed(of, first, _receivers(county, 1, body)[0])
    page = programme_page(made)
    assert [sums.awarded for _category, sums in page.categories] == [22, 120, 69]
    assert page.sums.awarded == 22 + 189
    assert page.sums.amount == Decimal("4999999.75") <= made.budget == Decimal(5_000_000)
    assert page.left == Decimal("0.25")
    assert Honour.objects.filter(list__year=2026).count() == 211
    of = category(made, first, "firm", 1, "0.26")
    with pytest.raises(WrongState):
        proposed(of, first, county.firm)
    assert Award.objects.count() == 211


def _receivers(county: County, count: int, body: BodyKind | None) -> list[Place | Body]:
    begun = Place.objects.count() + Body.objects.count()
    if body is None:
        rows = [
            Place(kind=PlaceKind.ESTATE, code=f"990101001001{begun + n:03d}", name=f"小区{n}",
                  parent=county.community)
            for n in range(count)
        ]  # fmt: skip
        return list(Place.objects.bulk_create(rows))
    bodies = [
        Body(kind=body, code=f"990101-x{body[:2]}{begun + n}", name=f"{n}号", place=county.estate)
        for n in range(count)
    ]
    return list(Body.objects.bulk_create(bodies))


def _award_all(of: AwardCategory, rows: list[Place | Body], first: User, second: User) -> None:
    """The first and the last by the verbs; those between as rows, because each verb costs time."""
    ends = [approved(proposed(of, first, row), second) for row in (rows[0], rows[-1])]
    honours = ends[0].honour.list if ends[0].honour else None
    assert honours is not None
    for row in rows[1:-1]:
        where = {"place": row} if isinstance(row, Place) else {"body": row}
        Award.objects.create(
            category=of, amount=of.amount, grounds="成效突出", document=DOCUMENT, state="approved",
            proposed_at=now(), proposed_by=first, decided_at=now(), decided_by=second,
            honour=Honour.objects.create(list=honours, **where), **where,
        )  # fmt: skip


def test_an_award_is_proposed_by_one_approved_by_another_and_stands_on_the_list_of_honours(
    county: County, projects: AwardCategory, hands: tuple[User, User]
) -> None:
    award = proposed(projects, hands[0], county.estate)
    with pytest.raises(NotAllowed):
        approved(award, hands[0])
    assert not HonourList.objects.exists()
    award = approved(award, hands[1])
    assert award.honour is not None
    honours = award.honour.list
    assert (honours.name, honours.year, honours.place) == (projects.name, 2026, county.district)
    assert award.honour.grounds == "治理成效突出"
    with pytest.raises(WrongState):
        approved(award, hands[1])
    verbs_kept = AuditEntry.objects.filter(target=str(award.public_id)).values_list("verb")
    assert verbs_kept.count() == 1


def test_a_list_of_honours_that_is_there_is_used_and_nobody_stands_on_it_twice(
    county: County, projects: AwardCategory, hands: tuple[User, User]
) -> None:
    honours = HonourList.objects.create(
        place=county.district, name=projects.name, year=2026, granted_by="区", granted_on=today()
    )
    there = Honour.objects.create(list=honours, place=county.estate)
    award = approved(proposed(projects, hands[0], county.estate), hands[1])
    assert award.honour == there
    assert Honour.objects.count() == HonourList.objects.count() == 1


@pytest.mark.parametrize("name", ["resident", "dispatcher", "manager", "far_district", "auditor"])
def test_nobody_but_officers_of_the_place_grants(
    county: County, projects: AwardCategory, hands: tuple[User, User], name: str
) -> None:
    award, other = proposed(projects, hands[0], county.estate), county.people[name]
    standing = approved(proposed(projects, hands[0], county.other_estate), hands[1])
    money = paid(standing, hands[0], "1")
    for verb in (
        lambda: programme(county.district, other, name="另一个"),
        lambda: verbs.change_budget(
            projects.programme, by=fresh(other), budget=Decimal(9), document="x"
        ),
        lambda: category(projects.programme, other, "firm"),
        lambda: proposed(projects, other, county.unserved),
        lambda: approved(award, other),
        lambda: verbs.turn_down_award(award, by=fresh(other), because="x"),
        lambda: verbs.take_award_back(standing, by=fresh(other), because="x"),
        lambda: paid(standing, other, "2", "凭证2"),
        lambda: verbs.correct_payment(money, by=fresh(other), because="x"),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert Programme.objects.count() == AwardCategory.objects.count() == 1
    assert sorted(Award.objects.values_list("state", flat=True)) == ["approved", "proposed"]
    assert Payment.objects.count() == 1


def test_a_subdistrict_grants_its_own_and_not_the_districts(
    county: County, projects: AwardCategory, hands: tuple[User, User]
) -> None:
    own = programme(county.subdistrict, county.people["subdistrict"])
    assert own.place == county.subdistrict
    with pytest.raises(NotAllowed):
        proposed(projects, county.people["subdistrict"], county.estate)
    with pytest.raises(Invalid):
        programme(county.community, hands[0])
    with pytest.raises(Conflict):
        programme(county.subdistrict, county.people["subdistrict"])
    assert Programme.objects.count() == 2


def test_nobody_decides_on_what_they_gain_by(
    county: County, hands: tuple[User, User], projects: AwardCategory
) -> None:
    first, second = hands
    of = category(projects.programme, first, "branch", 3, "100")
    branch = factories.body(BodyKind.PARTY_ORGANISATION, county.estate, "小区党支部")
    appoint(second, by=CLOCK, office=Office.BRANCH_SECRETARY, at=county.estate, from_on=today())
    award = proposed(of, first, branch)
    with pytest.raises(NotAllowed):
        approved(award, second)
    with pytest.raises(NotAllowed):
        proposed(projects, second, county.estate)
    award.refresh_from_db()
    assert award.state == "proposed"


def test_the_budget_is_held_from_the_proposal_on_and_free_once_it_is_turned_down(
    county: County, projects: AwardCategory, hands: tuple[User, User]
) -> None:
    first, second = hands
    approved(proposed(projects, first, county.estate), second)
    award = proposed(projects, first, county.other_estate)
    with pytest.raises(WrongState):
        proposed(projects, first, county.unserved)
    with pytest.raises(WrongState):
        verbs.change_budget(
            projects.programme, by=first, budget=Decimal("199999.99"), document="红〔2026〕9号"
        )
    projects.programme.refresh_from_db()
    assert projects.programme.budget == Decimal(200_000)
    verbs.turn_down_award(award, by=fresh(second), because="材料不实")
    proposed(projects, first, county.unserved)
    assert Award.objects.held().count() == 2


def test_who_is_awarded_fits_the_category_and_the_place_and_once(
    county: County, projects: AwardCategory, hands: tuple[User, User]
) -> None:
    branches = category(projects.programme, hands[0], "branch", 3, "100")
    far = factories.body(BodyKind.PARTY_ORGANISATION, county.far_district_office.place, "远支部")
    tries: tuple[tuple[AwardCategory, Place | Body], ...] = (
        (projects, county.firm), (projects, county.community), (branches, county.firm),
        (branches, far),
    )  # fmt: skip
    for of, to in tries:
        with pytest.raises(Invalid) as refusal:
            proposed(of, hands[0], to)
        assert "to" in refusal.value.fields
    assert not Award.objects.exists()
    proposed(projects, hands[0], county.estate)
    with pytest.raises(Conflict):
        proposed(projects, hands[0], county.estate)
    assert Award.objects.count() == 1


def test_it_is_paid_in_parts_to_the_fen_and_never_more(
    county: County, projects: AwardCategory, hands: tuple[User, User], clock: Pretended
) -> None:
    award = proposed(projects, hands[0], county.estate)
    with pytest.raises(WrongState):
        paid(award, hands[0], "1")
    award = approved(award, hands[1])
    paid(award, hands[0], "33333.33", "1")
    paid(award, hands[0], "66666.66", "2")
    for amount, reference, field in (
        ("0", "3", "amount"), ("-1", "3", "amount"), ("0.005", "3", "amount"),
        ("NaN", "3", "amount"), ("0.01", "2", "reference"), ("0.01", " ", "reference"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            paid(award, hands[0], amount, reference)
        assert field in refusal.value.fields
    with pytest.raises(WrongState):
        paid(award, hands[0], "0.02", "3")
    paid(award, hands[0], "0.01", "3")
    assert award.payments.amount() == award.amount == Decimal("100000.00")
    for days in (-1, 1):
        with pytest.raises(Invalid):
            verbs.pay(
                award, by=fresh(hands[0]), on=today() + timedelta(days=days),
                amount=Decimal(1), reference="9",
            )  # fmt: skip
    assert Payment.objects.count() == 3


def test_a_wrong_payment_stands_and_a_contrary_entry_beside_it(
    county: County, projects: AwardCategory, hands: tuple[User, User]
) -> None:
    award = approved(proposed(projects, hands[0], county.estate), hands[1])
    wrong = paid(award, hands[0], "90000")
    with pytest.raises(WrongState):
        verbs.take_award_back(award, by=fresh(hands[0]), because="弄虚作假")
    back = verbs.correct_payment(wrong, by=fresh(hands[1]), because="金额录错")
    assert (back.amount, back.corrects) == (Decimal(-90_000), wrong)
    for entry in (wrong, back):
        with pytest.raises(WrongState):
            verbs.correct_payment(entry, by=fresh(hands[1]), because="再次")
    paid(award, hands[0], "9000")  # the same voucher, entered rightly
    assert award.payments.amount() == Decimal(9_000)
    with pytest.raises(TypeError):
        wrong.save()
    with pytest.raises(TypeError):
        Payment.objects.update(amount=1)
    assert Payment.objects.count() == 3


def test_an_award_taken_back_takes_its_honour_and_frees_the_budget(
    county: County, projects: AwardCategory, hands: tuple[User, User]
) -> None:
    award = approved(proposed(projects, hands[0], county.estate), hands[1])
    verbs.take_award_back(award, by=fresh(hands[0]), because="弄虚作假")
    honour = Honour.objects.get()
    assert (honour.taken_back_on, honour.taken_back_because) == (today(), "弄虚作假")
    with pytest.raises(WrongState):
        paid(award, hands[0], "1")
    assert not Award.objects.held().exists()
    assert not Payment.objects.exists()


def test_nothing_is_paid_once_the_honour_is_taken_back_in_the_register(
    county: County, projects: AwardCategory, hands: tuple[User, User]
) -> None:
    award = approved(proposed(projects, hands[0], county.estate), hands[1])
    assert award.honour is not None
    take_honour_back(
        award.honour.list, by=fresh(hands[0]), to=county.estate, on=today(), because="查实"
    )
    with pytest.raises(WrongState):
        paid(award, hands[0], "1")
    assert not Payment.objects.exists()


# What may be tried, in any order: a verb, at whom, and how much.
TRIES = st.lists(
    st.tuples(
        st.sampled_from(
            ("propose", "propose", "approve", "down", "back", "pay", "pay", "correct", "budget")
        ),
        st.integers(0, 2),
        st.integers(1, 15_000),
    ),
    min_size=6,
    max_size=14,
)


@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.reuse, Phase.generate),  # each try costs a second: none is made smaller
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(tries=TRIES)
def test_paid_is_never_more_than_awarded_nor_awarded_more_than_the_budget(
    moulded: tuple[AwardCategory, list[Place], tuple[User, User]], tries: list[tuple[str, int, int]]
) -> None:
    of, estates, hands = moulded
    with undone():
        for verb, number, fen in tries:
            with suppress(DomainError):
                _tried(verb, of, estates[number], hands, Decimal(fen) / 100)
            page = programme_page(Programme.objects.get(pk=of.programme_id))
            assert 0 <= page.sums.paid <= page.sums.amount <= page.sums.held
            assert page.sums.held <= page.programme.budget
            approved = Award.objects.filter(state="approved").annotate(paid=PAID)
            for paid, amount in approved.values_list("paid", "amount"):
                assert 0 <= paid <= amount


@pytest.fixture
def moulded(
    county: County, hands: tuple[User, User]
) -> tuple[AwardCategory, list[Place], tuple[User, User]]:
    """Three estates, a budget for one award of 100 yuan, and the first estate has it."""
    made = programme(county.district, hands[0], "150")
    of = category(made, hands[0], count=3, amount="100")
    approved(proposed(of, hands[0], county.estate), hands[1])
    return of, [county.estate, county.other_estate, county.unserved], hands


def _tried(
    verb: str, of: AwardCategory, estate: Place, hands: tuple[User, User], amount: Decimal
) -> None:
    first, second = hands
    award = Award.objects.filter(category=of, place=estate).order_by("-pk").first()
    if verb == "propose":
        proposed(of, first, estate)
    elif verb == "budget":
        verbs.change_budget(of.programme, by=fresh(first), budget=amount * 2, document="红〔9〕")
    elif award is not None:
        _tried_of(verb, award, first, second, amount)


def _tried_of(verb: str, award: Award, first: User, second: User, amount: Decimal) -> None:
    payment = award.payments.order_by("-pk").first()
    if verb == "approve":
        approved(award, second)
    elif verb == "down":
        verbs.turn_down_award(award, by=fresh(second), because="不符")
    elif verb == "back":
        verbs.take_award_back(award, by=fresh(first), because="不实")
    elif verb == "pay":
        paid(award, first, str(amount), f"凭证{Payment.objects.count()}")
    elif payment is not None:
        verbs.correct_payment(payment, by=fresh(first), because="录错")
