"""Who recommends what follows from results, who says what became of it, and who reads it."""

from datetime import date

from django.db.models import Min, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import NotAllowed
from common.now import today
from communities.models import COMMITTEE_BODIES, Place
from communities.permissions.interests import COMMITTEE_OFFICES
from communities.scope import Standing, day_of, standing_of
from ratings.models import CreditRecord, PeriodState, Recommendation
from ratings.permissions.assessments import REPORTERS, ties_of

# Anybody reads what rests on something published: the owners are those who decide.
# A credit ledger is public once its scheme is settled.
PUBLIC = (
    Q(listing__published_at__isnull=False)
    | Q(card__period__state=PeriodState.PUBLISHED)
    | Q(credit_version__settled_at__isnull=False)
)
TIED = _(
    "You hold or held an office there in this period, or an interest in it is on record: "
    "somebody else recommends."
)


def advised_codes(user: User) -> tuple[str, ...]:
    """The codes beneath which this person recommends: officers of districts and subdistricts."""
    return standing_of(user).overseer_codes


def advises(user: User, place: Place) -> bool:
    codes = advised_codes(user)
    return bool(codes) and place.code.startswith(codes)


def check_advises(user: User, place: Place) -> None:
    """Raises NotAllowed, with the reason, for everybody but the officers above a place."""
    if not advises(user, place):
        raise NotAllowed(
            _("Officers of the subdistrict or the district recommend here; on the preferred pool "
              "those of the district.")
        )  # fmt: skip


def check_advises_somewhere(user: User) -> None:
    """Raises NotAllowed for whoever is an officer of no subdistrict and no district."""
    if not advised_codes(user):
        raise NotAllowed(_("Officers of the subdistrict or the district recommend."))


def tied(user: User, row: Recommendation) -> bool:
    """Tied to the firm on any day since the ground of the recommendation began."""
    if row.card is not None:
        since = row.card.period.from_on
    elif row.listing is not None:
        period = row.listing.period
        since = period.from_on if period is not None else day_of(row.listing.proposed_at)
    else:
        since = _since_credit(row)
    return row.firm_id in ties_of(user).during(since, today())


def _since_credit(row: Recommendation) -> date:
    """Since the first day of what the firm's grade rests on."""
    on = row.credit_on or today()
    counted = CreditRecord.objects.counting(on).filter(body=row.firm_id)
    since: date | None = counted.aggregate(since=Min("from_on"))["since"]
    return since or on


def check_answers(user: User, row: Recommendation) -> None:
    """An officer above the place who is not tied to the firm; raises NotAllowed for others."""
    check_advises(user, row.place)
    if tied(user, row):
        raise NotAllowed(TIED)


def answers(user: User, row: Recommendation) -> bool:
    """Whether `check_answers` would let them."""
    return advises(user, row.place) and not tied(user, row)


def seen_by(user: User | None) -> Q:
    """Recommendations this reader may see.

    Beside what everybody reads: offices above the place but nobody tied to the firm, auditors
    there, the community's staff, the firm's manager and clerk, and the estate's committee.
    """
    if user is None:
        return PUBLIC
    standing = standing_of(user)
    above = Q(pk__in=())
    codes = (*standing.overseer_codes, *standing.community_codes, *standing.auditor_codes)
    for code in codes:
        above |= Q(place__code__startswith=code)
    found = above & ~Q(firm__in=ties_of(user).during(standing.on, standing.on))
    return PUBLIC | found | _own(standing)


def _own(standing: Standing) -> Q:
    found = Q(firm__in={a.body_id for a in standing.appointments if a.office in REPORTERS})
    for held in standing.appointments:
        if held.office in COMMITTEE_OFFICES:
            of = Q(to=held.body_id) if held.body_id else Q(to__place=held.place_id)
            found |= of & Q(to__kind__in=COMMITTEE_BODIES)
    return found
