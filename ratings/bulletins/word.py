"""A bulletin as a Word file, laid out as official documents are (GB/T 9704)."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from common.printable import printable
from ratings.bulletins.paper import TITLE as TITLE_SIZE
from ratings.bulletins.paper import Item, Paper, Table

# The faces that offices have; a machine without one shows its own of the kind.
TITLE, BODY, FIRST, SECOND, NUMBERS = (
    "方正小标宋简体",
    "仿宋_GB2312",
    "黑体",
    "楷体_GB2312",
    "宋体",
)
RED = RGBColor(0xC8, 0x10, 0x1A)
# Sizes by their Chinese names: 三号, 四号, and the tables' 小五; the title is 二号.
THIRD_SIZE, FOURTH_SIZE, SMALL = 16, 14, 9
CENTRE, RIGHT, JUSTIFY = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


def write(paper: Paper) -> bytes:
    word = Document()
    _page(word, paper)
    _head(word, paper)
    title = "\n".join(paper.title_lines)
    _paragraph(word, title, face=TITLE, size=TITLE_SIZE, align=CENTRE, before=28, line=34)
    if paper.correction:
        _paragraph(word, paper.correction, face=SECOND, align=CENTRE)
    _paragraph(word, paper.to, before=14)
    for item in paper.items:
        _item(word, item)
    _foot(word, paper)
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def _page(word: Any, paper: Paper) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    said = word.core_properties
    said.title, said.author, said.comments = printable(paper.title), printable(paper.office), ""
    said.language = "zh-CN"
    normal = word.styles["Normal"]
    normal.font.size = Pt(THIRD_SIZE)
    _face(normal.element.get_or_add_rPr(), BODY)
    foot = section.footer.paragraphs[0]
    foot.alignment = CENTRE
    _run(foot, "— ", NUMBERS, FOURTH_SIZE)
    _field(_run(foot, "", NUMBERS, FOURTH_SIZE), "PAGE")
    _run(foot, " —", NUMBERS, FOURTH_SIZE)


def _head(word: Any, paper: Paper) -> None:
    """The office in red, the number, and the red rule."""
    size = paper.office_size
    _paragraph(word, paper.office, face=TITLE, size=size, align=CENTRE, colour=RED, line=size * 1.4)
    number = _paragraph(word, paper.number, align=CENTRE, before=16)
    _rule(number, "bottom", "C8101A", 18)


def _item(word: Any, item: Item) -> None:
    if item.table is not None:
        _table(word, item.table)
    elif item.kind == "text":
        _paragraph(word, item.text, indent=True, align=JUSTIFY)
    else:
        face = FIRST if item.kind == "first" else SECOND
        made = _paragraph(word, item.text, face=face, indent=True, before=6)
        made.paragraph_format.keep_with_next = True


def _foot(word: Any, paper: Paper) -> None:
    """The signature with its day, then who else is sent a copy."""
    signed = _paragraph(word, paper.office, align=RIGHT, before=42)
    signed.paragraph_format.right_indent = Pt(2 * THIRD_SIZE)
    signed.paragraph_format.keep_with_next = True
    day = _paragraph(word, paper.day or paper.number, align=RIGHT)
    day.paragraph_format.right_indent = Pt(4 * THIRD_SIZE)
    if paper.copies:
        copies = _paragraph(word, paper.copies, size=FOURTH_SIZE, before=28)
        _rule(copies, "top", "000000", 6)
        _rule(copies, "bottom", "000000", 6)


def _paragraph(
    word: Any,
    text: str,
    *,
    face: str = BODY,
    size: float = THIRD_SIZE,
    align: Any = None,
    colour: Any = None,
    indent: bool = False,
    before: float = 0,
    line: float = 28,
) -> Any:
    made = word.add_paragraph()
    layout = made.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    if indent:
        layout.first_line_indent = Pt(2 * size)
    made.alignment = align
    _run(made, text, face, size).font.color.rgb = colour
    return made


def _run(paragraph: Any, text: str, face: str, size: float) -> Any:
    run = paragraph.add_run(printable(text))
    run.font.size = Pt(size)
    _face(run._element.get_or_add_rPr(), face)
    return run


def _face(properties: Any, face: str) -> None:
    """The face for Chinese characters, and for what stands among them."""
    faces = properties.get_or_add_rFonts()
    for script in ("w:eastAsia", "w:ascii", "w:hAnsi", "w:cs"):
        faces.set(qn(script), face)


def _field(run: Any, name: str) -> None:
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        made = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            made.text = text
        else:
            made.set(qn("w:fldCharType"), kind)
        run._element.append(made)


def _rule(paragraph: Any, side: str, colour: str, eighths: int) -> None:
    properties = paragraph._element.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        # Word reads a paragraph's properties in their one order: rules stand before the spacing.
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc"
        )
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "8"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def _table(word: Any, table: Table) -> None:
    columns = table.columns
    made = word.add_table(rows=1, cols=len(columns), style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    widths = [Mm(share) for share in table.shares]
    for cell, column, width in zip(made.rows[0].cells, columns, widths, strict=True):
        _cell(cell, column.head, width, FIRST, CENTRE)
    _narrow(made)
    for grid, width in zip(made.columns, widths, strict=True):
        grid.width = width
    _mark(made.rows[0], "w:cantSplit", "w:tblHeader")
    for row, whole in table.lines:
        added = made.add_row()
        _mark(added, "w:cantSplit")
        for cell, (column, text), width in zip(added.cells, row, widths, strict=True):
            _cell(cell, text, width, FIRST if whole else BODY, CENTRE if column.number else None)
    _paragraph(word, "", line=10)


def _narrow(table: Any) -> None:
    """Little room beside the words of a cell: a share keeps to one line."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "28")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)


def _mark(row: Any, *names: str) -> None:
    """Kept on one page; the head comes again on each."""
    properties = row._tr.get_or_add_trPr()
    for name in names:
        properties.append(OxmlElement(name))


def _cell(cell: Any, text: str, width: Any, face: str, align: Any) -> None:
    cell.width, cell.vertical_alignment = width, WD_ALIGN_VERTICAL.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(1)
    _run(paragraph, text, face, SMALL)
