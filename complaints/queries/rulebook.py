"""The rules that might hold at a place: its own, those it inherits, and every version of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from hashlib import sha256
from itertools import groupby
from typing import Any

from django.db.models import Q

from communities.models import Place
from complaints import clock
from complaints.models import Category, Rule, RuleStage, Unit
from complaints.workflow import Stage, Urgency

# What a version says. A new one with all of it the same would change nothing.
FIGURES = (
    "amount",
    "unit",
    "span_amount",
    "span_unit",
    "quiet_from",
    "quiet_until",
    "closes_at",
    "reminders",
    "ladder",
    "preset",
    "source",
    "withdrawn",
)


@dataclass(frozen=True)
class Slot:
    """A line of the rules: a stage for an urgency, or for a category (then `urgency` is empty)."""

    stage: str
    urgency: str = ""
    category: Category | None = None

    @property
    def which(self) -> str:
        """The urgency, or the category's code, as addresses and the audit log name it."""
        return self.category.code if self.category is not None else self.urgency

    def audit_name(self, code: str) -> str:
        """What the audit log calls this line at the place of a code; everywhere has none."""
        return "/".join(part for part in (code, self.stage, self.which) if part)

    @property
    def urgent(self) -> bool:
        """Whether it governs what is urgent, for which no night is ever passed over."""
        return self.as_urgency == Urgency.URGENT

    @property
    def as_urgency(self) -> str:
        """The urgency of what it governs; a group of categories is taken for a normal one."""
        if self.category is None:
            return self.urgency
        return self.category.urgency or Urgency.NORMAL

    @property
    def promise(self) -> bool:
        """One of the three promises, not one of the reporter's two windows."""
        return self.stage in Stage.values

    @property
    def takes_hours(self) -> bool:
        """Whether the one setting of hours is for it: a promise about what is not urgent.

        The reporter's own windows end at 24:00: they keep no office hours.
        """
        return self.promise and not self.urgent

    @property
    def categories(self) -> list[int]:
        """The category and its group, the nearer first."""
        if self.category is None:
            return []
        parent = self.category.parent_id
        return [self.category.pk, *([] if parent is None else [parent])]

    def holds(self, rule: Rule) -> bool:
        """Whether this is the rule's own line."""
        mine = None if self.category is None else self.category.pk
        return (
            rule.stage == self.stage
            and rule.category_id == mine
            and (mine is not None or rule.urgency == self.urgency)
        )


@dataclass(frozen=True)
class Hours:
    """When the time of what is not urgent does not run. Quiet hours begin and end, or are none."""

    quiet_from: time | None = None
    quiet_until: time | None = None
    closes_at: time | None = None

    @classmethod
    def of(cls, rule: Rule) -> "Hours":
        return cls(rule.quiet_from, rule.quiet_until, rule.closes_at)

    def of_unit(self, unit: str) -> dict[str, Any]:
        """What of it concerns a rule: nights one in seconds, the close of business one in days."""
        seconds = unit == Unit.SECONDS
        return {
            "quiet_from": self.quiet_from if seconds else None,
            "quiet_until": self.quiet_until if seconds else None,
            "closes_at": None if seconds else self.closes_at,
        }


ALWAYS = Hours()


