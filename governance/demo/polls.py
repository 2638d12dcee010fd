"""Residents of some estates are asked about their firm, last quarter and this one."""

from datetime import date, datetime, time, timedelta

from common.errors import DomainError
from common.now import pretend
from common.workdays import SHANGHAI
from communities.actions.bulk_places import NewPlace, enter_places
from communities.models import PlaceKind
from governance.demo.acting import World
from governance.demo.assessing import officer_of
from governance.demo.county import Home
from ratings.actions import freezing, poll_answers
from ratings.actions import polls as actions
from ratings.actions._poll_codes import Slip
from ratings.actions.publications import publish_scores
from ratings.models import Period, Poll, Scheme

DAY = timedelta(days=1)
SCHEME = "物业服务季度测评"
# What residents think of a firm that works so, and by how much they differ.
MEANS = {"excellent": 93, "good": 87, "fair": 78, "community": 84, "slow": 71, "poor": 58}
SPREAD = 9
WORDS = {
    "good": ("保安热情，进出登记认真。", "楼道每天有人打扫。", "报修来得快。", "绿化修剪得不错。"),
    "bad": ("电梯老是坏，修得慢。", "车乱停没人管。", "地下室灯不亮。", "打电话常没人接。"),
}
# Estates whose homes are in the register are drawn; at the others residents are asked on site.
DRAWN = 2
ASKED = 6
HOMES_BEHIND_A_DOOR = 12
# No address asks for these: they are answered here.
ADDRESS = "0" * 64


def ask_residents(world: World, until: datetime) -> int:
    """Polls of the last quarter, closed and scored, and of this one; how many there are."""
    homes = [home for home in world.county.homes if home.firm is not None][:ASKED]
    scheme = Scheme.objects.get(place=world.county.district, name=SCHEME)
    last, this = scheme.periods.select_related("version", "scheme__place").order_by("from_on")
    for home in homes[:DRAWN]:
        _enter_homes(world, home, last.from_on)
    polls = 0
    for number, home in enumerate(homes):
        begun = _after(last, 8 + number)
        # The last one lacks answers: its score stays blank, and says why.
        most = 19 if number == len(homes) - 1 else world.chance.randint(29, 32)
        polls += _asked(world, last, home, begun, most=most)
    began = max(_after(this, 3), until - 6 * DAY)
    for home in homes[:1]:
        polls += _asked(world, this, home, began, most=17, open_until=until)
    _score(world, last, until)
    return polls


def _after(period: Period, days: int) -> datetime:
    return datetime.combine(period.from_on + days * DAY, time(10), SHANGHAI)


def _enter_homes(world: World, home: Home, on: date) -> None:
    """Twelve homes behind each door, as the list of an estate would enter them."""
    rows = [
        NewPlace(
            kind=PlaceKind.DWELLING,
            code=f"{entrance.code}{floor * 100 + door:04d}",
            name=f"{floor}0{door}室",
            parent_id=entrance.pk,
        )
        for entrances in home.entrances.values()
        for entrance in entrances
        for floor in range(1, HOMES_BEHIND_A_DOOR // 2 + 1)
        for door in (1, 2)
    ]
    enter_places(rows, by=world.people.desks[world.county.district.pk][0], on=on)


def _asked(
    world: World,
    period: Period,
    home: Home,
    at: datetime,
    *,
    most: int,
    open_until: datetime | None = None,
) -> int:
    """One poll: opened, its slips handed out, answered by some, closed by the clock."""
    if home.firm is None:
        return 0
    officer = officer_of(world, home)
    last_day = min(period.assess_until_on, (at + 12 * DAY).date())
    with pretend(at):
        try:
            poll = actions.open_poll(
                period, by=officer, estate=home.place, body=home.firm, until_on=last_day
            )
        except DomainError:
            return 0
        slips = _slips(world, poll, home)
    answering = at + DAY if open_until is None else min(at + DAY, open_until)
    with pretend(answering):
        for slip in slips[:most]:
            _answer(world, home, slip)
    if open_until is None:
        with pretend(datetime.combine(last_day + DAY, time(0, 1), SHANGHAI)):
            actions.close_polls()
    return 1


def _slips(world: World, poll: Poll, home: Home) -> list[Slip]:
    officer = officer_of(world, home)
    if poll.drawn:
        return actions.print_slips(poll, by=officer, seen=0)
    slips: list[Slip] = []
    share = 40 // len(home.buildings)
    for printed, building in enumerate(home.buildings):
        slips += actions.print_site_codes(
            poll, by=officer, building=building, number=share, seen=printed
        )
    world.chance.shuffle(slips)
    return slips


def _answer(world: World, home: Home, slip: Slip) -> None:
    """Most give a score; now and then somebody hands in without one, or works for the firm."""
    chance = world.chance
    code = poll_answers.open_code(slip.code, address=ADDRESS)
    if chance.happens(0.04):
        poll_answers.answer_poll(code, related=True, score=None)
        return
    if chance.happens(0.03):
        poll_answers.answer_poll(code, related=False, score=None, blank=True)
        return
    score = max(0, min(100, round(chance.gauss(MEANS.get(home.character, 80), SPREAD))))
    words = ""
    if chance.happens(0.15):
        words = chance.choice(WORDS["good" if score >= 75 else "bad"])
    poll_answers.answer_poll(code, related=False, score=score, words=words)


def _score(world: World, period: Period, until: datetime) -> None:
    """The scores of the last quarter are frozen and published, where its time is over."""
    officer = world.people.desks[world.county.district.pk][0]
    at = datetime.combine(period.assess_until_on + DAY, time(10), SHANGHAI)
    if at + 2 * DAY > until:
        return
    with pretend(at):
        freezing.ask_to_freeze(period, by=officer)
        freezing.freeze_periods()
    with pretend(at + DAY):
        period.refresh_from_db()
        publish_scores(period, by=officer)
