"""Reading a holiday notice: as published, as lines, as a table, as JSON; doubts are named."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from communities.actions import NoticeDay
from communities.forms.notices import Reading, decoded, lines_of, read, years_of
from communities.models import festival_in_chinese, festival_in_english

DATA = Path(__file__).parents[2] / "communities" / "data" / "calendar.json"
SEEDED: dict[int, dict[str, Any]] = {
    notice["year"]: notice for notice in json.loads(DATA.read_text("utf-8"))["notices"]
}
HEAD = """\
国务院办公厅关于{year}年
部分节假日安排的通知
{number}

各省、自治区、直辖市人民政府，国务院各部委、各直属机构：

经国务院批准，现将{year}年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
"""
FOOT = """
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，遇有重大突发事件，要按规定及时报告并妥善处置。

国务院办公厅

{issued}
"""
# The facts of the notices of these years, in their wording.
PUBLISHED = {
    2024: """
一、元旦：1月1日放假，与周末连休。

二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。

三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。

四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。

五、端午节：6月10日放假，与周末连休。

六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。

七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
""",
    2025: """
一、元旦：1月1日（周三）放假1天，不调休。

二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。

三、清明节：4月4日（周五）至6日（周日）放假，共3天。

四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。

五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。

六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
""",
    2026: """
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。

二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。

三、清明节：4月4日（周六）至6日（周一）放假，共3天。

四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。

五、端午节：6月19日（周五）至21日（周日）放假，共3天。

六、中秋节：9月25日（周五）至27日（周日）放假，共3天。

