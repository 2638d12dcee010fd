"""Committees, party organisations and groups of the county in use, through their verbs.

Each estate's committee stands somewhere else on its way, so that every state and alarm is seen.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.actors import CLOCK
from common.now import pretend
from common.workdays import SHANGHAI
from communities.actions.committee_alarms import sound_committees
from communities.actions.committee_seats import record_training, review_committee, seat_member
from communities.actions.committees import found_committee, record_step
from communities.actions.groups import admit_member, found_group, settle_matters
from communities.actions.party import (
    count_cultivation,
    found_organisation,
    rate_stars,
    work_under,
)
from communities.actions.party_posts import found_post, send_instructor
from communities.models import (
    IN_TERM,
    Body,
    BodyKind,
    Committee,
    EstateKind,
    MemberRole,
    PartyOrganisation,
    Place,
)
from communities.workflow import Step
from governance.demo import names
from governance.demo.chance import Chance
from governance.demo.county import County, Home

DAY = timedelta(days=1)
# How an owners' committee is formed, and how many days each step comes after the one before.
WAY: tuple[tuple[Step, int], ...] = (
    (Step.ELIGIBLE, 0),
    (Step.APPLIED, 9),
    (Step.GROUP_FORMED, 24),
    (Step.LIST_PUBLISHED, 1),
    (Step.BRANCH_MET, 7),
    (Step.GROUP_MET, 1),
    (Step.BRANCH_MET, 9),
    (Step.GROUP_MET, 1),
    (Step.CANDIDATES_PUBLISHED, 3),
    (Step.ANNOUNCED, 1),
    (Step.ELECTED, 17),
    (Step.FILED, 19),
    (Step.HANDED_OVER, 6),
)
# Where the committees of successive estates stand, and how many years ago they were filed.
STANDS: tuple[tuple[Step, float], ...] = (
    (Step.HANDED_OVER, 1.4),
    (Step.FILED, 2.8),
    (Step.FILED, 3.1),
    (Step.ELECTED, 0.12),
    (Step.GROUP_MET, 0.02),
    (Step.FILED, 0.8),
    (Step.ELECTED, 0.01),
    (Step.ANNOUNCED, 0.01),
    (Step.APPLIED, 0.03),
)
YEARS = 3


def found_bodies(county: County, until: datetime) -> None:
    """Everything as it stands on the last day; its dice are its own, so that no story changes."""
    chance, on = Chance(len(county.homes)), until.astimezone(SHANGHAI).date()
    with pretend(until):
        _found(county, chance, on)
        sound_committees()


def _found(county: County, chance: Chance, on: date) -> None:
    above = _upper_organisations(county, on)
    for number, home in enumerate(county.homes):
        committee = _committee_of(home, number, chance, on)
        branch = _branch_of(home, above[home.community.pk], chance, on)
        _posts_of(home, branch, chance, on)
        if committee is not None and committee.filed_on is not None:
            _year_of(committee, home, chance, on)
    _firms(county, above, chance, on)
    _groups(county, above, chance, on)
    _trained_together(county, chance, on)


def _name(chance: Chance) -> str:
    return chance.choice(names.SURNAMES) + chance.choice(names.GIVEN)


# --- Committees --------------------------------------------------------------------------


def _committee_of(home: Home, number: int, chance: Chance, on: date) -> Committee | None:
    if home.kind == EstateKind.OLD:
        return _managed(home, chance, on)
    last, years = STANDS[number % len(STANDS)]
    committee = found_committee(by=CLOCK, estate=home.place)
    steps = list(WAY)[: max(i for i, (step, _days) in enumerate(WAY) if step == last) + 1]
    begin = on - timedelta(days=int(years * 365) + sum(days for _step, days in steps))
    at = begin
    for step, days in steps:
        at += days * DAY
        record_step(committee, by=CLOCK, step=step, on=at, **_facts(step, at, home, number))
        if step == Step.ELECTED:
            _seat(committee, chance, 5, at)
    committee.refresh_from_db()
    return committee


def _facts(step: Step, on: date, home: Home, number: int) -> dict[str, Any]:
    if step == Step.GROUP_FORMED:
        return {"people": 9}
    if step == Step.ELECTED:
        return {"seats": 5}
    if step == Step.FILED:
        until = on.replace(year=on.year + YEARS, day=min(on.day, 28))
        told = f"{home.place.code[:6]}备〔{on.year}〕{number + 1}号"
        return {"number": told, "term_from_on": on, "term_until_on": until}
    return {}


def _seat(committee: Committee, chance: Chance, seats: int, on: date) -> None:
    roles = [MemberRole.DIRECTOR, MemberRole.VICE]
    party = chance.choice((2, 3, 3, 4))
    for n in range(seats):
        seat_member(
            committee,
            by=CLOCK,
            name=_name(chance),
            role=roles[n] if n < len(roles) else MemberRole.MEMBER,
            party_member=n < party,
            from_on=on,
        )


def _managed(home: Home, chance: Chance, on: date) -> Committee:
    """An old estate that can form no committee: its subdistrict founds another (W5)."""
    committee = found_committee(by=CLOCK, estate=home.place, kind=BodyKind.MANAGEMENT_COMMITTEE)
    begin = on - timedelta(days=400)
    record_step(committee, by=CLOCK, step=Step.ELIGIBLE, on=begin, note="两次召集业主大会未果")
    term: dict[str, Any] = {
        "number": f"{home.place.code[-6:]}-1",
        "term_from_on": begin + 30 * DAY,
    }
    record_step(
        committee,
        by=CLOCK,
        step=Step.FOUNDED,
        on=begin + 30 * DAY,
        seats=7,
        term_until_on=begin + 760 * DAY,
        **term,
    )
    for n in range(7):
        seat_member(
            committee,
            by=CLOCK,
            name=_name(chance),
            role=MemberRole.DIRECTOR if n == 0 else MemberRole.MEMBER,
            party_member=n < 4,
            from_on=begin + 30 * DAY,
        )
    committee.refresh_from_db()
    return committee


def _year_of(committee: Committee, home: Home, chance: Chance, on: date) -> None:
    """A training and the review of last year (A10)."""
    filed = committee.filed_on or on
    record_training(
        by=CLOCK,
        place=home.community,
        topic=chance.choice(("议事规则与会议记录", "公共收益公示要点", "维修资金使用流程")),
        on=max(filed, on - 120 * DAY),
        present={committee: chance.randint(3, 5)},
    )
    if filed.year < on.year:
        points = chance.randint(74, 96)
        verdict = "优秀" if points >= 90 else "良好" if points >= 80 else "待提升"
        review_committee(
            committee, by=CLOCK, year=on.year - 1, verdict=verdict, points=Decimal(points)
        )


def _trained_together(county: County, chance: Chance, on: date) -> None:
    """One training of the district for the committees in term (A10)."""
    held = on - 45 * DAY
    there = Committee.objects.filter(state__in=IN_TERM, filed_on__lte=held)
    there = there.select_related("body__place").order_by("body__code")
    record_training(
        by=CLOCK,
        place=county.district,
        topic="委员会换届与档案交接",
        on=held,
        hours=Decimal(3),
        present={one: chance.randint(2, 4) for one in there[:12]},
    )


# --- Party organisations -----------------------------------------------------------------


def _upper_organisations(county: County, on: date) -> dict[int, PartyOrganisation]:
    """Working committee, community committee, general branch of the grids: by community."""
    found: dict[int, PartyOrganisation] = {}
    begun = on - timedelta(days=2000)
    for subdistrict in county.subdistricts:
        top = found_organisation(
            by=CLOCK,
            place=subdistrict,
            name=f"{subdistrict.name}党工委",
            level="working_committee",
            on=begun,
        )
        for community in county.communities:
            if community.parent_id == subdistrict.pk:
                found[community.pk] = _of_community(county, community, top, begun)
    return found


def _of_community(
    county: County, community: Place, top: PartyOrganisation, begun: date
) -> PartyOrganisation:
    committee = found_organisation(
        by=CLOCK,
        place=community,
        name=f"{community.name}党委",
        level="committee",
        parent=top,
        full_members=62,
        on=begun,
    )
    return found_organisation(
        by=CLOCK,
        place=community,
        name=f"{community.name}网格党总支",
        level="general_branch",
        parent=committee,
        grids=county.grids.get(community.pk, []),
        full_members=31,
        on=begun,
    )


def _branch_of(home: Home, above: PartyOrganisation, chance: Chance, on: date) -> PartyOrganisation:
    branch = found_organisation(
        by=CLOCK,
        place=home.place,
        name=f"{home.place.name}党支部",
        level="branch",
        parent=above,
        estates=[home.place],
        full_members=chance.randint(3, 19),
        probationary_members=chance.randint(0, 2),
        on=on - timedelta(days=chance.randint(300, 1500)),
    )
    rate_stars(branch, by=CLOCK, year=on.year - 1, stars=chance.randint(2, 5))
    return branch


def _posts_of(home: Home, branch: PartyOrganisation, chance: Chance, on: date) -> None:
    """Two displayed, one not: the public reads of the first two alone (W10)."""
    kinds = (("vanguard", "便民维修先锋岗"), ("area", "楼道卫生责任区"), ("badge", "亮身份"))
    for n, (kind, title) in enumerate(kinds):
        found_post(
            branch,
            by=CLOCK,
            place=home.buildings[n % len(home.buildings)] if n else home.place,
            kind=kind,
            title=title,
            holder=_name(chance),
            displayed=n < 2,
            from_on=on - timedelta(days=chance.randint(30, 280)),
        )


def _firms(county: County, above: dict[int, PartyOrganisation], chance: Chance, on: date) -> None:
    """A bureau's line beside the places' one (W8, N4); the last firm has an instructor only."""
    begun = on - timedelta(days=900)
    bureau = found_organisation(
        by=CLOCK,
        place=county.district,
        name=f"{county.district.name}住房和城乡建设局党委",
        level="committee",
        full_members=48,
        on=begun,
    )
    industry = found_organisation(
        by=CLOCK,
        place=county.district,
        name=f"{county.district.name}物业行业党委",
        level="committee",
        parent=bureau,
        full_members=12,
        on=begun,
    )
    firms = list(county.firms.values())
    for firm in firms[:-1]:
        branch = found_organisation(
            by=CLOCK,
            place=county.district,
            name=f"{firm.name}党支部",
            level="branch",
            parent=industry,
            firm=firm,
            full_members=chance.randint(3, 9),
            on=begun,
        )
        rate_stars(branch, by=CLOCK, year=on.year - 1, stars=chance.randint(2, 5))
        count_cultivation(
            branch,
            by=CLOCK,
            year=on.year - 1,
            staff_to_members=chance.randint(0, 3),
            members_to_backbone=chance.randint(0, 4),
        )
        work_under(branch, by=CLOCK, under=chance.choice(list(above.values())), from_on=begun)
    if firms:
        send_instructor(industry, by=CLOCK, to=firms[-1], name=_name(chance), from_on=begun)


# --- Groups ------------------------------------------------------------------------------


def _groups(county: County, above: dict[int, PartyOrganisation], chance: Chance, on: date) -> None:
    begun = on - timedelta(days=500)
    association = found_group(
        by=CLOCK,
        place=county.district,
        kind="association",
        name=f"{county.district.name}物业管理协会",
        purpose="行业自律，统一标准、统一服务、统一管理。",
        standard="一、服务事项与收费上墙公示。\n二、报修三十分钟内响应。\n三、公共收益按季公布。",
        on=begun,
    )
    for firm in county.firms.values():
        admit_member(association, by=CLOCK, member=firm, role="会员单位", from_on=begun)
    for community in county.communities:
        _groups_of(county, community, above[community.pk], chance, on)


def _groups_of(
    county: County, community: Place, branch: PartyOrganisation, chance: Chance, on: date
) -> None:
    begun = on - timedelta(days=360)
    homes = [home for home in county.homes if home.community == community]
    office = county.offices[community.pk]
    firms = list({home.firm.pk: home.firm for home in homes if home.firm is not None}.values())
    committees = list(
        Body.objects.filter(
            kind=BodyKind.OWNERS_COMMITTEE, place__in=[home.place for home in homes]
        ).order_by("code")
    )
    for kind, name, members in (
        ("four_in_one", "“四位一体”联席会", [branch.body, office, *committees[:1], *firms[:1]]),
        ("three_party", "三方联动专委会", [office, *committees[:1], *firms[:1]]),
        ("alliance", "党建联盟", [branch.body, *committees, *firms]),
    ):
        group = found_group(
            by=CLOCK, place=community, kind=kind, name=f"{community.name}{name}", on=begun
        )
        for member in members:
            admit_member(group, by=CLOCK, member=member, from_on=begun)
    _federation(community, office, begun)
    team = found_group(
        by=CLOCK,
        place=community,
        kind="governance_team",
        name=f"{community.name}治理小队",
        purpose="社区牵头、对接网格，解决身边小事。",
        on=begun,
    )
    admit_member(team, by=CLOCK, member=office, role="牵头", from_on=begun)
    for back in range(1, 7):
        month = (on.replace(day=1) - timedelta(days=30 * back)).replace(day=1)
        settle_matters(team, by=CLOCK, month=month, count=chance.randint(4, 21))


def _federation(community: Place, office: Body, begun: date) -> None:
    """With police room, enforcement squad and social organisations from outside (L9)."""
    group = found_group(
        by=CLOCK,
        place=community,
        kind="federation",
        name=f"{community.name}共治联合会",
        on=begun,
    )
    admit_member(group, by=CLOCK, member=office, role="牵头", from_on=begun)
    for outsider, role in (
        (f"{community.name}警务室", "驻区单位"),
        ("综合执法中队", "驻区单位"),
        ("邻里互助社", "社会组织"),
    ):
        admit_member(group, by=CLOCK, outsider=outsider, role=role, from_on=begun)
