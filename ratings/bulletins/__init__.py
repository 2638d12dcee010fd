"""A bulletin as one document of plain data, and the forms it is written in.

`composing` makes the document of facts, once; `paper` is that document with its heading and
signature; `word`, `pdf` and `workbook` write it, and the page shows it. None of them counts: what
is the same data cannot disagree.
"""
