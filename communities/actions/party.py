"""The verbs about party organisations: the pyramid, what they also work under, and their years."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.errors import Conflict, Invalid, WrongState
from common.now import now, today
from common.pinyin import initials
from communities.models import (
    Body,
    BodyKind,
    Cultivation,
    Grid,
    PartyForm,
    PartyLevel,
    PartyOrganisation,
    Place,
    PlaceKind,
    StarRating,
    WorksUnder,
)
from communities.permissions import check_keeps_register
from communities.rules import rules

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

RANK = {level: rank for rank, level in enumerate(PartyLevel)}
LONGEST_NAME = 120


@transaction.atomic
def found_organisation(
    *,
    by: Actor,
    place: Place,
    name: str,
    level: str,
    form: str = PartyForm.STANDING,
    code: str = "",
    parent: PartyOrganisation | None = None,
    firm: Body | None = None,
    estates: Iterable[Place] = (),
    grids: Iterable[Grid] = (),
    full_members: int = 0,
    probationary_members: int = 0,
    on: date | None = None,
) -> PartyOrganisation:
    """Enter a party organisation of a place or of a firm, beneath its parent.

    Raises NotAllowed but for whoever keeps the register of the place; Invalid where the parent is
    not above it, or a standing or joint branch has too few full members (an instructor is sent).
    """
    check_keeps_register(by, place)
    place = Place.objects.select_for_update().get(pk=place.pk)
    count = Body.objects.filter(kind=BodyKind.PARTY_ORGANISATION, place=place).count()
    code = code or f"{place.code}-P{count + 1:02d}"
    wrong: dict[str, StrOrPromise] = {}
    if Body.objects.filter(code=code).exists():
        wrong["code"] = _("This code is taken.")
    name = name.strip()
    if not name:
        wrong["name"] = _("Please fill this in.")
    made = PartyOrganisation(
        level=level,
        form=form,
        parent=parent,
        firm=firm,
        full_members=full_members,
        probationary_members=probationary_members,
    )
    _check(made, wrong)
    made.body = Body.objects.create(
        kind=BodyKind.PARTY_ORGANISATION,
        code=code,
        name=name,
        place=place,
        initials=initials(name),
        founded_on=on or today(),
    )
    made.save()
    _works_at(made, estates, grids)
    record(made, by, "found_organisation", level=str(level))
    return made


@transaction.atomic
def change_organisation(
    organisation: PartyOrganisation,
    *,
    by: Actor,
    name: str,
    level: str,
    form: str,
    parent: PartyOrganisation | None,
    estates: Iterable[Place] = (),
    grids: Iterable[Grid] = (),
    full_members: int,
    probationary_members: int,
) -> PartyOrganisation:
    """Keep what is known of an organisation. Raises Invalid where it would stand above itself."""
    check_keeps_register(by, organisation.body.place)
    _lock_chain(organisation, parent)
    organisation = taken(organisation)
    parent = taken(parent) if parent is not None else None
    organisation.level, organisation.form, organisation.parent = level, form, parent
    organisation.full_members = full_members
    organisation.probationary_members = probationary_members
    wrong: dict[str, StrOrPromise] = {} if name.strip() else {"name": _("Please fill this in.")}
    _check(organisation, wrong)
    organisation.save()
    body = organisation.body
    body.name, body.initials = name.strip(), initials(name)
    body.save(update_fields=["name", "initials"])
    _works_at(organisation, estates, grids)
    record(organisation, by, "change_organisation", level=str(level))
    return organisation


@transaction.atomic
def dissolve_organisation(
    organisation: PartyOrganisation, *, by: Actor, on: date
) -> PartyOrganisation:
    """`on` is the first day without it; its links, posts and instructors end with it.

    Raises WrongState while others stand beneath it: they need another parent first.
    """
    check_keeps_register(by, organisation.body.place)
    organisation = taken(organisation)
    if organisation.children.filter(body__dissolved_on__isnull=True).exists():
        raise WrongState(_("Others stand beneath this organisation: move them first."))
    if organisation.body.founded_on is not None and on <= organisation.body.founded_on:
        raise Invalid(fields={"on": [_("It cannot end before it begins.")]})
    Body.objects.filter(pk=organisation.body_id).update(dissolved_on=on)
    for rows in (
        organisation.works_under.all(),
        organisation.guides.all(),
        organisation.posts.all(),
        organisation.sent.all(),
    ):
        rows.filter(until_on__isnull=True, from_on__lt=on).update(until_on=on)
    record(organisation, by, "dissolve_organisation", on=on.isoformat())
    return organisation


@transaction.atomic
def work_under(
    organisation: PartyOrganisation, *, by: Actor, under: PartyOrganisation, from_on: date
) -> WorksUnder:
    """It also works under another, beside its parent. Raises Invalid for itself and for twice."""
    check_keeps_register(by, organisation.body.place)
    organisation = taken(organisation)
    wrong: StrOrPromise = ""
    if under.pk == organisation.pk:
        wrong = _("An organisation does not work under itself.")
    elif organisation.works_under.filter(under=under, until_on__isnull=True).exists():
        wrong = _("It works under this organisation already.")
    if wrong:
        raise Invalid(fields={"under": [wrong]})
    link = WorksUnder.objects.create(organisation=organisation, under=under, from_on=from_on)
    record(organisation, by, "work_under", under=under.body.code)
    return link


@transaction.atomic
def end_work_under(
    organisation: PartyOrganisation, *, by: Actor, under: PartyOrganisation, on: date
) -> None:
    """`on` is the first day on which it no longer works under the other."""
    check_keeps_register(by, organisation.body.place)
    organisation = taken(organisation)
    link = organisation.works_under.filter(under=under, until_on__isnull=True).first()
    if link is None:
        raise WrongState(_("It does not work under this organisation."))
    if on <= link.from_on:
        # Entered by mistake and gone the same day: as if it had not been.
        link.delete()
    else:
        link.until_on = on
        link.save(update_fields=["until_on"])
    record(organisation, by, "end_work_under", under=under.body.code)


@transaction.atomic
def rate_stars(
    organisation: PartyOrganisation, *, by: Actor, year: int, stars: int, grounds: str = ""
) -> StarRating:
    """Stars for a year; given again they replace the year's, and the log keeps both."""
    check_keeps_register(by, organisation.body.place)
    organisation = taken(organisation)
    most = rules()["most_stars"]
    wrong: dict[str, StrOrPromise] = _wrong_year(year)
    if not 0 <= stars <= most:
        wrong["stars"] = _("From 0 to %(n)d stars.") % {"n": most}
    _refuse(wrong)
    rating, _made = StarRating.objects.update_or_create(
        organisation=organisation,
        year=year,
        defaults={
            "stars": stars,
            "grounds": grounds.strip(),
            "by": by if isinstance(by, User) else None,
            "entered_at": now(),
        },
    )
    record(organisation, by, "rate_stars", year=year, stars=stars)
    return rating


