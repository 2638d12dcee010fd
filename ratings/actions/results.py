"""Verbs of the use of results: recommended on a ground, told, answered with an outcome, withdrawn.

Consequences are recorded, not executed. Only the preferred pool is the portal's own: there an
outcome that follows calls its verbs.
"""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from common.errors import Conflict, Invalid, WrongState
from common.now import now, today
from common.workdays import midnight
from communities.actions import enter_pool, leave_pool
from communities.models import (
    COMMITTEE_BODIES,
    Body,
    BodyKind,
    Contract,
    Place,
    PlaceKind,
)
from communities.scope import day_of, office_of
from ratings.actions._advice_told import concerned, tell
from ratings.models import (
    ADDRESSED,
    GOOD,
    POOL,
    Addressee,
    Advice,
    CreditGround,
    Listing,
    Outcome,
    Recommendation,
    Result,
    Scorecard,
)
from ratings.permissions.results import check_answers
from ratings.queries.results import (
    Ground,
    black_listed,
    cards_for,
    credit_for,
    last,
    listings_for,
    seat_of,
)
from ratings.workflow import ListKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST = 2000
MOST, HUNDREDTH = 10**9, Decimal("0.01")
MISSING: "StrOrPromise" = _("Say it in a sentence.")


@dataclass(frozen=True)
class Votes:
    """A vote of the owners: heads, and area in square metres where it is known."""

    votes_for: int | None = None
    votes_against: int | None = None
    votes_abstained: int | None = None
    votes_whole: int | None = None
    area_for: Decimal | None = None
    area_against: Decimal | None = None
    area_abstained: Decimal | None = None
    area_whole: Decimal | None = None

    @property
    def given(self) -> dict[str, Any]:
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in found.items() if value is not None}


