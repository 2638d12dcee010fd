"""A committee that handles, for tests: of the estate that no firm serves."""

from datetime import date

from accounts.actors import CLOCK
from accounts.models import User
from communities.actions.committee_seats import seat_member
from communities.actions.committees import found_committee, record_step
from communities.models import Body, BodyKind, Committee, MemberRole, Place
from communities.workflow import Step
from tests import factories

BEGUN = date(2025, 6, 1)


def committee_of(
    estate: Place,
    director: User | None,
    kind: BodyKind = BodyKind.MANAGEMENT_COMMITTEE,
    until_on: date = date(2028, 6, 1),
) -> Committee:
    """In term since the summer before the tests' Monday, with this director if any."""
    committee = found_committee(by=CLOCK, estate=estate, kind=kind)
    record_step(
        committee,
        by=CLOCK,
        step=Step.TAKEN_OVER,
        on=BEGUN,
        seats=5,
        elected_on=BEGUN,
        number="梅江〔2025〕1号",
        term_from_on=BEGUN,
        term_until_on=until_on,
    )
    if director is not None:
        seat_member(
            committee,
            by=CLOCK,
            name=director.name,
            user=director,
            role=MemberRole.DIRECTOR,
            from_on=BEGUN,
        )
    committee.refresh_from_db()
    return committee


def handling_committee(people: dict[str, User], estate: Place) -> Body:
    """A management committee whose director joins the cast as `director`."""
    people["director"] = factories.person("director", "秦主任", "13900000031")
    return committee_of(estate, people["director"]).body
