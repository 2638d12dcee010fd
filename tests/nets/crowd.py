"""A crowd: each row that lists show, many times more. Rows as they stand, made by no verb."""

import uuid
from collections.abc import Callable, Iterator
from copy import copy
from datetime import timedelta
from itertools import count
from typing import Any

from django.db.models import Model

from common.codes import new_reference
from common.now import now
from communities.models import Body, BodyKind, Estate, Firm, Honour, Place, PlaceCode
from complaints.models import (
    Complaint,
    Contact,
    Deadline,
    Statement,
    SupervisionOrder,
    SupervisionStatement,
)
from notifications.models import Notification
from ratings import chain
from ratings.models import (
    Assessment,
    Award,
    Bulletin,
    BulletinVersion,
    ChainHead,
    CreditRecord,
    CreditStep,
    Finding,
    FindingPhoto,
    Listing,
    ListingFile,
    ListingStep,
    Objection,
    Payment,
    Period,
    Poll,
    PollCode,
    Programme,
    Publication,
    Recommendation,
    Rectification,
    RectificationStep,
    Scheme,
    Scorecard,
    Veto,
)
from tests.factories import County


def crowd(county: County) -> None:
    """A thousand orders instead of ten, a hundred estates and firms and what is kept of them."""
    add_orders(80)
    places, firms = add_register(county, 100)
    add_notices(30)
    add_supervisions(100)
    add_ratings(places, firms)


def multiplied(rows: list[Any], times: int, change: Callable[[Any], None]) -> list[Any]:
    """The rows again and again, each changed into another; written."""
    made = []
    for _ in range(times):
        for row in rows:
            twin = copy(row)
            twin._state = copy(row._state)
            twin.pk = None
            change(twin)
            made.append(twin)
    return made


def add_orders(times: int) -> None:
    """Each order so many times more, with what lists read of it."""

    def renew(twin: Complaint) -> None:
        twin.reference = new_reference("9901")

    rows: list[type[Model]] = [Contact, Statement, Deadline]
    for order in list(Complaint.objects.all()):
        twins = Complaint.objects.bulk_create(multiplied([order], times, renew))
        for model in rows:
            own = list(model._default_manager.filter(complaint=order))
            owners = iter([twin for twin in twins for _row in own])

            def give(row: Any, owners: Iterator[Complaint] = owners) -> None:
                row.complaint = next(owners)

            model._default_manager.bulk_create(multiplied(own, times, give), batch_size=1000)


def add_register(county: County, times: int) -> tuple[list[Place], list[Body]]:
    """More estates and firms, for the lists of the register; they are returned."""
    numbers = iter(range(100, 100 + 4 * times))

    def renew(place: Place) -> None:
        place.code = f"{county.community.code}{next(numbers):03d}"

    places = Place.objects.bulk_create(multiplied([county.estate], times, renew))
    for model in (Estate, PlaceCode):
        rows = list(model._default_manager.filter(place=county.estate))
        owners = iter(places)

        def settle(row: Any, owners: Iterator[Place] = owners) -> None:
            row.place = next(owners)

        model._default_manager.bulk_create(multiplied(rows, times, settle))
    firms = Body.objects.bulk_create(
        Body(
            kind=BodyKind.FIRM, code=f"990101-fi-9{n:04d}", name=f"第{n}物业", place=county.district
        )
        for n in range(times)
    )
    Firm.objects.bulk_create(Firm(body=b, credit_code=f"99{b.pk:016d}") for b in firms)
    return places, firms


def add_supervisions(times: int) -> None:
    """More supervision orders, for their lists."""
    serials = iter(range(100, 100 + times))

    def renew(twin: SupervisionOrder) -> None:
        twin.code, twin.serial = new_reference("9901"), next(serials)

    (slip,) = SupervisionOrder.objects.all()
    twins = SupervisionOrder.objects.bulk_create(multiplied([slip], times, renew))
    SupervisionStatement.objects.bulk_create(
        SupervisionStatement(supervision=twin, kind="subject", text="楼道灯", at=slip.opened_at)
        for twin in twins
    )


def add_notices(times: int) -> None:
    for notice in list(Notification.objects.filter(kind="order_report")):
        keys = iter(range(times))

        def renew(twin: Notification, notice: Notification = notice, keys: Any = keys) -> None:
            twin.key = f"{notice.key}-{next(keys)}"

        Notification.objects.bulk_create(multiplied([notice], times, renew))


# --- Scores, lists, polls, credit --------------------------------------------------------


def grown(model: Any, times: int, change: Callable[[Any, int], None]) -> list[Any]:
    """Every row of a model so many times more, with keys of their own; `change` is told which."""
    made = []
    for row in list(model._default_manager.all()):
        numbers = count()

        def renew(twin: Any, row: Any = row, numbers: Iterator[int] = numbers) -> None:
            _renew_keys(twin)
            twin.began_as = row.pk
            change(twin, next(numbers))

        made += multiplied([row], times, renew)
    return list(model._default_manager.bulk_create(made, batch_size=1000))


