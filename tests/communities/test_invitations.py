"""Invitations: made, accepted with account and office together, dead in every way alike."""

import re
from typing import Any

import pytest

from accounts.models import AuditEntry, User
from common.codes import digest, new_secret
from common.errors import Invalid, NotAllowed, TooMany, WrongState
from common.now import today
from communities import actions
from communities.actions.invitations import NoInvitation
from communities.models import Appointment, InterestKind, Invitation, Office
from notifications.models import Notification
from tests import factories
from tests.communities.in_office import held, nothing_changes
from tests.communities.inviting import NUMBER, STRONG, WAYS, accept, dead, invited, opened
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended

People = dict[str, User]
pytestmark = pytest.mark.django_db


def test_the_secret_is_kept_as_a_digest_alone(
    county: County, people: People, clock: Pretended
) -> None:
    made, secret = invited(county, people)
    assert len(re.sub(r"[^0-9A-Z]", "", secret)) * 5 >= 128
    made.refresh_from_db()
    assert made.secret_digest == digest(secret)
    rows = str(list(Invitation.objects.values())) + str(list(AuditEntry.objects.values()))
    assert secret not in rows
    assert secret.replace("-", "") not in rows
    assert not Appointment.objects.filter(user__phone=NUMBER).exists()


def test_accepting_makes_account_and_office_together(
    county: County, people: People, clock: Pretended
) -> None:
    made, secret = invited(county, people, letter="聘字7号", put_forward_by="居民代表")
    clock.forward(days=2)
    held_now = accept(secret)
    user = held_now.user
    assert (user.name, user.phone, user.username) == ("林小桥", NUMBER, "xiaoqiao")
    assert (held_now.office, held_now.grid, held_now.by) == (
        Office.GRID_WORKER,
        county.grid,
        people["dispatcher"],
    )
    assert (held_now.letter, held_now.put_forward_by) == ("聘字7号", "居民代表")
    # Nobody held it before it was accepted.
    assert held_now.from_on == today()
    made.refresh_from_db()
    assert made.appointment == held_now
    told = Notification.objects.get(to=people["dispatcher"], kind="invitation_accepted")
    assert "林" not in str(told.facts)


