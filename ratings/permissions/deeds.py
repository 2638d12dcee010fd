"""Whose each deed is, on a sheet and on what is to be put right: asked before its words."""

from collections.abc import Callable, Mapping

from accounts.actors import Actor
from ratings.models import Assessment, Rectification
from ratings.permissions.assessments import (
    check_assesses,
    check_confirms,
    check_holds,
    sheet_of,
)
from ratings.permissions.rectification import check_follows_up, check_reports


def _assesses(actor: Actor, sheet: Assessment) -> None:
    check_assesses(actor, sheet_of(sheet))


def _follows_up(actor: Actor, asked: Rectification) -> None:
    check_follows_up(actor, asked.assessment)


# Each raises NotAllowed, with the reason, for whoever's deed it is not.
ON_A_SHEET: Mapping[str, Callable[[Actor, Assessment], object]] = {
    "keep": check_holds,
    "take-over": _assesses,
    "drop": check_holds,
    "hand-in": check_holds,
    "confirm": check_confirms,
    "send-back": check_confirms,
    "correct": _assesses,
    "rectify": check_follows_up,
}
ON_A_RECTIFICATION: Mapping[str, Callable[[Actor, Rectification], object]] = {
    "report": check_reports,
    "send-back": _follows_up,
    "close": _follows_up,
}