七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
""",
}


def published(year: int) -> str:
    number, issued = SEEDED[year]["number"], date.fromisoformat(SEEDED[year]["issued_on"])
    foot = FOOT.format(issued=f"{issued.year}年{issued.month}月{issued.day}日")
    return HEAD.format(year=year, number=number) + PUBLISHED[year] + foot


def rows(reading: Reading) -> list[tuple[str, bool, str]]:
    return [(day.on.isoformat(), day.working, day.name_zh) for day in reading.days]


def seeded(year: int) -> list[tuple[str, bool, str]]:
    return [(row["on"], row["working"], row["name_zh"]) for row in SEEDED[year]["days"]]


def why(text: str, year: int = 2027) -> list[tuple[int, str]]:
    with override("en"):
        return [(trouble.line, trouble.why) for trouble in read(text, year).troubles]


# --- As published ------------------------------------------------------------------------


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_published_notice_gives_exactly_the_days_there_are(year: int) -> None:
    reading = read(published(year), year)
    assert reading.troubles == []
    assert rows(reading) == seeded(year)
    assert reading.number == SEEDED[year]["number"]
    assert reading.issued_on == date.fromisoformat(SEEDED[year]["issued_on"])
    assert years_of(published(year)) == [year]


@pytest.mark.parametrize("year", PUBLISHED)
def test_it_may_be_copied_with_other_breaks_and_figures(year: int) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    broken = published(year).replace("、2月", "、\n2月").replace("上班。", "\n上班。")
    assert rows(read(broken, year)) == seeded(year)
    assert rows(read(published(year).translate(wide), year)) == seeded(year)
    without_blanks = published(year).replace("\n\n", "\n")
    assert rows(read(without_blanks, year)) == seeded(year)


def test_what_is_only_encouraged_is_no_day_off_and_is_shown_as_passed_over() -> None:
    reading = read(published(2024), 2024)
    assert date(2024, 2, 9) not in {day.on for day in reading.days}
    assert [words for _line, words in reading.passed_over if "除夕（2月9日）" in words]


def test_new_years_holiday_may_begin_in_the_old_year() -> None:
    for text in (
        "一、元旦：2026年12月31日至2027年1月2日放假调休，共3天。2026年12月26日（周六）上班。",
        "一、元旦：12月31日（周四）至1月2日放假调休，共3天。12月26日上班。",
    ):
        reading = read(text, 2027)
        assert reading.troubles == []
        assert [str(day.on) for day in reading.days] == [
            "2026-12-26",
            "2026-12-31",
            "2027-01-01",
            "2027-01-02",
        ]
        assert [day.working for day in reading.days] == [True, False, False, False]


def test_a_day_moved_to_another_is_off() -> None:
    reading = read("三、清明节：4月5日放假，4月6日（星期二）补休。", 2027)
    assert rows(reading) == [("2027-04-05", False, "清明节"), ("2027-04-06", False, "清明节")]


def test_a_holiday_of_its_own_keeps_its_name() -> None:
    text = "六、中国人民抗日战争胜利80周年纪念日：9月3日放假1天。"
    (day,) = read(text.replace("80", "八十"), 2027).days
    assert day.name_zh == "中国人民抗日战争胜利八十周年纪念日"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (published(2026), [(1, "this is the notice of 2026, not of 2027")]),
        ("二、春节：2月5日（周六）至11日放假。", [(1, "2027-02-05 is not a 周六; check the year")]),
        ("\n二、春节：2月5日至11日放假，共8天。", [(2, "it says 8 days off, but names 7")]),
        ("二、春节：2月29日放假。", [(1, "there is no such day")]),
        ("二、春节：5日放假。", [(1, "there is no such day")]),
        ("二、春节：2月11日至5日放假。", [(1, "it ends before it begins")]),
        ("二、春节：2月5日至4月5日放假。", [(1, "no holiday is as long as that")]),
        ("二、春节：2月5日至11日。", [(1, "it does not say whether these days are off or worked")]),
        ("二、春节：另行通知。", [(1, "no day is named here")]),
        ("2月5日至11日放假。", [(1, "it does not say which festival this is")]),
        ("2027年3月2日发布", [(1, "it does not say whether these days are off or worked")]),
        ("2026年13月4日", [(1, "there is no such day")]),
    ],
)
def test_what_does_not_add_up_is_named_with_its_line(
    text: str, expected: list[tuple[int, str]]
) -> None:
    assert set(expected) <= set(why(text))


# --- As lines ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10月1日至7日 国庆节", "2027-10-01..2027-10-07 holiday 国庆节"),
        ("10月1号到7号国庆放假", "2027-10-01..2027-10-07 holiday 国庆节"),
        ("9月27日 上班\n10月1日 国庆节", "2027-09-27 work 国庆节\n2027-10-01 holiday 国庆节"),
        (
            "2027-02-05..2027-02-11 holiday Spring Festival 春节\n2027-02-13 work 春节",
            "2027-02-05..2027-02-11 holiday Spring Festival\n2027-02-13 work 春节",
        ),
        ("2027/2/5至2027/2/11 放假 春节", "2027-02-05..2027-02-11 holiday 春节"),
        (
            "date,until,kind,name\n2027-02-05,2027-02-11,holiday,春节\n2027-02-13,,work,",
            "2027-02-05..2027-02-11 holiday 春节\n2027-02-13 work 春节",
        ),
        ("2027.1.1\toff\tNew Year's Day", "2027-01-01 holiday New Year's Day"),
    ],
)
def test_lines_and_tables_are_read(text: str, expected: str) -> None:
    reading = read(text, 2027)
    assert reading.troubles == []
    assert lines_of(reading.days) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-02-05 春节", (1, "after the day say “holiday” or “work”")),
        ("2027-02-05", (1, "after the day say “holiday” or “work”")),
        ("\n2027-02-30 holiday 春节", (2, "there is no such day")),
        ("2027-02-05 holiday", (1, "it does not say which festival this is")),
        ("2027-02-05..2027-02-01 holiday 春节", (1, "it ends before it begins")),
        ("2027-02-05..2027-12-05 holiday 春节", (1, "no holiday is as long as that")),
    ],
)
def test_a_wrong_line_is_named(text: str, expected: tuple[int, str]) -> None:
    assert why(text) == [expected]


def named(day: NoticeDay) -> NoticeDay:
    """With both names, as the verb keeps it."""
    return replace(
        day,
        name=day.name or festival_in_english(day.name_zh),
        name_zh=day.name_zh or festival_in_chinese(day.name),
    )


@pytest.mark.parametrize("chinese", [True, False])
@pytest.mark.parametrize("year", SEEDED)
def test_what_is_written_as_lines_reads_the_same_again(year: int, chinese: bool) -> None:
    days = [
        NoticeDay(date.fromisoformat(d["on"]), d["working"], d["name_en"], d["name_zh"])
        for d in SEEDED[year]["days"]
    ]
    days[0] = replace(days[0], name="A day of its own", name_zh="抗战胜利80周年纪念日")
    lines = lines_of(days, chinese=chinese)
    reading = read(lines, year)
    assert reading.troubles == []
    assert [named(day) for day in reading.days] == days
    assert years_of(lines) == [year]
    assert ("Spring" in lines) is not chinese


# --- As JSON and as files ----------------------------------------------------------------


@pytest.mark.parametrize("year", SEEDED)
def test_the_portals_own_file_is_read(year: int) -> None:
    text = DATA.read_text("utf-8")
    reading = read(text, year)
    assert rows(reading) == seeded(year)
    assert (reading.number, reading.troubles) == (SEEDED[year]["number"], [])
    assert reading.issued_on == date.fromisoformat(SEEDED[year]["issued_on"])
    assert years_of(text) == [2024, 2025, 2026]
    assert rows(read(json.dumps(SEEDED[year]), year)) == seeded(year)
    assert rows(read(json.dumps(SEEDED[year]["days"]), year)) == seeded(year)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"notices": [\n{"year": 2027,]}', 2),
        ('{"notices": [{"year": 2026, "days": []}]}', 1),
        ('{"notices": 5}', 1),
        ('[\n{"on": "2027-02-30", "working": false}]', 2),
        ('[{"on": "2027-02-05", "working": "no"}]', 1),
        ("[5]", 1),
        ("[" * 20_000, 1),
        (f'{{"year": {"9" * 5000}}}', 1),
    ],
)
def test_wrong_json_is_named(text: str, line: int) -> None:
    assert [trouble.line for trouble in read(text, 2027).troubles] == [line]


def test_a_spreadsheets_own_encoding_is_understood() -> None:
    text = "2027-02-05,holiday,春节"
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        assert decoded(text.encode(encoding)) == text
    with pytest.raises(UnicodeDecodeError):
        decoded(b"\xff\xfe\xff")


def test_a_text_without_a_year_says_none() -> None:
    assert years_of("10月1日至7日 国庆节") == []
    assert years_of("{") == []
