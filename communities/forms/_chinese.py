"""The notice as it is published: 一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。

1. A numbered heading names the festival; what follows, up to the next heading, is its paragraph,
   however the lines were broken when it was copied.
2. In each sentence dates wait for the word that says what they are: 放假 or 补休, or 上班.
3. Weekdays in brackets and 共N天 are checked: they tell a wrong year or a lost date.
4. A sentence that only encourages (鼓励 … 除夕（2月9日）休息) sets no day apart.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from communities.actions import NoticeDay
from communities.forms._reading import Reading, days_between
from communities.models import FESTIVALS

HEADING = re.compile(
    r"(?:[一二三四五六七八九十]+|\d{1,2})\s*[、.]\s*(?P<name>[^\d:。,;]{2,40}?)\s*(?::|(?=\d)|$)"
)
PLAIN_HEADING = re.compile(r"(?P<name>[^\d:。,;()]{2,40}?)\s*:\s*(?=\d|$)")
DATE = (
    r"(?:(?:(?P<y{n}>\d{{4}})\s*年\s*)?(?P<m{n}>\d{{1,2}})\s*月\s*)?(?P<d{n}>\d{{1,2}})\s*日"
    r"(?P<w{n}>\s*\([^)]*\)|\s*(?:星期|周)[一二三四五六日天])?"
)
TOKEN = re.compile(
    rf"(?P<span>{DATE.format(n=1)}(?:\s*(?:至|到|-+|–|—+|~)\s*{DATE.format(n=2)})?)"
    r"|(?P<count>(?:共|放假|休)\s*(?P<number>\d{1,2})\s*天)"
    r"|(?P<off>放假|补休)|(?P<work>上班|补班)"
)
WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
WEEKDAYS = {**{name: n for n, name in enumerate("一二三四五六日")}, "天": 6}
NUMBER = re.compile(r"[\u4e00-\u9fff]{2,8}[〔\[]\s*\d{4}\s*[〕\]]\s*\d{1,4}\s*号")
ISSUED = re.compile(
    r"(?:(?:成文|发布|印发)日期\s*:?\s*)?(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
)
TITLE_YEAR = re.compile(r"(\d{4})\s*年\s*(?:部分|全国)?\s*节假日(?:放假)?安排")
ENCOURAGES = re.compile(r"鼓励|建议|可结合")
NOT_A_NAME = re.compile(r"调休|连休|放假|不|与周末|[\s,，、:;。.()（）“”\"]+")
OTHER_NAMES = {
    "元旦节": "元旦",
    "新年": "元旦",
    "清明": "清明节",
    "五一": "劳动节",
    "五一节": "劳动节",
    "国际劳动节": "劳动节",
    "五一国际劳动节": "劳动节",
    "端午": "端午节",
    "中秋": "中秋节",
    "国庆": "国庆节",
}
DECEMBER = 12
SPOKEN_DAY = re.compile(r"([月至到、]\s*\d{1,2}\s*)号")
WIDE = str.maketrans("(),:;", "（），：；")


def plain(text: str) -> str:
    """Full-width figures, brackets, colons and commas as the narrow ones; 1号 as 1日."""
    return SPOKEN_DAY.sub(r"\1日", unicodedata.normalize("NFKC", text).strip())


def _shown(words: str) -> str:
    """The words with the punctuation they had."""
    return words.strip().translate(WIDE)


def festival_of(words: str) -> str:
    """The festival as our table writes it; several of them joined as notices join them."""
    bare = re.sub(r"[\s“”\"'（）()]", "", words)
    names = [OTHER_NAMES.get(name, name) for name in re.split(r"[、和与及]", bare) if name]
    return "、".join(names)


def title_year(text: str) -> int | None:
    """The year the notice says it is of."""
    found = TITLE_YEAR.search(plain(text))
    return int(found[1]) if found else None


@dataclass
class Paragraph:
    """What belongs to one heading, or a line outside any. `line`: where it begins."""

    line: int
    text: str
    name: str = ""
    headed: bool = False


@dataclass
class _Dates:
    """Turns dates with gaps into days: a month or year left out is that of the date before."""

    year: int
    name: str
    before: date | None = None

    def of(self, y: str | None, m: str | None, d: str, *, ends: bool = False) -> date:
        """`ends`: the day a range runs to, which alone may lie past the end of the year."""
        month = int(m) if m else self.before.month if self.before else 0
        year = self.year
        if y:
            year = int(y)
        elif self.before is not None and (ends or not m):
            year = self.before.year + (month < self.before.month)
        elif month == DECEMBER and "元旦" in self.name:
            # New Year's holiday may begin in the old year: 12月31日至1月2日.
            year -= 1
        self.before = date(year, month, int(d))
        return self.before


@dataclass
class _Sentence:
    """Dates wait here for the word that says what they are."""

    waiting: list[date] = field(default_factory=list)
    off: list[date] = field(default_factory=list)
    work: list[date] = field(default_factory=list)

    def settle(self, into: list[date]) -> None:
        into += self.waiting
        self.waiting = []


def read_chinese(text: str, year: int, reading: Reading) -> None:
    """Read a text into `reading`."""
    titled = TITLE_YEAR.search(plain(text))
    if titled and int(titled[1]) != year:
        line = plain(text)[: titled.start()].count("\n") + 1
        said = {"titled": int(titled[1]), "year": year}
        why = _("this is the notice of %(titled)d, not of %(year)d") % said
        reading.trouble(line, _shown(titled[0]), why)
    for paragraph in paragraphs(text):
        if paragraph.headed or not _is_about_the_notice(paragraph, reading):
            _read_paragraph(paragraph, year, reading)


def paragraphs(text: str) -> list[Paragraph]:
    """Headed paragraphs whole, everything else line by line."""
    found: list[Paragraph] = []
    goes_on = False
    for number, line in enumerate(text.splitlines(), 1):
        words = plain(line)
        headed = _headed(number, words)
        if headed is not None:
            found.append(headed)
            goes_on = True
        elif words and goes_on:
            found[-1].text += words
        elif words:
            found.append(Paragraph(number, words))
        ended = found and (found[-1].text.endswith(("。", ";")) or (not words and found[-1].text))
        goes_on = goes_on and not ended
    return found


def _headed(line: int, words: str) -> Paragraph | None:
    """The beginning of a festival's paragraph; other words before a colon are none."""
    heading = HEADING.match(words) or PLAIN_HEADING.match(words)
    name = festival_of(heading["name"]) if heading else ""
    if not name or not all(part.endswith(("节", "日", "元旦")) for part in name.split("、")):
        return None
    return Paragraph(line, words[heading.end() :].strip() if heading else "", name, headed=True)


