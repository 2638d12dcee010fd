"""The portal's words: collected from the source, kept in a .po, checked, compiled.

The source speaks English, the .po Simplified Chinese. It is written without dates, file names or
line numbers, sorted by msgid, so that a changed sentence is the only thing a diff shows.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LANGUAGE = "zh_Hans"
PO = Path(__file__).resolve().parent.parent / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
HEADER = r"""# The portal's words in Simplified Chinese.
msgid ""
msgstr ""
"Language: zh_Hans\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""

# What is not the portal speaking to its readers: tests, programs of the workshop, libraries.
NOT_OURS = {"tests", "scripts", "bench", "docs", "migrations", "node_modules", "var", "static"}
TEMPLATE_ENDINGS = {".html", ".txt"}

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}

RENAMED = re.compile(r"\b(n?p?gettext(?:_lazy|_noop)?)\s+as\s+(\w+)")

HAN = re.compile(r"[\u3400-\u9fff]")
MAY_BE_CHINESE = ("红管家", "简体中文")
SHOWS_SAMPLES = "stylebook.html"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<!%)(?:%%)*%[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")
HALF_WIDTH = re.compile(
    r"[\u3400-\u9fff][,;:!?](?!\d)"  # "好,", but not the clock in "至10:30"
    r"|[\u3400-\u9fff]\.(?!\w)"  # a stop after Chinese
    r"|[\u3400-\u9fff]\(|\)[\u3400-\u9fff]"
    r"|[\u3400-\u9fff]\"|\"[\u3400-\u9fff]"
)


@dataclass(frozen=True)
class Problem:
    """Something wrong with one message, in a sentence for whoever runs the check."""

    msgid: str
    what: str

    def __str__(self) -> str:
        short = self.msgid if len(self.msgid) <= 70 else f"{self.msgid[:69]}…"
        return f"{self.what}: {short!r}"


def forms(words: str | Iterable[str] | None) -> tuple[str, ...]:
    """A msgid or msgstr as a tuple: singular and plural, or the one there is."""
    return (words or "",) if words is None or isinstance(words, str) else tuple(words)


def sentences(catalog: Catalog) -> Iterator[Message]:
    """Every message but the header."""
    return (message for message in catalog if message.id)


# --- Collect ----------------------------------------------------------------------------------


def sources(root: Path) -> Iterator[Path]:
    """Every Python file and template that may speak to a reader, in a stable order."""
    for folder, names, files in os.walk(root):
        names[:] = sorted(n for n in names if n not in NOT_OURS and not n.startswith("."))
        holds_templates = "templates" in Path(folder).relative_to(root).parts
        for path in (Path(folder, name) for name in sorted(files)):
            if path.suffix == ".py" or (holds_templates and is_template(path)):
                yield path


def is_template(path: Path) -> bool:
    return path.suffix in TEMPLATE_ENDINGS


def as_python(template: str) -> str:
    """A template as lines of gettext calls that Babel can read.

    Django's own reader finds the sentences. What it leaves of the page between them is only
    there to keep line numbers, and its indentation and comments would disturb a Python reader.
    """
    lines = (line.lstrip() for line in templatize(template).splitlines())
    return "\n".join(line for line in lines if "gettext(" in line or "_(" in line)


def collect(paths: Iterable[Path]) -> Catalog:
    """The sentences in these files, none of them translated yet."""
    catalog = Catalog(LANGUAGE)
    for path in paths:
        text = path.read_text(encoding="utf-8")
        source = as_python(text) if is_template(path) else text
        keywords = {**KEYWORDS, **{new: KEYWORDS[old] for old, new in RENAMED.findall(source)}}
        found = extract("python", BytesIO(source.encode()), keywords, options={"encoding": "utf-8"})
        for _line, words, _comments, context in found:
            msgid = words if isinstance(words, str) else words[:2]
            if all(forms(msgid)):
                catalog.add(msgid, context=context)
    return catalog


def merged(found: Catalog, old: Catalog) -> Catalog:
    """What was found, with the translations there already are; what is gone is dropped."""
    new = Catalog(LANGUAGE)
    for message in sentences(found):
        kept = old.get(message.id, message.context)
        if kept is None:
            new.add(message.id, context=message.context)
            continue
        string = forms(kept.string)
        new.add(
            message.id,
            string[:1] if message.pluralizable else string[0],
            flags=kept.flags & {"fuzzy"},
            user_comments=kept.user_comments,
            context=message.context,
        )
    return new


# --- Files ------------------------------------------------------------------------------------


def read(path: Path) -> Catalog:
    """The catalog in a .po file; an empty one where there is no file yet."""
    if not path.exists():
        return Catalog(LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def written(catalog: Catalog) -> str:
    """The catalog as the text of a .po file."""
    body = BytesIO()
    write_po(body, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    return HEADER + body.getvalue().decode().strip() + "\n"


def compiled(po: Path) -> bool:
    """Writes the .mo beside a .po; False when it was made from this very .po and nothing was done.

    The .mo takes the time of the .po it was read from: being younger would not tell, where the
    .po is edited while another process compiles. It appears whole, so that nobody reads half of it.
    """
    mo, edited_at = po.with_suffix(".mo"), po.stat().st_mtime_ns
    if mo.exists() and mo.stat().st_mtime_ns == edited_at:
        return False
    with tempfile.NamedTemporaryFile(dir=po.parent, suffix=".part", delete=False) as part:
        write_mo(part, read(po))
    os.chmod(part.name, 0o644)
    os.utime(part.name, ns=(edited_at, edited_at))
    os.replace(part.name, mo)
    return True


# --- Check ------------------------------------------------------------------------------------


def keys(catalog: Catalog) -> dict[tuple[str | None, tuple[str, ...]], Message]:
    return {(message.context, forms(message.id)): message for message in sentences(catalog)}


def problems(found: Catalog, kept: Catalog) -> list[Problem]:
    """What is missing, left over, empty or wrong in the catalog that is kept, sorted by msgid."""
    source, translated = keys(found), keys(kept)
    told = [
        Problem(ids[0], "missing: run manage.py translations extract, then translate it")
        for _context, ids in source.keys() - translated.keys()
    ]
    told += [
        Problem(ids[0], "no longer in the source")
        for _context, ids in translated.keys() - source.keys()
    ]
    told += [Problem(i, "not English") for _c, ids in source for i in ids if HAN.search(i)]
    for message in translated.values():
        told += [Problem(forms(message.id)[0], what) for what in faults(message)]
    return sorted(told, key=lambda problem: (problem.msgid, problem.what))


def faults(message: Message) -> Iterator[str]:
    """What is wrong with one translated message."""
    strings = forms(message.string)
    if not all(strings):
        yield "not translated"
        return
    if message.fuzzy:
        yield "marked fuzzy: a person must look at it"
    # Chinese has one form; it stands for the plural, which names the number.
    original, string = forms(message.id)[-1], strings[0]
    if marks(PLACEHOLDER, original) != marks(PLACEHOLDER, string):
        yield "its placeholders differ"
    if marks(TAG, original) != marks(TAG, string):
        yield "its tags differ"
    if original.startswith("\n") != string.startswith("\n") or (
        original.endswith("\n") != string.endswith("\n")
    ):
        yield "begins or ends with a line break where the other does not"
    if HALF_WIDTH.search(PLACEHOLDER.sub("字", TAG.sub("", string))):
        yield f"half-width punctuation beside Chinese in {string!r}"


def marks(pattern: re.Pattern[str], text: str) -> set[str]:
    return set(pattern.findall(text))


def chinese_in(path: Path) -> list[str]:
    """Lines of a template with Chinese of their own, which a reader of English would meet."""
    if not is_template(path) or path.name == SHOWS_SAMPLES:
        return []
    text = path.read_text(encoding="utf-8")
    for allowed in MAY_BE_CHINESE:
        text = text.replace(allowed, "")
    return [line.strip() for line in text.splitlines() if HAN.search(line)]
