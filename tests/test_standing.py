"""The county stands from one test to the next, and each finds it as it was built."""

import pytest
from django.db import connection

from accounts.models import User
from communities.models import Place
from tests.conftest import STANDING
from tests.factories import County


@pytest.mark.parametrize("_turn", [1, 2])
def test_what_a_test_changed_is_not_there_for_the_next(county: County, _turn: int) -> None:
    assert Place.objects.get(pk=county.estate.pk).name == county.estate.name == "桂花苑"
    Place.objects.update(name="另一个小区")
    User.objects.all().update(name="另一个人")
    county.estate.name = "另一个小区"


def test_it_stands_for_whoever_asks(county: County) -> None:
    assert STANDING.stands == STANDING.allowed
    assert User.objects.count() == len(county.people)


@pytest.mark.django_db
def test_whoever_does_not_ask_finds_nobody() -> None:
    assert not STANDING.stands
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_empties_every_table_has_it_in_real_transactions(county: County) -> None:
    assert not STANDING.stands
    assert not connection.in_atomic_block
    assert User.objects.count() == len(county.people)


@pytest.mark.parametrize("_turn", [1, 2])
def test_whoever_breaks_the_connection_leaves_no_ruin(county: County, _turn: int) -> None:
    assert User.objects.count() == len(county.people)
    connection.close()
