"""The one place that decides what an actor sees of an order, for the page and the API alike."""

from dataclasses import dataclass
from datetime import datetime

from accounts.actors import Actor
from accounts.models import User
from common.masks import mask_name, mask_phone
from complaints.models import (
    Complaint,
    Contact,
    Deadline,
    Photo,
    PhotoMoment,
    Rating,
    Statement,
    StatementKind,
)
from complaints.permissions import (
    Case,
    handler_side,
    may_reveal,
    open_verbs,
    reads_internal,
    stands_in,
)
from complaints.queries.timeline import Line, audiences, timeline
from complaints.queries.waiting import (
    Promise,
    Rest,
    Waiting,
    promises_of,
    requests,
    rests_of,
)
from complaints.workflow import Party, Verb


@dataclass(frozen=True)
class ContactView:
    """The reporter as one reader may see them. `own`: the reporter reads their own."""

    name: str
    phone: str
    dwelling: str
    own: bool


@dataclass(frozen=True)
class OrderPage:
    """An order as one actor sees it at one moment."""

    order: Complaint
    at: datetime
    parties: frozenset[Party]
    # Whether the reader is the desk only because nobody of its own office can be.
    stands_in: bool
    verbs: list[Verb]
    place_name: str
    description: str
    spot: str | None
    contact: ContactView | None
    may_reveal: bool
    promises: list[Promise]
    rests: list[Rest]
    waiting: list[Waiting]
    timeline: list[Line]
    photos: list[Photo]
    ratings: list[Rating]
    answer: str
    result: str
    merged_into: str

    @property
    def is_handler_side(self) -> bool:
        return handler_side(self.parties)

    @property
    def is_reporter(self) -> bool:
        return Party.REPORTER in self.parties

    @property
    def is_staff(self) -> bool:
        return reads_internal(self.parties)

    @property
    def handler_name(self) -> str:
        return self.order.handler.name if self.order.handler else ""

    @property
    def desk_name(self) -> str:
        return self.order.desk.name

    @property
    def deadlines(self) -> list[Deadline]:
        return [promise.row for promise in self.promises]

    @property
    def open_promises(self) -> list[Promise]:
        return [promise for promise in self.promises if promise.row.is_open]

    @property
    def rest(self) -> Rest | None:
        """The suspension that runs now."""
        running = (rest for rest in self.rests if rest.from_at <= self.at < rest.until_at)
        return next(running, None)

    @property
    def open_deadlines(self) -> list[Deadline]:
        return [row for row in self.deadlines if row.is_open]

    @property
    def photos_before(self) -> list[Photo]:
        return [p for p in self.photos if p.moment == PhotoMoment.BEFORE]

    @property
    def photos_after(self) -> list[Photo]:
        return [p for p in self.photos if p.moment == PhotoMoment.AFTER]


def order_page(order: Complaint, actor: Actor, at: datetime) -> OrderPage:
    """What this actor sees of this order. The caller has found it by `seen`."""
    case = Case(actor, order, at)
    mine = case.parties
    allowed = audiences(mine)
    statements = [
        s for s in Statement.objects.filter(complaint=order).order_by("pk") if s.audience in allowed
    ]
    photos = list(Photo.objects.filter(complaint=order).order_by("pk"))
    lines = timeline(order, mine, photos)
    # What the timeline holds back until the desk has reviewed it, the page does not show either.
    held_back = any(line.verb == Verb.HANDLE and not line.facts for line in lines)
    if held_back:
        shown = {photo.pk for line in lines for photo in line.photos}
        photos = [photo for photo in photos if photo.pk in shown]
    rests = rests_of(order, lines)
    rows = Deadline.objects.filter(complaint=order).select_related("rule", "held_by", "extension")
    promises = promises_of(rows.order_by("due_at", "pk"), rests, lines, at)
    hides_spot = order.confidential and not (reads_internal(mine) or Party.REPORTER in mine)
    return OrderPage(
        order=order,
        at=at,
        parties=mine,
        stands_in=Party.DESK in mine and isinstance(actor, User) and stands_in(actor, order),
        verbs=open_verbs(actor, order, at, case),
        place_name=place_name(order, mine),
        description=_last(statements, StatementKind.DESCRIPTION),
        spot=None if hides_spot else _last(statements, StatementKind.SPOT),
        contact=_contact(order, mine),
        may_reveal=may_reveal(actor, order, mine),
        promises=promises,
        rests=rests,
        waiting=requests(promises, lines, at) if order.is_open else [],
        timeline=lines,
        photos=photos,
        ratings=list(Rating.objects.filter(complaint=order).order_by("round")),
        answer=_last(statements, StatementKind.ANSWER),
        result="" if held_back else _last(statements, StatementKind.RESULT),
        merged_into=_merged_into(order, mine),
    )


def place_name(order: Complaint, mine: frozenset[Party]) -> str:
    """Where the trouble is; of a confidential order no nearer than the building."""
    parts = [order.estate, order.building, order.entrance]
    if order.confidential and not (reads_internal(mine) or Party.REPORTER in mine):
        parts = parts[:2]
    return " ".join(part.name for part in parts if part is not None)


def _last(statements: list[Statement], kind: StatementKind) -> str:
    return next((s.text for s in reversed(statements) if s.kind == kind), "")


def _contact(order: Complaint, mine: frozenset[Party]) -> ContactView | None:
    """Full for the reporter, masked for staff, not even read for anybody else."""
    own = Party.REPORTER in mine
    masked = bool(mine & {Party.DESK, Party.OVERSEER}) or (
        Party.GRID in mine and not order.confidential
    )
    if not own and not masked:
        return None
    contact = Contact.objects.filter(complaint=order).first()
    if contact is None:
        return None
    if own:
        return ContactView(contact.name, contact.phone, contact.dwelling, own=True)
    return ContactView(
        mask_name(contact.name) if contact.name else "",
        mask_phone(contact.phone) if contact.phone else "",
        "",
        own=False,
    )


def _merged_into(order: Complaint, mine: frozenset[Party]) -> str:
    """For staff only: the other order is another reporter's."""
    if order.merged_into is None or not reads_internal(mine):
        return ""
    return order.merged_into.reference