class Rulebook:
    """What holds at a place (None: everywhere) at a moment. One question for any number of rules.

    `more`: versions that are not written yet, to see what would hold with them.
    """

    def __init__(self, place: Place | None, at: datetime, more: Iterable[Rule] = ()) -> None:
        self.place, self.at = place, at
        self.chain = [] if place is None else place.chain()
        self.places = [p.pk for p in self.chain]
        found = Rule.objects.filter(Q(place__isnull=True) | Q(place__in=self.places))
        self.rules = [*found.select_related("place", "category__parent").order_by("pk"), *more]

    def with_these(self, more: Iterable[Rule]) -> "Rulebook":
        """The same with some versions more; nothing is asked of the database."""
        other = object.__new__(Rulebook)
        other.__dict__ = {**self.__dict__, "rules": [*self.rules, *more]}
        return other

    def slots(self) -> list[Slot]:
        """Every stage and urgency; then the categories that have, or had, a rule of their own."""
        usual = [Slot(stage, urgency) for stage in RuleStage.values for urgency in Urgency.values]
        stages = list(RuleStage.values)
        found = {
            (r.stage, r.category.code): Slot(r.stage, category=r.category)
            for r in self.rules
            if r.category is not None
        }
        order = sorted(found, key=lambda key: (key[1], stages.index(key[0])))
        return [*usual, *(found[key] for key in order)]

    def governing(self, slot: Slot, at: datetime | None = None) -> Rule:
        """The rule that a promise of this kind would be made by. LookupError without any."""
        rules = [r for r in self.rules if r.category_id is None or r.category_id in slot.categories]
        return self._pick(rules, slot, at)

    def standing(self, slot: Slot, at: datetime | None = None) -> Rule | None:
        """The rule on this very line, its own or inherited from a wider place; None: withdrawn."""
        try:
            return self._pick([r for r in self.rules if slot.holds(r)], slot, at)
        except LookupError:
            return None

    def versions(self, slot: Slot) -> list[Rule]:
        """This place's own versions on the line, the latest to hold first."""
        mine = None if self.place is None else self.place.pk
        own = [r for r in self.rules if r.place_id == mine and slot.holds(r)]
        return sorted(own, key=lambda r: (r.valid_from, r.version), reverse=True)

    def own(self, slot: Slot) -> Rule | None:
        """This place's own rule that holds now, unless it is withdrawn."""
        begun = [r for r in self.versions(slot) if r.valid_from <= self.at]
        return begun[0] if begun and not begun[0].withdrawn else None

    def scheduled(self, slot: Slot) -> list[Rule]:
        """Own versions that begin to hold later, the next first; of one moment the newest."""
        ahead = [r for r in self.versions(slot) if r.valid_from > self.at]
        return [next(same) for _at, same in groupby(ahead, key=lambda r: r.valid_from)][::-1]

    def hours(self) -> Hours:
        """Quiet hours and close of business as they stand here: the one setting for all rules."""
        rules = [r for slot in self.slots() if slot.takes_hours and (r := self.standing(slot))]
        quiet = [(r.quiet_from, r.quiet_until) for r in rules if r.unit == Unit.SECONDS]
        closes = [r.closes_at for r in rules if r.unit != Unit.SECONDS]
        quiet_from, quiet_until = _commonest(quiet, (None, None))
        return Hours(quiet_from, quiet_until, _commonest(closes, None))

    def hours_for(self, slot: Slot, unit: str) -> Hours:
        """The hours a new version on this line takes over where nobody says otherwise."""
        if not slot.takes_hours:
            return ALWAYS
        rule = self.standing(slot)
        if rule is not None and (rule.unit == Unit.SECONDS) == (unit == Unit.SECONDS):
            return Hours.of(rule)
        return self.hours()

    def draft(self, slot: Slot, *, like: Rule | None = None, **figures: Any) -> Rule:
        """This place's next version on a line, not written; what is not said is as in `like`."""
        known = {} if like is None else {name: getattr(like, name) for name in FIGURES}
        rule = Rule(
            place=self.place,
            stage=slot.stage,
            urgency=slot.urgency,
            category=slot.category,
            version=1 + max((r.version for r in self.versions(slot)), default=0),
            **{"valid_from": self.at, **known, **figures},
        )
        return rule

    @property
    def fingerprint(self) -> str:
        """Another one as soon as anything that holds here is another: what a form was based on."""
        told = "\n".join(
            f"{r.place_id} {r.stage} {r.urgency} {r.category_id} {r.version}"
            f" {r.valid_from <= self.at}"
            for r in self.rules
        )
        return sha256(told.encode()).hexdigest()[:16]

    def _pick(self, rules: Sequence[Rule], slot: Slot, at: datetime | None) -> Rule:
        return clock.pick(
            rules,
            slot.stage,
            slot.as_urgency,
            self.at if at is None else at,
            places=self.places,
            categories=slot.categories,
        )


def _commonest(found: Sequence[Any], otherwise: Any) -> Any:
    return max(found, key=found.count) if found else otherwise
