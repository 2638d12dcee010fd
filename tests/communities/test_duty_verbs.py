"""Keeping a duty roster: entering, changing, standing in, repeating, and who may not."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from common.now import pretend
from communities import actions
from communities.actions import appoint
from communities.models import Appointment, DutyShift, Office
from communities.scope import on_duty
from tests import factories
from tests.factories import BEGINNING, County
from tests.moments import MONDAY, Pretended, at

People = dict[str, User]
pytestmark = pytest.mark.django_db
DAY, HOUR, WEEK = timedelta(days=1), timedelta(hours=1), timedelta(days=7)


@pytest.fixture
def secretary(county: County) -> User:
    user = factories.person("secretary", "孔书记")
    appoint(
        user,
        by=CLOCK,
        office=Office.COMMUNITY_SECRETARY,
        at=county.community_office,
        from_on=BEGINNING,
    )
    return user


@pytest.fixture
def put(
    county: County, people: People, secretary: User, clock: Pretended
) -> Callable[..., DutyShift]:
    """Put the clerk on duty from Monday 09:00, for a day, with the secretary behind."""

    def set_shift(**other: Any) -> DutyShift:
        usual = {
            "by": secretary,
            "body": county.community_office,
            "user": people["dispatcher"],
            "deputy": secretary,
            "from_at": MONDAY,
            "until_at": MONDAY + DAY,
        }
        return actions.set_shift(**{**usual, **other})

    return set_shift


Put = Callable[..., DutyShift]


def audited() -> AuditEntry:
    return AuditEntry.objects.filter(target_kind="duty_roster").order_by("-pk")[0]


def test_a_shift_is_entered_and_on_record(
    put: Put, county: County, people: People, secretary: User
) -> None:
    shift = put()
    assert on_duty([county.community.pk], MONDAY) == {county.community.pk: (shift.user_id,)}
    entry = audited()
    assert (entry.verb, entry.target) == ("set_shift", county.community_office.code)
    assert entry.facts["old"] is None
    assert entry.facts["new"]["user"] == str(people["dispatcher"].public_id)


def test_a_change_is_on_record_with_what_was(put: Put, secretary: User, people: People) -> None:
    shift = put()
    actions.stand_in(shift, by=secretary, absent=True)
    changed = put(shift=shift, until_at=MONDAY + 12 * HOUR, deputy=None)
    assert (changed.pk, changed.deputy, changed.a_absent) == (shift.pk, None, True)
    entry = audited()
    assert entry.facts["old"]["deputy"] == str(secretary.public_id)
    assert entry.facts["new"]["deputy"] is None
    # Somebody else in A's place is not away.
    assert not put(shift=changed, user=secretary, deputy=None).a_absent


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"until_at": MONDAY}, "until_at"),
        ({"until_at": MONDAY + WEEK + HOUR}, "until_at"),
        ({"from_at": MONDAY - DAY, "until_at": MONDAY}, "from_at"),
        ({"user": "far_dispatcher"}, "user"),
        ({"user": "resident"}, "user"),
        ({"deputy": "grid_worker"}, "deputy"),
        ({"deputy": "dispatcher"}, "deputy"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(
    change: dict[str, Any], field: str, put: Put, people: People
) -> None:
    given = {n: people[v] if isinstance(v, str) else v for n, v in change.items()}
    with pytest.raises(Invalid) as refusal:
        put(**given)
    assert list(refusal.value.fields) == [field]
    assert not DutyShift.objects.exists()
    assert not AuditEntry.objects.filter(target_kind="duty_roster").exists()


def test_whoever_is_dismissed_before_the_shift_ends_cannot_be_put_on_it(
    put: Put, people: People
) -> None:
    Appointment.objects.filter(user=people["dispatcher"]).update(until_on=date(2026, 3, 3))
    with pytest.raises(Invalid):
        put()  # to Tuesday 09:00, the first day without the office
    assert put(until_at=at("2026-03-03")).pk


def test_a_body_without_a_desk_has_no_roster(put: Put, county: County, people: People) -> None:
    with pytest.raises(Invalid) as refusal:
        put(by=CLOCK, body=county.firm, user=people["manager"], deputy=None)
    assert "body" in refusal.value.fields


@pytest.mark.parametrize(
    ("from_at", "until_at", "fits"),
    [
        (MONDAY - DAY, MONDAY + HOUR, False),
        (MONDAY + HOUR, MONDAY + 2 * HOUR, False),
        (MONDAY - HOUR, MONDAY + 2 * DAY, False),
        (MONDAY + DAY - timedelta(seconds=1), MONDAY + 2 * DAY, False),
        (MONDAY + DAY, MONDAY + 2 * DAY, True),
        (MONDAY - DAY, MONDAY, None),  # over, were it not pretended
    ],
)
def test_shifts_of_one_office_do_not_overlap(
    from_at: datetime, until_at: datetime, fits: bool | None, put: Put
) -> None:
    put()
    if fits:
        assert put(from_at=from_at, until_at=until_at).pk
    elif fits is None:
        with pretend(MONDAY - 2 * DAY):
            assert put(from_at=from_at, until_at=until_at).pk
    else:
        with pytest.raises(Invalid) as refusal:
            put(from_at=from_at, until_at=until_at)
        assert list(refusal.value.fields) == ["from_at"]


def test_another_offices_shift_is_no_hindrance(put: Put, county: County, people: People) -> None:
    put()
    actions.set_shift(
        by=people["district"],
        body=county.district_office,
        user=people["district"],
        from_at=MONDAY,
        until_at=MONDAY + DAY,
    )
    assert DutyShift.objects.count() == 2


def test_a_shift_may_be_made_longer_over_its_own_time(put: Put) -> None:
    shift = put()
    assert put(shift=shift, until_at=MONDAY + 2 * DAY).pk == shift.pk


@pytest.mark.parametrize(
    "who", ["dispatcher", "far_dispatcher", "subdistrict", "district", "grid_worker", "resident"]
)
def test_the_roster_is_kept_by_the_secretary(who: str, put: Put, people: People) -> None:
    with pytest.raises(NotAllowed):
        put(by=people[who])
    assert not DutyShift.objects.exists()
    shift = put()
    with pytest.raises(NotAllowed):
        actions.remove_shift(shift, by=people[who])
    with pytest.raises(NotAllowed):
        actions.copy_week(by=people[who], body=shift.body, into=date(2026, 3, 9))
    assert DutyShift.objects.count() == 1


def test_a_clerk_keeps_it_while_there_is_no_secretary(
    put: Put, people: People, secretary: User
) -> None:
    Appointment.objects.filter(user=secretary).delete()
    assert put(by=people["dispatcher"], deputy=None).pk


# --- Standing in -------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["dispatcher", "secretary"])
def test_a_or_b_say_that_b_stands_in(
    who: str, put: Put, county: County, people: People, secretary: User
) -> None:
    shift = put()
    by = secretary if who == "secretary" else people[who]
    actions.stand_in(shift, by=by, absent=True)
    assert audited().verb == "stand_in"
    assert on_duty([county.community.pk], MONDAY) == {county.community.pk: (secretary.pk,)}
    actions.stand_in(shift, by=by, absent=False)
    assert audited().verb == "end_stand_in"
    assert on_duty([county.community.pk], MONDAY) == {county.community.pk: (shift.user_id,)}


def test_said_twice_it_is_recorded_once(put: Put, secretary: User) -> None:
    shift = put()
    for _twice in range(2):
        actions.stand_in(shift, by=secretary, absent=True)
    assert AuditEntry.objects.filter(verb="stand_in").count() == 1


@pytest.mark.parametrize("who", ["far_dispatcher", "subdistrict", "resident"])
def test_nobody_else_says_who_stands_in(who: str, put: Put, people: People) -> None:
    shift = put()
    with pytest.raises(NotAllowed):
        actions.stand_in(shift, by=people[who], absent=True)
    shift.refresh_from_db()
    assert not shift.a_absent


def test_another_clerk_does_not_either(put: Put, county: County) -> None:
    other = factories.person("clerk2")
    appoint(
        other,
        by=CLOCK,
        office=Office.COMMUNITY_CLERK,
        at=county.community_office,
        from_on=BEGINNING,
    )
    with pytest.raises(NotAllowed):
        actions.stand_in(put(), by=other, absent=True)


# --- What is over ------------------------------------------------------------------------


def test_what_is_over_stays_on_record(put: Put, secretary: User, clock: Pretended) -> None:
    shift = put()
    clock.put(MONDAY + DAY)
    with pytest.raises(WrongState):
        put(shift=shift, until_at=MONDAY + 2 * DAY)
    with pytest.raises(WrongState):
        actions.remove_shift(shift, by=secretary)
    with pytest.raises(WrongState):
        actions.stand_in(shift, by=secretary, absent=True)
    shift.refresh_from_db()
    assert (shift.until_at, shift.a_absent) == (MONDAY + DAY, False)


def test_a_shift_is_removed_once(put: Put, secretary: User) -> None:
    shift, same = put(), DutyShift.objects.get()
    actions.remove_shift(shift, by=secretary)
    assert audited().facts["old"]["shift"] == str(same.public_id)
    with pytest.raises(Conflict):
        actions.remove_shift(same, by=secretary)
    with pytest.raises(Conflict):
        actions.stand_in(same, by=secretary, absent=True)


# --- Repeating ---------------------------------------------------------------------------


def test_a_week_is_repeated_in_the_next(
    put: Put, county: County, secretary: User, clock: Pretended
) -> None:
    clock.put(MONDAY - DAY)
    first = put()
    put(from_at=MONDAY + 6 * DAY, until_at=MONDAY + 7 * DAY)
    put(from_at=MONDAY + 7 * DAY, until_at=MONDAY + 8 * DAY)  # already of the week after
    actions.stand_in(first, by=secretary, absent=True)
    done = actions.copy_week(by=secretary, body=county.community_office, into=date(2026, 3, 12))
    # Monday is covered; Sunday is repeated.
    assert (len(done.made), done.left_out) == (1, 1)
    again = actions.copy_week(by=secretary, body=county.community_office, into=date(2026, 3, 16))
    assert [s.from_at for s in again.made] == [MONDAY + 14 * DAY, MONDAY + 20 * DAY]
    assert not any(shift.a_absent for shift in again.made)
    assert audited().facts["week"] == "2026-03-16"


def test_whoever_has_left_is_not_put_on_duty_again(
    put: Put, county: County, people: People, secretary: User
) -> None:
    put()
    put(
        user=secretary, deputy=people["dispatcher"], from_at=MONDAY + DAY, until_at=MONDAY + 2 * DAY
    )
    Appointment.objects.filter(user=people["dispatcher"]).update(until_on=date(2026, 3, 5))
    done = actions.copy_week(by=secretary, body=county.community_office, into=date(2026, 3, 9))
    assert [(s.user, s.deputy) for s in done.made] == [(secretary, None)]
    assert done.left_out == 1


def test_a_week_without_a_roster_cannot_be_repeated(county: County, secretary: User) -> None:
    with pytest.raises(WrongState):
        actions.copy_week(by=secretary, body=county.community_office, into=date(2026, 3, 9))


def test_what_is_over_is_not_entered_by_repeating(
    put: Put, county: County, secretary: User, clock: Pretended
) -> None:
    put()
    clock.put(MONDAY + 9 * DAY)
    done = actions.copy_week(by=secretary, body=county.community_office, into=date(2026, 3, 9))
    assert (done.made, done.left_out) == ((), 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_shifts_entered_at_once_do_not_overlap(county: County, people: People) -> None:
    barrier = Barrier(2)
    results: list[object] = []

    def enter() -> None:
        barrier.wait(timeout=20)
        try:
            with pretend(MONDAY):
                results.append(
                    actions.set_shift(
                        by=CLOCK,
                        body=county.community_office,
                        user=people["dispatcher"],
                        from_at=MONDAY,
                        until_at=MONDAY + DAY,
                    )
                )
        except Invalid as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(type(result).__name__ for result in results) == ["DutyShift", "Invalid"]
    assert DutyShift.objects.count() == 1