def _renew_keys(twin: Any) -> None:
    """No two rows have these alike."""
    if hasattr(twin, "public_id"):
        twin.public_id = uuid.uuid4()
    if hasattr(twin, "digest"):
        twin.digest = uuid.uuid4().hex * 2


def followed(model: Any, field: str, owners: list[Any]) -> list[Any]:
    """What hung on the rows those owners began as hangs on each of them, too."""
    made = []
    for row in list(model._default_manager.all()):
        for owner in owners:
            if getattr(row, f"{field}_id") == owner.began_as:
                (twin,) = multiplied([row], 1, lambda _twin: None)
                _renew_keys(twin)
                twin.began_as = row.pk
                setattr(twin, field, owner)
                made.append(twin)
    return list(model._default_manager.bulk_create(made, batch_size=1000))


def add_ratings(places: list[Place], firms: list[Body]) -> None:
    """As many of everything that is scored, listed, asked, granted and published."""
    add_links(len(places))
    add_scores(places, firms)
    add_lists(firms)
    add_results(places)


def add_scores(places: list[Place], firms: list[Body]) -> None:
    """More schemes, periods, sheets with what they found, scores and polls."""
    times = len(places)

    def named(twin: Any, number: int) -> None:
        twin.name = f"{twin.name} {number}"

    def earlier(twin: Any, number: int) -> None:
        years = timedelta(days=366 * (number + 1))
        twin.from_on, twin.until_on = twin.from_on - years, twin.until_on - years

    def elsewhere(twin: Any, number: int) -> None:
        twin.estate = places[number]

    def scored(twin: Any, number: int) -> None:
        if twin.estate_id:
            twin.estate = places[number]
        else:
            twin.body = firms[number]

    grown(Scheme, times, named)
    grown(Period, 30, earlier)
    grown(Scorecard, times, scored)
    sheets = grown(Assessment, times, elsewhere)
    followed(Finding, "assessment", sheets)
    asked = followed(Rectification, "assessment", sheets)
    followed(RectificationStep, "rectification", asked)
    grown(FindingPhoto, 8, lambda _twin, _number: None)
    followed(PollCode, "poll", grown(Poll, times, elsewhere))


def add_lists(firms: list[Body]) -> None:
    """More listings with their steps and objections, vetoes and records of credit."""

    def another(twin: Any, number: int) -> None:
        twin.body = firms[number]

    def numbered(twin: Any, number: int) -> None:
        twin.document = f"{twin.document}-{number}"

    listings = grown(Listing, len(firms), another)
    followed(ListingStep, "listing", listings)
    followed(Objection, "listing", listings)
    grown(Objection, 8, lambda _twin, _number: None)
    grown(ListingFile, 8, lambda _twin, _number: None)
    grown(Veto, len(firms), numbered)
    followed(CreditStep, "record", grown(CreditRecord, len(firms), numbered))


def add_results(places: list[Place]) -> None:
    """More recommendations, programmes, awards with payments, and bulletins."""

    def elsewhere(twin: Any, number: int) -> None:
        twin.place = places[number]

    def granted(twin: Any, number: int) -> None:
        twin.place, twin.honour = places[number], honours[number]

    def named(twin: Any, number: int) -> None:
        twin.name = f"{twin.name} {number}"

    def earlier(twin: Any, number: int) -> None:
        years = timedelta(days=366 * (number + 1))
        twin.from_on, twin.until_on = twin.from_on - years, twin.until_on - years
        twin.document_number = f"{twin.document_number}-{number}"

    honours = grown(Honour, len(places), elsewhere)
    grown(Recommendation, len(places), elsewhere)
    followed(Payment, "award", grown(Award, len(places), granted))
    grown(Programme, len(places), named)
    followed(BulletinVersion, "bulletin", grown(Bulletin, 30, earlier))


def add_links(times: int) -> None:
    """More links of the chain, each sealed with the one before."""
    last = Publication.objects.latest("sequence")
    made = []
    for sequence in range(last.sequence + 1, last.sequence + times + 1):
        before, at = last.hash, now()
        (last,) = multiplied([last], 1, lambda _twin: None)
        last.public_id, last.sequence, last.previous_hash = uuid.uuid4(), sequence, before
        last.published_at = at
        last.hash = chain.Link(
            sequence, last.kind, last.title, str(last.subject), at, last.text, before
        ).reckoned
        made.append(last)
    Publication.objects.bulk_create(made)
    ChainHead.objects.update(sequence=last.sequence, hash=last.hash)
