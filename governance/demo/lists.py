"""Two lists that clerks sent in: one written, one whose refused rows wait to be corrected."""

from datetime import datetime, timedelta

from common.now import pretend
from common.workbooks import Heading, Watermark, listing
from communities.actions.imports import confirm_import, send_import
from communities.models import Import
from communities.sheets.run import run_imports
from governance.demo.acting import World

WRITTEN, WAITING = timedelta(days=9), timedelta(hours=2)
SPACES = 12
# Which estates a clerk still had to enter, two of the rows with a slip of the pen.
ESTATES = (
    ("梧桐花园", "商住", "320户", "36,500.50 ㎡", "2016.5.1"),
    ("柳岸人家", "安置房", "９６", "8800平方米", "2019年5月"),
    ("望江新村", "宫殿", "150", "15200", "2011.10.1"),
    ("临溪苑", "商品房", "很多", "9600", "2014.13.1"),
)
MARK = Watermark("台账")


def send_lists(world: World, until: datetime) -> int:
    """The first community that has a clerk sends both; how many lists there are then."""
    county, desks = world.county, world.people.desks
    place = next(place for place in county.communities if desks.get(place.pk))
    clerk, home = desks[place.pk][-1], next(h for h in county.homes if h.community == place)
    building = home.buildings[0]
    entrance = home.entrances[building.pk][0]
    headings = [Heading(words) for words in ("小区", "楼栋", "单元", "房号", "用途", "建筑面积")]
    rows = [
        (home.place.name, building.name, entrance.name, f"地下车位{number:03d}", "车位", "12.5㎡")
        for number in range(1, SPACES + 1)
    ]
    with pretend(until - WRITTEN):
        data = listing("房屋", headings, rows, mark=MARK)
        spaces = send_import(
            by=clerk, kind="dwellings", place=place, filename="地下车位.xlsx", data=data
        )
        run_imports()
        spaces.refresh_from_db()
        confirm_import(spaces, by=clerk)
        run_imports()
    headings = [Heading(words) for words in ("小区名称", "类型", "户数", "建筑面积", "交付时间")]
    with pretend(until - WAITING):
        data = listing("小区台账", headings, ESTATES, mark=MARK)
        send_import(by=clerk, kind="estates", place=place, filename="小区台账.xlsx", data=data)
        run_imports()
    return Import.objects.count()
