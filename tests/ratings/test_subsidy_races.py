"""Several officers at once, on PostgreSQL: the budget holds, and no award is paid twice."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from common.errors import DomainError
from common.now import today
from ratings.actions import results, subsidies
from ratings.models import Award, Outcome, Payment, Recommendation
from ratings.queries.subsidies import programme_page
from tests.complaints.test_races import at_once
from tests.complaints.walks import fresh
from tests.factories import County
from tests.ratings.granted import advised, category, on_list, programme
from tests.ratings.listed import officers

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hands(county: County, people: dict[str, User]) -> tuple[User, User]:
    first, second = officers(county, 1)
    return first, second


def good(found: list[object]) -> int:
    return sum(not isinstance(result, DomainError) for result in found)


def test_two_awards_at_once_do_not_break_the_budget_and_two_payments_no_award(
    county: County, hands: tuple[User, User]
) -> None:
    made = programme(county.district, hands[0], "150")
    of = category(made, hands[0], count=9, amount="100")
    found = at_once(
        *(
            lambda to=to: subsidies.propose_award(of, by=fresh(hands[0]), to=to, grounds="优")
            for to in (county.estate, county.other_estate, county.unserved)
        )
    )
    assert good(found) == 1
    page = programme_page(made)
    assert page.sums.held == Decimal(100) <= made.budget
    award = Award.objects.get()

    def approve() -> object:
        return subsidies.approve_award(award, by=fresh(hands[1]), document="1号")

    def pay(reference: str) -> object:
        return subsidies.pay(
            award, by=fresh(hands[0]), on=today(), amount=Decimal(60), reference=reference
        )

    def back() -> object:
        payment = Payment.objects.order_by("pk")[0]
        return subsidies.correct_payment(payment, by=fresh(hands[0]), because="录错")

    assert good(at_once(approve, approve)) == 1
    assert good(at_once(*(lambda n=n: pay(str(n)) for n in range(3)))) == 1
    assert good(at_once(back, back)) == 1
    assert award.payments.amount() == 0
    for words in ("UPDATE ratings_payment SET amount = 1", "DELETE FROM ratings_payment"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)
    assert Payment.objects.count() == 2


def test_the_same_is_recommended_once_and_has_one_first_outcome(
    county: County, hands: tuple[User, User]
) -> None:
    listing = on_list(county)
    found = at_once(*(lambda by=by: advised(county, by, listing) for by in hands))
    assert good(found) == 1
    row = Recommendation.objects.get()

    def say(by: User) -> object:
        return results.record_outcome(
            row, by=fresh(by), result="not_followed", on=today(), text="未表决", said_by="社区"
        )

    assert good(at_once(*(lambda by=by: say(by) for by in hands))) == 1
    assert Outcome.objects.count() == 1
    for words in ("UPDATE ratings_outcome SET text = 'x'", "DELETE FROM ratings_outcome"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)
