"""Several at once, on PostgreSQL: one wins, the others are told, nothing is written twice."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Barrier, Thread
from threading import Event as Signal

import pytest
from django.db import connection, transaction

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import DomainError, Invalid, WrongState
from common.now import now, pretend
from communities.actions import appoint
from communities.models import Office
from complaints import actions
from complaints.models import Breach, Complaint, Deadline, Event, Rating
from complaints.workflow import Source, Stage, Status
from notifications.actions import deliver_pending
from notifications.models import Notification
from tests import factories
from tests.complaints.walks import again, close_unrated, complaint_at, fresh, report, twin
from tests.factories import County

People = dict[str, User]
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

AT_ONCE = 4


def at_once(*tasks: Callable[[], object]) -> list[object]:
    """Do them all at the same moment, each on a connection of its own: results or refusals.

    Anything but a refusal of the portal's own – a deadlock, a doubled key – fails the test.
    """
    barrier = Barrier(len(tasks))
    results: list[object] = [None] * len(tasks)

    def run(number: int, task: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            results[number] = task()
        except BaseException as error:  # handed to the test's own thread
            results[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n, task)) for n, task in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive(), "somebody waits for ever"
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, DomainError):
            raise result
    return results


def refusals(results: Sequence[object]) -> list[DomainError]:
    return [result for result in results if isinstance(result, DomainError)]


def four_managers(county: County, people: People) -> list[User]:
    managers = [people["manager"], people["manager_grid"]]
    for number in range(AT_ONCE - len(managers)):
        clerk = factories.person(f"clerk{number}")
        appoint(
            clerk, by=CLOCK, office=Office.FIRM_CLERK, at=county.firm, from_on=factories.BEGINNING
        )
        managers.append(clerk)
    return managers


def test_four_accept_at_once_and_one_wins(county: County, people: People) -> None:
    order = complaint_at(Status.DISPATCHED, county, people)
    results = at_once(
        *(lambda m=m: actions.accept(order, by=fresh(m)) for m in four_managers(county, people))
    )
    told = refusals(results)
    assert [type(refusal) for refusal in told] == [WrongState] * (AT_ONCE - 1)
    assert Event.objects.filter(complaint=order, verb="accept").count() == 1
    assert Notification.objects.filter(kind="order_accept").count() == 1
    assert again(order).status == Status.HANDLING


def test_four_sweeps_at_once_write_each_breach_and_each_notice_once(
    county: County, people: People
) -> None:
    with pretend(now() - timedelta(days=30)):
        orders = [report(county, people) for _ in range(12)]
    at_once(*(lambda: actions.sound_alarms(batch=5) for _ in range(AT_ONCE)))
    actions.sound_alarms()
    rows = Breach.objects.values_list("deadline", "level")
    assert len(set(rows)) == len(rows)
    for order in orders:
        late = Breach.objects.filter(deadline__complaint=order)
        assert sorted(late.values_list("deadline__stage", "level")) == [
            (stage, level) for stage in (Stage.FEEDBACK, Stage.INSPECT) for level in range(3)
        ]
        assert Event.objects.filter(complaint=order, verb="late").count() == 6
        told = Notification.objects.filter(
            kind="order_late", facts__reference=order.reference
        ).values_list("to__username", flat=True)
        assert sorted(told) == ["dispatcher", "district", "subdistrict"]
        assert again(order).alarm_at is None


def test_a_sweep_passes_over_what_somebody_holds(county: County, people: People) -> None:
    """One verb that takes long must not keep every other order from being late.

    Nor a sweep that stands still, though what it holds would fill a batch.
    """
    with pretend(now() - timedelta(hours=4)):
        held, free = report(county, people), report(county, people)
    locked, swept = Signal(), Signal()

    def hold() -> None:
        with transaction.atomic():
            Complaint.objects.select_for_update().get(pk=held.pk)
            locked.set()
            assert swept.wait(timeout=20), "the sweep waited for the order that is held"

    def sweep() -> None:
        assert locked.wait(timeout=20)
        actions.sound_alarms(batch=1)
        swept.set()

    at_once(hold, sweep)
    late = Breach.objects.values_list("deadline__complaint", flat=True)
    assert list(late) == [free.pk]
    actions.sound_alarms()
    assert set(late.all()) == {held.pk, free.pk}


def test_a_sweep_and_a_verb_at_once_write_each_breach_once(county: County, people: People) -> None:
    with pretend(now() - timedelta(hours=4)):
        orders = [report(county, people) for _ in range(6)]
    at_once(
        actions.sound_alarms,
        actions.sound_alarms,
        lambda: [actions.inspect(order, by=fresh(people["dispatcher"])) for order in orders],
    )
    for order in orders:
        row = Deadline.objects.get(complaint=order, stage=Stage.INSPECT)
        assert [breach.level for breach in row.breaches.all()] == [0]
        assert row.met_at is not None
        assert Event.objects.filter(complaint=order, verb="late").count() == 1


def test_silence_and_a_rating_at_once_close_the_order_once(county: County, people: People) -> None:
    with pretend(now() - timedelta(days=20)):
        order = complaint_at(Status.ANSWERED, county, people)
    results = at_once(
        lambda: close_unrated(order),
        lambda: actions.rate(order, by=fresh(people["resident"]), solved=True, satisfaction=5),
    )
    assert [type(refusal) for refusal in refusals(results)] == [WrongState]
    closing = Event.objects.filter(complaint=order, to_status=Status.CLOSED)
    assert closing.count() == 1
    rated = Rating.objects.filter(complaint=order).exists()
    assert rated == (closing.get().verb == "rate")


def test_rating_twice_at_once_counts_once(county: County, people: People) -> None:
    order = complaint_at(Status.ANSWERED, county, people)
    results = at_once(
        *(
            lambda s=s: actions.rate(order, by=fresh(people["resident"]), solved=s, satisfaction=3)
            for s in (True, False)
        )
    )
    assert len(refusals(results)) == 1
    assert Rating.objects.filter(complaint=order).count() == 1


def test_two_dispatch_at_once_and_one_wins(county: County, people: People) -> None:
    order = report(county, people)
    results = at_once(
        lambda: actions.dispatch(order, by=fresh(people["dispatcher"]), handler=county.firm),
        lambda: actions.dispatch(order, by=fresh(people["grid_worker"]), handler=county.fire),
    )
    assert [type(refusal) for refusal in refusals(results)] == [WrongState]
    assert Deadline.objects.filter(complaint=order, stage=Stage.HANDLE).count() == 1
    event = Event.objects.get(complaint=order, verb="dispatch")
    handler = again(order).handler
    assert handler is not None
    assert event.facts["handler"] == handler.name


def test_two_orders_merged_into_one_another_at_once_leave_one_open(
    county: County, people: People
) -> None:
    one = report(county, people)
    other = twin(one, county, people)
    results = at_once(
        lambda: actions.merge(one, by=fresh(people["dispatcher"]), into=other),
        lambda: actions.merge(other, by=fresh(people["dispatcher"]), into=one),
    )
    (refusal,) = refusals(results)
    assert isinstance(refusal, (Invalid, WrongState))
    assert sorted([again(one).status, again(other).status]) == [Status.MERGED, Status.REPORTED]


def test_urging_twice_at_once_counts_once(county: County, people: People) -> None:
    order = report(county, people)
    results = at_once(
        *(lambda: actions.urge(order, by=fresh(people["resident"])) for _ in range(2))
    )
    assert [type(refusal) for refusal in refusals(results)] == [WrongState]
    assert Event.objects.filter(complaint=order, verb="urge").count() == 1


def test_claiming_twice_at_once_claims_once(county: County, people: People) -> None:
    order = report(
        county,
        people,
        by=people["dispatcher"],
        source=Source.PHONE,
        contact_phone=people["resident"].phone,
    )
    results = at_once(*(lambda: actions.claim(by=fresh(people["resident"])) for _ in range(2)))
    assert sorted(len(found) for found in results if isinstance(found, list)) == [0, 1]
    assert Event.objects.filter(complaint=order, verb="claim").count() == 1
    assert again(order).reporter == people["resident"]


def test_the_outbox_swept_by_four_sends_each_notice_once(county: County, people: People) -> None:
    for _ in range(5):
        report(county, people)
    waiting = Notification.objects.count()
    sent = at_once(*(deliver_pending for _ in range(AT_ONCE)))
    assert sum(count for count in sent if isinstance(count, int)) == waiting
    assert set(Notification.objects.values_list("attempts", flat=True)) == {1}


def test_the_moment_of_a_verb_is_read_after_the_lock_is_held(
    county: County, people: People
) -> None:
    """Whoever waited for the row came when they got it, not when they asked."""
    order = complaint_at(Status.HANDLING, county, people)
    at_once(
        lambda: actions.urge(order, by=fresh(people["resident"])),
        lambda: actions.attend(order, by=fresh(people["manager"]), note="已到场"),
    )
    events = Event.objects.filter(complaint=order, verb__in=("urge", "attend")).order_by("pk")
    first, second = events
    assert first.at < second.at


def test_the_seeds_are_there_after_tables_were_emptied(county: County, people: People) -> None:
    """The test before this one emptied every table; rules and categories are back."""
    assert Complaint.objects.count() == 0
    assert report(county, people).deadlines.count() == 2
