"""The verbs of a committee's life: founded, and each dated step as the law of its kind allows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts import audit
from accounts.actors import CLOCK, Actor
from accounts.models import User
from common.errors import Conflict, Invalid, WrongState
from common.now import now, today
from common.pinyin import initials
from communities.actions._committee_told import tell
from communities.actions.committee_seats import end_seats
from communities.clock import next_alarm, opening, years_after
from communities.models import (
    Body,
    BodyKind,
    Committee,
    CommitteeState,
    CommitteeStep,
    Place,
    PlaceKind,
)
from communities.permissions import check_keeps_register
from communities.permissions.committees import check_records
from communities.rules import rules
from communities.workflow import MANAGEMENT, OWNERS, Hand, Law, Life, Mark, Need, Step, lived

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

KINDS = {BodyKind.OWNERS_COMMITTEE: "OC", BodyKind.MANAGEMENT_COMMITTEE: "MC"}
DATES = frozenset({"term_from_on", "term_until_on", "elected_on"})
COUNTS = frozenset({"seats", "people"})


def law_of(committee: Committee) -> Mapping[Step, Law]:
    """The table of this kind of committee."""
    return OWNERS if committee.body.kind == BodyKind.OWNERS_COMMITTEE else MANAGEMENT


def valid_steps(rows: Sequence[CommitteeStep]) -> list[CommitteeStep]:
    """Those that were not struck out, in the order they were entered."""
    struck = {row.facts.get("struck") for row in rows if row.step == Step.STRUCK}
    return [row for row in rows if row.step != Step.STRUCK and str(row.public_id) not in struck]


def life_of(committee: Committee) -> Life:
    """What follows from the steps taken; one query."""
    rows = valid_steps(list(committee.steps.order_by("pk")))
    marks = [Mark(Step(row.step), row.on, row.facts) for row in rows]
    return lived(law_of(committee), marks)


@transaction.atomic
def found_committee(
    *,
    by: Actor,
    estate: Place,
    kind: str = BodyKind.OWNERS_COMMITTEE,
    name: str = "",
    code: str = "",
) -> Committee:
    """Open the file of a committee of an estate: not eligible yet.

    Raises NotAllowed but for whoever keeps the register there; Invalid for what is no estate, or
    one that has a committee of this kind already, or a code that is taken.
    """
    check_keeps_register(by, estate)
    estate = Place.objects.select_for_update().get(pk=estate.pk)
    before = Body.objects.filter(place=estate, kind=kind)
    wrong: dict[str, list[StrOrPromise]] = {}
    if estate.kind != PlaceKind.ESTATE:
        wrong["estate"] = [_("A committee is that of an estate.")]
    elif kind not in KINDS:
        wrong["kind"] = [_("Choose which kind of committee it is.")]
    elif before.filter(dissolved_on__isnull=True).exists():
        wrong["estate"] = [_("This estate has a committee of this kind already.")]
    if wrong:
        raise Invalid(fields=wrong)
    code = code or f"{estate.code}-{KINDS[BodyKind(kind)]}{before.count() + 1}"
    if Body.objects.filter(code=code).exists():
        raise Invalid(fields={"code": [_("This code is taken.")]})
    name = name.strip() or estate.name + ("业主委员会" if kind in _OWNERS else "物业管理委员会")
    body = Body.objects.create(
        kind=kind, code=code, name=name, place=estate, initials=initials(name)
    )
    committee = Committee.objects.create(body=body, state=CommitteeState.NOT_ELIGIBLE)
    _audit("found_committee", committee, by, estate=estate.code, kind=str(kind))
    return committee


_OWNERS = frozenset({BodyKind.OWNERS_COMMITTEE})


def taken(committee: Committee) -> Committee:
    """The committee, locked and read again."""
    rows = Committee.objects.select_for_update(of=("self",)).select_related("body__place__parent")
    found = rows.filter(pk=committee.pk).first()
    if found is None:
        raise Conflict
    return found


@transaction.atomic
def record_step(
    committee: Committee, *, by: Actor, step: str, on: date, note: str = "", **facts: Any
) -> CommitteeStep:
    """Record a step of the committee's life as taken on a day.

    1. Whose step it is: else NotAllowed.
    2. What the clock owed up to that day is written first, so that nothing late is missed.
    3. Whether the state allows it and what it needs is recorded: else WrongState, with what is
       missing. Before the law's waiting time is over: Invalid at `on`, with the first day.
    4. The facts it asks for: else Invalid at their names.
    """
    law = law_of(committee)
    row = law.get(Step(step)) if step in Step.values else None
    if row is None or row.hand == Hand.CLOCK:
        raise Invalid(fields={"step": [_("Choose a step of this committee.")]})
    check_records(by, committee.body.place, row.hand)
    committee, day = taken(committee), today()
    life = catch_up(committee, min(on, day))
    _check_now(law, Step(step), life, on, day)
    told = _told(row, Step(step), on, {**facts, "note": note})
    if step == Step.DISSOLVED or (step == Step.ELECTED and life.term_until_on is not None):
        told["seats_ended"] = end_seats(committee, by=by, on=on)
    made = write_step(committee, Step(step), on, told, note=note, by=by)
    if step == Step.DISSOLVED:
        Body.objects.filter(pk=committee.body_id).update(dissolved_on=on)
    keep(committee, life_of(committee))
    _audit("record_step", committee, by, step=str(step), on=on.isoformat())
    return made


@transaction.atomic
def strike_step(committee: Committee, *, by: Actor, note: str) -> CommitteeStep:
    """Strike out the last entry, with the reason: it stays on record and counts no longer.

    Raises NotAllowed but for whoever may record it; WrongState where nothing is to be struck, or
    where it had consequences beyond the file (seats that ended, the committee dissolved).
    """
    check_keeps_register(by, committee.body.place)
    committee = taken(committee)
    rows = valid_steps(list(committee.steps.order_by("pk")))
    last = rows[-1] if rows else None
    if last is None:
        raise WrongState(_("There is nothing to strike out."))
    check_records(by, committee.body.place, law_of(committee)[Step(last.step)].hand)
    if last.facts.get("seats_ended") or last.step == Step.DISSOLVED:
        raise WrongState(_("With this step seats ended: it cannot be struck out any more."))
    if not note.strip():
        raise Invalid(fields={"note": [_("Say why it is struck out.")]})
    facts = {"struck": str(last.public_id), "step": last.step}
    made = write_step(committee, Step.STRUCK, today(), facts, note=note, by=by)
    keep(committee, life_of(committee))
    _audit("strike_step", committee, by, step=last.step)
    return made


def write_step(
    committee: Committee,
    step: Step,
    on: date,
    facts: dict[str, Any],
    *,
    note: str = "",
    by: Actor,
) -> CommitteeStep:
    """Append a row to the committee's file."""
    return CommitteeStep.objects.create(
        committee=committee,
        step=step,
        on=on,
        facts=facts,
        note=note.strip(),
        by=by if isinstance(by, User) else None,
        entered_at=now(),
    )


