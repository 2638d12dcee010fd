"""Sheets of the last quarter and of this one: filled in, confirmed, and deductions put right."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal

from accounts.models import User
from common.errors import NotAllowed
from common.now import now, pretend
from common.workdays import SHANGHAI
from governance.demo.acting import World
from governance.demo.county import Home
from governance.demo.photos import FOLDER, stored
from ratings.actions import assessments, rectification
from ratings.actions._sheets import Said
from ratings.actions.entries import keep
from ratings.actions.periods import open_period
from ratings.actions.rectification_alarms import sound_rectification
from ratings.actions.schemes import begin_scheme, settle
from ratings.models import Assessment, FindingPhoto, Period, Rectification, Scheme
from ratings.queries.sheets import filled, items_of
from ratings.scoring import Rule
from ratings.terms import SheetItem
from ratings.terms.drafts import stamp

DAY = timedelta(days=1)
# How many findings an item has at most, by how the firm works.
MOST = {"excellent": 0, "good": 1, "fair": 2, "community": 1, "slow": 3, "poor": 4}
SHARES = {"excellent": "0.99", "good": "0.97", "fair": "0.92", "slow": "0.86", "poor": "0.74"}
NOTES = {
    "D1-1": "消防通道堆放杂物",
    "D1-3": "单元门口拉线充电",
    "D2-1": "楼道有积灰和小广告",
    "D2-2": "投放点周边有散落垃圾",
    "D3-3": "门禁失灵",
    "D4-1": "占用消防登高面停车",
    "D5-1": "公示栏缺收费标准",
}
SCENES = {"D2-2": "rubbish", "D1-1": "firelane"}
REPORTED = "已安排人员清理，并落实每日巡查。"


def assess(world: World, until: datetime) -> int:
    """Sheets of the quarterly assessment and verdicts beside it; how many there are."""
    homes = [home for home in world.county.homes if home.firm is not None][:6]
    scheme = Scheme.objects.get(place=world.county.district, name="物业服务季度测评")
    last, this = scheme.periods.order_by("from_on")
    made = [sheet for home in homes for sheet in sheets_of(world, last, home, _in(last, 60))]
    _put_right(world, made, _in(last, 75))
    recent = _since(this, until)
    now_made = [sheet for home in homes[:3] for sheet in sheets_of(world, this, home, recent)]
    _ask(now_made[:1], until - 3 * DAY)
    for home in homes[3:4]:
        _begun(world, this, home, until - DAY)
    verdicts = list(_verdicts(world, this, homes[:2], recent))
    with pretend(until):
        sound_rectification()
    return len(made) + len(now_made) + len(verdicts)


def _in(period: Period, days: int) -> datetime:
    """Ten in the morning, so many days after a period was opened."""
    return _opened(period) + days * DAY


def _opened(period: Period) -> datetime:
    return datetime.combine(period.from_on + DAY, time(10), SHANGHAI)


def _since(period: Period, until: datetime) -> datetime:
    """Some three weeks ago, but not before the period was opened."""
    return max(_opened(period), until - 20 * DAY)


def sheets_of(world: World, period: Period, home: Home, at: datetime) -> Iterator[Assessment]:
    """On site, from papers, and one daily check, each by whoever's it is."""
    officer = officer_of(world, home)
    clerks = world.people.desks.get(home.community.pk, [officer])
    for by, method in ((officer, "onsite"), (officer, "document"), (clerks[0], "daily")):
        with pretend(at):
            made = filled_in(world, period, home, by, method)
            if made is not None:
                yield assessments.hand_in(made, by=by, text="已当场向项目经理反馈。")


def officer_of(world: World, home: Home) -> User:
    subdistrict = home.community.parent
    if subdistrict is None:
        raise ValueError("a community lies in a subdistrict")
    return world.people.desks[subdistrict.pk][0]


def filled_in(
    world: World, period: Period, home: Home, by: User, method: str, most: int = 99
) -> Assessment | None:
    """Begun and filled in; nothing where this person is tied to the firm."""
    if home.firm is None:
        return None
    try:
        made = assessments.begin(
            by=by,
            period=period,
            estate=home.place,
            body=home.firm,
            part="inspection",
            method=method,
        )
    except NotAllowed:
        return None
    said = {item.code: _said(world, home, item) for item in items_of(made)[:most]}
    photos = {
        item: [_photo(by, scene)]
        for item, scene in SCENES.items()
        if item in said and said[item].value
    }
    keep(made, by=by, said=said, photos=photos)
    return made


