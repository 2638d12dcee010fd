"""A recommendation that waits, and a programme with an award and a payment."""

from datetime import date, timedelta
from typing import Any

from common.now import now, today
from communities.models import Honour, HonourList
from ratings.models import Award, AwardCategory, Payment, Programme, Recommendation, Scorecard
from tests.factories import County


def granted(county: County, card: str, honours: HonourList) -> dict[str, str]:
    """The key of each; rows as they stand, made by no verb."""
    at, by = now(), county.people["district"]
    advised = Recommendation.objects.create(
        advice="vote",
        firm=county.firm,
        place=county.estate,
        card=Scorecard.objects.get(public_id=card),
        text="建议提请业主大会表决",
        addressee="community",
        to=county.community_office,
        due_on=today() + timedelta(days=30),
        made_at=at,
        made_by=by,
    )
    programme = Programme.objects.create(
        place=county.district,
        name="评先奖补",
        year=2026,
        granted_by="区县",
        document="红〔2026〕8号",
        budget=5_000_000,
        opened_at=at,
        opened_by=by,
    )
    category = AwardCategory.objects.create(
        programme=programme, position=1, kind="project", name="项目", count=22, amount=100_000
    )
    award = Award.objects.create(
        category=category,
        place=county.estate,
        amount=100_000,
        grounds="成效突出",
        document="红〔2026〕30号",
        state="approved",
        proposed_at=at,
        proposed_by=by,
        decided_at=at,
        decided_by=county.people["subdistrict"],
        honour=Honour.objects.create(list=honours, place=county.estate),
    )
    payment = Payment.objects.create(
        award=award, on=date(2026, 1, 5), amount=60_000, reference="1", at=at, by=by
    )
    rows: dict[str, Any] = {
        "recommendation": advised,
        "programme": programme,
        "award_category": category,
        "award": award,
        "payment": payment,
    }
    return {noun: str(row.public_id) for noun, row in rows.items()}
