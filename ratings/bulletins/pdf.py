"""A bulletin as PDF: A4 as official documents are laid out, its text searchable, its faces within.

The faces come with a package of Python; of each the PDF takes the characters it has.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from fpdf import FPDF
from fpdf.enums import Align, TableCellFillMode, TextMode, VAlign
from fpdf.fonts import FontFace
from pylopdf_fonts_zh_cn import sans_path, serif_path

from ratings.bulletins.paper import TITLE, Item, Paper, Table

SERIF, SANS = "serif", "sans"
RED, BLACK = (200, 16, 26), (0, 0, 0)
# Millimetres (GB/T 9704): the page's edges, a line of text, and of a table.
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
LINE, TABLE_LINE = 9.9, 4.6
THIRD_SIZE, FOURTH_SIZE, SMALL = 16, 14, 9
INDENT = "　　"
# What begins no line, and what ends none.
CLOSING, OPENING = "，。、；：！？）〕》”’％%", "（〔《“‘"
TOKEN = re.compile(r"[0-9A-Za-z.,:/%+\-]+|.", re.DOTALL)


class _Pages(FPDF):
    def footer(self) -> None:
        """— 1 —, as documents of offices have it."""
        self.set_y(-28)
        self.set_text_color(*BLACK)
        self.set_font(SERIF, size=FOURTH_SIZE)
        self.cell(0, 8, f"— {self.page_no()} —", align=Align.C)


def write(paper: Paper) -> bytes:
    pdf = _begun(paper)
    _head(pdf, paper)
    pdf.ln(LINE)
    for line in paper.title_lines:
        _bold(pdf, line, TITLE, LINE * 1.2)
    if paper.correction:
        _lines(pdf, paper.correction, align=Align.C)
    pdf.ln(LINE / 2)
    _lines(pdf, paper.to)
    for item in paper.items:
        _item(pdf, item)
    _foot(pdf, paper)
    return bytes(pdf.output())


def _begun(paper: Paper) -> FPDF:
    pdf = _Pages(format="A4")
    pdf.set_margins(LEFT, TOP, RIGHT)
    pdf.set_auto_page_break(auto=True, margin=BOTTOM)
    pdf.add_font(SERIF, "", str(serif_path()))
    pdf.add_font(SANS, "", str(sans_path()))
    pdf.set_title(paper.title)
    pdf.set_author(paper.office)
    pdf.set_lang("zh-CN")
    # The same paper gives the same file: not this machine's clock, but when its figures were taken.
    pdf.set_creation_date(datetime.fromisoformat(paper.data["taken_at"]))
    pdf.add_page()
    return pdf


def _head(pdf: FPDF, paper: Paper) -> None:
    """The office in red, the number, and the red rule."""
    size = paper.office_size
    pdf.set_text_color(*RED)
    _bold(pdf, paper.office, size, size * 0.5)
    pdf.set_text_color(*BLACK)
    pdf.ln(LINE / 2)
    _lines(pdf, paper.number, align=Align.C)
    pdf.set_draw_color(*RED)
    pdf.set_line_width(0.8)
    pdf.line(LEFT, pdf.get_y() + 3, pdf.w - RIGHT, pdf.get_y() + 3)
    pdf.set_draw_color(*BLACK)
    pdf.set_line_width(0.2)
    pdf.ln(LINE / 2)


def _bold(pdf: FPDF, text: str, size: float, height: float) -> None:
    """Heavier by an outline: the packages have no face for titles."""
    with pdf.local_context(
        text_mode=TextMode.FILL_STROKE, line_width=size / 60, draw_color=pdf.text_color
    ):
        _lines(pdf, text, size=size, height=height, align=Align.C)


def _item(pdf: FPDF, item: Item) -> None:
    if item.table is not None:
        _table(pdf, item.table)
    elif item.kind == "text":
        _lines(pdf, INDENT + item.text)
    else:
        # No heading stands alone at the foot of a page, nor two of them.
        if pdf.will_page_break((6 if item.kind == "first" else 4) * LINE):
            pdf.add_page()
        _lines(pdf, INDENT + item.text, face=SANS if item.kind == "first" else SERIF)


def _foot(pdf: FPDF, paper: Paper) -> None:
    """The signature with its day, then who else is sent a copy."""
    if pdf.will_page_break(5 * LINE):
        pdf.add_page()
    pdf.ln(2 * LINE)
    _lines(pdf, paper.office + INDENT, align=Align.R)
    _lines(pdf, (paper.day or paper.number) + 2 * INDENT, align=Align.R)
    if paper.copies:
        pdf.ln(LINE)
        pdf.line(LEFT, pdf.get_y(), pdf.w - RIGHT, pdf.get_y())
        _lines(pdf, paper.copies, size=FOURTH_SIZE)
        pdf.line(LEFT, pdf.get_y(), pdf.w - RIGHT, pdf.get_y())


def _lines(
    pdf: FPDF,
    text: str,
    *,
    face: str = SERIF,
    size: float = THIRD_SIZE,
    height: float = LINE,
    align: Align = Align.L,
) -> None:
    pdf.set_font(face, size=size)
    for line in broken(text, pdf.epw, pdf.get_string_width):
        pdf.cell(pdf.epw, height, line, align=align, new_x="LMARGIN", new_y="NEXT")


def broken(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """A sentence in lines as Chinese is set: numbers whole, no line begins with a closing mark."""
    line = ""
    for piece in _pieces(text):
        if line and measure(line + piece) > width:
            yield line
            line = piece
        else:
            line += piece
    if line:
        yield line


def _pieces(text: str) -> Iterator[str]:
    """What is never parted: numbers and words, with the marks that open before or close after."""
    piece = ""
    for token in TOKEN.findall(text):
        if piece and token not in CLOSING and piece[-1] not in OPENING:
            yield piece
            piece = ""
        piece += token
    if piece:
        yield piece


def _table(pdf: FPDF, table: Table) -> None:
    pdf.ln(2)
    pdf.set_font(SERIF, size=SMALL)
    head = FontFace(family=SANS, fill_color=(251, 233, 231))
    with pdf.table(
        col_widths=tuple(table.shares),
        text_align=tuple(Align.C if column.number else Align.L for column in table.columns),
        headings_style=head,
        line_height=TABLE_LINE,
        padding=(0.8, 0.6),
        cell_fill_mode=TableCellFillMode.NONE,
        v_align=VAlign.M,
        wrapmode="CHAR",
    ) as made:
        row = made.row()
        for column in table.columns:
            row.cell(column.head, align=Align.C)
        for cells, whole in table.lines:
            row = made.row(style=FontFace(family=SANS) if whole else None)
            for _column, text in cells:
                row.cell(text)
    pdf.ln(3)
