"""Words of the credit ledger for templates."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django import template

from ratings.credit import CreditKind, CreditVerb, exact
from ratings.models import CreditRecord
from ratings.terms.credit import Advice

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

register = template.Library()


@register.filter
def points(value: Fraction | Decimal | None) -> str:
    """Points as people write them: exact, without noughts at the end."""
    return "" if value is None else exact(value)


@register.filter
def signed(value: Fraction | Decimal, kind: str) -> str:
    """With what it does to the sum."""
    sign = "−" if kind == CreditKind.BAD else "+"
    return f"{sign}{points(value)}" if value else "0"


@register.filter
def credit_step(verb: str) -> "StrOrPromise":
    """What a step is called."""
    return CreditVerb(verb).label if verb in CreditVerb.values else verb


@register.filter
def kind_name(kind: str) -> "StrOrPromise":
    return CreditKind(kind).label


@register.filter
def advice_name(advice: str) -> "StrOrPromise":
    return Advice(advice).label


@register.filter
def heard(record: CreditRecord, at: datetime) -> bool:
    """Whether the firm was heard and the record is to be decided."""
    return record.heard(at)


@register.filter
def tone(state: str) -> str:
    """The tone of a state's tag."""
    return {
        "waiting": "tone-waiting", "objected": "tone-late", "counts": "tone-good",
        "asked": "tone-waiting",
    }.get(state, "tone-ended")  # fmt: skip
