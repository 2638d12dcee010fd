"""Rules changed by two at once, on PostgreSQL: never one version twice, never a crash."""

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import Conflict
from common.now import now
from communities.models import Place
from complaints import actions
from complaints.models import Rule
from complaints.queries.rulebook import Rulebook
from tests.complaints.test_races import at_once, refusals
from tests.complaints.walks import fresh
from tests.factories import County

People = dict[str, User]
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def set_rule(place: Place | None, amount: int, by: User | None = None, **kw: str) -> Rule:
    return actions.set_rule(
        by=CLOCK if by is None else fresh(by),
        place=place,
        stage="inspect",
        urgency="normal",
        amount=amount,
        unit="seconds",
        **kw,  # type: ignore[arg-type]
    )


def test_two_changes_at_once_become_two_versions(county: County, people: People) -> None:
    officer = people["district"]
    results = at_once(*(lambda n=n: set_rule(county.district, n, officer) for n in (60, 120)))
    assert refusals(results) == []
    versions = Rule.objects.filter(place=county.district).order_by("version")
    assert list(versions.values_list("version", flat=True)) == [1, 2]


def test_of_two_based_on_the_same_one_is_told(county: County, people: People) -> None:
    seen = Rulebook(county.district, now()).fingerprint
    results = at_once(
        lambda: set_rule(county.district, 60, people["district"], based_on=seen),
        lambda: actions.apply_preset(
            by=fresh(people["district"]), place=county.district, preset="shandong", based_on=seen
        ),
    )
    (refusal,) = refusals(results)
    assert isinstance(refusal, Conflict)
    assert Rule.objects.filter(place=county.district).count() in {1, 15}


def test_the_general_rules_have_no_row_to_lock_and_no_version_twice(
    county: County, people: People
) -> None:
    results = at_once(*(lambda n=n: set_rule(None, n) for n in (60, 120, 180)))
    assert all(isinstance(refusal, Conflict) for refusal in refusals(results))
    written = [rule for rule in results if isinstance(rule, Rule)]
    general = Rule.objects.filter(place=None, stage="inspect", urgency="normal")
    assert general.count() == 1 + len(written) == len({*general.values_list("version", flat=True)})
