"""Workbooks as people write them, and as the portal hands them out. Pure: bytes in, rows out."""

from common.workbooks.cells import (
    Misread,
    as_text,
    clean,
    heading_key,
    read_choice,
    read_code,
    read_date,
    read_decimal,
    read_list,
    read_phone,
    read_whole,
    read_yes_no,
    show_decimal,
    shrunk,
)
from common.workbooks.reading import Row, Table, read_table
from common.workbooks.writing import Heading, Note, Watermark, annotated, listing, template

__all__ = [
    "Heading",
    "Misread",
    "Note",
    "Row",
    "Table",
    "Watermark",
    "annotated",
    "as_text",
    "clean",
    "heading_key",
    "listing",
    "read_choice",
    "read_code",
    "read_date",
    "read_decimal",
    "read_list",
    "read_phone",
    "read_table",
    "read_whole",
    "read_yes_no",
    "show_decimal",
    "shrunk",
    "template",
]
