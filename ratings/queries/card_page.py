"""Why a firm has its score: from what was found to the total, each number with where it is from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from accounts.models import User
from ratings.cards import INCOMPLETE, NOTHING, TOO_FEW, fraction
from ratings.models import SCORED, Assessment, AssessmentState, PeriodState, Scorecard
from ratings.permissions.cards import cards_seen_by, corrects_card
from ratings.permissions.schemes import keeps_scheme
from ratings.queries.example import found_words, shown
from ratings.queries.period_page import sheet_name
from ratings.queries.plain import figure_name, item_words, number, percent
from ratings.terms import Part, Source, Terms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def card_seen(user: User | None, public_id: UUID) -> Scorecard:
    """A card this reader may see, or 404."""
    rows = Scorecard.objects.select_related(
        "period__scheme__place", "period__version", "version", "body", "estate"
    )
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    public = found.period.state == PeriodState.PUBLISHED
    if not public and not rows.filter(cards_seen_by(user), pk=found.pk).exists():
        raise Http404
    return found


@dataclass(frozen=True)
class Step:
    """One line of a part: what was looked at, what was found, what it brings.

    `figure` names what the portal counted; `sheets` are those it was found in.
    """

    name: str
    says: str
    found: str
    brings: str
    figure: str = ""
    sheets: tuple[str, ...] = ()
    lost: bool = False


@dataclass(frozen=True)
class PartOf:
    """One part: its lines, how they are put together, and what it counts in the end."""

    name: str
    weight: str
    value: str
    counts: str
    blank: str
    sum: str
    steps: tuple[Step, ...]
    sheets: tuple["SheetOfCard", ...]
    source: Source
    # The poll it was made of.
    poll: str = ""


@dataclass(frozen=True)
class SheetOfCard:
    """A sheet a card was made of, by its number in the card's list."""

    of: Assessment
    name: str


@dataclass(frozen=True)
class AtEstate:
    """An estate's part in a whole firm's score."""

    card: Scorecard | None
    households: int
    exact: str


@dataclass(frozen=True)
class CardPage:
    """A card as one reader is shown it."""

    card: Scorecard
    parts: tuple[PartOf, ...]
    estates: tuple[AtEstate, ...]
    # "0.7 × 83.3333 + 0.3 × 85", and what it comes to before it is rounded.
    sum: str
    exact: str
    reweighted: str
    places: int
    # The card and its corrections, the oldest first; the whole firm's beside an estate's.
    chain: tuple[Scorecard, ...]
    whole: Scorecard | None
    corrects: bool
    # Sheets settled after the card was frozen: what a correction would count.
    newer: int

    @property
    def current(self) -> Scorecard:
        return self.chain[-1]

    @property
    def is_current(self) -> bool:
        return self.current.pk == self.card.pk

    @property
    def public(self) -> bool:
        return self.card.period.state == PeriodState.PUBLISHED


def card_page(card: Scorecard, user: User | None) -> CardPage:
    """Constant queries, whatever the card was made of."""
    rows, whole = _beside(card)
    terms = card.version.read
    parts = _parts(terms, card) if card.estate_id is not None else ()
    current = rows[-1].pk == card.pk
    correctable = current and card.estate_id is not None and card.period.state in SCORED
    keeps = user is not None and keeps_scheme(user, card.period.scheme.place)
    return CardPage(
        card=card,
        parts=parts,
        estates=_estates(card) if card.estate_id is None else (),
        sum=_sum(parts),
        exact=shown(fraction(card.working.get("exact"))),
        reweighted=_reweighted(terms, card),
        places=terms.places,
        chain=rows,
        whole=whole,
        corrects=correctable and user is not None and corrects_card(user, card),
        newer=_newer(card) if card.estate_id is not None and current and keeps else 0,
    )


def _beside(card: Scorecard) -> tuple[tuple[Scorecard, ...], Scorecard | None]:
    """The card among its corrections, the oldest first; beside an estate's the whole firm's."""
    of_both = Q(estate=card.estate_id) | Q(estate=None)
    rows = Scorecard.objects.filter(of_both, period=card.period, body=card.body)
    found = list(rows.order_by("number"))
    chain = tuple(row for row in found if row.estate_id == card.estate_id)
    wholes = [row for row in found if row.estate_id is None]
    return chain, wholes[-1] if wholes and card.estate_id is not None else None


def _newer(card: Scorecard) -> int:
    """Settled sheets that this card was not made of."""
    rows = Assessment.objects.filter(
        period=card.period, body=card.body, estate=card.estate, state=AssessmentState.SETTLED
    )
    return rows.exclude(public_id__in=sheet_ids(card)).count()


def sheet_ids(card: Scorecard) -> set[str]:
    """The public ids of the sheets that a card was made of."""
    found: set[str] = set()
    for given in card.inputs.get("parts", {}).values():
        for entry in given.get("entries", ()):
            found.update(entry["from"])
    return found


def _sum(parts: Sequence[PartOf]) -> str:
    return " + ".join(f"{part.weight} × {part.value}" for part in parts if part.value != "–")


def _reweighted(terms: Terms, card: Scorecard) -> str:
    """By which weight it is divided where a blank part gave its weight to the others."""
    rows = card.working.get("parts", ())
    weights = [fraction(row["weight"]) or Fraction() for row in rows if row["value"] is not None]
    present = sum(weights, Fraction())
    lacks = any(row["value"] is None for row in rows)
    return percent(present) if terms.reweight and lacks and present else ""