@transaction.atomic
def recommend(
    firm: Body,
    *,
    by: User,
    advice: str,
    ground: Ground,
    text: str,
    addressee: str,
    due_on: date,
    estate: Place | None = None,
) -> Recommendation:
    """Recommend what should follow from a published listing, a frozen score or the credit grade.

    1. Officers of the subdistrict or district of the estate, of the district for the preferred
       pool; nobody tied to the firm since the ground began.
    2. The ground is the firm's, holds at this place, and speaks the way of the advice.
    3. Those concerned are told. Raises Conflict while the same waits for its outcome.
    """
    if advice not in Advice.values:
        raise Invalid(fields={"advice": [_("Choose what is recommended.")]})
    row = Recommendation(
        firm=firm,
        advice=advice,
        place=_place(firm, advice, estate),
        **_ground(ground),
        text=_text(text, "text"),
        addressee=addressee,
        due_on=due_on,
        alarm_at=midnight(due_on + timedelta(days=1)),
        made_at=now(),
        made_by=by,
    )
    check_answers(by, row)
    row.contract = _contract(row)
    _check_ground(row, ground)
    row.to = _addressed(row)
    _check_due(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict(_("The same is recommended already and waits for its outcome.")) from error
    _record(row, by, "recommend", advice=row.advice, addressee=row.addressee)
    tell(row, "advice_given", concerned(row) - {by.pk})
    return row


def _ground(ground: Ground) -> dict[str, Any]:
    """Its columns. A grade is written as it stands: what is confirmed later today may change it."""
    if isinstance(ground, CreditGround):
        return {
            "credit_version": ground.version,
            "credit_on": ground.on,
            "credit_level": ground.level,
            "credit_points": ground.points,
        }
    return {"listing" if isinstance(ground, Listing) else "card": ground}


def _place(firm: Body, advice: str, estate: Place | None) -> Place:
    if firm.kind != BodyKind.FIRM:
        raise Invalid(fields={"firm": [_("This is not a property firm.")]})
    if advice in POOL:
        return seat_of(firm)
    if estate is None or estate.kind != PlaceKind.ESTATE:
        raise Invalid(fields={"estate": [_("Choose the estate it is about.")]})
    return estate


def _contract(row: Recommendation) -> Contract | None:
    """The contract it is about. Raises Invalid where the firm does not serve the estate."""
    if row.about_pool:
        return None
    rows = Contract.objects.in_force(today()).filter(firm=row.firm, estate=row.place)
    found = rows.order_by("-from_on").first()
    if found is None:
        raise Invalid(fields={"estate": [_("The firm does not serve this estate today.")]})
    if found.until_on is None and row.advice != Advice.VOTE:
        raise Invalid(
            fields={"estate": [_("The contract there has no end; there is nothing to renew.")]}
        )
    return found


def _check_ground(row: Recommendation, ground: Ground) -> None:
    """The firm's own, in force here, and no black listing for what speaks for the firm."""
    if not _holds(row, ground):
        sentence = _("Choose a published listing, a frozen score or the credit grade of this firm.")
        raise Invalid(fields={"ground": [sentence]})
    good = row.advice in GOOD
    if isinstance(ground, Listing) and good != (ground.kind == ListKind.RED):
        raise Invalid(fields={"ground": [_("This listing does not speak for that.")]})
    if isinstance(ground, CreditGround) and ground.advice and good != (ground.advice == "red"):
        raise Invalid(fields={"ground": [_("This credit level does not speak for that.")]})
    if good and black_listed(row.firm, row.place):
        raise WrongState(_("The firm is on the black list: nothing is recommended in its favour."))


def _holds(row: Recommendation, ground: Ground) -> bool:
    """Whether it is the firm's and in force at the place; of a grade, that it stands today."""
    if isinstance(ground, CreditGround):
        return credit_for(row.firm, [row.place]) == ground
    rows: Any = cards_for if isinstance(ground, Scorecard) else listings_for
    found: bool = rows(row.firm, row.place).filter(pk=ground.pk).exists()
    return found


def _addressed(row: Recommendation) -> Body | None:
    """The body it is addressed to; nobody for the register."""
    if row.addressee not in ADDRESSED[row.advice]:
        raise Invalid(fields={"addressee": [_("This is not addressed to them. Choose another.")]})
    if row.addressee == Addressee.REGISTER:
        return None
    if row.addressee == Addressee.FIRM:
        return row.firm
    if row.addressee == Addressee.COMMUNITY:
        found = office_of(row.place.above(PlaceKind.COMMUNITY) or row.place)
    else:
        rows = Body.objects.filter(kind__in=COMMITTEE_BODIES, place=row.place)
        found = rows.exclude(dissolved_on__lte=today()).order_by("-pk").first()
    if found is None:
        raise Invalid(fields={"addressee": [_("There is none here. Choose another.")]})
    return found


def _check_due(row: Recommendation) -> None:
    if row.due_on <= today():
        raise Invalid(fields={"due_on": [_("Enter a day that is still to come.")]})
    until = row.contract.until_on if row.contract else None
    if until is not None and row.due_on >= until:
        raise Invalid(fields={"due_on": [_("The contract has ended by then.")]})


# --- What became of it -------------------------------------------------------------------


@transaction.atomic
def record_outcome(
    row: Recommendation,
    *,
    by: User,
    result: str,
    on: date,
    text: str,
    said_by: str,
    votes: Votes | None = None,
    because: str = "",
) -> Outcome:
    """Record what became of a recommendation, with the day, words and who says so.

    `because` corrects the outcome that stands. A pool recommendation that is followed moves the
    firm in or out of the pool by the pool's own verb, for whoever may; that is not taken back here.
    """
    check_answers(by, row)
    row = _taken(row)
    _check_open(row, because.strip())
    said = {"text": _text(text, "text"), "said_by": _text(said_by, "said_by", 120)}
    if result not in Result.values or (row.about_pool and result == Result.IN_PART):
        raise Invalid(fields={"result": [_("Choose what became of it.")]})
    if not day_of(row.made_at) <= on <= today():
        raise Invalid(
            fields={"on": [_("Enter a day from the recommendation on, not one to come.")]}
        )
    counted = _counted(row, result, votes or Votes())
    if row.about_pool and result == Result.FOLLOWED:
        _move(row, by=by, on=on, grounds=said["text"])
    made = Outcome.objects.create(
        recommendation=row, result=result, on=on, because=because.strip()[:200], at=now(), by=by,
        **said, **counted,
    )  # fmt: skip
    if row.answered_at is None:
        row.answered_at, row.alarm_at = made.at, None
        row.save(update_fields=["answered_at", "alarm_at"])
    _record(row, by, "record_outcome", result=result, on=on.isoformat())
    tell(row, "advice_answered", ({row.made_by_id} | concerned(row)) - {by.pk}, of=made)
    return made


def _check_open(row: Recommendation, because: str) -> None:
    if row.withdrawn_at is not None:
        raise WrongState(_("This recommendation is withdrawn."))
    standing = last(row)
    if standing is None:
        if because:
            raise WrongState(_("There is no outcome to correct yet."))
        return
    if row.about_pool and standing.result == Result.FOLLOWED:
        raise WrongState(_("The pool was changed by it: what comes next is done there."))
    if not because:
        raise WrongState(_("Its outcome is on record. Say why it is corrected."))


def _counted(row: Recommendation, result: str, votes: Votes) -> dict[str, Any]:
    """The numbers of a vote: all of heads, all or none of area, never more than there are."""
    given = votes.given
    if row.advice != Advice.VOTE:
        return {}
    wrong: dict[str, list[StrOrPromise]] = {}
    for kind, needed in (("votes", result == Result.FOLLOWED), ("area", False)):
        sides = [f"{kind}_{side}" for side in ("for", "against", "abstained")]
        whole = given.get(f"{kind}_whole")
        if any(not _plain(value) for name, value in given.items() if name.startswith(kind)):
            wrong[sides[0]] = [_("Enter a number from 0 to 999,999,999; areas go to two decimals.")]
        elif needed or any(name in given for name in (*sides, f"{kind}_whole")):
            missing = [name for name in sides if name not in given]
            wrong |= {name: [_("Enter how many; 0 if nobody.")] for name in missing}
            if not missing and whole is not None and sum(given[name] for name in sides) > whole:
                wrong[f"{kind}_whole"] = [_("That is less than took part.")]
    if wrong:
        raise Invalid(fields=wrong)
    return given


def _plain(value: int | Decimal) -> bool:
    """A number that there can be, and that the columns hold."""
    number = Decimal(value)
    return number.is_finite() and 0 <= number < MOST and number == number.quantize(HUNDREDTH)


def _move(row: Recommendation, *, by: User, on: date, grounds: str) -> None:
    """Into the pool or out of it, by the pool's own verbs and their refusals."""
    if row.advice == Advice.ENTER_POOL:
        enter_pool(row.firm, by=by, from_on=on, grounds=grounds)
        return
    member = row.firm.pool_memberships.filter(until_on=None).first()
    if member is None:
        raise WrongState(_("The firm does not stand in the preferred pool."))
    leave_pool(member, by=by, on=on, grounds=grounds)


@transaction.atomic
def withdraw_recommendation(row: Recommendation, *, by: User, because: str) -> Recommendation:
    """Withdraw one that waits: its ground fell away, or it was a mistake."""
    check_answers(by, row)
    said = _text(because, "because")
    row = _taken(row)
    if not row.waiting:
        raise WrongState(_("It no longer waits for its outcome."))
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = now(), by, said
    row.alarm_at = None
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because", "alarm_at"])
    _record(row, by, "withdraw_recommendation")
    tell(row, "advice_withdrawn", ({row.made_by_id} | concerned(row)) - {by.pk})
    return row


def _taken(row: Recommendation) -> Recommendation:
    rows = Recommendation.objects.select_for_update(of=("self",))
    return rows.select_related("firm__place", "place", "to", "card", "listing").get(pk=row.pk)


def _text(words: str, field: str, longest: int = LONGEST) -> str:
    said = words.strip()
    if not said:
        raise Invalid(fields={field: [MISSING]})
    if len(said) > longest:
        limit = {"limit": longest}
        raise Invalid(fields={field: [_("Please keep it under %(limit)d characters.") % limit]})
    return said


def _record(row: Recommendation, by: User, verb: str, **facts: Any) -> None:
    audit.record(
        by=by,
        verb=verb,
        target_kind="recommendation",
        target=str(row.public_id),
        firm=row.firm.code,
        place=row.place.code,
        **facts,
    )
