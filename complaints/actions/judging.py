"""Verbs by which the reporter judges the answer."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import Invalid
from communities.models import PlaceKind
from complaints.actions._desks import move_desk_up
from complaints.actions._step import Move, Words, take
from complaints.models import Complaint, Rating, StatementKind
from complaints.workflow import UNSOLVED_BEFORE_SUBDISTRICT, Verb

# What a rating may be tagged with; counted for firms later, so the list is closed.
TAGS = {
    "quick": _("Quick"),
    "friendly": _("Friendly"),
    "thorough": _("Thorough"),
    "slow": _("Slow"),
    "rude": _("Unfriendly"),
    "careless": _("Careless"),
    "not_as_said": _("Not as described"),
}


def rate(
    complaint: Complaint,
    *,
    by: Actor,
    solved: bool,
    satisfaction: int,
    tags: Sequence[str] = (),
    note: str = "",
) -> Complaint:
    """Say whether it is solved, and how satisfied: 5 very … 1 very dissatisfied.

    Solved closes the order; not solved sends it back to the desk for a recheck, and the third
    time to the subdistrict's. Raises Invalid for a figure outside 1–5 or an unknown tag.
    """
    return judge(
        complaint,
        Verb.RATE,
        by=by,
        solved=solved,
        satisfaction=satisfaction,
        tags=tags,
        note=note,
    )


def record_callback(
    complaint: Complaint,
    *,
    by: Actor,
    solved: bool,
    satisfaction: int | None = None,
    note: str = "",
) -> Complaint:
    """Record what the reporter said on the telephone; never by the handler."""
    return judge(
        complaint,
        Verb.RECORD_CALLBACK,
        by=by,
        solved=solved,
        satisfaction=satisfaction,
        tags=(),
        note=note,
    )


def reopen(complaint: Complaint, *, by: Actor, reason: str) -> Complaint:
    """Say within the window that a closed order is not solved after all."""
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say what is still wrong.")]})
    words = Words(reason, StatementKind.COMMENT)
    return take(complaint, Verb.REOPEN, by=by, words=words, change=_count_unsolved)


def judge(
    complaint: Complaint,
    verb: Verb,
    *,
    by: Actor,
    solved: bool,
    satisfaction: int | None,
    tags: Sequence[str],
    note: str,
) -> Complaint:
    """A rating, by the reporter or recorded from a telephone call."""
    _check(satisfaction, tags, required=verb == Verb.RATE)

    def change(move: Move) -> None:
        Rating.objects.create(
            complaint=move.order,
            round=move.order.unsolved + 1,
            solved=solved,
            satisfaction=satisfaction,
            tags=sorted(set(tags)),
            by_telephone=verb == Verb.RECORD_CALLBACK,
            at=move.at,
        )
        if not solved:
            _count_unsolved(move)

    facts = {"solved": solved, "satisfaction": satisfaction, "tags": sorted(set(tags))}
    words = Words(note, StatementKind.COMMENT)
    return take(
        complaint, verb, by=by, words=words, facts=facts, otherwise=not solved, change=change
    )


def _count_unsolved(move: Move) -> None:
    move.order.unsolved += 1
    if move.order.unsolved >= UNSOLVED_BEFORE_SUBDISTRICT:
        move_desk_up(move, to=PlaceKind.SUBDISTRICT)


def _check(satisfaction: int | None, tags: Sequence[str], *, required: bool) -> None:
    missing = satisfaction is None and required
    if missing or (satisfaction is not None and not 1 <= satisfaction <= 5):
        raise Invalid(fields={"satisfaction": [_("Choose how satisfied you are, from 1 to 5.")]})
    unknown = set(tags) - set(TAGS)
    if unknown:
        raise Invalid(fields={"tags": [_("One of the tags is unknown.")]})
