"""The forms a bulletin is written in: the page, Word, PDF and the workbook say the same."""

import io
import re
import zipfile
from typing import Any

import openpyxl
import pypdfium2
import pytest

from ratings.actions import bulletins
from ratings.bulletins.files import written
from ratings.bulletins.paper import WIDTH, Paper, numeral, percent
from ratings.bulletins.pdf import broken
from ratings.queries.bulletins import paper_of
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended
from tests.ratings.bulletined import AFTER, issued, last, made, orders

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(county: County, clock: Pretended) -> Paper:
    orders(county, clock)
    bulletin = issued(
        county.district,
        county.people["district"],
        opening="现将有关情况通报如下。\n请认真阅读。",
        closing="请各物业企业抓紧整改。",
        copies_to="县纪委监委，县委社会工作部",
    )
    return paper_of(last(bulletin))


def told(paper: Paper) -> list[str]:
    """Every sentence of a bulletin, and every row of its tables."""
    cells = ["".join(row) for t in paper.tables for row in t.said_rows]
    heads = [column.name for t in paper.tables for column in t.columns]
    words = [item.text for item in paper.items if item.text]
    head = [paper.office, paper.number, paper.title, paper.to, paper.day, paper.copies]
    return [*head, *words, *heads, *cells]


def test_every_form_says_the_same_figures_and_the_pdf_is_searchable(paper: Paper) -> None:
    title, pages = read_pdf(written(paper, "pdf"))
    assert title == paper.title
    assert len(pages) > 1
    whole = ""
    for number, text in enumerate(pages, 1):
        foot = f"—{number}—"
        assert squeezed(text).endswith(foot)
        # A sentence goes on where the page ends.
        whole += squeezed(text).removesuffix(foot)
    forms = {"docx": squeezed(words_of_word(written(paper, "docx"))), "pdf": whole}
    for ending, found in forms.items():
        for said in told(paper):
            assert squeezed(said) in found, (ending, said)
    # The faces are within, of each the characters there are.
    assert b"/FontFile3" in written(paper, "pdf")
    assert len(written(paper, "pdf")) < 400_000
    book = openpyxl.load_workbook(io.BytesIO(written(paper, "xlsx")))
    for sheet, table in zip(book.worksheets[1:], paper.tables, strict=True):
        shown = [[read_cell(cell) for cell in row] for row in sheet.iter_rows()]
        assert shown[0] == [column.name for column in table.columns]
        assert shown[1:] == table.said_rows
    about = "".join(str(row[0].value) for row in book.worksheets[0].iter_rows())
    for item in paper.items:
        assert item.text in about


def squeezed(text: str) -> str:
    """Without white space: lines are broken where the page ends."""
    return re.sub(r"\s", "", text)


def words_of_word(data: bytes) -> str:
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    return "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", xml))


def read_cell(cell: Any) -> str:
    if cell.number_format == "0.0%" and isinstance(cell.value, int | float):
        return f"{cell.value * 100:.1f}%"
    return str(cell.value)


def test_a_word_file_is_laid_out_as_official_documents_are(paper: Paper) -> None:
    files = zipfile.ZipFile(io.BytesIO(written(paper, "docx")))
    body = files.read("word/document.xml").decode()
    assert 'w:eastAsia="仿宋_GB2312"' in body
    assert 'w:eastAsia="方正小标宋简体"' in body
    assert 'w:val="C8101A"' in body
    assert "w:tblHeader" in body
    foot = "".join(files.read(n).decode() for n in files.namelist() if "footer" in n)
    assert "PAGE" in foot
    assert paper.title in files.read("docProps/core.xml").decode()


def test_a_title_too_long_for_a_line_goes_on_after_its_period(paper: Paper) -> None:
    assert paper.title_lines == ["关于红枫县2026年第1季度", "物业服务诉求办理情况的通报"]
    assert "".join(paper.title_lines) == paper.title
    short = Paper({**paper.data, "title": "关于2026年第1季度的通报"})
    assert short.title_lines == ["关于2026年第1季度的通报"]


@pytest.mark.parametrize(("letters", "points"), [(7, 46), (12, 36), (22, 20), (23, 26), (40, 26)])
def test_an_office_stands_in_one_line_as_long_as_it_can_be_read(
    paper: Paper, letters: int, points: int
) -> None:
    assert Paper({**paper.data, "office": "区" * letters}).office_size == points


def test_tables_are_as_wide_as_the_text_and_their_heads_are_parted_in_the_middle(
    paper: Paper,
) -> None:
    for table in paper.tables:
        assert sum(table.shares) == pytest.approx(WIDTH)
        assert min(table.shares) > 10
    heads = {column.head for table in paper.tables for column in table.columns}
    assert {"按时\n办结", "超时\n办结", "未办结", "不满意率"} <= heads


def test_a_formula_typed_by_hand_stays_words(county: County, clock: Pretended) -> None:
    clock.put(AFTER)
    bulletin = made(county.district, county.people["district"])
    words = '=HYPERLINK("http://x","点我")'
    bulletins.write(bulletin, by=fresh(county.people["district"]), opening=words)
    book = openpyxl.load_workbook(io.BytesIO(written(paper_of(last(bulletin)), "xlsx")))
    assert all(cell.data_type != "f" for s in book for row in s.iter_rows() for cell in row)


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (34, "三十四")]
)
def test_headings_count_as_documents_do(number: int, said: str) -> None:
    assert numeral(number) == said


def test_a_share_is_rounded_half_up_and_of_nothing_there_is_none() -> None:
    assert [percent((1, 16)), percent((1, 3)), percent((0, 4)), percent((0, 0))] == [
        "6.3%",
        "33.3%",
        "0.0%",
        "—",
    ]


def test_no_line_begins_with_a_closing_mark_and_no_number_is_parted() -> None:
    text = "截至3月31日，共派单12345件，（其中逾期6789件）。办结率99.9%，按时率100.0%。"
    for width in range(8, 20):
        lines = list(broken(text, width, lambda words: len(words)))
        assert "".join(lines) == text
        assert not any(line[0] in "，。）%" or line[-1] == "（" for line in lines)
        assert any("12345" in line for line in lines)


def read_pdf(data: bytes) -> tuple[str, list[str]]:
    """Title and pages, as the reader of a browser finds them when somebody searches."""
    document = pypdfium2.PdfDocument(data)
    try:
        title = document.get_metadata_dict()["Title"]
        return title, [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


@pytest.mark.parametrize("ending", ["docx", "pdf", "xlsx"])
def test_an_odd_mark_in_what_was_typed_breaks_no_form(ending: str, paper: Paper) -> None:
    odd = Paper(
        {
            **paper.data,
            "opening": "现通报如下\x0b请阅读。\x1f",
            "copies_to": "县纪委\x0c",
            "office": "住建局\x02",
        }
    )
    assert written(odd, ending)