def _said(world: World, home: Home, item: SheetItem) -> Said:
    """What is found of an item at an estate whose firm works so."""
    if item.rule == Rule.RATIO:
        return Said(Decimal(SHARES.get(home.character, "0.95")))
    if item.rule == Rule.GIVEN:
        return Said(Decimal(int(item.points)) - MOST.get(home.character, 1))
    if item.rule == Rule.LEVELS:
        best = max(range(len(item.levels)), key=lambda number: item.levels[number])
        return Said(Decimal(best))
    most = MOST.get(home.character, 1)
    if item.rule == Rule.ALL_OR_NOTHING:
        return Said(Decimal(int(most > 2 and world.chance.happens(0.5))))
    found = world.chance.randint(0, most)
    return Said(Decimal(found), NOTES.get(item.code, "") if found else "")


def _photo(by: User, scene: str) -> str:
    """A photo of this scene, its files shared by all: names once taken would throw the dice."""
    stem = f"{FOLDER}/{scene}-finding"
    width, height = stored(stem, scene, after=False)
    photo = FindingPhoto.objects.create(
        image=f"{stem}.jpg",
        thumbnail=f"{stem}-small.jpg",
        width=width,
        height=height,
        owner=by,
        uploaded_at=now(),
    )
    return str(photo.public_id)


def _put_right(world: World, made: Iterable[Assessment], at: datetime) -> None:
    """Of the last quarter: some closed, one sent back, the rest never reported and late."""
    asked = _ask([sheet for sheet in made if sheet.method == "onsite"], at)
    for number, one in enumerate(asked):
        people = world.people.handlers.get(one.body_id, [])
        if number % 3 == 2 or not people:
            continue
        with pretend(at + 5 * DAY):
            rectification.report(one, by=people[0], text=REPORTED)
        with pretend(at + 7 * DAY):
            officer = one.assessment.by
            if number == 1:
                rectification.send_back(one, by=officer, reason="3号楼东侧仍有堆物，请继续整改。")
            else:
                rectification.close(one, by=officer, text="现场复查合格。")


def _ask(made: Iterable[Assessment], at: datetime) -> list[Rectification]:
    found: list[Rectification] = []
    for sheet in made:
        lost = [row.item.code for row in filled(sheet).deductions]
        if lost:
            with pretend(max(at, sheet.settled_at or at)):
                found += rectification.ask(sheet, by=sheet.by, items=lost)
    return found


def _begun(world: World, period: Period, home: Home, at: datetime) -> None:
    """Somebody is half way through a sheet."""
    with pretend(max(at, _opened(period))):
        filled_in(world, period, home, officer_of(world, home), "onsite", most=5)


def _verdicts(
    world: World, period: Period, homes: Iterable[Home], at: datetime
) -> Iterator[Assessment]:
    """Verdicts of the communities' party organisations: one confirmed, one waiting for it."""
    district = world.county.district
    officer = world.people.desks[district.pk][0]
    with pretend(_opened(period)):
        scheme = begin_scheme(by=officer, place=district, name="社区党组织综合评定", preset="taian")
        settle(scheme, by=officer, seen=stamp(scheme.versions.get(settled_at=None).terms))
        quarter = open_period(scheme, by=officer, from_on=period.from_on)
    for number, home in enumerate(homes):
        people = world.people.desks.get(home.community.pk, [])
        if home.firm is None or len(people) < 2:
            continue
        with pretend(at):
            try:
                made = assessments.begin(
                    by=people[0],
                    period=quarter,
                    estate=home.place,
                    body=home.firm,
                    part="community_party",
                )
            except NotAllowed:
                continue
            said = {item.code: _said(world, home, item) for item in items_of(made)}
            keep(made, by=people[0], said=said)
            assessments.hand_in(
                made,
                by=people[0],
                text="经社区党组织会议集体研究。",
                minutes=f"社区党会纪〔{at.year}〕{number + 11}号",
                met_on=at.date(),
                present=5,
            )
            if number == 0:
                yield assessments.confirm(made, by=people[1])
            else:
                yield made