def _estates(card: Scorecard) -> tuple[AtEstate, ...]:
    made_of: Sequence[Mapping[str, Any]] = card.inputs.get("cards", ())
    ids = [row["card"] for row in made_of if row["card"]]
    rows = Scorecard.objects.filter(public_id__in=ids).select_related("estate")
    found = {str(row.public_id): row for row in rows}
    estates = [
        AtEstate(found.get(row["card"]), max(1, row["households"]), shown(fraction(row["exact"])))
        for row in made_of
    ]
    return tuple(sorted(estates, key=lambda row: row.card.estate.code if row.card
                        and row.card.estate else ""))  # fmt: skip


# --- Parts -------------------------------------------------------------------------------


def _parts(terms: Terms, card: Scorecard) -> tuple[PartOf, ...]:
    given: Mapping[str, Any] = card.inputs.get("parts", {})
    working = {row["key"]: row for row in card.working.get("parts", ())}
    rows = Assessment.objects.filter(public_id__in=sheet_ids(card)).select_related("office_place")
    sheets = list(rows.order_by("on", "pk"))
    return tuple(
        _part(part, given.get(part.key) or {}, working[part.key], sheets)
        for part in terms.parts
        if part.key in working
    )


def _part(
    part: Part, given: Mapping[str, Any], row: Mapping[str, Any], sheets: Collection[Assessment]
) -> PartOf:
    steps, said = _STEPS[part.source](part, given, row)
    mine = [sheet for sheet in sheets if sheet.part == part.key]
    return PartOf(
        name=str(part.name),
        weight=percent(part.weight),
        value=shown(fraction(row["value"])),
        counts=shown(fraction(row.get("counts"))),
        blank=_blank(part, row),
        sum=said,
        steps=tuple(steps),
        sheets=tuple(SheetOfCard(sheet, sheet_name(part, sheet.method)) for sheet in mine),
        source=part.source,
        poll=given.get("from", "") if part.source == Source.POLL else "",
    )


def _blank(part: Part, row: Mapping[str, Any]) -> str:
    """Why a part is blank; nothing where it is not."""
    why = row.get("blank")
    if why == NOTHING:
        return str(NOTHING_OF[part.source])
    if why == INCOMPLETE:
        n = len(row["missing"])
        return ngettext("%(n)d item was not entered.", "%(n)d items were not entered.", n) % {
            "n": n
        }
    if why == TOO_FEW and part.source == Source.POLL:
        return _("%(n)d valid answers of the %(needed)d that are needed.") % {
            "n": row["answers"], "needed": row["needed"]
        }  # fmt: skip
    if why == TOO_FEW:
        return _("Counted of fewer than %(n)d.") % {"n": max(1, part.minimum)}
    return _("Nothing in it applies here.") if row["value"] is None else ""


NOTHING_OF: "dict[Source, StrOrPromise]" = {
    Source.SHEET: _lazy("No sheet was handed in."),
    Source.VERDICT: _lazy("No verdict was settled."),
    Source.POLL: _lazy("No residents were asked."),
    Source.COMPLAINTS: _lazy("There was nothing to count."),
    Source.FEES: _lazy("No accounts are kept here."),
}


Rows = tuple[list[Step], str]


def _sheet(part: Part, given: Mapping[str, Any], row: Mapping[str, Any]) -> Rows:
    items = {item.code: item for item in part.items}
    sources = {entry["item"]: tuple(entry["from"]) for entry in given.get("entries", ())}
    steps = []
    for line in row["lines"]:
        item, points = items[line["item"]], fraction(line["points"])
        brings = _("%(got)s of %(points)s") % {"got": shown(points), "points": number(item.points)}
        steps.append(
            Step(
                name=str(item.name),
                says=item_words(item),
                found=_counted(given, item.code)
                if item.figure
                else found_words(item, fraction(line["value"])),
                brings="–" if points is None else brings,
                figure=item.figure,
                sheets=sources.get(item.code, ()),
                lost=points is not None and points < item.points,
            )
        )
    got, possible = shown(fraction(row["got"])), shown(fraction(row["possible"]))
    said = _("%(got)s of %(possible)s points") % {"got": got, "possible": possible}
    return steps, said if row["value"] is not None else ""


def _counted(given: Mapping[str, Any], code: str) -> str:
    """What the portal counted of an item, in both its numbers."""
    pair = given.get("figures", {}).get(code)
    if not pair or not pair[1]:
        return _("nothing to count of")
    return _("%(n)s of %(whole)s") % {"n": pair[0], "whole": pair[1]}


def _poll(part: Part, given: Mapping[str, Any], row: Mapping[str, Any]) -> Rows:
    scores: Sequence[int] = given.get("scores", ())
    steps = [
        Step(_("Answers of %(n)s") % {"n": score}, "", str(scores.count(score)), "")
        for score in sorted(set(scores), reverse=True)
    ]
    said = _("%(sum)s divided by %(n)s answers") % {"sum": sum(scores), "n": len(scores)}
    return steps, said if row["value"] is not None else ""


def _figures(part: Part, given: Mapping[str, Any], row: Mapping[str, Any]) -> Rows:
    steps = []
    for line in row["lines"]:
        share = fraction(line["share"])
        weight = fraction(line["weight"]) or Fraction()
        pair = {"n": line["of"][0], "whole": line["of"][1]}
        brings = f"{percent(weight)} × {shown(None if share is None else share * 100)}"
        name = line["figure"]
        found = _("%(n)s of %(whole)s") % pair if pair["whole"] else _("nothing to count of")
        steps.append(Step(figure_name(name), "", found, brings, figure=name))
    return steps, " + ".join(step.brings for step in steps) if row["value"] is not None else ""


_STEPS = {
    Source.SHEET: _sheet,
    Source.VERDICT: _sheet,
    Source.POLL: _poll,
    Source.COMPLAINTS: _figures,
    Source.FEES: _figures,
}
