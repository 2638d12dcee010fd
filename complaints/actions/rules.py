"""Changing how long a stage may take. Every change touches new promises only.

All of them are for an officer of the place's district and for the operator at the console, raise
NotAllowed for anybody else, Invalid by field, and Conflict where `based_on` (the fingerprint of
what somebody was shown) is no longer how the rules stand. Each version written is in the audit
log with old and new figures.
"""

from collections.abc import Sequence
from datetime import datetime, time
from enum import Enum

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from common.errors import Invalid, WrongState
from communities.models import Place
from complaints.actions import _rules as rules
from complaints.actions._rules import LONGEST as LONGEST
from complaints.models import Category, Rule, Unit
from complaints.models.presets import presets
from complaints.queries.rule_changes import hours_drafts, preset_drafts, withdrawal_drafts
from complaints.queries.rulebook import Hours, Rulebook, Slot
from complaints.workflow import LADDER, Stage

THREE_HOURS = 3 * 3600
BY_HAND, AT_THE_CONSOLE = gettext_noop("set by hand"), gettext_noop("set at the console")
# What stands for a source where nobody named one.
UNNAMED = frozenset({BY_HAND, AT_THE_CONSOLE})


class AsIs(Enum):
    """What is said of hours when nothing is said: the setting of the place stays."""

    AS_IT_IS = "as it is"


AS_IT_IS = AsIs.AS_IT_IS
# Quiet from, quiet until, closes at.
Said = tuple[time | None | AsIs, time | None | AsIs, time | None | AsIs]
NOTHING_SAID: Said = (AS_IT_IS, AS_IT_IS, AS_IT_IS)


@transaction.atomic
def set_rule(
    *,
    by: Actor,
    stage: str,
    urgency: str = "",
    amount: int,
    unit: str,
    span_amount: int | None = None,
    span_unit: str | None = None,
    place: Place | None = None,
    category: Category | None = None,
    quiet_from: time | None | AsIs = AS_IT_IS,
    quiet_until: time | None | AsIs = AS_IT_IS,
    closes_at: time | None | AsIs = AS_IT_IS,
    reminders: Sequence[int] | None = None,
    ladder: Sequence[str] | None = None,
    source: str = "",
    valid_from: datetime | None = None,
    based_on: str | None = None,
) -> Rule:
    """Write a new version of a rule, for an urgency or for a category; the old version stays.

    `amount` and `span_amount` are in their units (`seconds`, `working_days`, `calendar_days`), a
    year at most. The rungs of the ladder are 3 hours apart for rules in seconds (or as far apart
    as the rule is long, where that is less) and one working day for rules in days, unless said
    otherwise. `reminders` are hundredths (1 to 99) of a rule in seconds, or working days before
    the last; `ladder` names rungs from the nearest up; None is as usual. Hours of which nothing is
    said stay those of the place (`set_hours`). `valid_from` is now, or within a year.
    """
    slot = Slot(stage, urgency, category)
    book = rules.opened(by, place, based_on)
    draft = drafted(
        book,
        slot,
        amount=amount,
        unit=unit,
        span=(span_amount, span_unit),
        hours=(quiet_from, quiet_until, closes_at),
        reminders=reminders,
        ladder=ladder,
        source=source,
        valid_from=valid_from,
    )
    return rules.write(book, [draft], by=by, verb="set_rule")[0]


def drafted(
    book: Rulebook,
    slot: Slot,
    *,
    amount: int,
    unit: str,
    span: tuple[int | None, str | None] = (None, None),
    hours: Said = NOTHING_SAID,
    reminders: Sequence[int] | None = None,
    ladder: Sequence[str] | None = None,
    source: str = "",
    valid_from: datetime | None = None,
) -> Rule:
    """The version that `set_rule` would write, checked as there, for a page to show first."""
    rules.check([*rules.wrong_slot(slot), *rules.wrong_amount("amount", amount, unit)])
    if span == (None, None):
        seconds = unit == Unit.SECONDS
        span_amount = min(amount, THREE_HOURS) if seconds else 1
        span_unit: str | None = Unit.SECONDS if seconds else Unit.WORKING_DAYS
    else:
        span_amount, span_unit = span[0] or 0, span[1]
    wanted = _hours(book, slot, unit, hours)
    rules.check(
        [
            *rules.wrong_amount("span_amount", span_amount, span_unit),
            *rules.wrong_hours(wanted),
            *rules.wrong_hours_for(slot, unit, wanted),
            *rules.wrong_reminders(slot, amount, unit, reminders),
            *rules.wrong_ladder(slot, ladder),
            *rules.wrong_beginning(valid_from, book.at),
            *rules.wrong_source(source.strip()),
        ]
    )
    # What is as usual anyway stays the usual, should that ever be another.
    as_usual = ladder is None or tuple(ladder) == LADDER[Stage(slot.stage)]
    return book.draft(
        slot,
        amount=amount,
        unit=unit,
        span_amount=span_amount,
        span_unit=span_unit,
        quiet_from=wanted.quiet_from,
        quiet_until=wanted.quiet_until,
        closes_at=wanted.closes_at,
        reminders=None if reminders is None else sorted(reminders),
        ladder=None if as_usual or ladder is None else list(ladder),
        source=source.strip() or BY_HAND,
        valid_from=valid_from or book.at,
    )


