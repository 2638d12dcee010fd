"""How a person can be reached: addresses, wishes and quiet hours, and what follows from them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from accounts.models import User
from common.now import SHANGHAI
from notifications import channels
from notifications.models import Channel, ContactPoint, Preference, QuietHours

# What reaches whom without a wish of their own. A text message costs the public money, so it is
# there for whoever asks for it, and for duty where nothing else would ring.
USUAL = {Channel.EMAIL: True, Channel.WECHAT: True, Channel.SMS: False}


@dataclass(frozen=True)
class Reach:
    """One person, as the loud ways know them."""

    addresses: dict[str, str] = field(default_factory=dict)
    wishes: dict[tuple[str, str], bool] = field(default_factory=dict)
    quiet: tuple[time, time] | None = None

    def wants(self, group: str, channel: str) -> bool:
        return self.wishes.get((group, channel), USUAL.get(Channel(channel), False))

    def ways(self, group: str, *, duty: bool) -> list[Channel]:
        """The loud ways a notice leaves by: those wished for that have an address.

        What duty asks for leaves by one at least: the first that has an address, if none is
        wished for. Who has no address at all is told in the portal alone.
        """
        there = [channel for channel in channels.LOUD if self.addresses.get(channel)]
        wished = [channel for channel in there if self.wants(group, channel)]
        return wished or (there[:1] if duty else [])

    def loud_at(self, at: datetime, *, wakes: bool) -> datetime:
        """The first moment from `at` on at which it may be loud for this person."""
        if self.quiet is None or wakes:
            return at
        begins, ends = self.quiet
        local = at.astimezone(SHANGHAI)
        clock = local.time()
        over_midnight = begins > ends
        within = clock >= begins or clock < ends if over_midnight else begins <= clock < ends
        if not within:
            return at
        day = local.date()
        if over_midnight and clock >= begins:
            day += timedelta(days=1)
        return datetime.combine(day, ends, SHANGHAI).astimezone(at.tzinfo)


def reach_of(users: Iterable[User]) -> dict[int, Reach]:
    """How each of these people can be reached: three queries for any number of them."""
    people = {user.pk: user for user in users}
    points: dict[int, dict[str, str]] = defaultdict(dict)
    for point in ContactPoint.objects.filter(user__in=people, confirmed_at__isnull=False):
        points[point.user_id][point.channel] = point.address
    wishes: dict[int, dict[tuple[str, str], bool]] = defaultdict(dict)
    for wish in Preference.objects.filter(user__in=people):
        wishes[wish.user_id][wish.group, wish.channel] = wish.wanted
    quiet = {
        row.user_id: (row.begins, row.ends) for row in QuietHours.objects.filter(user__in=people)
    }
    return {
        pk: Reach(_addresses(user, points[pk]), wishes[pk], quiet.get(pk))
        for pk, user in people.items()
    }


def _addresses(user: User, points: dict[str, str]) -> dict[str, str]:
    """Only addresses that were confirmed: a number or a box that is another's would read along."""
    if not user.is_active:
        return {}
    found = dict(points)
    if user.email and user.email_confirmed_at:
        found[Channel.EMAIL] = user.email
    if user.phone and user.phone_confirmed_at:
        found[Channel.SMS] = user.phone
    return {channel: address for channel, address in found.items() if channels.offered(channel)}
