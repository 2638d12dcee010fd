"""Who hears of a step of a credit record, and what of it stands in the chain of publications."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from communities.queries.audience import managers_of
from notifications.actions import notify
from ratings.actions._officers import officers_of, untied
from ratings.actions.publications import append
from ratings.credit import CreditKind, CreditVerb
from ratings.models import CreditRecord, CreditStep, PublicationKind
from ratings.queries.published_rows import said_of_record

V = CreditVerb
# The firm hears what becomes of its record; the officers, what waits for one of them.
FIRM_HEARS = frozenset({V.CONFIRM, V.TURN_DOWN, V.REPAIR, V.REFUSE_REPAIR, V.WITHDRAW})
OFFICERS_HEAR = frozenset({V.RECORD, V.OBJECT, V.ASK_REPAIR})


def publish(row: CreditRecord, verb: CreditVerb) -> int | None:
    """A record that counts, and the end of one that counted, are appended; the link's number."""
    if verb == V.CONFIRM:
        made = append(
            kind=PublicationKind.CREDIT,
            place=row.place,
            title=_title(row, _("Credit record: %(firm)s, %(item)s")),
            subject=row.public_id,
            content=said_of_record(row),
            # Typed by hand, they may name a person: the chain holds a digest that can be emptied.
            personal={"grounds": row.grounds},
        )
    elif verb in (V.REPAIR, V.WITHDRAW) and row.confirmed_at is not None:
        made = append(
            kind=PublicationKind.CREDIT_END,
            place=row.place,
            title=_title(row, _("End of a credit record: %(firm)s, %(item)s")),
            subject=row.public_id,
            content={**said_of_record(row), "how": verb.value},
        )
    else:
        return None
    return made.sequence


def _title(row: CreditRecord, words: Any) -> str:
    """In the portal's own language: it is hashed, so it is the same for every reader."""
    with override(settings.LANGUAGE_CODE):
        said = str(words) % {"firm": row.body.name, "item": row.name_zh}
    return said[:200]


def tell(row: CreditRecord, step: CreditStep) -> None:
    """Notices of one step, in the caller's transaction."""
    if step.verb == V.RECORD and row.kind == CreditKind.BAD:
        _notify(row, step, "credit_heard", managers_of(row.body))
    elif step.verb in FIRM_HEARS:
        _notify(row, step, "credit_moved", managers_of(row.body))
    if step.verb in OFFICERS_HEAR:
        _notify(row, step, "credit_waits", _officers(row) - {step.by_id})


def tell_heard(row: CreditRecord, step: CreditStep, at: datetime) -> None:
    """The hearing has ended: told to those who may decide, so not to whoever recorded it."""
    _notify(row, step, "credit_to_decide", _officers(row) - {row.recorded_by_id}, at)


def _officers(row: CreditRecord) -> set[int]:
    """The officers of the district, but none that is tied to the firm."""
    return untied(officers_of(row.place_id), [row.body_id], row.from_on)


def _notify(
    row: CreditRecord, step: CreditStep, kind: str, to: set[int], at: datetime | None = None
) -> None:
    notify(
        to,
        kind=kind,
        facts={
            "firm": row.body.name,
            "item": row.name_zh,
            "verb": step.verb,
            "due_at": row.due_at.isoformat() if row.due_at else "",
            "path": reverse("ratings:credit_record", args=[row.public_id]),
        },
        key=f"{kind} {step.public_id.hex}",
        at=at or step.at,
        duty=True,
    )
