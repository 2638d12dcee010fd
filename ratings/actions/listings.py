"""Verbs of red and black lists: proposed by rules and by hand, and every step of the law."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common.days import check_days
from common.errors import Conflict, Invalid, WrongState
from common.now import now, today
from common.timewords import daywords
from communities.models import Body, BodyKind, Place, PlaceKind
from communities.scope import day_of
from ratings.actions._listing_changes import Move
from ratings.actions._listing_corrections import ask_correction, correct, still_named
from ratings.actions._listing_grounds import grounds_of
from ratings.actions._listing_step import alarm_of, take
from ratings.actions.listing_files import attach
from ratings.models import (
    BY_HAND,
    SCORED,
    Listing,
    ListingStep,
    Period,
    Scheme,
    SchemeVersion,
)
from ratings.models.listings import BODIES
from ratings.permissions.assessments import ties_of
from ratings.permissions.listings import check_apart
from ratings.permissions.schemes import check_keeps_scheme
from ratings.queries.listings import repairable_from
from ratings.queries.standings import firm_cards, standings, vetoed, vetoes_of
from ratings.scoring import proposals
from ratings.terms import Subject
from ratings.workflow import LAW, OWN_DOORS, SHOWN_WITH, About, ListingVerb, ListKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST = 2000
# Whose scheme a body goes by; a branch or an estate goes by any.
SUBJECTS = {About.FIRM: Subject.FIRMS, About.COMMITTEE: Subject.COMMITTEES}
V = ListingVerb
# What is recorded in words of its own; the rest of what the law asks is a fact of the step.
WORDS = "text"
NEEDED: "dict[str, StrOrPromise]" = {
    "text": _("Say it in a sentence."),
    "departments": _("Say which departments took part."),
    "met_on": _("Enter the day of the meeting."),
    "rectify": _("Say what is to be put right, and by when."),
    "number": _("Enter the number of the notice."),
    "how": _("Say how and when the notice was served."),
    "sheet": _("Choose the sheet that is wrong."),
    "minutes": _("Enter the number of the minutes."),
    "document_number": _("Enter the number of the document."),
    "publish_at": _("Enter when it is published."),
}


@transaction.atomic
def propose_by_rules(period: Period, *, by: User) -> list[Listing]:
    """Propose whom the scheme's rules propose from the frozen scores of a period.

    Asked again it proposes whom it has not yet. Those this officer is tied to are left for another
    officer. Raises NotAllowed but for officers of the district, WrongState before the scores are
    frozen.
    """
    check_keeps_scheme(by, period.scheme.place)
    rows = Period.objects.select_for_update(of=("self",))
    period = rows.select_related("version", "scheme__place").get(pk=period.pk)
    if period.state not in SCORED:
        raise WrongState(_("Lists are proposed from frozen scores."))
    on = today()
    cards, vetoes = firm_cards(period), vetoes_of(period, on)
    bodies = {code: card.body for code, card in cards.items()}
    bodies |= {code: found[0].body for code, found in vetoes.items()}
    tied = ties_of(by).during(period.from_on, on)
    made = []
    for each in proposals(standings(period, on), period.version.read.lists):
        body, kind = bodies[each.key], ListKind.RED if each.red else ListKind.BLACK
        if body.pk in tied or _stands(period, body, kind):
            continue
        documents = [f"{veto.name}（{veto.document}）" for veto in vetoes.get(each.key, ())]
        card = cards.get(each.key)
        made.append(
            _propose(
                by=by,
                version=period.version,
                body=body,
                kind=kind,
                ground=each.ground,
                grounds=grounds_of(period, each.ground, card, documents),
                evidence="",
                period=period,
                card=card,
            )
        )
    return made


def _stands(period: Period, body: Body, kind: ListKind) -> bool:
    """Proposed from this period already, or under way for this list, or for the black one."""
    rows = Listing.objects.filter(body=body, place=period.scheme.place)
    lists = {kind, ListKind.BLACK}
    under_way = rows.under_way().filter(kind__in=lists)
    return bool(under_way.exists()) or rows.filter(period=period, kind=kind).exists()


@transaction.atomic
def propose(
    scheme: Scheme,
    *,
    by: User,
    kind: str,
    grounds: str,
    evidence: str,
    body: Body | None = None,
    estate: Place | None = None,
    files: Sequence[str] = (),
) -> Listing:
    """Propose a body or an estate by hand, by the steps of a scheme's latest version.

    Firms go by a scheme of firms, committees by one of committees, branches and estates by either.
    Raises NotAllowed but for officers of the district who are not tied to whom it is about;
    Conflict where it is under way for this list already; WrongState for the red list with a veto
    in effect or beside the black list.
    """
    check_keeps_scheme(by, scheme.place)
    about = estate if body is None else body
    if about is None or (body is not None and estate is not None):
        raise Invalid(fields={"body": [_("Say whom or what it is about.")]})
    check_apart(by, about)
    said = {"grounds": words_of(grounds, "grounds"), "evidence": words_of(evidence, "evidence")}
    version = scheme.versions.filter(settled_at__isnull=False).order_by("-number").first()
    if version is None:
        raise WrongState(_("No version of this scheme is settled yet."))
    _check_about(scheme, body, estate)
    if kind == ListKind.RED:
        _check_red(scheme, body, estate)
    made = _propose(
        by=by, version=version, body=body, estate=estate, kind=ListKind(kind), ground=BY_HAND,
        **said,
    )  # fmt: skip
    attach(made.steps.get(verb=V.PROPOSE), files, by=by)
    return made


def _check_about(scheme: Scheme, body: Body | None, estate: Place | None) -> None:
    """One that is listed at all, of the scheme's place, by a scheme of its kind."""
    if body is None:
        if estate is None or estate.kind != PlaceKind.ESTATE or not _under(scheme, estate):
            raise Invalid(fields={"estate": [_("Choose an estate of this place.")]})
        return
    if body.kind not in BODIES:
        raise Invalid(
            fields={"body": [_("Firms, committees, party branches and estates are listed.")]}
        )
    if not _under(scheme, body.place):
        raise Invalid(fields={"body": [_("Choose one of this place.")]})
    wanted = SUBJECTS.get(BODIES[BodyKind(body.kind)])
    if wanted is not None and scheme.subject != wanted:
        raise Invalid(fields={"scheme": [_("Choose a scheme that assesses such bodies.")]})


