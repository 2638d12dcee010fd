"""Ratings: the district's schemes, settled and drafted, with periods open by them."""

from copy import deepcopy
from datetime import date, datetime, time, timedelta

from common.now import pretend
from common.workdays import SHANGHAI
from governance.demo.acting import World
from ratings.actions.periods import open_period
from ratings.actions.schemes import begin_scheme, change_draft, draft, settle
from ratings.models import Scheme
from ratings.queries.periods import begins_of
from ratings.terms import Cycle
from ratings.terms.drafts import stamp

DAY = timedelta(days=1)
# What the district is thinking about: more weight for residents.
THOUGHT_OF = {"inspection": "0.6", "poll": "0.4"}


def keep_schemes(world: World, until: datetime) -> int:
    """The quarterly scheme with the last quarter and this one open, and a draft of the next
    version; the committees' scheme beside it. Returns how many versions there are.
    """
    officer = world.people.desks[world.county.district.pk][0]
    district = world.county.district
    quarters = quarters_to(until)
    with pretend(_morning(quarters[0] - 10 * DAY)):
        firms = begin_scheme(
            by=officer, place=district, name="物业服务季度测评", preset="anhui_quarterly"
        )
        committees = begin_scheme(
            by=officer, place=district, name="业主委员会年度评价", preset="committees"
        )
        for scheme in (firms, committees):
            settle(scheme, by=officer, seen=_seen(scheme))
    for quarter in quarters:
        with pretend(_morning(quarter + DAY)):
            open_period(firms, by=officer, from_on=quarter)
    with pretend(until - 2 * DAY):
        terms = deepcopy(draft(firms, by=officer).terms)
        seen = stamp(terms)
        for part in terms["parts"]:
            part["weight"] = THOUGHT_OF[part["key"]]
        change_draft(firms, by=officer, terms=terms, seen=seen, section="parts")
    return 3


def quarters_to(until: datetime) -> list[date]:
    """The first days of the last whole quarter and of this one."""
    this = begins_of(until.astimezone(SHANGHAI).date(), Cycle.QUARTER)
    return [begins_of(this - DAY, Cycle.QUARTER), this]


def _morning(on: date) -> datetime:
    return datetime.combine(on, time(9), SHANGHAI)


def _seen(scheme: Scheme) -> str:
    return stamp(scheme.versions.get(settled_at=None).terms)
