"""What the pages of a duty roster ask for."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.template.defaultfilters import date as format_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import User
from common.now import SHANGHAI
from communities.models import DutyShift

MORNING = time(8, 0)


def _people_fields(people: Iterable[User]) -> tuple[forms.ChoiceField, forms.ChoiceField]:
    choices = [(str(user.public_id), user.name) for user in people]
    user = forms.ChoiceField(
        label=_("On duty (A)"),
        choices=[("", _("Please choose")), *choices],
        error_messages={"required": _("Choose who is on duty.")},
    )
    deputy = forms.ChoiceField(
        label=_("Deputy (B)"),
        help_text=_("Stands in when A is away."),
        choices=[("", _("Nobody")), *choices],
        required=False,
    )
    return user, deputy


class _PeopleForm(forms.Form):
    """A and B, from those who hold an office at the desk."""

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(user.public_id): user for user in people}
        self.fields["user"], self.fields["deputy"] = _people_fields(self._people.values())

    @property
    def who(self) -> dict[str, User | None]:
        """A and B as the verb takes them."""
        return {
            "user": self._people[self.cleaned_data["user"]],
            "deputy": self._people.get(self.cleaned_data["deputy"]),
        }


class RosterForm(_PeopleForm):
    """The same two, at the same time of day, on several days of a week."""

    from_at = forms.TimeField(
        label=_("Shift begins"),
        initial=MORNING,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    until_at = forms.TimeField(
        label=_("Shift ends"),
        help_text=_("Not later than it begins: then it is that time of the next day."),
        initial=MORNING,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    field_order = ("user", "deputy", "days", "from_at", "until_at")

    def __init__(self, *args: Any, days: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"] = forms.MultipleChoiceField(
            label=_("Days"),
            choices=[(day.isoformat(), _day_words(day)) for day in days],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one day.")},
        )
        self.order_fields(self.field_order)

    @property
    def spans(self) -> list[tuple[datetime, datetime]]:
        """Begin and end of each shift, in order."""
        begin, end = self.cleaned_data["from_at"], self.cleaned_data["until_at"]
        days = sorted(date.fromisoformat(day) for day in self.cleaned_data["days"])
        return [
            (
                datetime.combine(day, begin, SHANGHAI),
                datetime.combine(day + timedelta(days=end <= begin), end, SHANGHAI),
            )
            for day in days
        ]


def _day_words(day: date) -> str:
    return format_date(day, pgettext("day of this year, Django date format", "D j M"))


class _MomentInput(forms.DateTimeInput):
    """A day and a clock, as the browser's own control sends and takes them."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class ShiftForm(_PeopleForm):
    """One shift, changed."""

    from_at = forms.DateTimeField(label=_("Shift begins"), widget=_MomentInput)
    until_at = forms.DateTimeField(label=_("Shift ends"), widget=_MomentInput)
    field_order = ("user", "deputy", "from_at", "until_at")

    def __init__(self, *args: Any, shift: DutyShift, **kwargs: Any) -> None:
        initial = {
            "user": str(shift.user.public_id),
            "deputy": str(shift.deputy.public_id) if shift.deputy else "",
            "from_at": shift.from_at,
            "until_at": shift.until_at,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.order_fields(self.field_order)
