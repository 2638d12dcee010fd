"""Checking and writing versions of rules. Private to the verbs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from common.errors import Conflict, Invalid
from common.now import now
from communities.models import DIVISIONS, Place
from complaints.models import Rule, RuleStage, Unit
from complaints.permissions.rules import check_may_change_rules
from complaints.queries.rulebook import FIGURES, Hours, Rulebook, Slot
from complaints.workflow import Rung, Urgency

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Our decision: nobody promises anything for later than a year from now.
LONGEST = {Unit.SECONDS: 366 * 86400, Unit.WORKING_DAYS: 366, Unit.CALENDAR_DAYS: 366}
FURTHEST_AHEAD = timedelta(days=366)
# A form is filled in for a while; what lies further back would change promises already made.
A_MINUTE = timedelta(minutes=1)
MOST_REMINDERS = 5
LONGEST_SOURCE = 200  # characters
NOON = time(12)

# What is wrong with an answer, by the name of its field.
Wrong = Iterator[tuple[str, "StrOrPromise"]]


def opened(by: Actor, place: Place | None, based_on: str | None) -> Rulebook:
    """The rules of a place, to be changed by this actor: locked first, then looked at.

    Raises NotAllowed for anybody else, Invalid for a place where no rule can stand, and Conflict
    where `based_on`, a rulebook's fingerprint, is no longer that of what holds now.
    """
    check_may_change_rules(by, place)
    if place is not None:
        if place.kind not in DIVISIONS:
            raise Invalid(
                fields={"place": [_("Rules stand at a district, a subdistrict or a community.")]}
            )
        # A lesser lock than for a change of the place: orders filed meanwhile refer to it.
        Place.objects.select_for_update(no_key=True).get(pk=place.pk)
    book = Rulebook(place, now())
    if based_on is not None and based_on != book.fingerprint:
        raise Conflict(
            _("Somebody else has changed these rules in the meantime. Please look again.")
        )
    return book


def write(book: Rulebook, drafts: Sequence[Rule], *, by: Actor, verb: str) -> list[Rule]:
    """Write the versions, and a line of the audit log for each, with old and new figures."""
    try:
        with transaction.atomic():
            written = Rule.objects.bulk_create(drafts)
    except IntegrityError:  # the rules of everywhere have no row to lock
        raise Conflict from None
    for rule in written:
        slot = Slot(rule.stage, rule.urgency, rule.category)
        before = book.standing(slot, rule.valid_from)
        audit.record(
            by=by,
            verb=verb,
            target_kind="rule",
            target=slot.audit_name(book.place.code if book.place else ""),
            version=rule.version,
            valid_from=rule.valid_from.isoformat(),
            old=None if before is None else figures(before),
            new=figures(rule),
        )
    return written


def figures(rule: Rule) -> dict[str, Any]:
    """A version as the audit log keeps it: figures and codes, no words of anybody."""
    told = {name: getattr(rule, name) for name in FIGURES if name != "source"}
    if rule.place is not None:
        told["place"] = rule.place.code
    return {
        name: f"{value:%H:%M}" if isinstance(value, time) else value
        for name, value in told.items()
        if value not in (None, "", False)
    }


# --- What is refused ---------------------------------------------------------------------


def check(wrong: Iterable[tuple[str, "StrOrPromise"]]) -> None:
    """Raises Invalid with every sentence at its field."""
    fields: dict[str, list[StrOrPromise]] = {}
    for name, sentence in wrong:
        fields.setdefault(name, []).append(sentence)
    if fields:
        raise Invalid(fields=fields)


def wrong_slot(slot: Slot) -> Wrong:
    """A stage there is, and either an urgency or a category."""
    if slot.stage not in RuleStage.values:
        yield "stage", _("This stage is unknown.")
    if slot.category is not None:
        if slot.urgency:
            yield "category", _("A rule is for an urgency or for a category, not for both.")
    elif slot.urgency not in Urgency.values:
        yield "urgency", _("This urgency is unknown.")


def wrong_amount(name: str, amount: int | None, unit: str | None) -> Wrong:
    """At least one of a unit there is, and no longer than a year."""
    if unit not in Unit.values or amount is None or amount <= 0:
        yield name, _("Give an amount such as 20s, 15m, 3h, 5wd or 7d.")
    elif amount > LONGEST[Unit(unit)]:
        yield name, _("Nothing is promised for longer than a year.")


def wrong_hours(hours: Hours) -> Wrong:
    """Quiet hours that begin and end, and an end of business after noon."""
    if (hours.quiet_from is None) != (hours.quiet_until is None):
        missing = "quiet_from" if hours.quiet_from is None else "quiet_until"
        yield missing, _("Quiet hours need a beginning and an end.")
    elif hours.quiet_from is not None and hours.quiet_from == hours.quiet_until:
        yield "quiet_until", _("Quiet hours that end when they begin would never end.")
    if hours.closes_at is not None and hours.closes_at <= NOON:
        yield (
            "closes_at",
            _("Give the end of the office's afternoon, such as 17:30; leave it empty for 24:00."),
        )


def wrong_hours_for(slot: Slot, unit: str, hours: Hours) -> Wrong:
    """Hours where they mean nothing: nobody should believe that they were taken."""
    quiet = hours.quiet_from is not None or hours.quiet_until is not None
    if not slot.takes_hours:
        if slot.urgent:
            sentence = _("What is urgent knows no quiet hours and no close of business.")
        else:
            sentence = _("The reporter's own time knows no quiet hours and no close of business.")
        if quiet:
            yield "quiet_from", sentence
        if hours.closes_at is not None:
            yield "closes_at", sentence
    elif quiet and unit != Unit.SECONDS:
        yield "quiet_from", _("Quiet hours are for times in minutes or hours.")
    elif hours.closes_at is not None and unit == Unit.SECONDS:
        yield "closes_at", _("The close of business is for times in days.")


def wrong_reminders(slot: Slot, amount: int, unit: str, reminders: Sequence[int] | None) -> Wrong:
    """Hundredths 1 to 99 of a rule in seconds; working days before the last, of one in days."""
    if reminders is None:
        return
    last = 99 if unit == Unit.SECONDS else max(amount, 1)
    if not slot.promise:
        yield "reminders", _("Nobody is reminded of the reporter's own time.")
    elif not all(type(one) is int and 1 <= one <= last for one in reminders):
        if unit == Unit.SECONDS:
            yield "reminders", _("Give hundredths of the time from 1 to 99, such as 50 and 80.")
        else:
            yield (
                "reminders",
                _("Give working days before the last day, from 1 to %(last)d.") % {"last": last},
            )
    elif len(set(reminders)) < len(reminders):
        yield "reminders", _("One of these is given twice.")
    elif len(reminders) > MOST_REMINDERS:
        yield "reminders", _("No more than %(most)d reminders.") % {"most": MOST_REMINDERS}


def wrong_ladder(slot: Slot, ladder: Sequence[str] | None) -> Wrong:
    """At least one rung, each once, from the nearest up."""
    if ladder is None:
        return
    order = list(Rung.values)
    if not slot.promise:
        yield "ladder", _("The reporter's own time has no ladder.")
    elif not ladder:
        # Without a rung a late stage would never be recorded as late.
        yield "ladder", _("Somebody has to hear of what is late.")
    elif not all(rung in order for rung in ladder):
        yield "ladder", _("This rung is unknown.")
    elif sorted(set(ladder), key=order.index) != list(ladder):
        yield "ladder", _("Each rung once, from the nearest up.")
    elif Rung.HEAD in ladder and slot.stage != RuleStage.HANDLE:
        yield "ladder", _("The head of the handling body hears of handling only.")


def wrong_beginning(valid_from: datetime | None, at: datetime) -> Wrong:
    """Not in the past, where promises have been made, and within a year."""
    if valid_from is None:
        return
    if valid_from < at - A_MINUTE:
        yield "valid_from", _("A rule cannot begin in the past: it touches new promises only.")
    elif valid_from > at + FURTHEST_AHEAD:
        yield "valid_from", _("A rule begins within a year from now.")


def wrong_source(source: str) -> Wrong:
    if len(source) > LONGEST_SOURCE:
        yield "source", _("Please keep it under %(limit)d characters.") % {"limit": LONGEST_SOURCE}