@transaction.atomic
def count_cultivation(
    organisation: PartyOrganisation,
    *,
    by: Actor,
    year: int,
    staff_to_members: int,
    members_to_backbone: int,
) -> Cultivation:
    """Two-way cultivation of a year: counts, no names (N4)."""
    check_keeps_register(by, organisation.body.place)
    organisation = taken(organisation)
    wrong = _wrong_year(year)
    if staff_to_members < 0 or members_to_backbone < 0:
        wrong["staff_to_members"] = _("Counts are not less than nothing.")
    _refuse(wrong)
    counted, _made = Cultivation.objects.update_or_create(
        organisation=organisation,
        year=year,
        defaults={
            "staff_to_members": staff_to_members,
            "members_to_backbone": members_to_backbone,
        },
    )
    record(
        organisation,
        by,
        "count_cultivation",
        year=year,
        new=[staff_to_members, members_to_backbone],
    )
    return counted


def taken(organisation: PartyOrganisation) -> PartyOrganisation:
    """The organisation, locked and read again. Raises WrongState once it is dissolved."""
    rows = PartyOrganisation.objects.select_for_update(of=("self",))
    found = rows.select_related("body__place", "parent").filter(pk=organisation.pk).first()
    if found is None:
        raise Conflict
    if found.body.dissolved_on is not None and found.body.dissolved_on <= today():
        raise WrongState(_("This organisation is dissolved."))
    return found


