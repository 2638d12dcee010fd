"""The words of a scheme's terms: parts, sheets, bands, vetoes, rules of lists, steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ratings.scoring import NOUGHT, Band, Item, ListRules

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Subject(TextChoices):
    """Who is assessed."""

    FIRMS = "firms", _("Property firms")
    COMMITTEES = "committees", _("Owners' committees")


class Cycle(TextChoices):
    QUARTER = "quarter", _("Every quarter")
    HALF_YEAR = "half_year", _("Every half-year")
    YEAR = "year", _("Every year")


class Source(TextChoices):
    """Where the value of a part comes from."""

    SHEET = "sheet", _("Sheet of items, assessed on site and from papers")
    VERDICT = "verdict", _("Verdict on a sheet, settled in a meeting")
    POLL = "poll", _("Poll of residents")
    COMPLAINTS = "complaints", _("Figures of complaints")
    FEES = "fees", _("Figures of fees and openness")


class Method(TextChoices):
    """How an item is assessed 查阅资料、现场督查、日常检查."""

    DOCUMENT = "document", _("From papers")
    ONSITE = "onsite", _("On site")
    DAILY = "daily", _("Daily checks")
    SYSTEM = "system", _("Counted by the portal")


class Judge(TextChoices):
    """Whose verdict a part is."""

    COMMUNITY_PARTY = "community_party", _("The community's party organisation")
    SUBDISTRICT = "subdistrict", _("The subdistrict")
    AUTHORITY = "authority", _("The housing authority of the district")


# What the portal counts of complaints itself, and whether fewer is better.
FIGURES: "dict[str, tuple[StrOrPromise, bool]]" = {
    "response": (_("First response in time"), False),
    "on_time": (_("Handled in time"), False),
    "solved": (_("Solved, as reporters say"), False),
    "satisfied": (_("Satisfied, as reporters say"), False),
    "reopened": (_("Reopened"), True),
    "repeat": (_("Reported again"), True),
}
# What the portal counts of fees and openness, where accounts are kept.
FEE_FIGURES: "dict[str, StrOrPromise]" = {
    "collected": _("Fees collected"),
    "published": _("Accounts published in time"),
}
# What items of a sheet may be counted from beside those: each is a share.
ITEM_FIGURES: "dict[str, StrOrPromise]" = {
    "facilities": _("Facilities intact"),
    "orders": _("Response, solved and satisfied together"),
    "rectified": _("Deductions of the period before rectified"),
    **{key: name for key, (name, fewer) in FIGURES.items() if not fewer},
}


@dataclass(frozen=True)
class Names:
    """A name in Chinese, and in English where somebody gave one."""

    zh: str
    en: str = ""

    def __str__(self) -> str:
        return self.en if self.en and not (get_language() or "").startswith("zh") else self.zh


@dataclass(frozen=True)
class SheetItem(Item):
    """An item of a sheet with its words: what is looked at, and how points are taken off."""

    name: Names = Names("")
    text: str = ""
    dimension: str = ""
    level_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dimension:
    code: str
    name: Names
    items: tuple[SheetItem, ...]

    @property
    def points(self) -> Fraction:
        return sum((item.points for item in self.items), NOUGHT)


@dataclass(frozen=True)
class Part:
    """A part of the total. `weights` of figures, `minimum` of what they are counted of;
    `valid`: answers a poll needs, of `sample` drawn.
    """

    key: str
    name: Names
    weight: Fraction
    source: Source
    judge: Judge | None = None
    dimensions: tuple[Dimension, ...] = ()
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    minimum: int = 0
    sample: int = 0
    valid: int = 0

    @property
    def items(self) -> tuple[SheetItem, ...]:
        return tuple(item for dimension in self.dimensions for item in dimension.items)

    def items_of(self, method: str) -> tuple[SheetItem, ...]:
        return tuple(item for item in self.items if item.method == method)


@dataclass(frozen=True)
class Veto:
    """An item that overrides scores while a document is in effect; `source` says whose rule."""

    code: str
    name: Names


@dataclass(frozen=True)
class Steps:
    """Which bracketed steps a listing takes, and how long each stage lasts.

    `statement_days`, `decision_days` and `notice_days` are working days; the rest months.
    """

    joint_check: bool = False
    interview: bool = False
    legal_review: bool = False
    statement_days: int = 5
    decision_days: int = 10
    notice_days: int = 5
    red_months: int = 3
    black_months: int = 3
    repair_months: int = 1


@dataclass(frozen=True)
class Terms:
    """Everything a version says. `ranked_from`: the scored firms a table needs to rank them."""

    subject: Subject
    cycle: Cycle
    parts: tuple[Part, ...]
    reweight: bool
    places: int
    bands: tuple[Band, ...]
    vetoes: tuple[Veto, ...]
    lists: ListRules
    steps: Steps
    estate_kinds: tuple[str, ...] = ()
    days_to_assess: int = 20
    rectify_days: int = 15
    ranked_from: int = 5

    def part(self, key: str) -> Part | None:
        return next((part for part in self.parts if part.key == key), None)

    def written(self, score: Decimal | None) -> str:
        """A score with as many decimals as these terms give it; nothing for a blank."""
        return "" if score is None else f"{score:.{self.places}f}"

    def band_words(self, name: str) -> str:
        """What a card's band is called in the language of the page."""
        found = next((band.name_en for band in self.bands if band.name == name), "")
        return str(Names(name, found))


class TermsError(ValueError):
    """Everything that is wrong with a document, by the place in it, such as "parts.0.weight"."""

    def __init__(self, problems: "Mapping[str, StrOrPromise]") -> None:
        super().__init__("; ".join(f"{path}: {words}" for path, words in problems.items()))
        self.problems = dict(problems)
