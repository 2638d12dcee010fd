"""Verbs of deviations from a standard: recorded, answered by the firm, put right, taken back."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import WrongState
from common.now import now, today
from communities.actions.estates import refuse
from communities.models import (
    Body,
    Contract,
    Deviation,
    Place,
    Standard,
    StandardClause,
)
from communities.permissions.standards import check_answers_deviation, check_records_deviation
from communities.queries.audience import managers_of
from communities.queries.standards import governs
from notifications.actions import notify

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_TEXT = 5000


@transaction.atomic
def record_deviation(
    clause: StandardClause,
    *,
    by: Actor,
    grounds: str,
    evidence: str,
    on: date,
    estate: Place | None = None,
    firm: Body | None = None,
) -> Deviation:
    """A clause was departed from at an estate, or by a firm as such; the firm's managers hear.

    At an estate the firm that served it on that day stands beside it. Raises Invalid, by field:
    for a day to come, a clause not in force there that day, and where the words are missing.
    """
    if estate is not None:
        estate = Place.objects.select_for_update().get(pk=estate.pk)
        firm = _served_by(estate, on)
    made = Deviation(clause=clause, estate=estate, firm=firm, on=on, entered_at=now())
    check_records_deviation(by, made)
    # Whoever issues a later version holds the same row.
    Standard.objects.select_for_update().get(versions=clause.version_id)
    wrong: dict[str, StrOrPromise] = {}
    if on > today():
        wrong["on"] = _("This day is still to come.")
    elif not governs(clause, on=on, estate=estate, firm=firm):
        wrong["clause"] = _("This clause was not in force there on that day.")
    if not grounds.strip():
        wrong["grounds"] = _("Say what departs from the clause.")
    if not evidence.strip():
        wrong["evidence"] = _("Say what shows it: pictures, papers, who was there.")
    refuse(wrong)
    made.grounds, made.evidence = grounds.strip(), evidence.strip()
    made.by = by if isinstance(by, User) else None
    made.save()
    if firm is not None:
        _tell(made, firm, by, "register_deviation")
    _told(made, "record_deviation", by, on=on.isoformat(), clause=clause.number)
    return made


@transaction.atomic
def answer_deviation(deviation: Deviation, *, by: Actor, answer: str) -> Deviation:
    """The firm's own word on it, once. Raises WrongState when it is over or answered."""
    check_answers_deviation(by, deviation)
    deviation = _open(deviation)
    if deviation.answered_at is not None:
        raise WrongState(_("The firm has answered this deviation."))
    refuse(_wrong_words("answer", answer))
    deviation.answer, deviation.answered_at = answer.strip(), now()
    deviation.answered_by = by if isinstance(by, User) else None
    deviation.save(update_fields=["answer", "answered_at", "answered_by"])
    _told(deviation, "answer_deviation", by)
    return deviation


@transaction.atomic
def put_deviation_right(deviation: Deviation, *, by: Actor, how: str, on: date) -> Deviation:
    """It was put right, and how. Raises Invalid, by field; WrongState when it is over."""
    check_records_deviation(by, deviation)
    deviation = _open(deviation)
    wrong = _wrong_words("how", how)
    if on > today():
        wrong["on"] = _("This day is still to come.")
    elif on < deviation.on:
        wrong["on"] = _("The deviation was found after this day.")
    refuse(wrong)
    deviation.put_right, deviation.put_right_on = how.strip(), on
    deviation.save(update_fields=["put_right", "put_right_on"])
    _told(deviation, "put_deviation_right", by, on=on.isoformat())
    return deviation


@transaction.atomic
def take_deviation_back(deviation: Deviation, *, by: Actor, because: str) -> Deviation:
    """It should not have been recorded; it counts nowhere any more and stays readable."""
    check_records_deviation(by, deviation)
    deviation = _open(deviation)
    refuse(_wrong_words("because", because))
    deviation.taken_back_because, deviation.taken_back_on = because.strip(), today()
    deviation.save(update_fields=["taken_back_because", "taken_back_on"])
    if deviation.firm is not None:
        _tell(deviation, deviation.firm, by, "register_deviation_taken_back")
    _told(deviation, "take_deviation_back", by)
    return deviation


# --- What the verbs share ----------------------------------------------------------------


def _served_by(estate: Place, on: date) -> Body | None:
    rows = Contract.objects.in_force(on).filter(estate=estate).select_related("firm")
    found = rows.order_by("-from_on").first()
    return found.firm if found is not None else None


def _open(deviation: Deviation) -> Deviation:
    """The deviation as it is now, nobody else at it. Raises WrongState once it is over."""
    rows = Deviation.objects.select_for_update(of=("self",)).select_related("estate", "firm")
    found = rows.get(pk=deviation.pk)
    if not found.open:
        raise WrongState(_("This deviation is over: put right or taken back."))
    return found


def _wrong_words(name: str, words: str) -> "dict[str, StrOrPromise]":
    if 1 <= len(words.strip()) <= LONGEST_TEXT:
        return {}
    return {name: _("Say it in words, 5,000 characters at most.")}


def _tell(deviation: Deviation, firm: Body, by: Actor, kind: str) -> None:
    """The firm's managers hear, but not whoever did it."""
    told = managers_of(firm) - ({by.pk} if isinstance(by, User) else set())
    standard = deviation.clause.version.standard
    notify(
        told,
        kind=kind,
        facts={"standard": standard.title, "path": reverse("communities:deviations")},
        key=f"{kind.removeprefix('register_')} {deviation.public_id}",
        at=now(),
    )


def _told(deviation: Deviation, verb: str, by: Actor, **facts: Any) -> None:
    of = deviation.estate or deviation.firm
    kind = "place" if deviation.estate is not None else "body"
    audit.record(
        by=by,
        verb=verb,
        target_kind=kind,
        target=of.code if of is not None else "",
        deviation=str(deviation.public_id),
        **facts,
    )