def _under(scheme: Scheme, place: Place) -> bool:
    return place.code.startswith(scheme.place.code)


def _check_red(scheme: Scheme, body: Body | None, estate: Place | None) -> None:
    if body is not None and vetoed(body, scheme.place_id, today()):
        raise WrongState(_("A veto item is in effect: nobody with one is on the red list."))
    black = Listing.objects.under_way().filter(
        body=body, estate=estate, place=scheme.place, kind=ListKind.BLACK
    )
    if black.exists():
        raise WrongState(_("It is under way for the black list: nobody is on both."))


def _propose(*, by: User, version: SchemeVersion, kind: ListKind, **said: Any) -> Listing:
    """The row and its first step. A unique constraint keeps two at once from proposing twice."""
    at = now()
    listing = Listing(
        place=version.scheme.place, version=version, kind=kind,
        proposed_at=at, proposed_by=by, **said,
    )  # fmt: skip
    try:
        with transaction.atomic():
            listing.save()
    except IntegrityError as error:
        raise Conflict(_("It is under way for this list already.")) from error
    ListingStep.objects.create(
        listing=listing, verb=V.PROPOSE, to_state=listing.state, at=at, by=by,
        text=listing.grounds, facts={"ground": listing.ground, "evidence": listing.evidence},
    )  # fmt: skip
    listing.alarm_at = alarm_of(listing)
    listing.save(update_fields=["alarm_at"])
    _record_proposed(listing, by)
    return listing


def _record_proposed(listing: Listing, by: User) -> None:
    audit.record(
        by=by,
        verb="listing_propose",
        target_kind="listing",
        target=str(listing.public_id),
        about=listing.about.code,
        place=listing.place.code,
        list=listing.kind,
        ground=listing.ground,
    )


