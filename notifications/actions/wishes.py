"""A person's own wishes: what reaches them where, and when not."""

from collections.abc import Mapping
from datetime import time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from common.errors import Invalid
from common.now import now
from notifications.channels import LOUD
from notifications.models import Channel, ContactPoint, Group, Preference, QuietHours


@transaction.atomic
def set_wishes(
    wanted: Mapping[tuple[str, str], bool], *, quiet: tuple[time, time] | None, by: User
) -> None:
    """Keep what of (group, channel) this person wants, and their quiet hours (None: none).

    What is not in `wanted` stays as it was. Raises Invalid for quiet hours that never end.
    """
    if quiet is not None and quiet[0] == quiet[1]:
        raise Invalid(
            fields={"quiet_until": [_("Quiet hours end at another time than they begin.")]}
        )
    unknown = [w for w in wanted if w[0] not in Group.values or w[1] not in LOUD]
    if unknown:
        raise Invalid
    Preference.objects.bulk_create(
        [
            Preference(user=by, group=group, channel=channel, wanted=yes)
            for (group, channel), yes in wanted.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "group", "channel"],
        update_fields=["wanted"],
    )
    if quiet is None:
        QuietHours.objects.filter(user=by).delete()
    else:
        QuietHours.objects.update_or_create(
            user=by, defaults={"begins": quiet[0], "ends": quiet[1]}
        )


@transaction.atomic
def bind_wechat(openid: str, *, by: User) -> None:
    """Remember what the service account calls this person: WeChat itself has confirmed it."""
    ContactPoint.objects.update_or_create(
        user=by, channel=Channel.WECHAT, defaults={"address": openid, "confirmed_at": now()}
    )
    audit.record(by=by, verb="bind_wechat", target_kind="user", target=str(by.public_id))


@transaction.atomic
def unbind(channel: str, *, by: User) -> bool:
    """Forget where this person is reached by this way; whether there was anything."""
    gone, _each = ContactPoint.objects.filter(user=by, channel=channel).delete()
    if gone:
        audit.record(
            by=by, verb="unbind", target_kind="user", target=str(by.public_id), channel=channel
        )
    return bool(gone)
