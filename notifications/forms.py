"""What the page about one's own wishes asks for."""

from collections.abc import Collection
from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications import channels
from notifications.models import Channel, Group
from notifications.reach import Reach

HELP = {
    Group.MINE: _("What becomes of what you reported."),
    Group.WORK: _("Orders that you or your office have to see to."),
    Group.LATE: _("What is soon due, and what is late."),
    Group.SUPERVISION: _("Supervision orders, duty and what is asked of your office."),
    Group.NEWS: _("Everything else."),
}


class WishesForm(forms.Form):
    """One question for each group of notices, then the quiet hours."""

    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        help_text=_("For example 22:00. Leave both empty for no quiet hours."),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        help_text=_("For example 07:00. What came meanwhile is sent then."),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def __init__(self, data: Any, *, reach: Reach, had: Collection[Group] = ()) -> None:
        self.ways = [channel for channel in channels.LOUD if _reachable(channel, reach)]
        self.had = {Group.MINE, Group.NEWS, *had}
        quiet = reach.quiet or (None, None)
        initial: dict[str, Any] = {"quiet_from": quiet[0], "quiet_until": quiet[1]}
        super().__init__(data, initial=initial)
        for group in Group:
            wanted = [channel for channel in self.ways if reach.wants(group, channel)]
            self.fields[group.value] = forms.MultipleChoiceField(
                label=group.label,
                help_text=HELP[group],
                choices=[(c.value, _named(c, reach)) for c in self.ways],
                initial=[channel.value for channel in wanted],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.order_fields([*Group.values, "quiet_from", "quiet_until"])

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        begins, ends = found.get("quiet_from"), found.get("quiet_until")
        if (begins is None) != (ends is None) and not self.errors:
            self.add_error(
                "quiet_from" if begins is None else "quiet_until",
                _("Give both times, or leave both empty."),
            )
        return found

    @property
    def usual(self) -> list[forms.BoundField]:
        """The groups this person has notices of."""
        return [self[group.value] for group in Group if group in self.had]

    @property
    def others(self) -> list[forms.BoundField]:
        """The groups this person has had no notice of yet."""
        return [self[group.value] for group in Group if group not in self.had]

    @property
    def hours(self) -> list[forms.BoundField]:
        return [self["quiet_from"], self["quiet_until"]]

    @property
    def wanted(self) -> dict[tuple[str, str], bool]:
        """Yes or no to every way that was offered, for each group."""
        return {
            (group, channel.value): channel.value in self.cleaned_data[group]
            for group in Group.values
            for channel in self.ways
        }

    @property
    def quiet(self) -> tuple[time, time] | None:
        begins, ends = self.cleaned_data["quiet_from"], self.cleaned_data["quiet_until"]
        return (begins, ends) if begins is not None and ends is not None else None


def _reachable(channel: Channel, reach: Reach) -> bool:
    """Whether this way is there, and the person has an address or can give one."""
    can_give = channel != Channel.WECHAT or bool(settings.WECHAT_APP_ID)
    return channels.offered(channel) and (can_give or channel in reach.addresses)


def _named(channel: Channel, reach: Reach) -> Any:
    if reach.addresses.get(channel):
        return channel.label
    return gettext("%(channel)s – no address yet") % {"channel": channel.label}