@transaction.atomic
def step(
    listing: Listing,
    verb: ListingVerb,
    *,
    by: Actor,
    said: Mapping[str, Any] | None = None,
    files: Sequence[str] = (),
) -> Listing:
    """Take one step of the law, with what it asks to be recorded; `files`: kept beforehand.

    Raises NotAllowed with the reason for whoever it is not; WrongState where it is not open;
    Invalid where something that must be recorded is missing or does not fit.
    """
    if verb in OWN_DOORS:
        raise WrongState
    text, facts = _recorded(verb, said or {})
    row = take(listing, verb, by=by, text=text, facts=facts, change=CHECKS.get(verb))
    if files:
        if verb not in SHOWN_WITH or not isinstance(by, User):
            raise Invalid(fields={"attached": [_("Nothing is attached to this step.")]})
        attach(row.steps.filter(verb=verb).latest("pk"), files, by=by)
    return row


def _recorded(verb: ListingVerb, said: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """What the law asks of this step, all of it, and nothing else."""
    text, facts = "", {}
    wrong: dict[str, list[StrOrPromise]] = {}
    for name in LAW[verb].asks:
        value = said.get(name)
        plain = value.isoformat() if isinstance(value, date | datetime) else str(value or "")
        if not plain.strip():
            wrong[name] = [NEEDED[name]]
        elif len(plain) > LONGEST:
            limit = {"limit": LONGEST}
            wrong[name] = [_("Please keep it under %(limit)d characters.") % limit]
        elif name == WORDS:
            text = plain
        else:
            facts[name] = plain.strip()
    if wrong:
        raise Invalid(fields=wrong)
    return text, facts


def words_of(words: str, field: str) -> str:
    """What must be said in words, and not in too many."""
    said = words.strip()
    if not said:
        raise Invalid(fields={field: [_("Say it in a sentence.")]})
    if len(said) > LONGEST:
        limit = {"limit": LONGEST}
        raise Invalid(fields={field: [_("Please keep it under %(limit)d characters.") % limit]})
    return said


# --- What single steps look at -----------------------------------------------------------


def _same_minutes(move: Move) -> None:
    """Two who approve do so in one meeting: the same minutes, on a day that has been."""
    if date.fromisoformat(move.facts["met_on"]) > day_of(move.at):
        raise Invalid(fields={"met_on": [_("Enter a day that has been.")]})
    first = move.listing.steps.filter(verb=V.APPROVE).first()
    if first is not None and first.facts["minutes"] != move.facts["minutes"]:
        number = {"number": first.facts["minutes"]}
        raise Invalid(
            fields={"minutes": [_("The first approval is in the minutes %(number)s.") % number]}
        )


def _met(move: Move) -> None:
    if date.fromisoformat(move.facts["met_on"]) > day_of(move.at):
        raise Invalid(fields={"met_on": [_("Enter a day that has been.")]})


def _schedule(move: Move) -> None:
    """Under a document number that nothing else has, at a time to come."""
    at = datetime.fromisoformat(move.facts["publish_at"])
    check_days(publish_at=at)
    if at.tzinfo is None or at <= move.at:
        raise Invalid(fields={"publish_at": [_("Enter a time that is still to come.")]})
    move.listing.document_number = move.facts["document_number"][:80]
    move.listing.publish_at = at


def _old_enough(move: Move) -> None:
    since = repairable_from(move.listing)
    if since is not None and day_of(move.at) < since:
        raise WrongState(
            _("Credit can be repaired from %(day)s on.") % {"day": daywords(since)}
        )  # fmt: skip


CHECKS: dict[ListingVerb, Callable[[Move], None]] = {
    V.INTERVIEW: _met,
    V.APPROVE: _same_minutes,
    V.TURN_DOWN: _met,
    V.SCHEDULE: _schedule,
    V.ASK_REPAIR: _old_enough,
    V.ASK_CORRECTION: ask_correction,
    V.CORRECT: correct,
    V.DECIDE: still_named,
}
