"""Verbs of the reporter: report, supplement, withdraw, urge."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, Reporter
from accounts.models import User
from common.codes import new_reference
from common.errors import Invalid, NotAllowed
from common.now import now
from communities.models import Place, PlaceKind
from communities.scope import day_of, firm_in_force, standing_of
from complaints.actions import _tell
from complaints.actions._promises import Promises
from complaints.actions._step import Move, Words, finish, signature, take
from complaints.models import (
    Audience,
    Category,
    Complaint,
    Contact,
    Photo,
    PhotoMoment,
    StatementKind,
)
from complaints.workflow import BY_STAFF, STEPS, Kind, Party, Source, Status, Verb

LONGEST_TEXT = 5000  # characters; our decision: two screens of a phone, ten times over


@transaction.atomic
def report(
    *,
    by: Actor,
    estate: Place,
    category: Category,
    description: str,
    kind: str = Kind.COMPLAINT,
    source: str = Source.WEB,
    building: Place | None = None,
    entrance: Place | None = None,
    spot: str = "",
    contact_name: str = "",
    contact_phone: str = "",
    dwelling: str = "",
    confidential: bool = False,
    secret_digest: str = "",
    photos: Sequence[Photo] = (),
) -> Complaint:
    """Start an order, with its first event, deadlines and notices, in one transaction.

    A repair goes straight to the firm in force. An accusation against the community's own
    people goes to the subdistrict's desk. `secret_digest` lets somebody follow an order that
    staff entered for them. Raises Invalid for places that do not fit together or no text,
    NotAllowed where staff enter a report outside their own places.
    """
    at = now()
    party = _reporting_party(by, source, estate, building)
    _check_places(estate, building, entrance, day_of(at))
    _check_text(description)
    order = Complaint(
        reference=new_reference(estate.prefecture),
        kind=kind,
        source=source,
        category=category,
        urgency=category.urgency,
        confidential=confidential,
        bypasses_community=category.bypass_community,
        estate=estate,
        building=building,
        entrance=entrance,
        place_code=(entrance or building or estate).code,
        reporter=by if isinstance(by, User) and party == Party.REPORTER else None,
        secret_digest=by.digest if isinstance(by, Reporter) else secret_digest,
        desk=_first_desk(estate, category),
        reported_at=at,
        status=Status.REPORTED,
    )
    # What accuses people of the community is no repair, whatever it was called.
    straight = kind == Kind.REPAIR and not category.bypass_community
    firm = firm_in_force(estate, day_of(at)) if straight else None
    row = STEPS[Verb.REPORT]
    ending = row.otherwise if firm is not None and row.otherwise is not None else row.ending
    order.handler = firm
    order.status = ending.to or Status.REPORTED
    promises = Promises(order, at, new=True)
    seats = _tell.seats_of([order], at, grid=True)
    promises.know_office(seats)
    for stage in ending.opens:
        promises.open(stage)
    promises.settle()
    _save_new(order)
    Contact.objects.create(
        complaint=order, name=contact_name, phone=contact_phone, dwelling=dwelling
    )
    signed = signature(by, party, order)
    facts = {"source": source}
    move = Move(order, Verb.REPORT, by, party, at, promises, ending, facts, signed, "", seats)
    words = Words(description, StatementKind.DESCRIPTION, spot=spot)
    finish(move, words, photos, PhotoMoment.BEFORE)
    return order


def _save_new(order: Complaint) -> None:
    """Insert; a reference that exists already is drawn again (once in a hundred thousand)."""
    for _try in range(5):
        try:
            with transaction.atomic():
                order.save(force_insert=True)
            return
        except IntegrityError:
            if not Complaint.objects.filter(reference=order.reference).exists():
                raise
            order.pk = None
            order.reference = new_reference(order.estate.prefecture)
    raise RuntimeError("five references in a row were taken")


def _reporting_party(by: Actor, source: str, estate: Place, building: Place | None) -> Party:
    if isinstance(by, Reporter):
        return Party.REPORTER
    if not isinstance(by, User):
        raise NotAllowed(_("The clock reports nothing."))
    if source not in BY_STAFF:
        return Party.REPORTER
    standing = standing_of(by)
    code = (building or estate).code
    served = estate.pk in standing.served_estate_ids
    if not served and code.startswith(standing.community_codes + standing.overseer_codes):
        return Party.DESK
    in_grid = (
        building.pk in standing.grid_building_ids
        if building is not None
        else estate.pk in standing.grid_estate_ids
    )
    if in_grid and not served:
        return Party.GRID
    raise NotAllowed(_("You can enter reports only for the places you answer for."))


def _first_desk(estate: Place, category: Category) -> Place:
    kind = PlaceKind.SUBDISTRICT if category.bypass_community else PlaceKind.COMMUNITY
    desk = estate.above(kind)
    if desk is None:
        raise Invalid(fields={"estate": [_("This estate belongs to no community yet.")]})
    return desk


def _check_places(estate: Place, building: Place | None, entrance: Place | None, on: date) -> None:
    named = {"estate": estate, "building": building, "entrance": entrance}
    for name, place in named.items():
        if place is not None and place.closed_on is not None and place.closed_on <= on:
            raise Invalid(fields={name: [_("This place no longer exists.")]})
    if estate.kind != PlaceKind.ESTATE:
        raise Invalid(fields={"estate": [_("Choose an estate.")]})
    if building is not None and (
        building.kind != PlaceKind.BUILDING or building.parent_id != estate.pk
    ):
        raise Invalid(fields={"building": [_("This building is not in the estate chosen.")]})
    if entrance is not None and (
        building is None or entrance.kind != PlaceKind.ENTRANCE or entrance.parent_id != building.pk
    ):
        raise Invalid(fields={"entrance": [_("This entrance is not in the building chosen.")]})


def _check_text(text: str) -> None:
    if not text.strip():
        raise Invalid(fields={"description": [_("Say in a few words what is wrong.")]})
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            fields={
                "description": [
                    _("Please keep it under %(limit)s characters.") % {"limit": LONGEST_TEXT}
                ]
            }
        )


def supplement(
    complaint: Complaint, *, by: Actor, note: str, photos: Sequence[Photo] = ()
) -> Complaint:
    """Add words or photos to an open order; the deadlines run on."""
    if not note.strip() and not photos:
        raise Invalid(fields={"note": [_("Write what you want to add, or add a photo.")]})
    return take(
        complaint,
        Verb.SUPPLEMENT,
        by=by,
        words=Words(note, StatementKind.SUPPLEMENT),
        photos=photos,
        moment=PhotoMoment.BEFORE,
    )


def withdraw(complaint: Complaint, *, by: Actor, note: str = "") -> Complaint:
    """End one's own open order. There is no way back; a new report is."""
    return take(complaint, Verb.WITHDRAW, by=by, words=Words(note, StatementKind.COMMENT))


def urge(complaint: Complaint, *, by: Actor, note: str = "") -> Complaint:
    """Remind whoever holds the order; once a Shanghai day."""

    def change(move: Move) -> None:
        move.order.urged_at = move.at

    words = Words(note, StatementKind.COMMENT, Audience.ALL)
    return take(complaint, Verb.URGE, by=by, words=words, change=change)
