"""Declaring what ties one to a firm, or recording what was found; and that it is over."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import Conflict, Invalid, NotAllowed
from common.now import now, today
from communities.models import Body, BodyKind, Interest, InterestKind
from communities.permissions.interests import check_records_interests

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_NOTE = 200


@transaction.atomic
def record_interest(
    person: User,
    *,
    by: User,
    firm: Body,
    kind: str,
    from_on: date | None = None,
    note: str = "",
) -> Interest:
    """One's own, declared; somebody else's, found. It counts from `from_on` on, else from today.

    Raises NotAllowed but for oneself and an office over the person; Invalid where it stands on
    record already.
    """
    check_records_interests(by, person)
    User.objects.select_for_update().get(pk=person.pk)
    begins = from_on or today()
    wrong: dict[str, list[StrOrPromise]] = {}
    if firm.kind != BodyKind.FIRM:
        wrong["firm"] = [_("Choose a property firm.")]
    if begins > today():
        wrong["from_on"] = [_("This day has not come yet.")]
    if len(note.strip()) > LONGEST_NOTE:
        wrong["note"] = [_("Please keep it under %(limit)d characters.") % {"limit": LONGEST_NOTE}]
    same = Interest.objects.filter(user=person, firm=firm, kind=kind, until_on__isnull=True)
    if not wrong and same.exists():
        wrong["kind"] = [_("This is on record already.")]
    if wrong:
        raise Invalid(fields=wrong)
    interest = Interest.objects.create(
        user=person,
        firm=firm,
        kind=InterestKind(kind),
        note=note.strip(),
        from_on=begins,
        by=by,
        at=now(),
    )
    _record(interest, "declare_interest" if by.pk == person.pk else "find_interest", by=by)
    return interest


@transaction.atomic
def end_interest(interest: Interest, *, by: Actor, on: date) -> Interest:
    """It is over from `on` on; said by an office over the person, not by themselves.

    Whoever could end their own would end it on the day before the election.
    """
    check_records_interests(by, interest.user)
    if isinstance(by, User) and by.pk == interest.user_id:
        raise NotAllowed(_("That an interest is over is recorded by the office over you."))
    interest = Interest.objects.select_for_update().get(pk=interest.pk)
    if interest.until_on is not None:
        raise Conflict
    if on <= interest.from_on or on > today():
        raise Invalid(fields={"on": [_("Give a day after it began, today at the latest.")]})
    interest.until_on = on
    interest.save(update_fields=["until_on"])
    _record(interest, "end_interest", by=by)
    return interest


def _record(interest: Interest, verb: str, *, by: Actor) -> None:
    audit.record(
        by=by,
        verb=verb,
        target_kind="user",
        target=str(interest.user.public_id),
        firm=interest.firm.code,
        kind=interest.kind,
    )
