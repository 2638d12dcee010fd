"""Rules in words, and what is promised: for pages that tell people before they report."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from communities.models import Place, PlaceKind
from complaints import clock
from complaints.models import Category, Rule, RuleStage, Unit
from complaints.models.presets import presets
from complaints.queries.rulebook import ALWAYS, Hours, Rulebook, Slot
from complaints.workflow import Rung, Stage, Urgency

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

HOUR, MINUTE = 3600, 60
# What the three urgencies are, to somebody who is about to report.
MEANING: dict[str, "StrOrPromise"] = {
    Urgency.NORMAL: gettext_lazy("Everything that is neither of the others."),
    Urgency.URGENT: gettext_lazy("It endangers life, or cuts off water, power or the way home."),
    Urgency.LONG: gettext_lazy("It hangs on money, title, planning or a vote of the owners."),
}


# --- In words ----------------------------------------------------------------------------


def span_words(amount: int, unit: str) -> str:
    """A span as people say it: "3 hours", "15 minutes", "5 working days"."""
    if unit == Unit.WORKING_DAYS:
        return ngettext("%(n)d working day", "%(n)d working days", amount) % {"n": amount}
    if unit == Unit.CALENDAR_DAYS:
        return ngettext("%(n)d day", "%(n)d days", amount) % {"n": amount}
    if amount % HOUR == 0:
        return ngettext("%(n)d hour", "%(n)d hours", amount // HOUR) % {"n": amount // HOUR}
    if amount % MINUTE == 0:
        return ngettext("%(n)d minute", "%(n)d minutes", amount // MINUTE) % {"n": amount // MINUTE}
    return ngettext("%(n)d second", "%(n)d seconds", amount) % {"n": amount}


def rule_words(rule: Rule) -> str:
    """How long, and what is not counted: "3 hours, nights 20:00–08:00 not counted"."""
    words = span_words(rule.amount, rule.unit)
    hours = hours_words(Hours.of(rule))
    return _("%(time)s, %(hours)s") % {"time": words, "hours": hours} if hours else words


def hours_words(hours: Hours) -> str:
    """What is not counted, and when a last day ends; empty for day and night, and for 24:00."""
    found = []
    if hours.quiet_from is not None and hours.quiet_until is not None:
        night = hours.quiet_from > hours.quiet_until
        sentence = (
            _("nights %(begin)s–%(end)s not counted")
            if night
            else _("%(begin)s–%(end)s not counted")
        )
        found.append(
            sentence % {"begin": f"{hours.quiet_from:%H:%M}", "end": f"{hours.quiet_until:%H:%M}"}
        )
    if hours.closes_at is not None:
        found.append(_("until %(time)s on the last day") % {"time": f"{hours.closes_at:%H:%M}"})
    return pgettext("between clauses", ", ").join(found)


def source_words(rule: Rule) -> str:
    """The law or decision behind a rule, in the reader's language where the portal has it."""
    preset = presets().get(rule.preset)
    row = preset.rule(rule.stage, rule.urgency) if preset else None
    if preset is not None and row is not None:
        return preset.source_of(row)
    return _(rule.source) if rule.source else ""


def reminder_words(rule: Rule) -> str:
    """When whoever holds the stage is reminded of it."""
    usual = clock.USUAL_HUNDREDTHS if rule.unit == Unit.SECONDS else clock.USUAL_DAYS
    told: Sequence[int] = usual if rule.reminders is None else rule.reminders
    if not told:
        return _("nobody is reminded")
    if rule.unit == Unit.SECONDS:
        return _("at %(shares)s of the time") % {"shares": _listed(f"{n} %" for n in told)}
    days = _listed(str(n) for n in sorted(told, reverse=True))
    return ngettext(
        "%(days)s working day before the last", "%(days)s working days before the last", told[-1]
    ) % {"days": days}


