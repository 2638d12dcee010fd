"""Revealing a number for a reason, and claiming an order by one's own number."""

import pytest

from accounts.actors import Reporter
from accounts.models import AuditEntry, User
from common.errors import Invalid, NotAllowed
from complaints import actions
from complaints.models import Audience, Complaint, Event
from complaints.permissions import parties
from complaints.workflow import Party, Source, Status
from notifications.models import Notification
from tests.complaints.walks import BYPASS, again, complaint_at, report, untouched
from tests.factories import County

People = dict[str, User]
pytestmark = pytest.mark.django_db
PHONE = "13900000001"  # the resident's, confirmed


def entered(county: County, people: People, **kw: object) -> Complaint:
    """What the desk typed while somebody was on the telephone."""
    return report(
        county, people, by=people["dispatcher"], source=Source.PHONE, contact_phone=PHONE, **kw
    )


@pytest.mark.parametrize("who", ["dispatcher", "grid_worker"])
def test_a_number_is_shown_for_a_reason_that_is_logged_and_told(
    who: str, county: County, people: People
) -> None:
    order = report(county, people, contact_name="陈晓梅", contact_phone=PHONE)
    contact = actions.reveal_contact(order, by=people[who], reason="上门前联系")
    assert (contact.name, contact.phone) == ("陈晓梅", PHONE)
    event = Event.objects.get(complaint=order, verb="reveal_contact")
    assert (event.actor_id, event.audience) == (people[who].pk, Audience.REPORTER)
    entry = AuditEntry.objects.get(verb="reveal_contact")
    assert (entry.actor_id, entry.target) == (people[who].pk, order.reference)
    assert Notification.objects.get(kind="contact_revealed").to == people["resident"]


def test_why_a_number_was_shown_is_words_and_not_a_fact(county: County, people: People) -> None:
    """Facts are for ever; what somebody typed may name a person and must be erasable."""
    order = report(county, people, contact_phone=PHONE)
    actions.reveal_contact(order, by=people["dispatcher"], reason="陈晓梅要求上门前来电")
    event = Event.objects.get(complaint=order, verb="reveal_contact")
    assert "陈晓梅" not in str(event.facts)
    assert event.statement is not None
    assert event.statement.text == "陈晓梅要求上门前来电"
    assert event.statement.audience == Audience.REPORTER


@pytest.mark.parametrize(
    "who", ["manager", "manager_grid", "repairer", "committee", "subdistrict", "auditor", "fire"]
)
def test_a_number_is_shown_to_nobody_else(who: str, county: County, people: People) -> None:
    order = complaint_at(
        Status.HANDLING, county, people, contact_phone=PHONE, repairer=people["repairer"]
    )
    with untouched(order), pytest.raises(NotAllowed):
        actions.reveal_contact(order, by=people[who], reason="想知道")
    assert not AuditEntry.objects.filter(verb="reveal_contact").exists()


def test_a_confidential_number_is_for_the_desk_alone(county: County, people: People) -> None:
    order = report(county, people, contact_phone=PHONE, confidential=True)
    with untouched(order), pytest.raises(NotAllowed):
        actions.reveal_contact(order, by=people["grid_worker"], reason="想知道")
    assert actions.reveal_contact(order, by=people["dispatcher"], reason="核实").phone == PHONE


def test_the_accused_never_learn_who_accused_them(county: County, people: People) -> None:
    order = report(county, people, contact_phone=PHONE, category=BYPASS)
    for who in ("dispatcher", "grid_worker"):
        with untouched(order), pytest.raises(NotAllowed):
            actions.reveal_contact(order, by=people[who], reason="想知道")


def test_without_a_reason_nothing_is_shown(county: County, people: People) -> None:
    order = report(county, people, contact_phone=PHONE)
    with untouched(order), pytest.raises(Invalid) as refusal:
        actions.reveal_contact(order, by=people["dispatcher"], reason=" ")
    assert list(refusal.value.fields) == ["reason"]


# --- claim -------------------------------------------------------------------------------


def test_what_staff_entered_is_claimed_by_the_confirmed_number(
    county: County, people: People
) -> None:
    order = entered(county, people, secret_digest="c" * 64)
    assert actions.claim(by=people["resident"]) == [order]
    order = again(order)
    assert (order.reporter, order.secret_digest) == (people["resident"], "")
    assert parties(people["resident"], order) == {Party.REPORTER}
    assert parties(Reporter("c" * 64), order) == frozenset()
    event = Event.objects.get(complaint=order, verb="claim")
    assert (event.actor_id, event.party) == (people["resident"].pk, Party.REPORTER)


def test_claiming_twice_finds_nothing_the_second_time(county: County, people: People) -> None:
    order = entered(county, people)
    actions.claim(by=people["resident"])
    with untouched(order):
        assert actions.claim(by=people["resident"]) == []


def test_an_unconfirmed_number_claims_nothing(county: County, people: People) -> None:
    order = entered(county, people)
    resident = people["resident"]
    resident.phone_confirmed_at = None
    resident.save()
    with untouched(order), pytest.raises(NotAllowed):
        actions.claim(by=resident)


def test_somebody_without_a_number_claims_nothing(county: County, people: People) -> None:
    order = entered(county, people)
    with untouched(order), pytest.raises(NotAllowed):
        actions.claim(by=people["dispatcher"])


def test_another_number_claims_nothing(county: County, people: People) -> None:
    order = entered(county, people)
    with untouched(order):
        assert actions.claim(by=people["neighbour"]) == []


def test_an_order_that_is_somebodys_is_not_claimed(county: County, people: People) -> None:
    order = report(county, people, by=people["neighbour"], contact_phone=PHONE)
    with untouched(order):
        assert actions.claim(by=people["resident"]) == []


def test_what_somebody_reported_by_a_secret_is_not_taken_from_them(
    county: County, people: People
) -> None:
    """A slip in the number typed must not hand the report to a stranger, and take it away."""
    order = report(county, people, by=Reporter("a" * 64), contact_phone=PHONE)
    with untouched(order):
        assert actions.claim(by=people["resident"]) == []