def _chain(organisation: PartyOrganisation | None) -> list[int]:
    """The ids of this one and those above it; ends where it would turn in a circle."""
    found: list[int] = []
    pk = organisation.pk if organisation is not None else None
    while pk is not None and pk not in found:
        found.append(pk)
        rows = PartyOrganisation.objects.filter(pk=pk)
        pk = rows.values_list("parent_id", flat=True).first()
    return found


def _lock_chain(organisation: PartyOrganisation, parent: PartyOrganisation | None) -> None:
    """Lock everything above, in one order: two moved at once must not close a circle."""
    wanted = {organisation.pk, *_chain(parent)}
    rows = PartyOrganisation.objects.select_for_update(of=("self",)).filter(pk__in=wanted)
    list(rows.order_by("pk").values_list("pk", flat=True))


def _check(organisation: PartyOrganisation, wrong: "dict[str, StrOrPromise]") -> None:
    if organisation.level not in PartyLevel.values:
        wrong["level"] = _("Choose a level from the list.")
    elif organisation.form not in PartyForm.values:
        wrong["form"] = _("Choose a form from the list.")
    else:
        wrong |= _wrong_parent(organisation) | _wrong_members(organisation)
    if organisation.firm is not None and organisation.firm.kind != BodyKind.FIRM:
        wrong["firm"] = _("Choose a firm from the list.")
    _refuse(wrong)


def _wrong_parent(organisation: PartyOrganisation) -> "dict[str, StrOrPromise]":
    parent = organisation.parent
    if parent is None:
        return {}
    if organisation.pk in _chain(parent):
        return {"parent": _("An organisation cannot stand above itself.")}
    own, above = RANK[PartyLevel(organisation.level)], RANK[PartyLevel(parent.level)]
    # A bureau's committee stands above an industry's: of committees alone one may hold another.
    both = organisation.level == parent.level == PartyLevel.COMMITTEE
    if above > own or (above == own and not both):
        return {"parent": _("The organisation above must be of a higher level.")}
    return {}


def _wrong_members(organisation: PartyOrganisation) -> "dict[str, StrOrPromise]":
    least = rules()["least_full_members"]
    lasting = organisation.form in {PartyForm.STANDING, PartyForm.JOINT}
    branch = organisation.level == PartyLevel.BRANCH and lasting
    if branch and organisation.full_members < least:
        said = {"n": least}
        return {
            "full_members": _(
                "A branch needs %(n)d full members. With fewer, join with others in a joint "
                "branch, or send an instructor."
            )
            % said
        }
    return {}


def _wrong_year(year: int) -> "dict[str, StrOrPromise]":
    if 2000 <= year <= today().year:
        return {}
    return {"year": _("Choose a year that is over or running.")}


def _works_at(
    organisation: PartyOrganisation, estates: Iterable[Place], grids: Iterable[Grid]
) -> None:
    organisation.estates.set([place for place in estates if place.kind == PlaceKind.ESTATE])
    organisation.grids.set(list(grids))


def _refuse(wrong: "dict[str, StrOrPromise]") -> None:
    if wrong:
        raise Invalid(fields={name: [sentence] for name, sentence in wrong.items()})


def record(organisation: PartyOrganisation, by: Actor, verb: str, **facts: Any) -> None:
    """A line of the log about an organisation: codes and counts, no names."""
    code = organisation.body.code
    audit.record(by=by, verb=verb, target_kind="party_organisation", target=code, **facts)