def test_both_or_neither(
    county: County, people: People, clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made, secret = invited(county, people)
    with pytest.raises(Invalid):
        accept(secret, password="short")
    with pytest.raises(Invalid):
        accept(secret, username="dispatcher")
    monkeypatch.setattr(
        "communities.actions.invitations.appoint", lambda *a, **k: (_ for _ in ()).throw(Invalid)
    )
    with pytest.raises(Invalid):
        accept(secret)
    assert not User.objects.filter(username="xiaoqiao").exists()
    monkeypatch.undo()
    assert accept(secret).user.username == "xiaoqiao"


def test_without_a_code_the_number_is_not_theirs(
    county: County, people: People, clock: Pretended
) -> None:
    """Else whoever holds a link that went astray would hold somebody's number."""
    _made, secret = invited(county, people)
    user = accept(secret, phone_confirmed=False).user
    assert (user.phone, user.phone_confirmed_at) == (None, None)


@pytest.mark.parametrize("way", WAYS)
def test_every_dead_link_is_refused_alike(
    way: str, county: County, people: People, clock: Pretended
) -> None:
    secret = dead(way, county, people, clock)
    with pytest.raises(NoInvitation) as refusal:
        opened(secret)
    assert (refusal.value.code, refusal.value.fields) == ("no_invitation", {})
    assert User.objects.filter(username="xiaoqiao").count() == (way == "used")


@pytest.mark.parametrize("way", ["revoked", "expired", "of somebody dismissed"])
def test_a_link_that_dies_while_the_form_is_filled_in_is_dead(
    way: str, county: County, people: People, clock: Pretended
) -> None:
    made, secret = invited(county, people)
    found = opened(secret)
    if way == "revoked":
        actions.revoke_invitation(made, by=people["dispatcher"])
    elif way == "expired":
        clock.forward(days=7)
    else:
        clerk = held(people["dispatcher"])
        actions.dismiss(clerk, by=people["subdistrict"], on=today(), grounds="调离")
    with nothing_changes(), pytest.raises(NoInvitation):
        actions.accept_as_newcomer(
            found, username="xiaoqiao", password=STRONG, phone_confirmed=True
        )
    assert not User.objects.filter(username="xiaoqiao").exists()


def test_guessing_ends_after_ten_misses_from_one_address(
    county: County, people: People, clock: Pretended
) -> None:
    _made, secret = invited(county, people)
    for _try in range(10):
        with pytest.raises(NoInvitation):
            opened(new_secret())
    with pytest.raises(TooMany):
        opened(secret)
    assert opened(secret, address="b" * 64).phone == NUMBER
    clock.forward(hours=1, minutes=1)
    assert opened(secret).phone == NUMBER


def test_a_number_with_an_account_is_not_taken_over(
    county: County, people: People, clock: Pretended
) -> None:
    victim = people["neighbour"]
    before = User.objects.filter(pk=victim.pk).values().get()
    _made, secret = invited(county, people, phone=victim.phone)
    with nothing_changes(), pytest.raises(WrongState):
        accept(secret)
    assert User.objects.filter(pk=victim.pk).values().get() == before
    assert not User.objects.filter(username="xiaoqiao").exists()
    for name in ("resident", "grid_worker", "dispatcher"):
        with nothing_changes(), pytest.raises(NotAllowed):
            actions.accept_signed_in(opened(secret), by=people[name])
    made = actions.accept_signed_in(opened(secret), by=victim)
    assert made.user == victim
    assert User.objects.filter(pk=victim.pk).values().get() == before


def test_a_number_that_was_only_claimed_is_no_proof(
    county: County, people: People, clock: Pretended
) -> None:
    claimer = factories.person("claimer")
    User.objects.filter(pk=claimer.pk).update(phone=NUMBER, phone_confirmed_at=None)
    _made, secret = invited(county, people)
    with nothing_changes(), pytest.raises(NotAllowed):
        actions.accept_signed_in(opened(secret), by=fresh(claimer))


def test_invitations_keep_to_the_scope_of_appointing(
    county: County, people: People, clock: Pretended
) -> None:
    for name in ("far_dispatcher", "manager", "resident", "grid_worker", "administrator"):
        with pytest.raises(NotAllowed):
            invited(county, people, by=people[name])
    with pytest.raises(NotAllowed):
        invited(county, people, office=Office.COMMUNITY_CLERK, at=county.community_office)
    with pytest.raises(Invalid):
        invited(county, people, office=Office.WARDEN)
    with pytest.raises(NotAllowed):  # oneself, by one's own number
        invited(county, people, by=own_number(people["dispatcher"]), phone="13700000001")
    assert not Invitation.objects.exists()


def own_number(user: User) -> User:
    User.objects.filter(pk=user.pk).update(phone="13700000001")
    return fresh(user)


def test_what_bars_an_appointment_bars_the_invitation(
    county: County, people: People, clock: Pretended
) -> None:
    victim = people["neighbour"]
    actions.record_interest(victim, by=victim, firm=county.firm, kind=InterestKind.EMPLOYED)
    seat = {"office": Office.COMMITTEE_MEMBER, "at": county.estate, "phone": victim.phone}
    with pytest.raises(Invalid) as refusal:
        invited(county, people, **seat)
    assert list(refusal.value.fields) == ["phone"]


def test_an_interest_declared_since_stops_the_acceptance(
    county: County, people: People, clock: Pretended
) -> None:
    one = people["neighbour"]
    _made, secret = invited(
        county, people, office=Office.COMMITTEE_MEMBER, at=county.estate, phone=one.phone
    )
    actions.record_interest(one, by=one, firm=county.firm, kind=InterestKind.RELATIVE)
    with nothing_changes(), pytest.raises(Invalid):
        actions.accept_signed_in(opened(secret), by=one)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"phone": "0797123456"}, "phone"),
        ({"letter": "号" * 61}, "letter"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_by_field(
    changes: dict[str, Any], field: str, county: County, people: People, clock: Pretended
) -> None:
    with pytest.raises(Invalid) as refusal:
        invited(county, people, **changes)
    assert list(refusal.value.fields) == [field]
    assert not Invitation.objects.exists()


def test_nobody_is_flooded(county: County, people: People, clock: Pretended) -> None:
    for _one in range(3):
        invited(county, people)
    with pytest.raises(TooMany):
        invited(county, people)
    for number in range(27):
        invited(county, people, phone=f"137000001{number:02d}")
    with pytest.raises(TooMany):
        invited(county, people, phone="13700000200")
    clock.forward(hours=1, minutes=1)
    invited(county, people, phone="13700000200")


def test_an_accepted_invitation_cannot_be_taken_back(
    county: County, people: People, clock: Pretended
) -> None:
    made, secret = invited(county, people)
    accept(secret)
    with pytest.raises(WrongState):
        actions.revoke_invitation(made, by=people["dispatcher"])
    other, _secret = invited(county, people, phone="13700000300")
    with pytest.raises(NotAllowed):
        actions.revoke_invitation(other, by=people["far_dispatcher"])
    other.refresh_from_db()
    assert other.revoked_at is None