def keep(committee: Committee, life: Life) -> None:
    """Bring the row in line with its steps, and say when the clock looks again."""
    alarm = next_alarm(life, rules())
    committee.state = life.state
    committee.seats = life.seats
    committee.elected_on, committee.filed_on = life.elected_on, life.filed_on
    committee.filing_number = life.filing_number
    committee.term_from_on, committee.term_until_on = life.term_from_on, life.term_until_on
    committee.alarm_on = alarm[1] if alarm else None
    committee.save()


def catch_up(committee: Committee, day: date) -> Life:
    """Write what the clock owes up to this day, each dated when it was due; tell the last of it."""
    life, given, made = life_of(committee), rules(), None
    while (alarm := next_alarm(life, given)) is not None and alarm[1] <= day:
        made = write_step(committee, alarm[0], alarm[1], {}, by=CLOCK)
        life = life_of(committee)
    if made is not None:
        tell(committee, made)
    return life


def check_state(committee: Committee, step: Step) -> None:
    """Raises WrongState where a committee of this state does not take the step, whatever is said.

    `record_step` looks again, at the file itself: what is missing, and from which day on.
    """
    if committee.state not in law_of(committee)[step].moves:
        raise _unfit(step, CommitteeState(committee.state))


def _unfit(step: Step, state: CommitteeState) -> WrongState:
    said = {"step": step.label, "state": state.label}
    return WrongState(_("“%(step)s” does not fit now: the committee is “%(state)s”.") % said)


