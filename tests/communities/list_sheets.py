"""Lists sent in and written, and committees to list, for tests."""

from datetime import date
from decimal import Decimal

from accounts.actors import CLOCK
from accounts.models import User
from common.credit_codes import check_character
from communities.actions import imports
from communities.actions.committee_seats import seat_member
from communities.actions.committees import found_committee, record_step
from communities.models import ImportState
from communities.sheets.run import run_imports
from communities.workflow import Step
from tests.communities.workbooks import sent, why
from tests.factories import County

CREDIT = "91360730MA35G0AB1"
CREDIT += check_character(CREDIT)


def done(by: User, county: County, kind: str, data: bytes) -> None:
    found = sent(by, county.district, kind, data)
    assert why(found) == {}
    assert found.state == ImportState.READ, found.problem
    imports.confirm_import(found, by=by)
    run_imports()
    found.refresh_from_db()
    assert found.state == ImportState.DONE, (found.problem, why(found))


def fill_committees(county: County) -> None:
    made = found_committee(by=CLOCK, estate=county.estate)
    record_step(
        made,
        by=CLOCK,
        step=Step.TAKEN_OVER,
        on=date(2024, 6, 10),
        seats=7,
        elected_on=date(2024, 5, 20),
        number="〔2024〕12号",
        term_from_on=date(2024, 6, 1),
        term_until_on=date(2029, 6, 1),
    )
    seat_member(
        made,
        by=CLOCK,
        name="冯委员",
        role="director",
        floor_area=Decimal("108.6"),
        party_member=True,
        from_on=date(2024, 6, 1),
    )
