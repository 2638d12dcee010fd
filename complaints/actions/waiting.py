"""More time for a promise, and rest for an order: asked for, granted or refused, on record."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common import workdays
from common.errors import Invalid, WrongState
from communities.scope import day_of
from complaints import clock
from complaints.actions._step import Move, Words, need, take
from complaints.models import (
    Asked,
    Audience,
    Complaint,
    Deadline,
    Extension,
    Pause,
    PauseGround,
    StatementKind,
    Unit,
)
from complaints.permissions import Case, asked_extension
from complaints.workflow import Verb

# Our decisions, after the ten working days that Shandong grants at most: longer waits are
# suspensions, and nobody suspends for longer than half a year without looking again.
LONGEST_EXTENSION = {Unit.SECONDS: 24 * 3600, Unit.WORKING_DAYS: 10, Unit.CALENDAR_DAYS: 14}
LONGEST_SUSPENSION = timedelta(days=180)


def ask_extension(
    complaint: Complaint, *, by: Actor, amount: int, unit: str, note: str
) -> Complaint:
    """Ask for more time for what one holds: the handler for handling, the desk for feedback.

    Once per promise, before it is due. `amount` is in `unit` (`seconds`, at most 24 hours;
    `working_days`, at most 10; `calendar_days`, at most 14). The clock runs on meanwhile.
    """
    _check_amount(amount, unit)
    need(note, "note", _("Say why more time is needed; the resident reads it once it is granted."))

    def change(move: Move) -> None:
        case = _case(move)
        row = _row(move, case.promise(case.held_stage))
        move.facts.update(stage=row.stage, amount=amount, unit=unit)
        Extension.objects.create(
            deadline=row, amount=amount, unit=unit, asked_at=move.at, asked_by_id=row.held_by_id
        )

    words = Words(note, StatementKind.NOTE, Audience.WORKERS)
    return take(complaint, Verb.ASK_EXTENSION, by=by, words=words, change=change)


def grant_extension(complaint: Complaint, *, by: Actor, note: str) -> Complaint:
    """Grant the time asked for. The resident reads the reason.

    Handling: the desk or an office above. Feedback, which the desk itself owes: an office above.
    """
    need(note, "note", _("Say why there is more time; the resident reads it."))

    def change(move: Move) -> None:
        row = _decide(move, Asked.GRANTED)
        asked = row.extension
        asked.from_at = row.due_at
        move.promises.extend(row, asked.amount, asked.unit)
        asked.until_at = row.due_at
        asked.save()
        move.facts["due_at"] = row.due_at.isoformat()

    return take(complaint, Verb.GRANT_EXTENSION, by=by, words=Words(note), change=change)


def refuse_extension(complaint: Complaint, *, by: Actor, note: str) -> Complaint:
    """Do not grant the time asked for; the promise stands as it was."""
    need(note, "note", _("Say why there is no more time."))

    def change(move: Move) -> None:
        _decide(move, Asked.REFUSED).extension.save()

    words = Words(note, StatementKind.NOTE, Audience.WORKERS)
    return take(complaint, Verb.REFUSE_EXTENSION, by=by, words=words, change=change)


def ask_suspension(
    complaint: Complaint, *, by: Actor, ground: str, review_on: date, note: str
) -> Complaint:
    """Ask the office above to let the order rest until a day of review."""
    need(note, "note", _("Say what the order has to wait for."))

    def change(move: Move) -> None:
        _check_suspension(ground, review_on, day_of(move.at))
        move.facts.update(ground=ground, review_on=review_on.isoformat())
        Pause.objects.create(
            complaint=move.order,
            ground=ground,
            review_on=review_on,
            asked_at=move.at,
            asked_by_id=move.signed["body_id"],
        )

    words = Words(note, StatementKind.NOTE, Audience.WORKERS)
    return take(complaint, Verb.ASK_SUSPENSION, by=by, words=words, change=change)


def suspend(
    complaint: Complaint, *, by: Actor, ground: str, review_on: date, note: str
) -> Complaint:
    """Let every promise of the order rest until the end of the day of review.

    Needs the subdistrict or the district. What was asked for is granted by it; what rests already
    is prolonged. When the day is over the clock runs on by itself: nothing rests for ever.
    Raises Invalid for a day that is not ahead, or more than 180 days off.
    """
    need(note, "note", _("Say what the order has to wait for; the resident reads it."))

    def change(move: Move) -> None:
        _check_suspension(ground, review_on, day_of(move.at))
        pause = move.order.suspensions.filter(state=Asked.ASKED).first() or Pause(
            complaint=move.order, asked_at=move.at, asked_by_id=move.signed["body_id"]
        )
        pause.state, pause.ground, pause.review_on = Asked.GRANTED, ground, review_on
        pause.decided_at = pause.from_at = move.at
        pause.until_at = workdays.midnight(review_on + workdays.ONE_DAY)
        move.promises.begin_pause(pause, clock.morning_of(review_on))
        pause.save()
        move.facts.update(ground=ground, review_on=review_on.isoformat())

    return take(complaint, Verb.SUSPEND, by=by, words=Words(note), change=change)


def refuse_suspension(complaint: Complaint, *, by: Actor, note: str) -> Complaint:
    """Do not let the order rest; its promises have run on all the while."""
    need(note, "note", _("Say why the order cannot wait."))

    def change(move: Move) -> None:
        move.order.suspensions.filter(state=Asked.ASKED).update(
            state=Asked.REFUSED, decided_at=move.at
        )

    words = Words(note, StatementKind.NOTE, Audience.WORKERS)
    return take(complaint, Verb.REFUSE_SUSPENSION, by=by, words=words, change=change)


def resume(complaint: Complaint, *, by: Actor, note: str = "") -> Complaint:
    """Let the promises of a suspended order run on from now."""

    def change(move: Move) -> None:
        move.promises.end_pause()

    return take(complaint, Verb.RESUME, by=by, words=Words(note), change=change)


def _case(move: Move) -> Case:
    """What was read already to see whether the verb is open."""
    return move.case or Case(move.by, move.order, move.at)


def _row(move: Move, promise: Deadline | None) -> Deadline:
    """The promise as the verb holds it, with what was asked for it."""
    found = next((row for row in move.promises.rows if promise and row.pk == promise.pk), None)
    if found is None:
        raise WrongState(_("Nothing of yours is running for which there could be more time."))
    return found


def _decide(move: Move, state: Asked) -> Deadline:
    promise = asked_extension(_case(move))
    row = _row(move, promise)
    if promise is not None:
        row.extension = promise.extension
    row.extension.state, row.extension.decided_at = state, move.at
    move.facts.update(stage=row.stage, amount=row.extension.amount, unit=row.extension.unit)
    return row


def _check_amount(amount: int, unit: str) -> None:
    if unit not in Unit.values:
        raise Invalid(fields={"unit": [_("Choose hours or days.")]})
    if amount < 1:
        raise Invalid(fields={"amount": [_("Say how much more time is needed.")]})
    if amount > LONGEST_EXTENSION[Unit(unit)]:
        raise Invalid(
            fields={
                "amount": [
                    _("At most 24 hours, 10 working days or 14 days; for more, ask for suspension.")
                ]
            }
        )


def _check_suspension(ground: str, review_on: date, today: date) -> None:
    if ground not in PauseGround.values:
        raise Invalid(fields={"ground": [_("Choose a ground from the list.")]})
    if review_on <= today:
        raise Invalid(fields={"review_on": [_("The day of review must lie ahead.")]})
    if review_on > today + LONGEST_SUSPENSION:
        raise Invalid(fields={"review_on": [_("It must be reviewed within 180 days.")]})
