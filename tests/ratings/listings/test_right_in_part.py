"""A firm that is right in part: its sheet, its score, the grounds, what may still be decided."""

from decimal import Decimal

import pytest

from accounts.models import User
from common.errors import Invalid, WrongState
from notifications.models import Notification
from ratings.actions import assessments, freezing
from ratings.actions._sheets import Said
from ratings.actions.entries import keep
from ratings.actions.publications import publish_scores
from ratings.models import Assessment, Listing, Scorecard
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import MONDAY, Pretended, at
from tests.ratings import bad_quarter, listed
from tests.ratings.listed import V, now_is, refused, take, told
from tests.ratings.quarter import signed_in

Team = list[User]
# In the quarter; the scores are frozen in April.
pytestmark = [pytest.mark.django_db, pytest.mark.moment(MONDAY)]


@pytest.fixture
def served(county: County, people: dict[str, User], team: Team, clock: Pretended) -> Listing:
    """Proposed by the rules at 56.25, and the firm has stated its case."""
    period = bad_quarter.had(county)
    clock.put(at("2026-04-27 09:00"))
    freezing.ask_to_freeze(period, by=fresh(team[0]))
    freezing.freeze_periods()
    publish_scores(period, by=fresh(team[0]))
    (made,) = listed.of_rules(period, team[0])
    for verb in (V.INTERVIEW, V.RECHECK, V.SERVE):
        take(made, verb, team[0], **({"met_on": at("2026-04-27").date()} if verb == V.INTERVIEW
                                     else {}))  # fmt: skip
    for verb in (V.RECEIVE, V.STATE_CASE):
        take(made, verb, people["manager"])
    return now_is(made)


def asked(served: Listing, team: Team) -> Assessment:
    wrong = Assessment.objects.get(estate__name="桂花苑", method="onsite")
    take(served, V.ASK_CORRECTION, team[0], sheet=str(wrong.public_id), text="楼道一处有误")
    return wrong


def corrected(wrong: Assessment, by: User, **counts: int) -> None:
    card = Scorecard.objects.current().get(estate=wrong.estate, body=wrong.body)
    made = assessments.correct(wrong, by=fresh(by), reason="多计", card=card)
    said = {code.replace("_", "-"): Said(Decimal(n)) for code, n in counts.items()}
    keep(made, by=fresh(by), said=said)
    assessments.hand_in(made, by=fresh(by), text="复核后更正。")


def test_the_score_changes_by_another_card_and_the_grounds_say_the_new_one(
    served: Listing, people: dict[str, User], team: Team
) -> None:
    assert "得分56.25分，低于60分" in served.grounds
    first = served.card
    refused(served, V.KEEP_SCORE, team[0], WrongState)
    wrong = asked(served, team)
    refused(served, V.DECIDE, team[1], WrongState)
    refused(served, V.CORRECT, team[0], Invalid)  # the sheet is as it was
    # Looked at again it is found to stand; then it is looked at once more.
    take(served, V.KEEP_SCORE, team[0])
    refused(served, V.CORRECT, team[0], WrongState)
    assert now_is(served).card == first
    asked(served, team)
    Notification.objects.all().delete()
    corrected(wrong, people["subdistrict"], D2_1=5)
    assert told("listing_waits") == {officer.username for officer in team}
    take(served, V.CORRECT, team[0], text="楼道改计五处。")
    found = now_is(served)
    assert found.card is not None
    assert (found.card.total, found.card.replaces) == (Decimal("58.13"), first)
    assert "得分58.13分，低于60分" in found.grounds
    # The notice stays as it was served, with the score of that day.
    page = signed_in(team[0]).get(f"/ratings/listings/{found.public_id}/notice/").content.decode()
    assert "56.25" in page
    assert "58.13" not in page
    take(served, V.DECIDE, team[1])


def test_whom_the_rules_no_longer_name_is_not_listed(
    served: Listing, people: dict[str, User], team: Team
) -> None:
    corrected(asked(served, team), people["subdistrict"], D1_1=1, D2_1=1)
    take(served, V.CORRECT, team[0], text="多处有误。")
    found = now_is(served)
    assert found.card is not None
    assert found.card.total == Decimal("76.88")
    assert "低于" not in found.grounds
    refused(served, V.DECIDE, team[1], WrongState)
    take(served, V.DECIDE_AGAINST, team[1])
