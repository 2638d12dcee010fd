"""Verbs of detailed standards: issued, followed by a later version, corrected, ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import WrongState
from common.now import now
from communities.actions.estates import locked, refuse
from communities.models import (
    Deviation,
    Place,
    PlaceKind,
    Standard,
    StandardClause,
    StandardField,
    StandardVersion,
)
from communities.permissions import check_keeps_register

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_CLAUSES = 200
LONGEST_CLAUSE = 2000
EARLIEST = date(1980, 1, 1)


@dataclass(frozen=True)
class SaidClause:
    """What a clause says, and how it is checked."""

    text: str
    how_checked: str = ""


@transaction.atomic
def issue_standard(
    place: Place,
    *,
    by: Actor,
    field: str,
    title: str,
    issued_by: str,
    from_on: date,
    clauses: Sequence[SaidClause],
    document: str = "",
) -> Standard:
    """A standard of a district or subdistrict, with its first version. Raises Invalid, by field."""
    check_keeps_register(by, place)
    place = locked(place, PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT)
    wrong: dict[str, StrOrPromise] = _wrong_version(from_on, clauses)
    if field not in StandardField.values:
        wrong["field"] = _("There is no such field.")
    if not title.strip():
        wrong["title"] = _("Give the standard a title.")
    elif place.standards.filter(title=title.strip()).exists():
        wrong["title"] = _("A standard of this title is here: issue a later version of it.")
    if not issued_by.strip():
        wrong["issued_by"] = _("Say who issued it.")
    refuse(wrong)
    standard = Standard.objects.create(
        place=place, field=field, title=title.strip(), issued_by=issued_by.strip()
    )
    _write(standard, 1, by, document, from_on, clauses)
    _told(standard, "issue_standard", by, place=place.code, field=field)
    return standard


@transaction.atomic
def issue_version(
    standard: Standard,
    *,
    by: Actor,
    from_on: date,
    clauses: Sequence[SaidClause],
    document: str = "",
) -> Standard:
    """A later version: the one before ends on the day it begins. Raises Invalid, by field."""
    standard, last = _locked(standard, by)
    wrong = _wrong_version(from_on, clauses)
    if "from_on" not in wrong and (said := _wrong_beginning(last, from_on)) is not None:
        wrong["from_on"] = said
    if not wrong and _says_the_same(last, clauses):
        wrong["clauses"] = _("This is what the version before says, word for word.")
    refuse(wrong)
    if last.until_on is None:
        last.until_on = from_on
        last.save(update_fields=["until_on"])
    _write(standard, last.number + 1, by, document, from_on, clauses)
    _told(standard, "issue_version", by, number=last.number + 1, from_on=from_on.isoformat())
    return standard


@transaction.atomic
def correct_standard(
    standard: Standard, *, by: Actor, clauses: Sequence[SaidClause], document: str = ""
) -> Standard:
    """The last version was copied wrongly. Raises WrongState once somebody departed from it."""
    standard, last = _locked(standard, by)
    if Deviation.objects.filter(clause__version=last).exists():
        raise WrongState(
            _("Deviations are recorded by the words of this version: issue a later one.")
        )
    refuse(_wrong_clauses(clauses))
    last.document = document.strip()
    last.save(update_fields=["document"])
    last.clauses.all().delete()
    _write_clauses(last, clauses)
    _told(standard, "correct_standard", by, number=last.number)
    return standard


@transaction.atomic
def end_standard(standard: Standard, *, by: Actor, on: date, because: str) -> Standard:
    """The standard is no longer in force from a day on. Raises Invalid, by field."""
    standard, last = _locked(standard, by)
    if last.until_on is not None:
        raise WrongState(_("This standard has ended already."))
    wrong: dict[str, StrOrPromise] = {}
    if on <= last.from_on:
        wrong["on"] = _("It ends after the day on which its last version began.")
    elif _departed(last, on):
        wrong["on"] = _("Deviations from it are recorded on this day or later.")
    if not because.strip():
        wrong["because"] = _("Say why it ends.")
    refuse(wrong)
    last.until_on, last.ended_because = on, because.strip()
    last.save(update_fields=["until_on", "ended_because"])
    _told(standard, "end_standard", by, on=on.isoformat())
    return standard


# --- What the verbs share ----------------------------------------------------------------


def _told(standard: Standard, verb: str, by: Actor, **facts: Any) -> None:
    audit.record(by=by, verb=verb, target_kind="standard", target=str(standard.public_id), **facts)


def _locked(standard: Standard, by: Actor) -> tuple[Standard, StandardVersion]:
    """The standard and its last version as they are now, nobody else at them."""
    check_keeps_register(by, standard.place)
    rows = Standard.objects.select_for_update(of=("self",)).select_related("place")
    standard = rows.get(pk=standard.pk)
    return standard, standard.versions.order_by("-number")[0]


def _departed(version: StandardVersion, since: date) -> bool:
    return Deviation.objects.filter(clause__version=version, on__gte=since).exists()


def _wrong_version(from_on: date, clauses: Sequence[SaidClause]) -> "dict[str, StrOrPromise]":
    wrong = _wrong_clauses(clauses)
    if from_on < EARLIEST:
        wrong["from_on"] = _("No standard is as old as that.")
    return wrong


def _wrong_clauses(clauses: Sequence[SaidClause]) -> "dict[str, StrOrPromise]":
    if not clauses or any(not clause.text.strip() for clause in clauses):
        return {"clauses": _("Give the clauses, each with its words.")}
    if len(clauses) > MOST_CLAUSES:
        return {"clauses": _("A standard has two hundred clauses at most.")}
    if any(max(len(c.text), len(c.how_checked)) > LONGEST_CLAUSE for c in clauses):
        return {"clauses": _("A clause has 2,000 characters at most: part it.")}
    return {}


def _wrong_beginning(last: StandardVersion, from_on: date) -> "StrOrPromise | None":
    if from_on <= last.from_on:
        return _("It begins after the version before it.")
    if last.until_on is not None and from_on < last.until_on:
        return _("The version before it is in force until %(day)s.") % {
            "day": last.until_on.isoformat()
        }
    if _departed(last, from_on):
        return _("Deviations from the version before are recorded on this day or later.")
    return None


def _says_the_same(last: StandardVersion, clauses: Sequence[SaidClause]) -> bool:
    said = [(clause.text.strip(), clause.how_checked.strip()) for clause in clauses]
    return said == list(last.clauses.order_by("number").values_list("text", "how_checked"))


def _write(
    standard: Standard,
    number: int,
    by: Actor,
    document: str,
    from_on: date,
    clauses: Sequence[SaidClause],
) -> None:
    version = StandardVersion.objects.create(
        standard=standard,
        number=number,
        document=document.strip(),
        from_on=from_on,
        by=by if isinstance(by, User) else None,
        entered_at=now(),
    )
    _write_clauses(version, clauses)


def _write_clauses(version: StandardVersion, clauses: Sequence[SaidClause]) -> None:
    StandardClause.objects.bulk_create(
        StandardClause(
            version=version,
            number=number,
            text=clause.text.strip(),
            how_checked=clause.how_checked.strip(),
        )
        for number, clause in enumerate(clauses, 1)
    )
