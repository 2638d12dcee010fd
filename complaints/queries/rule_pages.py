"""The rules of a place as its offices read them: what holds, where it comes from, its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy

from accounts.models import AuditEntry, User
from common.errors import NotAllowed
from communities.models import DIVISIONS, Place, PlaceCode
from communities.scope import day_of
from complaints.models import Category, Rule, RuleStage
from complaints.permissions.rules import may_read_rules, rule_codes
from complaints.queries.rulebook import Hours, Rulebook, Slot
from complaints.queries.rules import (
    ladder_words,
    own_beneath,
    reminder_words,
    rule_words,
    source_words,
)
from complaints.workflow import Urgency

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WHO_READS = gettext_lazy(
    "The rules are for the offices that work by them. What is promised to residents stands on "
    "the page “What is promised”."
)


@dataclass(frozen=True)
class Line:
    """One line of the rules: what holds, whose it is, and what is to begin."""

    slot: Slot
    rule: Rule
    own: bool
    scheduled: list[Rule]

    @property
    def title(self) -> str:
        """The urgency or the category."""
        if self.slot.category is not None:
            return self.slot.category.name
        return str(Urgency(self.slot.urgency).label)

    @property
    def since(self) -> date:
        return day_of(self.rule.valid_from)

    @property
    def stage_label(self) -> str:
        return str(RuleStage(self.slot.stage).label)

    @property
    def words(self) -> str:
        return rule_words(self.rule)

    @property
    def source(self) -> str:
        return source_words(self.rule)

    @property
    def ahead(self) -> list[tuple[datetime, str]]:
        """When another version begins, and what it says; empty words: withdrawn by then."""
        return [(r.valid_from, "" if r.withdrawn else rule_words(r)) for r in self.scheduled]


@dataclass(frozen=True)
class StageLines:
    stage: str
    label: "StrOrPromise"
    lines: list[Line]


@dataclass(frozen=True)
class RulesPage:
    """Every line of a place. `beneath`: divisions right under it; `own_beneath`: any with rules."""

    place: Place
    at: datetime
    stages: list[StageLines]
    categories: list[tuple[Category, list[Line]]]
    hours: Hours
    own: int
    beneath: list[Place]
    own_beneath: list[tuple[Place, int]]


def rules_page(place: Place, at: datetime) -> RulesPage:
    """What holds at a place now: by stage and urgency, then for single categories."""
    book = Rulebook(place, at)
    usual: dict[str, list[Line]] = {}
    special: dict[Category, list[Line]] = {}
    for slot in book.slots():
        line = line_of(book, slot)
        if line is None:
            continue
        if slot.category is None:
            usual.setdefault(slot.stage, []).append(line)
        else:
            special.setdefault(slot.category, []).append(line)
    lines = [*(line for found in (*usual.values(), *special.values()) for line in found)]
    return RulesPage(
        place,
        at,
        [StageLines(stage, RuleStage(stage).label, found) for stage, found in usual.items()],
        list(special.items()),
        book.hours(),
        sum(line.own for line in lines),
        list(place.children.filter(kind__in=DIVISIONS).order_by("code")),
        own_beneath(place, at),
    )


def line_of(book: Rulebook, slot: Slot) -> Line | None:
    """A line as it stands; of a category without a rule of its own there is none."""
    rule = book.standing(slot)
    scheduled = book.scheduled(slot)
    if rule is None:
        return None
    return Line(slot, rule, book.own(slot) is not None, scheduled)


# --- One line and its history ------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """A version on a line. `state`: governs, overruled (by a nearer place), later, over.

    `until` is when the next version of the same place took over. No author: it came with the
    portal.
    """

    rule: Rule
    state: str
    until: datetime | None
    author: "Author | None"

    @property
    def words(self) -> str:
        return rule_words(self.rule)

    @property
    def source(self) -> str:
        return source_words(self.rule)


@dataclass(frozen=True)
class LinePage:
    """A line with everything it says, and every version that ever held there, the latest first."""

    slot: Slot
    governing: Rule
    own: bool
    versions: list[Version]

    @property
    def its_own_line(self) -> bool:
        """Not so for a category that has no rule of its own: it goes by its urgency."""
        return self.slot.holds(self.governing)

    @property
    def words(self) -> str:
        return rule_words(self.governing)

    @property
    def source(self) -> str:
        return source_words(self.governing)

    @property
    def reminders(self) -> str:
        return reminder_words(self.governing) if self.slot.promise else ""

    @property
    def ladder(self) -> str:
        return ladder_words(self.governing) if self.slot.promise else ""


def line_page(book: Rulebook, slot: Slot) -> LinePage:
    """What governs a line, and its history here and in the places it inherits from."""
    own = book.own(slot) is not None
    return LinePage(slot, book.governing(slot), own, history(book, slot))


@dataclass(frozen=True)
class Author:
    """Who wrote a version. `by`: `clerk` at a page, `operator` at the console; `name` for staff."""

    by: str
    name: str
    at: datetime


def history(book: Rulebook, slot: Slot, authors: "Authors | None" = None) -> list[Version]:
    """Every version here and in the places it inherits from, the latest first; how long it held."""
    authors = written(book, [slot]) if authors is None else authors
    rules = [rule for rule in book.rules if slot.holds(rule)]
    rules.sort(key=lambda r: (r.valid_from, r.pk), reverse=True)
    governing = book.governing(slot)
    found = []
    for rule in rules:
        until = _until(rule, rules)
        author = authors.get((slot.stage, slot.which, rule.place_id, rule.version))
        found.append(Version(rule, _state(rule, until, book.at, governing), until, author))
    return found


Authors = dict[tuple[str, str, int | None, int], Author]


def written(book: Rulebook, slots: Iterable[Slot]) -> Authors:
    """Who wrote the versions of these lines, by the audit log: three questions for all of them.

    By stage, urgency or category, place and version. What a place's old codes wrote counts too.
    """
    codes: dict[str, int | None] = {place.code: place.pk for place in book.chain}
    codes |= dict(PlaceCode.objects.filter(place__in=book.places).values_list("code", "place"))
    codes[""] = None
    targets = {
        slot.audit_name(code): (slot.stage, slot.which, place)
        for slot in slots
        for code, place in codes.items()
    }
    entries = list(AuditEntry.objects.filter(target_kind="rule", target__in=targets).order_by("pk"))
    people = User.objects.filter(pk__in={e.actor_id for e in entries if e.actor_id})
    names = dict(people.values_list("pk", "name"))
    return {
        (*targets[e.target], e.facts["version"]): Author(
            "clerk" if e.actor_kind == "user" else "operator", names.get(e.actor_id or 0, ""), e.at
        )
        for e in entries
    }


def _until(rule: Rule, rules: Iterable[Rule]) -> datetime | None:
    """When the next version of the same place began; None while it has not been replaced."""
    later = [
        r.valid_from
        for r in rules
        if r.place_id == rule.place_id
        and (r.valid_from, r.version) > (rule.valid_from, rule.version)
    ]
    return min(later, default=None)


def _state(rule: Rule, until: datetime | None, at: datetime, governing: Rule) -> str:
    if rule.pk == governing.pk:
        return "governs"
    if until is not None and until <= max(at, rule.valid_from):
        return "over"
    return "later" if rule.valid_from > at else "overruled"


# --- Finding -----------------------------------------------------------------------------


def place_to_read(user: User, code: str) -> Place:
    """The place asked for, by default one's own, with those above it.

    404 where it is not for this person to read; NotAllowed (403) for who has no place at all.
    """
    own = rule_codes(user)
    if not own:
        raise NotAllowed(WHO_READS)
    places = Place.objects.select_related("parent__parent")
    place = get_object_or_404(places, code=code or own[0], kind__in=DIVISIONS)
    if not may_read_rules(user, place):
        raise Http404
    return place


def slot_of(stage: str, which: str) -> Slot:
    """A line by its address: a stage, and an urgency or a category's code. 404 for another."""
    if stage not in RuleStage.values:
        raise Http404
    if which in Urgency.values:
        return Slot(stage, which)
    category = get_object_or_404(Category.objects.select_related("parent"), code=which)
    return Slot(stage, category=category)


def categories_to_choose() -> list[tuple[Category, list[Category]]]:
    """The groups of categories, each with its leaves."""
    groups: dict[int, tuple[Category, list[Category]]] = {}
    leaves: list[Category] = []
    for category in Category.objects.order_by("code"):
        if category.parent_id is None:
            groups[category.pk] = (category, [])
        else:
            leaves.append(category)
    for leaf in leaves:
        groups[leaf.parent_id or 0][1].append(leaf)
    return list(groups.values())