def _hours(book: Rulebook, slot: Slot, unit: str, said: Said) -> Hours:
    """What was said of the hours; of what nothing was said, as it stands at the place."""
    kept = book.hours_for(slot, unit).of_unit(unit)
    return Hours(
        *(
            old if isinstance(new, AsIs) else new
            for old, new in zip(kept.values(), said, strict=True)
        )
    )


def check_hours(hours: Hours) -> None:
    """Raises Invalid, by field, for hours that cannot be: as `set_hours` does."""
    rules.check(rules.wrong_hours(hours))


@transaction.atomic
def set_hours(
    *,
    by: Actor,
    place: Place | None,
    quiet_from: time | None,
    quiet_until: time | None,
    closes_at: time | None,
    based_on: str | None = None,
) -> list[Rule]:
    """One setting for all rules of a place: its quiet hours and its close of business.

    Every rule that holds there for what is not urgent gets a new version: those in seconds the
    quiet hours (local clock, may cross midnight), those in days the close of business at which a
    last day ends (Civil Code 203, paragraph 2). None: day and night; 24:00. Rules that have these
    hours already are left alone, urgent ones always. Returns the versions written.
    """
    book = rules.opened(by, place, based_on)
    hours = Hours(quiet_from, quiet_until, closes_at)
    check_hours(hours)
    return rules.write(book, hours_drafts(book, hours), by=by, verb="set_hours")


@transaction.atomic
def apply_preset(
    *, by: Actor, place: Place | None, preset: str, based_on: str | None = None
) -> list[Rule]:
    """Make a whole preset this place's own rules, at once.

    The hours of the place stay, and so do rules of single categories and of places beneath it.
    Rules that say the same already are left alone. Returns the versions written.
    """
    book = rules.opened(by, place, based_on)
    if preset not in presets():
        raise Invalid(fields={"preset": [_("This preset is unknown.")]})
    return rules.write(book, preset_drafts(book, presets()[preset]), by=by, verb="apply_preset")


@transaction.atomic
def withdraw_rule(
    *,
    by: Actor,
    place: Place | None,
    stage: str,
    urgency: str = "",
    category: Category | None = None,
    based_on: str | None = None,
) -> Rule:
    """Back to what is inherited: from now on this place has no rule of its own on this line.

    What was to begin later is withdrawn with it. Raises WrongState where there is none to
    withdraw; the rules of everywhere cannot be, but for a category's: every stage needs one.
    """
    slot = Slot(stage, urgency, category)
    book = rules.opened(by, place, based_on)
    rules.check(rules.wrong_slot(slot))
    if place is None and category is None:
        raise WrongState(_("Every stage needs a rule: the general one can only be changed."))
    drafts = withdrawal_drafts(book, [slot])
    if not drafts:
        raise WrongState(_("There is no rule of this place's own to withdraw."))
    return rules.write(book, drafts, by=by, verb="withdraw_rule")[0]


@transaction.atomic
def withdraw_rules(*, by: Actor, place: Place, based_on: str | None = None) -> list[Rule]:
    """Back to what is inherited on every line. Raises WrongState where nothing is its own."""
    book = rules.opened(by, place, based_on)
    drafts = withdrawal_drafts(book, book.slots())
    if not drafts:
        raise WrongState(_("There is no rule of this place's own to withdraw."))
    return rules.write(book, drafts, by=by, verb="withdraw_rule")