def _check_now(law: Mapping[Step, Law], step: Step, life: Life, on: date, day: date) -> None:
    found = opening(law, step, life, rules())
    if not found.fits:
        raise _unfit(step, life.state)
    if found.missing:
        raise WrongState(
            _("First has to be recorded: %(steps)s.") % {"steps": named(found.missing)}
        )
    if on > day:
        raise Invalid(fields={"on": [_("Only what has happened is recorded.")]})
    if not found.open_on(on) and found.first_on is not None:
        raise Invalid(fields={"on": [too_early(found.first_on, found.because)]})


def named(needs: Sequence[Need]) -> str:
    """The steps that are missing, as people call them."""
    return " · ".join(" / ".join(str(step.label) for step in need.steps) for need in needs)


def too_early(first_on: date, because: tuple[Step, int] | None) -> str:
    """Why not yet, and the first day."""
    said: dict[str, Any] = {"day": date_format(first_on)}
    if because is None or not because[1]:
        return str(_("The first day on which this can be done is %(day)s.") % said)
    said |= {"step": because[0].label, "n": because[1]}
    return str(
        ngettext_lazy(
            "The first day on which this can be done is %(day)s: %(n)d day after “%(step)s”.",
            "The first day on which this can be done is %(day)s: %(n)d days after “%(step)s”.",
            "n",
        )
        % said
    )


def _told(row: Law, step: Step, on: date, given: Mapping[str, Any]) -> dict[str, Any]:
    """The facts a step asks for, as its row keeps them. Raises Invalid for what is not so."""
    wrong: dict[str, list[StrOrPromise]] = {}
    kept: dict[str, Any] = {}
    for name in row.asks:
        value = _read(name, given.get(name))
        if value in (None, ""):
            wrong[name] = [_("Please fill this in.")]
        elif name != "note":
            kept[name] = value
    if not wrong:
        wrong = _wrong(step, on, kept)
    if wrong:
        raise Invalid(fields=wrong)
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in kept.items()}


def _read(name: str, value: Any) -> Any:
    if name in DATES and isinstance(value, str):
        return parse_date(value)
    if name in COUNTS:
        return int(value) if str(value or "").isdigit() and int(value) > 0 else None
    return value.strip() if isinstance(value, str) else value


def _wrong(step: Step, on: date, kept: Mapping[str, Any]) -> "dict[str, list[StrOrPromise]]":
    given = rules()
    wrong: dict[str, list[StrOrPromise]] = {}
    seats = kept.get("seats")
    if step == Step.ELECTED and seats is not None:
        least, most = given["least_seats"], given["most_seats"]
        if not least <= seats <= most or seats % 2 == 0:
            said = {"least": least, "most": most}
            wrong["seats"] = [_("An odd number from %(least)d to %(most)d is elected.") % said]
    if "term_until_on" in kept:
        managed = step in {Step.FOUNDED, Step.RENEWED}
        years = given["management_term_years" if managed else "term_years"]
        begin, until = kept["term_from_on"], kept["term_until_on"]
        if until <= begin:
            wrong["term_until_on"] = [_("The term must end after it begins.")]
        elif until > years_after(begin, years):
            wrong["term_until_on"] = [_("A term is at most %(n)d years.") % {"n": years}]
    if kept.get("elected_on") and kept["elected_on"] > on:
        wrong["elected_on"] = [_("It was elected before it was filed.")]
    return wrong


def _audit(verb: str, committee: Committee, by: Actor, **facts: Any) -> None:
    audit.record(by=by, verb=verb, target_kind="committee", target=committee.body.code, **facts)
