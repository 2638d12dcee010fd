"""Verbs of honours with money 评先奖补: a programme, its categories, awards by two, payments.

Every verb that moves money locks the programme first, so what is held never passes the budget and
what is paid never passes an award, whoever else is at it.
"""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from common.errors import Conflict, Invalid, WrongState
from common.now import now, today
from communities.actions.honours import enter_honours, honour, take_honour_back
from communities.models import Body, Honour, HonourList, Place, PlaceKind
from communities.scope import day_of
from ratings.models import (
    BODIES,
    Award,
    AwardCategory,
    AwardedKind,
    AwardState,
    Payment,
    Programme,
)
from ratings.permissions.subsidies import (
    check_decides,
    check_grants,
    check_pays,
    check_proposes,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FEN = Decimal("0.01")
# Ten billion yuan: more than any county has, less than the columns hold.
MOST = Decimal(10) ** 10
YEARS = range(2000, 2100)
LONGEST = {"name": 120, "granted_by": 120, "document": 60, "grounds": 200, "reference": 60,
           "because": 200}  # fmt: skip
GRANTING = (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT)


def _said(**words: str) -> dict[str, str]:
    """Each of these words, stripped. Raises Invalid for those that are missing or too long."""
    found = {name: value.strip() for name, value in words.items()}
    wrong: dict[str, list[StrOrPromise]] = {}
    for name, value in found.items():
        if not value:
            wrong[name] = [_("Fill this in.")]
        elif len(value) > LONGEST[name]:
            limit = {"limit": LONGEST[name]}
            wrong[name] = [_("Please keep it under %(limit)d characters.") % limit]
    if wrong:
        raise Invalid(fields=wrong)
    return found


def _yuan(amount: Decimal, field: str) -> Decimal:
    """An amount to the fen. Raises Invalid for nothing, less than nothing, or parts of a fen."""
    if not amount.is_finite() or not 0 < amount < MOST:
        raise Invalid(fields={field: [_("Enter an amount in yuan, more than nothing.")]})
    if amount != amount.quantize(FEN):
        raise Invalid(fields={field: [_("An amount goes to the fen: two places, no more.")]})
    return amount.quantize(FEN)


def _locked(programme: Programme) -> Programme:
    rows = Programme.objects.select_for_update(of=("self",)).select_related("place")
    return rows.get(pk=programme.pk)


def _taken(award: Award) -> Award:
    """The award as it stands once its programme is locked."""
    _locked(award.category.programme)
    return Award.objects.select_related(
        "category__programme__place", "place", "body__place", "honour__list"
    ).get(pk=award.pk)


# --- A programme and its categories ------------------------------------------------------


@transaction.atomic
def open_programme(
    place: Place,
    *,
    by: User,
    name: str,
    year: int,
    granted_by: str,
    document: str,
    budget: Decimal,
) -> Programme:
    """Open a programme of a district or subdistrict, for a year, under a document number.

    Raises NotAllowed but for its officers and those above; Conflict for one of that name then.
    """
    check_grants(by, place)
    if place.kind not in GRANTING:
        raise Invalid(fields={"place": [_("A programme is a district's or a subdistrict's.")]})
    if year not in YEARS:
        raise Invalid(fields={"year": [_("Enter a year.")]})
    said = _said(name=name, granted_by=granted_by, document=document)
    try:
        with transaction.atomic():
            made = Programme.objects.create(
                place=place, year=year, budget=_yuan(budget, "budget"),
                opened_at=now(), opened_by=by, **said,
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(_("There is a programme of this name and year already.")) from error
    _record(made, by, "open_programme", place=place.code, year=year, budget=str(made.budget))
    return made


@transaction.atomic
def change_budget(programme: Programme, *, by: User, budget: Decimal, document: str) -> Programme:
    """Another budget, under another document. Raises WrongState below what is held for awards."""
    check_grants(by, programme.place)
    said = _said(document=document)
    amount = _yuan(budget, "budget")
    programme = _locked(programme)
    held = Award.objects.held().filter(category__programme=programme).amount()
    if amount < held:
        raise WrongState(
            _("%(held)s yuan are proposed or awarded already: the budget cannot be less.")
            % {"held": f"{held:,.2f}"}
        )
    programme.budget, programme.document = amount, said["document"]
    programme.save(update_fields=["budget", "document"])
    _record(programme, by, "change_budget", budget=str(amount))
    return programme


@transaction.atomic
def add_category(
    programme: Programme, *, by: User, kind: str, name: str, count: int, amount: Decimal
) -> AwardCategory:
    """So many awards of one amount for one kind of receiver.

    Categories may add up to more than the budget: the budget is held against awards, not hopes.
    """
    check_grants(by, programme.place)
    if kind not in AwardedKind.values:
        raise Invalid(fields={"kind": [_("Choose who is awarded.")]})
    if not 0 < count < 100_000:
        raise Invalid(fields={"count": [_("Enter how many awards there are.")]})
    said = _said(name=name)
    programme = _locked(programme)
    if programme.categories.filter(name=said["name"]).exists():
        raise Invalid(fields={"name": [_("This programme has a category of that name.")]})
    made = programme.categories.create(
        position=programme.categories.count() + 1,
        kind=kind,
        count=count,
        amount=_yuan(amount, "amount"),
        **said,
    )
    _record(programme, by, "add_award_category", kind=kind, count=count, amount=str(made.amount))
    return made


# --- Awards ------------------------------------------------------------------------------


@transaction.atomic
def propose_award(category: AwardCategory, *, by: User, to: Place | Body, grounds: str) -> Award:
    """Propose who is awarded, on what grounds: from now on the budget is held for it.

    Raises WrongState where the category is used up or the budget would be exceeded; Invalid for
    somebody of another kind or from elsewhere; Conflict for who has one of this category.
    """
    check_proposes(by, category.programme.place, to)
    said = _said(grounds=grounds)
    programme = _locked(category.programme)
    _check_receiver(programme, category, to)
    _check_room(programme, category)
    made = Award(
        category=category, amount=category.amount, proposed_at=now(), proposed_by=by, **said,
        place=to if isinstance(to, Place) else None, body=to if isinstance(to, Body) else None,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Conflict(_("It has an award of this category, or one is proposed.")) from error
    _record(programme, by, "propose_award", to=to.code, amount=str(made.amount))
    return made


def _check_receiver(programme: Programme, category: AwardCategory, to: Place | Body) -> None:
    if isinstance(to, Place):
        fits, seat = category.kind == AwardedKind.PROJECT and to.kind == PlaceKind.ESTATE, to
    else:
        fits, seat = to.kind in BODIES.get(category.kind, ()), to.place
    if not fits:
        raise Invalid(fields={"to": [_("This category is for somebody else.")]})
    if not seat.code.startswith(programme.place.code):
        raise Invalid(fields={"to": [_("This lies outside the place of the programme.")]})


def _check_room(programme: Programme, category: AwardCategory) -> None:
    """Under the programme's lock: an award of the category is left, and money for it."""
    if category.awards.held().count() >= category.count:
        raise WrongState(
            _("All %(count)d awards of this category are proposed or awarded.")
            % {"count": category.count}
        )
    held = Award.objects.held().filter(category__programme=programme).amount()
    if held + category.amount > programme.budget:
        left = {"left": f"{programme.budget - held:,.2f}"}
        raise WrongState(_("The budget does not reach: %(left)s yuan are left.") % left)


@transaction.atomic
def approve_award(award: Award, *, by: User, document: str) -> Award:
    """Another officer approves: it stands on the list of honours of its category and year.

    Raises NotAllowed for whoever proposed it or gains by it; WrongState once it is decided.
    """
    check_decides(by, award)
    said = _said(document=document)
    award = _decided(award, by, AwardState.APPROVED)
    award.document = said["document"]
    award.honour = _honoured(award, by)
    award.save()
    _record_award(award, by, "approve_award")
    return award


@transaction.atomic
def turn_down_award(award: Award, *, by: User, because: str) -> Award:
    """Another officer turns it down: the budget is free again."""
    check_decides(by, award)
    said = _said(because=because)
    award = _decided(award, by, AwardState.TURNED_DOWN)
    award.because = said["because"]
    award.save()
    _record_award(award, by, "turn_down_award")
    return award


def _decided(award: Award, by: User, state: AwardState) -> Award:
    award = _taken(award)
    if award.state != AwardState.PROPOSED:
        raise WrongState(_("This is decided already."))
    award.state, award.decided_at, award.decided_by = state, now(), by
    return award


def _honoured(award: Award, by: User) -> Honour:
    """Its place on the list of honours; the list is opened by the first award of a category."""
    programme = award.category.programme
    name, year = award.category.name, programme.year
    of = HonourList.objects.filter(place=programme.place, name=name, year=year).first()
    if of is None:
        of = enter_honours(
            programme.place, by=by, name=name, year=year, granted_by=programme.granted_by,
            granted_on=today(), document=programme.document,
        )  # fmt: skip
    standing = of.honours.filter(place=award.place, body=award.body, taken_back_on=None).first()
    return standing or honour(of, by=by, to=award.receiver, grounds=award.grounds)


@transaction.atomic
def take_award_back(award: Award, *, by: User, because: str) -> Award:
    """Take an award back, and its honour with it; the budget is free again.

    Raises WrongState while money of it is out: that is taken back first, by a contrary entry.
    """
    check_pays(by, award)
    said = _said(because=because)
    award = _taken(award)
    if award.state != AwardState.APPROVED or award.honour is None:
        raise WrongState(_("It is not awarded."))
    if award.payments.amount():
        raise WrongState(_("Money of it is paid: enter first that it came back."))
    if award.honour.taken_back_on is None:
        take_honour_back(
            award.honour.list, by=by, to=award.receiver, on=today(), because=said["because"]
        )
    award.state, award.because = AwardState.TAKEN_BACK, said["because"]
    award.save()
    _record_award(award, by, "take_award_back")
    return award


# --- Payments ----------------------------------------------------------------------------


@transaction.atomic
def pay(award: Award, *, by: User, on: date, amount: Decimal, reference: str) -> Payment:
    """Record that part of an award, or all of it, was paid, with the number of the voucher.

    Raises WrongState beyond what is awarded and for what is not awarded; Invalid for a day to
    come or before the award, and for a voucher that is entered already.
    """
    check_pays(by, award)
    said, fen = _said(reference=reference), _yuan(amount, "amount")
    award = _taken(award)
    if award.state != AwardState.APPROVED or award.decided_at is None or _honour_gone(award):
        raise WrongState(_("It is not awarded."))
    if not day_of(award.decided_at) <= on <= today():
        raise Invalid(fields={"on": [_("Enter a day from the award on, not one to come.")]})
    standing = award.payments.filter(corrects=None, corrected_by=None)
    if standing.filter(reference=said["reference"]).exists():
        raise Invalid(fields={"reference": [_("This voucher is entered already.")]})
    paid = award.payments.amount()
    if paid + fen > award.amount:
        left = {"left": f"{award.amount - paid:,.2f}"}
        raise WrongState(_("That is more than is awarded: %(left)s yuan are left.") % left)
    made = Payment.objects.create(award=award, on=on, amount=fen, at=now(), by=by, **said)
    _record_award(award, by, "pay_award", amount=str(fen), on=on.isoformat())
    return made


def _honour_gone(award: Award) -> bool:
    return award.honour is not None and award.honour.taken_back_on is not None


@transaction.atomic
def correct_payment(payment: Payment, *, by: User, because: str) -> Payment:
    """A contrary entry: what was entered wrongly, or came back, no longer counts as paid.

    Raises WrongState for an entry that is corrected already, or is a correction itself.
    """
    check_pays(by, payment.award)
    said = _said(because=because)
    award = _taken(payment.award)
    if payment.corrects_id is not None or Payment.objects.filter(corrects=payment).exists():
        raise WrongState(_("This entry is corrected already."))
    made = Payment.objects.create(
        award=award, on=today(), amount=-payment.amount, reference=payment.reference,
        corrects=payment, at=now(), by=by, **said,
    )  # fmt: skip
    _record_award(award, by, "correct_payment", amount=str(made.amount))
    return made


# --- On record ---------------------------------------------------------------------------


def _record(programme: Programme, by: User, verb: str, **facts: Any) -> None:
    audit.record(
        by=by, verb=verb, target_kind="programme", target=str(programme.public_id), **facts
    )


def _record_award(award: Award, by: User, verb: str, **facts: Any) -> None:
    audit.record(
        by=by,
        verb=verb,
        target_kind="award",
        target=str(award.public_id),
        to=award.receiver.code,
        **facts,
    )