def ladder_words(rule: Rule) -> str:
    """Who hears of it once it is late, and how far apart."""
    rungs = _(" → ").join(str(Rung(rung).label) for rung in clock.rungs(rule))
    span = span_words(rule.span_amount, rule.span_unit)
    return _("%(rungs)s, %(span)s apart") % {"rungs": rungs, "span": span}


def _listed(words: Iterable[str]) -> str:
    return pgettext("between days", ", ").join(words)


# --- What is promised --------------------------------------------------------------------


def usual_place() -> Place | None:
    """The district, where the portal serves only one: then its rules are what is promised."""
    districts = list(Place.objects.filter(kind=PlaceKind.DISTRICT)[:2])
    return districts[0] if len(districts) == 1 else None


def usual_promises(
    at: datetime,
    urgency: str = Urgency.NORMAL,
    place: Place | None = None,
    category: Category | None = None,
) -> dict[str, str]:
    """How long each stage may take at a place (None: where nobody has a rule of their own).

    `hours` says what of it is not counted, for what is not urgent; empty for day and night.
    """
    book = Rulebook(place, at)
    slots = [Slot(stage, "" if category else urgency, category) for stage in Stage]
    told: dict[str, str] = {slot.stage: span_of(book, slot) for slot in slots}
    hours = book.hours() if any(slot.takes_hours for slot in slots) else ALWAYS
    return {**told, "hours": hours_words(hours)}


@dataclass(frozen=True)
class Promised:
    """What is promised for one urgency: how long each stage may take, and what is not counted."""

    urgency: str
    label: str
    meaning: "StrOrPromise"
    stages: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class PromisesPage:
    """What holds at a place, for residents. `exceptions`: categories with a time of their own."""

    place: Place | None
    promised: list[Promised]
    windows: dict[str, str]
    hours: Hours
    exceptions: list[tuple[Category, list[tuple[str, str]]]]
    districts: list[Place]
    beneath: list[Place]


def promises_page(place: Place | None, at: datetime) -> PromisesPage:
    """Everything that is promised at a place, and where within it other times hold."""
    book = Rulebook(place, at)
    found: dict[Category, list[tuple[str, str]]] = {}
    for slot in book.slots():
        rule = book.standing(slot) if slot.category is not None and slot.promise else None
        if slot.category is not None and rule is not None:
            stage = str(RuleStage(slot.stage).label)
            found.setdefault(slot.category, []).append((stage, rule_words(rule)))
    windows = (RuleStage.RATE, RuleStage.REOPEN)
    return PromisesPage(
        place,
        [
            Promised(
                urgency,
                str(urgency.label),
                MEANING[urgency],
                {stage: _told(book, Slot(stage, urgency)) for stage in Stage},
            )
            for urgency in (Urgency.URGENT, Urgency.NORMAL, Urgency.LONG)
        ],
        {stage: span_of(book, Slot(stage, Urgency.NORMAL)) for stage in windows},
        book.hours(),
        list(found.items()),
        [] if place else list(Place.objects.filter(kind=PlaceKind.DISTRICT).order_by("code")),
        [] if place is None else [found for found, _n in own_beneath(place, at)],
    )


def _told(book: Rulebook, slot: Slot) -> tuple[str, str]:
    rule = book.governing(slot)
    return span_words(rule.amount, rule.unit), hours_words(Hours.of(rule))


def span_of(book: Rulebook, slot: Slot) -> str:
    rule = book.governing(slot)
    return span_words(rule.amount, rule.unit)


def own_beneath(place: Place, at: datetime) -> list[tuple[Place, int]]:
    """The places under this one that have rules of their own now, and how many."""
    versions = (
        Rule.objects.filter(place__code__startswith=place.code, valid_from__lte=at)
        .exclude(place=place)
        .select_related("place")
        .order_by("valid_from", "version")
    )
    newest = {(r.place_id, r.stage, r.category_id, r.urgency): r for r in versions}
    places: dict[Place, int] = {}
    for rule in newest.values():
        if not rule.withdrawn and rule.place is not None:
            places[rule.place] = places.get(rule.place, 0) + 1
    return sorted(places.items(), key=lambda row: row[0].code)