def _is_about_the_notice(paragraph: Paragraph, reading: Reading) -> bool:
    """Its title, its number, or the day it was issued."""
    text = paragraph.text
    if (number := NUMBER.search(text)) and not TOKEN.search(text):
        reading.number = reading.number or number[0].replace(" ", "")
        return True
    if issued := ISSUED.fullmatch(text.strip("() ")):
        try:
            found = date(*(int(part) for part in issued.groups()))
            reading.issued_on = reading.issued_on or found
        except ValueError:
            reading.trouble(paragraph.line, _shown(text), _("there is no such day"))
        return True
    return bool(TITLE_YEAR.search(text))


def _read_paragraph(paragraph: Paragraph, year: int, reading: Reading) -> None:
    known = len(reading.days), len(reading.troubles)
    dates = _Dates(year, paragraph.name)
    for words in re.split(r"[。;]", paragraph.text):
        if not words.strip(" )("):
            continue
        if ENCOURAGES.search(words) or not re.search(r"\d\s*日", words):
            reading.passed_over.append((paragraph.line, _shown(words)))
            continue
        try:
            sentence = _read_sentence(words, dates)
        except ValueError as error:
            reading.trouble(paragraph.line, _shown(words), _why(error))
            continue
        _keep(paragraph, words, sentence, reading)
    if paragraph.headed and known == (len(reading.days), len(reading.troubles)):
        reading.trouble(
            paragraph.line, _shown(paragraph.text) or paragraph.name, _("no day is named here")
        )


def _why(error: ValueError) -> str:
    # datetime.date() has words of its own for 30 February, in English only.
    return str(error) if isinstance(error, _Said) else _("there is no such day")


class _Said(ValueError):
    """A sentence of ours."""


def _read_sentence(words: str, dates: _Dates) -> _Sentence:
    """Which days are off and which are worked; raises ValueError where it does not add up."""
    found = _Sentence()
    for token in TOKEN.finditer(words):
        if token["span"]:
            found.waiting += _span(token, dates)
            continue
        if token["off"] or token["count"]:
            found.settle(found.off)
        else:
            found.settle(found.work)
        if token["count"] and int(token["number"]) != len(found.off):
            said = {"said": int(token["number"]), "named": len(found.off)}
            raise _Said(_("it says %(said)d days off, but names %(named)d") % said)
    return found


def _span(token: re.Match[str], dates: _Dates) -> list[date]:
    first = dates.of(token["y1"], token["m1"], token["d1"])
    _check_weekday(first, token["w1"])
    if not token["d2"]:
        return [first]
    last = dates.of(token["y2"], token["m2"], token["d2"], ends=True)
    _check_weekday(last, token["w2"])
    try:
        return days_between(first, last)
    except ValueError as error:
        raise _Said(str(error)) from None


def _check_weekday(on: date, words: str | None) -> None:
    named = WEEKDAY.search(words or "")
    if named and WEEKDAYS[named[1]] != on.weekday():
        said = {"day": on, "weekday": named[0]}
        raise _Said(_("%(day)s is not a %(weekday)s; check the year") % said)


def _keep(paragraph: Paragraph, words: str, sentence: _Sentence, reading: Reading) -> None:
    """The days of a sentence; outside a heading the festival stands in the line itself."""
    name = paragraph.name or _known(NOT_A_NAME.sub(" ", TOKEN.sub(" ", words)))
    if sentence.waiting and name and not paragraph.headed:
        sentence.settle(sentence.off)  # 10月1日至7日 国庆节
    if sentence.waiting:
        why = _("it does not say whether these days are off or worked")
        reading.trouble(paragraph.line, _shown(words), why)
        return
    if sentence.off and not name:
        reading.trouble(paragraph.line, _shown(words), _("it does not say which festival this is"))
        return
    reading.days += [NoticeDay(on, working=False, name_zh=name) for on in sentence.off]
    reading.days += [NoticeDay(on, working=True, name_zh=name) for on in sentence.work]


def _known(words: str) -> str:
    """The festival a line names; other words (发布日期 …) make no day a holiday."""
    name = festival_of(words)
    return name if all(part in FESTIVALS for part in name.split("、")) else ""
