"""A firm that is right in part: the sheet that is wrong, and the card appended for it."""

from uuid import uuid4

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.errors import Invalid, WrongState
from common.now import today
from notifications.actions import notify
from ratings.actions._listing_changes import Move
from ratings.actions._listing_grounds import grounds_of, no_longer_named
from ratings.actions.freezing import correct as correct_card
from ratings.models import Listing, Scorecard
from ratings.queries.listings import sheets_of
from ratings.queries.standings import standings
from ratings.scoring import Ground, proposals
from ratings.workflow import ListingVerb, ListKind

# Grounds whose words say the score.
OF_A_SCORE = frozenset({Ground.HIGH, Ground.LOW, Ground.BOTTOM})


def ask_correction(move: Move) -> None:
    """Name the sheet that is wrong; whoever assessed hears of it, with the card it was for."""
    listing = move.listing
    sheet = sheets_of(listing).filter(public_id=move.facts["sheet"]).first()
    if sheet is None:
        raise Invalid(fields={"sheet": [_("Choose the sheet that is wrong.")]})
    card = _cards(move).filter(estate=sheet.estate_id).first()
    if card is None:
        raise WrongState(_("The score of this estate is not frozen."))
    move.facts["card"] = str(card.public_id)
    move.facts["estate"] = sheet.estate.name
    notify(
        {sheet.by_id},
        kind="listing_correction_asked",
        facts={
            "firm": listing.about.name,
            "estate": sheet.estate.name,
            "path": reverse("ratings:card_sheet_correct", args=[card.public_id, sheet.public_id]),
        },
        # A sheet that was found to stand may be asked for again.
        key=f"listing_correction {uuid4().hex}",
        at=move.at,
        duty=True,
    )


def correct(move: Move) -> None:
    """Append the card made of the corrected sheet; the listing goes on with the firm's new one."""
    listing = move.listing
    asked = listing.steps.filter(verb=ListingVerb.ASK_CORRECTION).order_by("-pk").first()
    card = _cards(move).filter(public_id=asked.facts["card"]).first() if asked else None
    if card is not None:
        correct_card(card, by=move.by, reason=move.text)
    whole = _cards(move).filter(estate=None).first()
    before = listing.card
    if whole is None or before is None:
        raise WrongState
    move.facts |= {"from": _said(before), "to": _said(whole), "card": str(whole.public_id)}
    listing.card = whole
    _restate(listing, whole)


def _restate(listing: Listing, card: Scorecard) -> None:
    """The grounds with the score as it is now; those of before stay in the first step."""
    if listing.period is None or listing.ground not in OF_A_SCORE:
        return
    if is_named(listing):
        listing.grounds = grounds_of(listing.period, Ground(listing.ground), card, [])
    else:
        listing.grounds = no_longer_named(listing.period, card)


def is_named(listing: Listing) -> bool:
    """Whether the rules still name it for its list, by the scores as they are now."""
    if listing.period is None or listing.body is None:
        return True
    rows = standings(listing.period, today())
    found = proposals(rows, listing.period.version.read.lists)
    return (listing.body.code, listing.kind == ListKind.RED) in {(p.key, p.red) for p in found}


def still_named(move: Move) -> None:
    """Whom the rules proposed is not listed on a corrected score by which they would not."""
    listing = move.listing
    corrected = listing.steps.filter(verb=ListingVerb.CORRECT).exists()
    if corrected and listing.ground in Ground.values and not is_named(listing):
        raise WrongState(
            _("By the corrected score the rules do not name it any more: decide not to list it.")
        )


def _cards(move: Move) -> "QuerySet[Scorecard]":
    return Scorecard.objects.filter(
        period=move.listing.period, body=move.listing.body
    ).current().select_related("period__scheme__place", "estate")  # fmt: skip


def _said(card: Scorecard) -> str:
    return "" if card.total is None else f"{card.total.normalize():f}"
