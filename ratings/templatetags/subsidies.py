"""Money for templates."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def yuan(amount: Decimal) -> str:
    """An amount as people write it: 5,000,000.00."""
    return f"{amount:,.2f}"
