"""The verbs about groups of bodies: alliances, federations, associations, committees, teams."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from common.errors import Conflict, Invalid, WrongState
from common.now import today
from common.pinyin import initials
from communities.models import (
    Body,
    BodyKind,
    Group,
    GroupKind,
    GroupMembership,
    Place,
    SettledMatter,
)
from communities.permissions import check_keeps_register

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@transaction.atomic
def found_group(
    *,
    by: Actor,
    place: Place,
    kind: str,
    name: str,
    purpose: str = "",
    standard: str = "",
    code: str = "",
    on: date | None = None,
) -> Group:
    """Enter a group that works at a place. Raises NotAllowed but for whoever keeps the register."""
    check_keeps_register(by, place)
    place = Place.objects.select_for_update().get(pk=place.pk)
    count = Body.objects.filter(kind=BodyKind.GROUP, place=place).count()
    code = code or f"{place.code}-G{count + 1:02d}"
    wrong: dict[str, StrOrPromise] = {}
    if kind not in GroupKind.values:
        wrong["kind"] = _("Choose a kind from the list.")
    if not name.strip():
        wrong["name"] = _("Please fill this in.")
    if Body.objects.filter(code=code).exists():
        wrong["code"] = _("This code is taken.")
    _refuse(wrong)
    body = Body.objects.create(
        kind=BodyKind.GROUP,
        code=code,
        name=name.strip(),
        place=place,
        initials=initials(name),
        founded_on=on or today(),
    )
    group = Group.objects.create(
        body=body, kind=kind, purpose=purpose.strip(), standard=standard.strip()
    )
    _audit(group, by, "found_group", kind=str(kind))
    return group


@transaction.atomic
def change_group(
    group: Group, *, by: Actor, name: str, purpose: str = "", standard: str = ""
) -> Group:
    """Keep its name, what it is for and the standard it works under (W14)."""
    check_keeps_register(by, group.body.place)
    group = _taken(group)
    _refuse({} if name.strip() else {"name": _("Please fill this in.")})
    group.purpose, group.standard = purpose.strip(), standard.strip()
    group.save(update_fields=["purpose", "standard"])
    body = group.body
    body.name, body.initials = name.strip(), initials(name)
    body.save(update_fields=["name", "initials"])
    _audit(group, by, "change_group")
    return group


@transaction.atomic
def dissolve_group(group: Group, *, by: Actor, on: date) -> Group:
    """`on` is the first day without it; its memberships end with it."""
    check_keeps_register(by, group.body.place)
    group = _taken(group)
    if group.body.founded_on is not None and on <= group.body.founded_on:
        _refuse({"on": _("It cannot end before it begins.")})
    Body.objects.filter(pk=group.body_id).update(dissolved_on=on)
    group.memberships.filter(until_on__isnull=True, from_on__lt=on).update(until_on=on)
    _audit(group, by, "dissolve_group", on=on.isoformat())
    return group


@transaction.atomic
def admit_member(
    group: Group,
    *,
    by: Actor,
    member: Body | None = None,
    outsider: str = "",
    role: str = "",
    from_on: date,
) -> GroupMembership:
    """A body of the register, or somebody from outside by name, belongs to the group from a day.

    Raises Invalid for both or neither, for itself, and for who belongs to it then.
    """
    check_keeps_register(by, group.body.place)
    group = _taken(group)
    outsider = outsider.strip()
    wrong: StrOrPromise = ""
    if (member is None) == (not outsider):
        wrong = _("Name a body of the register, or somebody from outside: one of the two.")
    elif member is not None and member.pk == group.body_id:
        wrong = _("A group does not belong to itself.")
    elif _belong(group, member, outsider, from_on):
        wrong = _("Belongs to the group already.")
    if wrong:
        _refuse({"member": wrong})
    made = GroupMembership.objects.create(
        group=group, member=member, outsider=outsider, role=role.strip(), from_on=from_on
    )
    _audit(group, by, "admit_member", membership=str(made.public_id))
    return made


def _belong(group: Group, member: Body | None, outsider: str, on: date) -> bool:
    rows = group.memberships.filter(member=member, outsider=outsider)
    return any(row.until_on is None or row.until_on > on for row in rows)


@transaction.atomic
def release_member(membership: GroupMembership, *, by: Actor, on: date) -> GroupMembership:
    """`on` is the first day outside the group."""
    check_keeps_register(by, membership.group.body.place)
    rows = GroupMembership.objects.select_for_update(of=("self",))
    membership = rows.select_related("group__body").get(pk=membership.pk)
    if membership.until_on is not None:
        raise WrongState(_("This is over; it stays on record as it was."))
    if on <= membership.from_on:
        _refuse({"on": _("It cannot end before it begins.")})
    membership.until_on = on
    membership.save(update_fields=["until_on"])
    _audit(membership.group, by, "release_member", membership=str(membership.public_id))
    return membership


@transaction.atomic
def settle_matters(
    group: Group, *, by: Actor, month: date, count: int, note: str = ""
) -> SettledMatter:
    """How many matters the group settled in a month (W9); said again it replaces the month's."""
    check_keeps_register(by, group.body.place)
    group = _taken(group)
    month = month.replace(day=1)
    wrong: dict[str, StrOrPromise] = {}
    if month > today():
        wrong["month"] = _("Only what has happened is recorded.")
    if count < 0:
        wrong["count"] = _("Counts are not less than nothing.")
    _refuse(wrong)
    settled, _made = SettledMatter.objects.update_or_create(
        group=group, month=month, defaults={"count": count, "note": note.strip()}
    )
    _audit(group, by, "settle_matters", month=month.isoformat(), count=count)
    return settled


def _taken(group: Group) -> Group:
    rows = Group.objects.select_for_update(of=("self",)).select_related("body__place")
    found = rows.filter(pk=group.pk).first()
    if found is None:
        raise Conflict
    if found.body.dissolved_on is not None and found.body.dissolved_on <= today():
        raise WrongState(_("This group is dissolved."))
    return found


def _refuse(wrong: "dict[str, StrOrPromise]") -> None:
    if wrong:
        raise Invalid(fields={name: [sentence] for name, sentence in wrong.items()})


def _audit(group: Group, by: Actor, verb: str, **facts: Any) -> None:
    audit.record(by=by, verb=verb, target_kind="group", target=group.body.code, **facts)
