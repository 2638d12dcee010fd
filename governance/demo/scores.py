"""Scores of the last quarter: frozen, published, one corrected; this quarter is open."""

from copy import deepcopy
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from common.now import pretend
from common.workdays import SHANGHAI
from governance.demo.acting import World
from governance.demo.assessing import officer_of, sheets_of
from governance.demo.ratings import quarters_to
from ratings.actions import assessments, freezing
from ratings.actions._sheets import Said
from ratings.actions.entries import keep
from ratings.actions.periods import open_period
from ratings.actions.publications import look_at_chain, publish_scores
from ratings.actions.schemes import begin_scheme, change_draft, settle
from ratings.models import Assessment, Period, Scheme, Scorecard
from ratings.terms.drafts import stamp
from ratings.terms.presets import presets

DAY = timedelta(days=1)
NAME = "物业服务综合考评"
REASON = "复核确认其中一处消防通道堆物属沿街商铺，不计入该小区。"
HOMES = 10


def publish_last_quarter(world: World, until: datetime) -> int:
    """Inspection and figures of complaints, without a poll: how many scores there are."""
    officer = world.people.desks[world.county.district.pk][0]
    last, this = quarters_to(until)
    ended = datetime.combine(this, time(10), SHANGHAI)
    with pretend(datetime.combine(last - 10 * DAY, time(9), SHANGHAI)):
        scheme = _scheme(world, officer)
    with pretend(datetime.combine(last + DAY, time(9), SHANGHAI)):
        period = open_period(scheme, by=officer, from_on=last)
    homes = [home for home in world.county.homes if home.firm is not None][:HOMES]
    for home in homes:
        list(sheets_of(world, period, home, ended - 20 * DAY))
    if ended + 3 * DAY > until:
        return 0
    with pretend(ended):
        open_period(scheme, by=officer, from_on=this)
        freezing.ask_to_freeze(period, by=officer)
        freezing.freeze_periods()
    with pretend(ended + DAY):
        period.refresh_from_db()
        publish_scores(period, by=officer)
    _correct(world, period, officer, ended + 3 * DAY)
    with pretend(until):
        look_at_chain({})
    return Scorecard.objects.filter(period=period).count()


def _scheme(world: World, officer: User) -> Scheme:
    """The inspection of the quarterly preset, and what the portal counts of complaints."""
    made = begin_scheme(
        by=officer, place=world.county.district, name=NAME, preset="anhui_quarterly"
    )
    terms = deepcopy(made.versions.get(settled_at=None).terms)
    seen = stamp(terms)
    counted = presets()["jinan_2019"].document["parts"]
    inspection = next(part for part in terms["parts"] if part["key"] == "inspection")
    complaints: dict[str, Any] = next(p for p in counted if p["key"] == "complaints")
    terms["parts"] = [
        {**inspection, "weight": "0.6"},
        {**complaints, "weight": "0.4", "minimum": 1},
    ]
    terms |= {"reweight": True, "ranked_from": 3, "days_to_assess": 0}
    change_draft(made, by=officer, terms=terms, seen=seen)
    settle(made, by=officer, seen=stamp(made.versions.get(settled_at=None).terms))
    return made


def _correct(world: World, period: Period, officer: User, at: datetime) -> None:
    """A finding too many on one sheet: the sheet is corrected, then the score."""
    rows = Assessment.objects.filter(period=period, method="onsite", findings__value__gte=1)
    sheet = rows.filter(findings__item="D1-1").order_by("pk").distinct().first()
    home = next((h for h in world.county.homes if sheet and h.place.pk == sheet.estate_id), None)
    if sheet is None or home is None:
        return
    card = Scorecard.objects.current().get(period=period, estate=sheet.estate, body=sheet.body)
    by = officer_of(world, home)
    with pretend(at):
        made = assessments.correct(sheet, by=by, reason=REASON, card=card)
        lost = (
            made.findings.filter(item="D1-1", value__gte=1).first()
            or made.findings.filter(value__gte=1).exclude(item__startswith="D8").first()
        )
        if lost is not None:
            less = max(Decimal(0), (lost.value or Decimal(0)) - 1)
            keep(made, by=by, said={lost.item: Said(less)})
        assessments.hand_in(made, by=by, text="复核后更正。")
        freezing.correct(card, by=officer, reason=REASON)
