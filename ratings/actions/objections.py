"""Objections to a public notice: anybody's, with a limit per address, and their answers."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import CLOCK
from accounts.models import AuditEntry, User
from common.errors import Invalid, TooMany, WrongState
from common.now import now
from ratings.actions._listing_changes import Move
from ratings.actions._listing_step import locked, moved, opened
from ratings.actions.listings import words_of
from ratings.models import Listing, Objection
from ratings.permissions.listings import check_step
from ratings.workflow import ListingVerb

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Our decision: more than one household ever needs, less than a machine wants.
MOST_AN_HOUR = 5
OFTEN = "object_anonymous"
BATCH = 500


@transaction.atomic
def object_to(
    listing: Listing, *, text: str, name: str, phone: str, address: str = ""
) -> Objection:
    """Anybody objects to a public notice; nothing is published until somebody has answered.

    `address`: digest of where it comes from. Raises Invalid without a reason, a name and a phone;
    WrongState once the notice is over; TooMany for the sixth within an hour from one address.
    """
    said = words_of(text, "text")
    wrong: dict[str, list[StrOrPromise]] = {}
    if not name.strip() or len(name.strip()) > 60:
        wrong["name"] = [_("Enter your name.")]
    # However they are written: the same number in other digits is the same person.
    digits = "".join(str(int(c)) for c in phone if c.isdecimal())
    if not 7 <= len(digits) <= 15:
        wrong["phone"] = [_("Enter a phone number under which you can be asked.")]
    if wrong:
        raise Invalid(fields=wrong)
    row = locked(listing.pk)
    # Under the lock: of several at once from one address each is counted by the next.
    _check_often(address)
    at = now()
    opened(row, ListingVerb.OBJECT, at)
    if row.objections.filter(phone=digits, answered_at__isnull=True).exists():
        raise TooMany(
            _("Your objection is here and will be answered before anything is published.")
        )
    made = Objection.objects.create(
        listing=row, at=at, text=said, name=name.strip(), phone=digits
    )  # fmt: skip
    moved(Move(row, ListingVerb.OBJECT, CLOCK, at, facts={"objection": str(made.public_id)}))
    if address:
        audit.record(by=CLOCK, verb=OFTEN, target_kind="address", target=address)
    return made


def _check_often(address: str) -> None:
    since = now() - timedelta(hours=1)
    sent = AuditEntry.objects.filter(at__gt=since, verb=OFTEN, target=address)
    if address and len(sent.values_list("pk", flat=True)[:MOST_AN_HOUR]) >= MOST_AN_HOUR:
        raise TooMany(_("Several objections were sent from here. Please try again in an hour."))


@transaction.atomic
def answer_objection(objection: Objection, *, by: User, answer: str, upheld: bool) -> Listing:
    """Answer an objection: upheld, the listing ends; else the notice goes on once all are.

    Raises NotAllowed for whoever proposed it or is tied to the firm; WrongState if answered.
    """
    said = words_of(answer, "answer")
    row = locked(objection.listing_id)
    verb = ListingVerb.UPHOLD if upheld else ListingVerb.ANSWER
    check_step(by, row, verb)
    at = now()
    opened(row, verb, at)
    found = Objection.objects.select_for_update().get(pk=objection.pk)
    if found.answered_at is not None:
        raise WrongState(_("This objection is answered already."))
    found.answered_at, found.answered_by = at, by
    found.answer, found.upheld = said, upheld
    found.save()
    facts = {"objection": str(found.public_id)}
    moved(Move(row, verb, by, at, text=said, facts=facts))
    return row


def forget_objectors() -> int:
    """Empty name and phone of whoever objected to listings that ended long ago; how many."""
    old = now() - timedelta(days=settings.OBJECTORS_KEPT_DAYS)
    rows = Objection.objects.filter(listing__ended_at__lt=old).exclude(name="", phone="")
    forgotten = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        forgotten += Objection.objects.filter(pk__in=keys).update(name="", phone="")
    return forgotten
