"""Days that people mean: whatever lies beyond breaks the arithmetic of days, or is a slip."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from common.errors import Invalid

YEARS = range(2000, 2100)


def check_days(**days: date | None) -> None:
    """Raises Invalid, by field, for days that nobody means; a moment counts by its date."""
    wrong = {name for name, day in days.items() if day is not None and day.year not in YEARS}
    if wrong:
        raise Invalid(fields={name: [_("Enter a day from 2000 to 2099.")] for name in wrong})
