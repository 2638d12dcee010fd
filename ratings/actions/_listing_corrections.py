"""A firm that is right in part: the sheet that is wrong, and the card appended for it."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.errors import Invalid, WrongState
from notifications.actions import notify
from ratings.actions._listing_changes import Move
from ratings.actions.freezing import correct as correct_card
from ratings.models import Scorecard
from ratings.queries.listings import sheets_of
from ratings.workflow import ListingVerb


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
        key=f"listing_correction {listing.public_id.hex[:12]}{sheet.public_id.hex}",
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


def _cards(move: Move) -> "QuerySet[Scorecard]":
    return Scorecard.objects.filter(
        period=move.listing.period, body=move.listing.body
    ).current().select_related("period__scheme__place", "estate")  # fmt: skip


def _said(card: Scorecard) -> str:
    return "" if card.total is None else f"{card.total.normalize():f}"
