"""Answering a poll: a one-time code opens it, and nothing of the answer leads back to the code."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.codes import normal_code
from common.errors import Invalid, NotAllowed, TooMany, WrongState
from common.now import now, today
from ratings.actions._poll_codes import digests
from ratings.actions.polls import locked
from ratings.models import (
    AnswerKind,
    PeriodState,
    Poll,
    PollAnswer,
    PollCode,
    PollRemark,
    PollSheet,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_WORDS = 300
# Our decision: a hall of residents behind one line mistypes now and then; a program gets nowhere.
MOST_MISSES = 20
AN_HOUR = timedelta(hours=1)


class UnknownCode(Invalid):
    """Never given out, or replaced by a newer slip: the same words for both."""

    code = "unknown_code"
    http_status = 404
    sentence = _(
        "This code is not known. Compare it with the slip; if a newer slip was handed out, only "
        "that one is valid."
    )


class UsedCode(WrongState):
    code = "used_code"
    sentence = _("This code was used already: each one is good for one answer.")


class PollOver(WrongState):
    code = "poll_over"
    sentence = _("The time for answering is over. Thank you for wanting to take part.")


class PrintedByYou(NotAllowed):
    """Whoever prints codes has held all of them in hand."""

    code = "printed_by_you"
    sentence = _(
        "Codes of this poll were made under your account, so no answer is taken from it. Residents "
        "answer on their own phones, without signing in."
    )


def open_code(typed: str, *, address: str, signed_in: User | None = None) -> PollCode:
    """The code of a poll that can be answered now.

    `address` is the digest of where it comes from: after twenty unknown codes within an hour
    TooMany. `signed_in`: whoever the session belongs to; nobody needs to be. Raises UnknownCode,
    UsedCode, PollOver; PrintedByYou, which is written down, for who made codes of this poll.
    """
    missed = AuditEntry.objects.filter(
        at__gt=now() - AN_HOUR, verb="poll_code_missed", target=address
    )
    if len(missed.values_list("pk", flat=True)[:MOST_MISSES]) >= MOST_MISSES:
        raise TooMany(_("Too many wrong codes from here. Please try again in an hour."))
    code = normal_code(typed)
    if code is None:
        # Cannot be one at all, so nobody learns anything from it: a slip of the finger.
        raise UnknownCode
    rows = PollCode.objects.select_related("poll__estate", "poll__body", "poll__period")
    found = rows.filter(digest__in=digests(code)).first()
    if found is None:
        audit.record(by=CLOCK, verb="poll_code_missed", target_kind="address", target=address)
        raise UnknownCode
    if signed_in is not None and _printed_by(signed_in, found.poll):
        audit.record(
            by=signed_in,
            verb="own_poll_code_refused",
            target_kind="poll",
            target=str(found.poll.public_id),
            part=found.poll.part,
        )
        raise PrintedByYou
    if found.used_on is not None:
        raise UsedCode
    _check_open(found.poll)
    return found


@transaction.atomic
def answer_poll(
    code: PollCode,
    *,
    related: bool | None,
    score: int | None,
    blank: bool = False,
    words: str = "",
    signed_in: User | None = None,
) -> None:
    """Use a code up with one answer; nobody can tell afterwards which one.

    `related`: they or a close relative work for the firm; then the answer is counted apart and
    nothing else of it is kept. Raises Invalid by field; UsedCode for whoever is second with a
    code; UnknownCode if its slip was replaced; PollOver; PrintedByYou for who made codes of it.
    """
    _check(related, score, blank, words)
    poll = locked(code.poll_id)
    _check_open(poll)
    if signed_in is not None and _printed_by(signed_in, poll):
        raise PrintedByYou
    # The lock of the poll is no answer to a code read before: only an unused one is used up.
    mine = PollCode.objects.filter(pk=code.pk, digest=code.digest)
    if not mine.filter(used_on__isnull=True).update(used_on=today()):
        raise UsedCode if mine.exists() else UnknownCode
    kind = AnswerKind.EXCLUDED if related else AnswerKind.BLANK if blank else AnswerKind.VALID
    _mix_in(poll, kind, score if kind == AnswerKind.VALID else None)
    if words.strip() and not related:
        _mix_in_words(poll, words.strip())
    # That somebody answered, and not who or what: the line's moment leads nowhere.
    audit.record(
        by=CLOCK, verb="answer_poll", target_kind="poll", target=str(poll.public_id), part=poll.part
    )


def _check(related: bool | None, score: int | None, blank: bool, words: str) -> None:
    wrong: dict[str, list[StrOrPromise]] = {}
    if related is None:
        wrong["related"] = [_("Say whether you or a close relative work for the firm.")]
    if not related:
        if score is None and not blank:
            wrong["score"] = [
                _("Give a score from 0 to 100, or tick that you hand in without one.")
            ]
        elif score is not None and blank:
            wrong["blank"] = [_("Either give a score, or hand in without one.")]
        elif score is not None and not 0 <= score <= 100:
            wrong["score"] = [_("Give a whole number from 0 to 100.")]
    if len(words.strip()) > LONGEST_WORDS:
        wrong["words"] = [
            _("Please keep it under %(limit)d characters.") % {"limit": LONGEST_WORDS}
        ]
    if wrong:
        raise Invalid(fields=wrong)


def _printed_by(user: User, poll: Poll) -> bool:
    return PollSheet.objects.filter(poll=poll, by=user).exists()


def _check_open(poll: Poll) -> None:
    if poll.is_over(now()) or poll.period.state != PeriodState.OPEN:
        raise PollOver


def _mix_in(poll: Poll, kind: AnswerKind, score: int | None) -> None:
    """Write all answers of the poll anew, in an order by chance, with this one among them.

    In the order they came, or each in its own transaction, the rows of a table could be laid
    beside those of the codes that were used.
    """
    rows = [*PollAnswer.objects.filter(poll=poll).values_list("kind", "score"), (kind, score)]
    PollAnswer.objects.filter(poll=poll).delete()
    made = [PollAnswer(id=uuid4(), poll=poll, kind=kind, score=score) for kind, score in rows]
    PollAnswer.objects.bulk_create(sorted(made, key=lambda row: row.id))


def _mix_in_words(poll: Poll, words: str) -> None:
    rows = [*PollRemark.objects.filter(poll=poll).values_list("text", flat=True), words]
    PollRemark.objects.filter(poll=poll).delete()
    made = [PollRemark(id=uuid4(), poll=poll, text=text) for text in rows]
    PollRemark.objects.bulk_create(sorted(made, key=lambda row: row.id))
