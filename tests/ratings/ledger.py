"""The credit ledger for tests: a settled scheme, officers enough to keep apart, records."""

from datetime import date
from typing import Any

from accounts.actors import CLOCK
from accounts.models import User
from communities.models import Body, Place
from ratings.actions import credit as actions
from ratings.actions import credit_schemes
from ratings.credit import CreditVerb
from ratings.models import CreditRecord, CreditScheme
from ratings.terms.drafts import stamp
from tests.complaints.walks import fresh

SAID: dict[str, Any] = {
    "grounds": "经复查，逾期未整改消防通道堵塞问题。",
    "document": "红住建责改〔2026〕7号",
    "from_on": date(2026, 10, 8),
}


def settled(place: Place, preset: str = "shandong", **more: Any) -> CreditScheme:
    """A scheme whose first version is in force from today."""
    scheme = credit_schemes.begin(by=CLOCK, place=place, preset=preset)
    if more:
        changed(scheme, **more)
    settle(scheme)
    return scheme


def changed(scheme: CreditScheme, **more: Any) -> None:
    """The draft with these terms instead."""
    draft = scheme.versions.get(settled_at=None)
    credit_schemes.change_draft(
        scheme, by=CLOCK, terms={**draft.terms, **more}, seen=stamp(draft.terms)
    )


def settle(scheme: CreditScheme, note: str = "") -> None:
    draft = scheme.versions.get(settled_at=None)
    credit_schemes.settle(scheme, by=CLOCK, seen=stamp(draft.terms), note=note)


def recorded(by: User, body: Body, item: str = "B1", **more: Any) -> CreditRecord:
    made = actions.record(by=fresh(by), body=body, item=item, **{**SAID, **more})
    return now_is(made)


def take(found: CreditRecord, verb: str, by: User, text: str = "情况属实") -> CreditRecord:
    return actions.step(found, CreditVerb(verb), by=fresh(by), text=text)


def now_is(found: CreditRecord) -> CreditRecord:
    row: CreditRecord = CreditRecord.objects.with_life().get(pk=found.pk)
    return row
