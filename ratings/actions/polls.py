"""Polls of residents: opened with a draw, slips and codes on site printed, closed."""

import logging
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import CLOCK, Actor
from accounts.models import User
from common.codes import new_secret
from common.errors import Conflict, Invalid, WrongState
from common.now import now, today
from common.workdays import SHANGHAI
from communities.models import Appointment, Body, Place
from ratings.actions._poll_codes import Slip, issue
from ratings.actions._poll_draw import draw, fingerprint
from ratings.models import Period, PeriodState, Poll, PollCode, PollSheet, PollState, Printed
from ratings.permissions.assessments import place_of
from ratings.permissions.polls import check_conducts, check_conducts_poll
from ratings.queries.polls import buildings_of, homes_of, next_part, part_of, poll_parts
from ratings.queries.subjects import is_assessed
from ratings.terms import Part

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

logger = logging.getLogger(__name__)

# So many homes in reserve serve any draw a person goes round to; more would let whoever draws
# choose among the doors that open (our decision).
MOST_RESERVE = 200
BATCH = 200
DAY = timedelta(days=1)
OVER = _("This poll is closed.")
PRINTED = _(
    "A sheet was made in the meantime; its codes are the valid ones. Make another only if it is "
    "lost."
)


@transaction.atomic
def open_poll(
    period: Period,
    *,
    by: User,
    estate: Place,
    body: Body,
    until_on: date,
    reserve: int = 0,
    withheld: Collection[str] = (),
) -> Poll:
    """Draw the homes of an estate that are asked, answered until the end of a day.

    Drawn are the scheme's sample and `reserve` more, of all homes but those `withheld`: of the
    firm's people and their close relatives, as far as known. Raises NotAllowed but for overseers
    of the estate whom nothing ties to it; WrongState for a period that takes no assessments, an
    estate it does not assess, or a scheme without a poll; Conflict once it is polled; Invalid by
    field.
    """
    check_conducts(by, period, estate, body)
    rows = Period.objects.select_for_update(of=("self",)).select_related("version", "scheme__place")
    period = rows.get(pk=period.pk)
    if period.state != PeriodState.OPEN or today() > period.assess_until_on:
        raise WrongState(_("Assessments of this period are no longer taken."))
    if not is_assessed(period, estate, body):
        raise WrongState(_("It is not assessed there in this period."))
    part = _part(period, estate, body)
    homes = homes_of(estate)
    left_out = sorted(set(withheld))
    _check(period, until_on, reserve, left_out, homes)
    population = sorted(set(homes) - set(left_out))
    seed = new_secret()
    chosen = draw(population, seed, part.sample + reserve)
    poll = Poll.objects.create(
        period=period,
        estate=estate,
        body=body,
        part=part.key,
        seed=seed,
        population=len(population),
        population_hash=fingerprint(population),
        reserve=reserve,
        drawn=len(chosen),
        withheld=left_out,
        opened_at=now(),
        opened_by=by,
        closes_at=_end_of(until_on),
    )
    PollCode.objects.bulk_create(PollCode(poll=poll, place_id=homes[code]) for code in chosen)
    _record(poll, "open_poll", by, drawn=len(chosen), withheld=len(left_out), reserve=reserve)
    return poll


def _part(period: Period, estate: Place, body: Body) -> Part:
    """The part of the scheme that residents are asked for and were not yet."""
    if not poll_parts(period):
        raise WrongState(_("The scheme of this period asks no residents."))
    part = next_part(period, estate, body)
    if part is None:
        raise Conflict(_("Somebody has opened this poll already."))
    return part


def _end_of(day: date) -> datetime:
    return datetime.combine(day + DAY, time(), SHANGHAI)


def _check(
    period: Period, until_on: date, reserve: int, withheld: list[str], homes: Collection[str]
) -> None:
    wrong: dict[str, list[StrOrPromise]] = {}
    if until_on < today():
        wrong["until_on"] = [_("This day is over.")]
    elif until_on > period.assess_until_on:
        wrong["until_on"] = [_("Assessments of this period are taken until %(day)s.") % {
            "day": period.assess_until_on.isoformat()
        }]  # fmt: skip
    if not 0 <= reserve <= MOST_RESERVE:
        wrong["reserve"] = [_("Enter a number from 0 to %(most)d.") % {"most": MOST_RESERVE}]
    unknown = [code for code in withheld if code not in homes]
    if unknown:
        words = _("No homes of this estate: %(codes)s.")
        wrong["withheld"] = [words % {"codes": "、".join(unknown[:5])[:200]}]
    if wrong:
        raise Invalid(fields=wrong)


@transaction.atomic
def print_slips(poll: Poll, *, by: Actor, seen: int) -> list[Slip]:
    """Fresh codes for all drawn homes that have not answered; those of before are dead.

    They are told only here. `seen` is how many sheets there were when it was asked for: of two
    who ask, one gets codes and the other is told (Conflict).
    """
    poll, held = _open(poll, by)
    _check_seen(poll, seen)
    rows = list(
        PollCode.objects.filter(poll=poll, on_site=False, used_on=None)
        .select_related("place")
        .order_by("place__code")
    )
    if not rows:
        raise WrongState(_("No home was drawn that has not answered."))
    killed = sum(row.issued > 0 for row in rows)
    slips = issue(rows)
    PollCode.objects.bulk_update(rows, ["digest", "issued"])
    _printed(poll, held, Printed.HOMES, codes=len(rows), killed=killed)
    _record(poll, "print_poll_slips", by, slips=len(rows))
    return slips


