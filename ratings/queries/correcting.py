"""What the correction of a card would change, before it is made."""

from dataclasses import dataclass
from decimal import Decimal

from ratings.cards import fraction, worked
from ratings.models import Assessment, AssessmentState, Listing, ListingStep, Scorecard
from ratings.queries.gathering import gathered
from ratings.scoring import rounded
from ratings.workflow import LAW, ListingState, ListingVerb


@dataclass(frozen=True)
class Preview:
    """The card as its sources say now. `lines`: parts that change, before and after."""

    same: bool
    total: Decimal | None
    band: str
    lines: tuple[tuple[str, Decimal | None, Decimal | None], ...]


def preview(card: Scorecard) -> Preview | None:
    """Gathered and worked anew, kept nowhere; nothing for a whole firm or a card of the past."""
    current = Scorecard.objects.current().filter(pk=card.pk).exists()
    if card.estate_id is None or not current:
        return None
    pair = (card.estate_id, card.body_id)
    made_of = gathered(card.period, [pair])[pair]
    terms = card.version.read
    outcome = worked(terms, made_of.inputs)
    was = {row["key"]: row["value"] for row in card.working.get("parts", ())}
    now = {row["key"]: row["value"] for row in outcome.working["parts"]}
    same = made_of.inputs == card.inputs and made_of.households == card.households
    return Preview(
        same=same,
        total=outcome.total,
        band=outcome.band,
        lines=tuple(
            (str(part.name), _shown(was.get(part.key)), _shown(now.get(part.key)))
            for part in terms.parts
            if was.get(part.key) != now.get(part.key)
        ),
    )


@dataclass(frozen=True)
class Awaited:
    """A correction that a listing waits for: whether the sheet is corrected, and what follows."""

    step: ListingStep
    settled: bool
    preview: Preview | None


def awaited(listing: Listing) -> Awaited | None:
    """Nothing where none is asked for; the listing's steps are fetched beforehand."""
    asked = None
    for step in sorted(listing.steps.all(), key=lambda row: row.pk):
        if step.verb == ListingVerb.ASK_CORRECTION:
            asked = step
        elif ListingVerb.ASK_CORRECTION in LAW[ListingVerb(step.verb)].spends:
            asked = None
    if asked is None or listing.state != ListingState.DECIDING:
        return None
    sheet = Assessment.objects.filter(public_id=asked.facts["sheet"]).first()
    card = Scorecard.objects.select_related("period__version", "version").filter(
        public_id=asked.facts["card"]
    )
    settled = sheet is not None and sheet.state == AssessmentState.REPLACED
    found = card.first()
    return Awaited(asked, settled, preview(found) if settled and found is not None else None)


def _shown(value: str | None) -> Decimal | None:
    return rounded(fraction(value), 4)
