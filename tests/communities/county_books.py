"""A county of 200 estates as its clerk has it in Excel: ten workbooks, messy as real ones are.

Titles and headings are merged, numbers are full-width or carry their unit, dates are texts in four
spellings, telephone numbers are numbers. Some lists have rows that are wrong; each says of which
row, by what it is called, which cell is right.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import xlsxwriter

from common.credit_codes import check_character

BUILDINGS, DWELLINGS = 5, 4  # of an estate; of a building
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何"
GIVEN = ("建国", "秀英", "志强", "丽华", "海燕", "文博", "雪梅", "国平", "晓东", "玉兰", "子涵")
FIRST = ("桂花", "银杏", "梧桐", "柳岸", "翠竹", "临江", "金盆", "龙溪", "观澜", "丹枫")
SECOND = ("苑", "里", "花园", "人家", "新村", "雅居", "名邸", "华庭", "家园", "府")
KINDS = ("商住", "安置房", "老旧小区", "商品房")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True)
class Size:
    """How many there are of each."""

    estates: int = 200
    firms: int = 60
    committees: int = 120
    members: int = 600
    branches: int = 80
    cells: int = 100
    appointments: int = 150

    @property
    def rows(self) -> dict[str, int]:
        buildings = self.estates * BUILDINGS
        return {
            "estates": self.estates,
            "buildings": buildings,
            "dwellings": buildings * DWELLINGS,
            "firms": self.firms,
            "contracts": self.estates,
            "grids": self.estates + self.cells,
            "branches": self.branches,
            "committees": self.committees,
            "members": self.members,
            "appointments": self.appointments,
        }


@dataclass
class Book:
    """A workbook: titles, headings (one row, or two of which the upper is merged), rows."""

    title: str
    headings: Sequence[str]
    rows: list[list[Any]]
    group: tuple[int, int, str] | None = None
    # Rows that are wrong: (the place of the row, of the cell, what is right).
    wrong: list[tuple[int, int, Any]] = field(default_factory=list)
    # Cells merged downwards where the one below says the same.
    merged: int | None = None

    def saved(self) -> bytes:
        held = io.BytesIO()
        book = xlsxwriter.Workbook(held, {"in_memory": True})
        sheet = book.add_worksheet("台账")
        sheet.merge_range(0, 0, 0, len(self.headings) - 1, self.title)
        first = self._headings(sheet) + 1
        for at, row in enumerate(self.rows):
            sheet.write_row(first + at, 0, row)
        if self.merged is not None:
            self._merge(sheet, first, self.merged)
        book.close()
        return held.getvalue()

    def _headings(self, sheet: Any) -> int:
        if self.group is None:
            sheet.write_row(1, 0, self.headings)
            return 1
        left, right, words = self.group
        sheet.merge_range(1, left, 1, right, words)
        for at, heading in enumerate(self.headings):
            if left <= at <= right:
                sheet.write(2, at, heading)
            else:
                sheet.merge_range(1, at, 2, at, heading)
        return 2

    def _merge(self, sheet: Any, first: int, column: int) -> None:
        begins = 0
        for at in range(1, len(self.rows) + 1):
            if at < len(self.rows) and self.rows[at][column] == self.rows[begins][column]:
                continue
            if at - begins > 1:
                value = self.rows[begins][column]
                sheet.merge_range(first + begins, column, first + at - 1, column, value)
            begins = at

    @property
    def right(self) -> list[list[Any]]:
        """The rows as they ought to be."""
        rows = [list(row) for row in self.rows]
        for row, cell, value in self.wrong:
            rows[row][cell] = value
        return rows


def person(number: int) -> str:
    return SURNAMES[number % len(SURNAMES)] + GIVEN[number // len(SURNAMES) % len(GIVEN)]


def phone(number: int) -> int:
    """As Excel keeps what was typed: a number."""
    return 13970700000 + number


def day(number: int, on: date) -> Any:
    """A day as one of four people writes it."""
    spelled = (
        on.isoformat(),
        f"{on.year}.{on.month}.{on.day}",
        f"{on.year}年{on.month}月{on.day}日",
        f"{on.year}/{on.month}/{on.day}",
    )
    return spelled[number % len(spelled)]


def credit_code(number: int) -> str:
    body = f"91360730MA{number:07d}"
    return body + check_character(body)


class Books:
    """The ten workbooks over these communities, as (code, name)."""

    def __init__(self, communities: Sequence[tuple[str, str]], size: Size | None = None) -> None:
        self.size = size or Size()
        self.communities = communities
        self.estates = [self._estate(number) for number in range(self.size.estates)]

    def _estate(self, number: int) -> tuple[str, str]:
        """Its name, and its community's."""
        tens, ones = divmod(number, 10)
        name = f"{FIRST[tens % 10]}{SECOND[ones]}" + ("二期" if number >= 100 else "")
        return name, self.communities[number % len(self.communities)][1]

    def __iter__(self) -> Iterator[tuple[str, Book]]:
        for kind in self.size.rows:
            yield kind, self.of(kind)

    def of(self, kind: str) -> Book:
        made: Book = getattr(self, f"_{kind}")()
        return made

    def _estates(self) -> Book:
        rows = [
            [
                number + 1,
                name,
                community,
                KINDS[number % 4],
                "市场化" if number % 4 else "红色物业",
                f"{self.households}户".translate(FULL_WIDTH) if number % 3 else self.households,
                f"{9600 + number}㎡" if number % 2 else "0.96万㎡",
                day(number, date(2010, 5, 1) + timedelta(days=number)),
            ]
            for number, (name, community) in enumerate(self.estates)
        ]
        headings = (
            *("序号", "小区\n名称", "所属社区", "小区类型", "服务模式"),
            *("总户数", "建筑面积", "交付时间"),
        )
        made = Book("住宅小区台账", headings, rows, group=(5, 6, "规模"))
        wrong = ((3, 2, "火星社区"), (7, 3, "宫殿"), (11, 7, "2016.13.1"))
        return spoilt(made, *wrong)

    @property
    def households(self) -> int:
        return BUILDINGS * DWELLINGS

    def _buildings(self) -> Book:
        rows: list[list[Any]] = []
        for number, (name, community) in enumerate(self.estates):
            for block in range(1, BUILDINGS + 1):
                said: Any = f"{block}栋" if block % 2 else f"{block}幢".translate(FULL_WIDTH)
                rows.append([name, community, said, 2 if number % 2 else "1单元、2单元", 11, "2部"])
        headings = ("所属小区", "社区", "楼号", "单元数", "楼层数", "电梯")
        return Book("楼栋一览表", headings, rows, merged=0)

    def _dwellings(self) -> Book:
        rows: list[list[Any]] = []
        for name, _community in self.estates:
            for block in range(1, BUILDINGS + 1):
                for home in range(DWELLINGS):
                    floor, door = divmod(home // 2, 2)
                    number: Any = (floor + 1) * 100 + door + 1
                    said = number if home % 4 else f"{number}室"
                    rows.append([name, block, home % 2 + 1, said, floor + 1, "住宅", 96.5])
        headings = ("小区名称", "楼栋", "单元", "房号", "楼层", "用途", "建筑面积")
        return Book("房屋明细", headings, rows)

    def _firms(self) -> Book:
        rows = [
            [
                firm_name(number),
                credit_code(number).lower() if number % 2 else f" {credit_code(number)} ",
                day(number, date(2012, 6, 1) + timedelta(days=number)),
                "300万元" if number % 2 else 500,
                person(number),
                phone(number),
                "是" if number % 10 == 0 else "否",
            ]
            for number in range(self.size.firms)
        ]
        headings = (
            *("物业企业", "统一社会信用代码", "成立时间", "注册资本", "法定代表人"),
            *("联系电话", "红色物业"),
        )
        made = Book("物业服务企业名录", headings, rows)
        return spoilt(made, (5, 1, "91360730MA0000005X"), (9, 5, "电话不详"))

    def _contracts(self) -> Book:
        rows = [
            [
                name,
                firm_name(number % self.size.firms),
                day(number, date(2024, 1, 1)),
                "长期" if number % 5 == 0 else day(number + 1, date(2027, 12, 31)),
                "１.35元/㎡" if number % 2 else 1.2,
            ]
            for number, (name, _community) in enumerate(self.estates)
        ]
        headings = ("小区", "物业公司", "合同起", "合同止", "物业费")
        return Book("物业服务合同", headings, rows, group=(2, 3, "合同期限"))

    def _grids(self) -> Book:
        rows: list[list[Any]] = []
        for number, (name, community) in enumerate(self.estates):
            blocks = [f"{name}/{block}栋" for block in range(1, BUILDINGS + 1)]
            blocks = [b if at % 2 == 0 else b.replace("栋", "幢") for at, b in enumerate(blocks)]
            large = f"{name}网格"
            rows.append([large, "大网格", community, None, "、".join(blocks)])
            if number < self.size.cells:
                rows.append([f"{name}1栋邻里格", "微网格", community, large, blocks[0]])
        headings = ("网格名称", "网格类型", "社区", "上级网格", "包含楼栋")
        return Book("网格划分表", headings, rows)

    def _branches(self) -> Book:
        codes = self.communities
        rows: list[list[Any]] = [
            [f"{name}党委", name, "党委", None, 40 + at] for at, (_code, name) in enumerate(codes)
        ]
        for number, (name, community) in enumerate(self.estates[: self.size.branches - len(rows)]):
            above = f"{community}党委"
            rows.append([f"{name}党支部", name, "党支部", above, f"{5 + number % 20}人"])
        headings = ("党组织名称", "所在地", "层级", "上级党组织", "正式党员")
        return Book("党组织名册", headings, rows)

    def _committees(self) -> Book:
        rows = [
            [
                name,
                "业委会",
                7,
                day(number, date(2024, 5, 20)),
                day(number + 1, date(2024, 6, 1)),
                day(number + 2, date(2029, 5, 31)),
                day(number + 3, date(2024, 6, 10)),
                f"宁住建备〔2024〕{number + 1}号",
            ]
            for number, (name, _community) in enumerate(self.estates[: self.size.committees])
        ]
        headings = (
            *("小区", "类型", "委员人数", "选举日期", "任期起", "任期止"),
            *("备案日期", "备案号"),
        )
        return Book("业主委员会台账", headings, rows, group=(4, 5, "任期"))

    def _members(self) -> Book:
        roles = ("主任", "副主任", "委员", "委员", "委员")
        rows = []
        for number in range(self.size.members):
            at, seat = number % self.size.committees, number // self.size.committees
            rows.append(
                [
                    self.estates[at][0],
                    person(number),
                    roles[seat],
                    phone(10_000 + number),
                    "９６.5平方米" if number % 2 else 96.5,
                    "是" if number % 3 == 0 else "否",
                    day(number, date(2024, 6, 1)),
                ]
            )
        headings = ("小区名称", "姓名", "职务", "联系电话", "专有面积", "是否党员", "任职日期")
        made = Book("业主委员会委员名单", headings, rows)
        return spoilt(made, (4, 0, "没有的小区"), (40, 6, "去年六月"))

    def _appointments(self) -> Book:
        """A grid worker for each grid of an estate, a warden for each; one clerk, at the top."""
        _code, community = self.communities[0]
        rows: list[list[Any]] = [
            [person(0), phone(20_000), "社区专干", f"{community}居民委员会", "2026.1.1"]
        ]
        for number in range(1, self.size.appointments):
            name = self.estates[number // 2][0]
            office, seat = ("网格员", f"{name}网格") if number % 2 else ("小区院长", name)
            rows.append(
                [
                    person(number),
                    phone(20_000 + number),
                    office,
                    seat,
                    day(number, date(2026, 1, 1)),
                ]
            )
        headings = ("姓名", "手机号码", "职务", "任职单位", "任职日期")
        made = Book("任职人员名单", headings, rows)
        return spoilt(made, (6, 1, 1397070), (8, 3, "没有的网格"))


def spoilt(book: Book, *wrong: tuple[int, int, Any]) -> Book:
    """The same with cells that are wrong; what was there is kept as what is right."""
    for row, cell, value in wrong:
        book.wrong.append((row, cell, book.rows[row][cell]))
        book.rows[row][cell] = value
    return book


def firm_name(number: int) -> str:
    first, second = (
        FIRST[number % 10],
        ("和顺", "安居", "万家", "永宁", "城投", "惠民")[number // 10],
    )
    return f"{first}{second}物业服务有限公司"