@transaction.atomic
def reissue_slip(poll: Poll, slip: PollCode, *, by: Actor, seen: int) -> Slip:
    """Another code for one home; the one before is dead. WrongState once it was used."""
    poll, held = _open(poll, by)
    row = PollCode.objects.select_related("place").get(pk=slip.pk, poll=poll, on_site=False)
    if row.used_on is not None:
        raise WrongState(_("The code of this slip was used: nobody answers twice."))
    if row.issued != seen:
        raise Conflict(PRINTED)
    made = issue([row])[0]
    row.save(update_fields=["digest", "issued"])
    _printed(poll, held, Printed.HOME, codes=1, killed=int(seen > 0))
    _record(poll, "reissue_poll_slip", by, home=row.place.code, issued=row.issued)
    return made


@transaction.atomic
def print_site_codes(
    poll: Poll, *, by: Actor, building: Place, number: int, seen: int
) -> list[Slip]:
    """One-time codes to hand out on site in a building; its unused ones of before are dead.

    No more of them in all than the scheme's sample and the reserve: Invalid beyond it.
    """
    poll, held = _open(poll, by)
    _check_seen(poll, seen)
    if building.pk not in {place.pk for place in buildings_of(poll.estate)}:
        raise Invalid(fields={"building": [_("Choose a building of this estate.")]})
    dead = PollCode.objects.filter(poll=poll, on_site=True, place=building, used_on=None)
    killed, _by_model = dead.delete()
    most = part_of(poll).sample + poll.reserve
    left = most - PollCode.objects.filter(poll=poll, on_site=True).count()
    if not 1 <= number <= left:
        words = _("Enter a number from 1 to %(most)d: a poll has no more codes on site.")
        raise Invalid(fields={"number": [words % {"most": max(1, left)}]})
    slips = issue(PollCode(poll=poll, place=building, on_site=True) for _n in range(number))
    PollCode.objects.bulk_create(slip.of for slip in slips)
    _printed(poll, held, Printed.SITE, codes=number, killed=killed)
    _record(poll, "print_site_codes", by, building=building.code, codes=number)
    return slips


@transaction.atomic
def close_poll(poll: Poll, *, by: Actor) -> Poll:
    """Close a poll before its time; nobody can answer it any more, and what came counts."""
    poll, _held = _open(poll, by)
    return _close(poll, by)


def close_polls(batch: int = BATCH) -> int:
    """The sweep: close every poll whose time is over; how many it closed."""
    closed = 0
    for pk in list(Poll.objects.due(now()).values_list("pk", flat=True)[:batch]):
        try:
            closed += _close_due(pk)
        except Exception:
            logger.exception("poll %s cannot be closed", pk)
    return closed


@transaction.atomic
def _close_due(pk: int) -> int:
    poll = Poll.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if poll is None or poll.state != PollState.OPEN or now() < poll.closes_at:
        return 0
    _close(poll, CLOCK)
    return 1


def _close(poll: Poll, by: Actor) -> Poll:
    poll.state, poll.closed_at = PollState.CLOSED, now()
    poll.closed_by = by if isinstance(by, User) else None
    poll.save(update_fields=["state", "closed_at", "closed_by"])
    _record(poll, "close_poll", by, answers=poll.answers.count())
    return poll


def locked(pk: int) -> Poll:
    """A poll, locked: answers, sheets and closing take turns."""
    rows = Poll.objects.select_for_update(of=("self",))
    return rows.select_related("period__version", "estate", "body").get(pk=pk)


def _open(poll: Poll, by: Actor) -> tuple[Poll, Appointment]:
    """The poll, locked, if this actor conducts it and it can still be answered; by which office."""
    held = check_conducts_poll(by, poll)
    poll = locked(poll.pk)
    if poll.is_over(now()):
        raise WrongState(OVER)
    return poll, held


def _check_seen(poll: Poll, seen: int) -> None:
    if poll.printings != seen:
        raise Conflict(PRINTED)


def _printed(poll: Poll, held: Appointment, of: Printed, *, codes: int, killed: int) -> None:
    """Write down who could have used these codes: it stands beside the result."""
    PollSheet.objects.create(
        poll=poll,
        of=of,
        codes=codes,
        killed=killed,
        at=now(),
        by_id=held.user_id,
        office=held.office,
        office_place=place_of(held),
    )
    poll.printings += 1
    poll.save(update_fields=["printings"])


def _record(poll: Poll, verb: str, by: Actor, **facts: Any) -> None:
    audit.record(
        by=by, verb=verb, target_kind="poll", target=str(poll.public_id), part=poll.part, **facts
    )
