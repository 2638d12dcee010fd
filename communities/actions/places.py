"""Verbs about places: entered, renamed, given another code, moved, closed. None is ever deleted."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Max, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from common.errors import Conflict, Invalid, WrongState
from common.now import today
from common.pinyin import initials
from communities.models import (
    CODE_LENGTH,
    DIVISIONS,
    Contract,
    Estate,
    EstateKind,
    Grid,
    Place,
    PlaceCode,
    PlaceKind,
    ServiceMode,
)
from communities.permissions import check_keeps_place, check_opens_beneath
from notifications.actions import follow_place

LONGEST_NAME = 120
# What may lie in what; a district lies in nothing.
KINDS = list(PlaceKind)
ABOVE = dict(zip(KINDS[1:], KINDS[:-1], strict=True))
BATCH = 2000


@transaction.atomic
def found_place(
    *,
    kind: str,
    name: str,
    code: str = "",
    parent: Place | None = None,
    from_on: date | None = None,
    estate_kind: str = EstateKind.COMMODITY,
    by: Actor,
) -> Place:
    """Enter a place; without a code the next free number, where we number ourselves.

    An estate comes with its ledger: of what kind it is, and nothing known yet of how it is served.
    Raises Invalid for a code that does not fit its kind and parent or was ever given, for an empty
    name, and beneath what is closed.
    """
    kind = PlaceKind(kind)
    on = from_on or today()
    if parent is not None:
        parent = Place.objects.select_for_update().get(pk=parent.pk)
    check_opens_beneath(by, parent)
    if not code and parent is not None and kind not in DIVISIONS:
        code = _next_code(kind, parent)
    _check_fits(kind, code, parent)
    _check_never_given(code)
    if parent is not None and parent.closed_on is not None and parent.closed_on <= on:
        raise Invalid(fields={"parent": [_("%(place)s is closed.") % {"place": parent.name}]})
    name = clean_name(name)
    place = Place.objects.create(
        kind=kind, code=code, name=name, parent=parent, initials=initials(name)
    )
    PlaceCode.objects.create(place=place, code=code, from_on=on)
    if kind == PlaceKind.ESTATE:
        Estate.objects.create(
            place=place, kind=EstateKind(estate_kind), service_mode=ServiceMode.NONE
        )
    _record(by, "found_place", place, from_on=on.isoformat())
    return place


@transaction.atomic
def rename_place(place: Place, *, by: Actor, name: str) -> Place:
    """Give a place another name. Its code and everything beneath it stay."""
    place = _held(place, by)
    place.name = clean_name(name)
    place.initials = initials(place.name)
    place.save(update_fields=["name", "initials"])
    _record(by, "rename_place", place)
    return place


@transaction.atomic
def recode_place(place: Place, *, by: Actor, code: str, on: date | None = None) -> Place:
    """Give a place another code from a day on, and everything beneath it with it.

    Its row stays, so its offices, contracts, grids and orders do; the former codes are remembered,
    and orders filed under them stay within the scope of its office. Raises Invalid for a code that
    does not fit or was ever another place's, and for a day that has not come yet.
    """
    place = _held(place, by)
    _check_fits(place.kind, code, place.parent)
    if code == place.code:
        raise Invalid(fields={"code": [_("This is the code it has.")]})
    _check_never_given(code, but=place)
    day = _day_of_change(place, on)
    former = place.code
    _carry(place, code, day)
    _record(by, "recode_place", place, former=former, from_on=day.isoformat())
    return place


@transaction.atomic
def move_place(
    place: Place, *, by: Actor, to: Place, code: str = "", on: date | None = None
) -> Place:
    """Put a place beneath another of the same kind as the one it lies in, with a code from there.

    Where we number ourselves the code may be left out: the last digits stay if they are free there.
    Buildings leave the grids of the community they leave. Orders filed before stay with the
    office that answered then.
    """
    place = _held(place, by)
    to = Place.objects.select_for_update().get(pk=to.pk)
    check_opens_beneath(by, to)
    day = _day_of_change(place, on)
    _check_may_lie_in(place, to, day)
    code = code or _code_beneath(place, to)
    _check_fits(place.kind, code, to)
    _check_never_given(code, but=place)
    former = place.code
    place.parent = to
    place.save(update_fields=["parent"])
    _carry(place, code, day)
    _record(by, "move_place", place, former=former, from_on=day.isoformat())
    return place


@transaction.atomic
def close_place(place: Place, *, by: Actor, on: date | None = None) -> Place:
    """Close a place: `on` is the first day without it. What an estate holds closes with it.

    Raises WrongState while anything beneath it is still at work: estates and divisions, grids,
    contracts.
    """
    place = _held(place, by)
    day = on or today()
    first = place.codes.aggregate(first=Max("from_on"))["first"]
    if first is not None and day < first:
        raise Invalid(fields={"on": [_("This is before its code began.")]})
    _check_at_rest(place, day)
    beneath = Place.objects.under(place.code).open_on(day)
    closed = beneath.update(closed_on=day)
    place.closed_on = day
    _record(by, "close_place", place, on=day.isoformat(), closed=closed)
    return place


@transaction.atomic
def reopen_place(place: Place, *, by: Actor) -> Place:
    """Open a closed place again, or take back a closing to come; what closed with it that day, too.

    Raises WrongState where it is not closed, and while what it lies in is. Contracts and grids
    that were ended stay ended.
    """
    rows = Place.objects.select_for_update(of=("self",)).select_related("parent")
    place = rows.get(pk=place.pk)
    check_keeps_place(by, place)
    day, above = place.closed_on, place.parent
    if day is None:
        raise WrongState(_("%(place)s is not closed.") % {"place": place.name})
    if above is not None and above.closed_on is not None and above.closed_on <= today():
        raise WrongState(_("%(place)s is closed.") % {"place": above.name})
    opened = Place.objects.under(place.code).filter(closed_on=day).update(closed_on=None)
    place.closed_on = None
    _record(by, "reopen_place", place, closed_on=day.isoformat(), opened=opened)
    return place


# --- What they share ---------------------------------------------------------------------


def clean_name(name: str) -> str:
    """The name without stray spaces; raises Invalid for none and for one too long."""
    name = " ".join(name.split())
    if not name:
        raise Invalid(fields={"name": [_("Enter the name.")]})
    if len(name) > LONGEST_NAME:
        raise Invalid(fields={"name": [_("This name is too long.")]})
    return name


def _held(place: Place, by: Actor) -> Place:
    """The place as it is now, locked, for one who keeps it; raises WrongState once it is closed."""
    place = Place.objects.select_for_update(of=("self",)).select_related("parent").get(pk=place.pk)
    check_keeps_place(by, place)
    if place.closed_on is not None and place.closed_on <= today():
        raise WrongState(_("%(place)s is closed.") % {"place": place.name})
    return place


def _check_fits(kind: str, code: str, parent: Place | None) -> None:
    fits = len(code) == CODE_LENGTH[PlaceKind(kind)] and code.isascii() and code.isdigit()
    above = ABOVE.get(PlaceKind(kind))
    if parent is None:
        fits = fits and above is None
    else:
        fits = fits and parent.kind == above and code.startswith(parent.code)
    if not fits:
        raise Invalid(fields={"code": [_("This code does not fit the kind of place.")]})


def _check_never_given(code: str, but: Place | None = None) -> None:
    """A code is given once: whoever gets it would see the orders filed under it before."""
    given = PlaceCode.objects.filter(code__startswith=code)
    taken = Place.objects.under(code)
    if but is not None:
        given = given.exclude(place__code__startswith=but.code)
        taken = taken.exclude(code__startswith=but.code)
    if given.exists() or taken.exists():
        raise Invalid(fields={"code": [_("This code is or was another place's.")]})


def _next_code(kind: PlaceKind, parent: Place) -> str:
    """The number after the highest ever given beneath this parent."""
    width = CODE_LENGTH[kind] - len(parent.code)
    if width <= 0:
        return ""
    now_given = Place.objects.under(parent.code).filter(kind=kind).aggregate(last=Max("code"))
    ever_given = PlaceCode.objects.filter(code__startswith=parent.code, place__kind=kind).aggregate(
        last=Max("code")
    )
    last = max(now_given["last"] or "", ever_given["last"] or "")
    number = int(last[len(parent.code) :] or 0) + 1
    if number >= 10**width:
        raise Invalid(fields={"code": [_("There is no free number left here.")]})
    return f"{parent.code}{number:0{width}d}"


def _code_beneath(place: Place, to: Place) -> str:
    """Where we number ourselves: the same last digits if nobody has them there, else the next."""
    if place.kind in DIVISIONS:
        return ""
    kind = PlaceKind(place.kind)
    same = f"{to.code}{place.code[len(to.code) :]}"
    if not PlaceCode.objects.filter(code=same).exists():
        return same
    return _next_code(kind, to)


def _day_of_change(place: Place, on: date | None) -> date:
    """Codes change today or did so before, never before the code they had began."""
    day = on or today()
    if day > today():
        raise Invalid(fields={"on": [_("This day has not come yet.")]})
    begun = place.codes.filter(until_on__isnull=True).aggregate(begun=Max("from_on"))["begun"]
    if begun is not None and day < begun:
        raise Invalid(fields={"on": [_("This is before its code began.")]})
    return day


def _check_may_lie_in(place: Place, to: Place, day: date) -> None:
    if place.parent is None or to.kind != place.parent.kind:
        raise Invalid(fields={"to": [_("It cannot lie there.")]})
    if to.pk == place.parent_id:
        raise Invalid(fields={"to": [_("It lies there already.")]})
    if to.closed_on is not None and to.closed_on <= day:
        raise Invalid(fields={"to": [_("%(place)s is closed.") % {"place": to.name}]})


@dataclass(frozen=True)
class _Work:
    """What keeps a place from being closed, counted."""

    places: int
    grids: int
    contracts: int

    def __bool__(self) -> bool:
        return bool(self.places or self.grids or self.contracts)


def _check_at_rest(place: Place, day: date) -> None:
    found = _at_work(place, day)
    if found:
        raise WrongState(
            _(
                "Still open beneath %(place)s: estates and divisions %(places)d, grids %(grids)d, "
                "contracts in force %(contracts)d. End or move these first."
            )
            % {
                "place": place.name,
                "places": found.places,
                "grids": found.grids,
                "contracts": found.contracts,
            }
        )


def _at_work(place: Place, day: date) -> _Work:
    kept = [*DIVISIONS, PlaceKind.ESTATE]
    beneath = Place.objects.under(place.code).open_on(day).filter(kind__in=kept)
    running = Q(until_on__isnull=True) | Q(until_on__gt=day)
    return _Work(
        places=beneath.exclude(pk=place.pk).count(),
        grids=Grid.objects.filter(
            Q(closed_on__isnull=True) | Q(closed_on__gt=day), community__code__startswith=place.code
        ).count(),
        contracts=Contract.objects.filter(running, estate__code__startswith=place.code).count(),
    )


def _carry(place: Place, code: str, on: date) -> None:
    """Give the place and all beneath it codes that begin with the new one; remember the former.

    1. Nobody else writes beneath it meanwhile: every row is locked, in one order.
    2. The rows get their codes in one statement: each keeps its own last digits.
    3. The codes they had end on the day; those that began later end where they began.
    4. What hangs on codes elsewhere follows: chat groups, and grids of the community that was left.
    """
    former = place.code
    rows = Place.objects.under(former)
    count = len(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    moved = rows.update(code=Concat(Value(code), Substr("code", len(former) + 1)))
    if moved != count:
        raise Conflict
    place.code = code
    below = Place.objects.under(code)
    open_codes = PlaceCode.objects.filter(place__in=below, until_on__isnull=True)
    open_codes.filter(from_on__gt=on).update(until_on=F("from_on"))
    open_codes.filter(from_on__lte=on).update(until_on=on)
    again = PlaceCode.objects.filter(place__in=below, code=F("place__code"), from_on=on)
    known = set(again.values_list("place", flat=True))
    again.update(until_on=None)
    PlaceCode.objects.bulk_create(
        (
            PlaceCode(place_id=pk, code=new, from_on=on)
            for pk, new in below.values_list("pk", "code")
            if pk not in known
        ),
        batch_size=BATCH,
    )
    follow_place(former=former, code=code)
    community = place.above(PlaceKind.COMMUNITY)
    if place.kind not in DIVISIONS and community is not None:
        links = Grid.buildings.through.objects.filter(place__code__startswith=code)
        links.exclude(grid__community=community).delete()


def _record(by: Actor, verb: str, place: Place, **facts: str | int) -> None:
    audit.record(by=by, verb=verb, target_kind="place", target=place.code, **facts)
