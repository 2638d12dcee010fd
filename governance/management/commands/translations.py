"""manage.py translations extract | compile | check, without the gettext programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from governance import translations as words

if TYPE_CHECKING:
    from pathlib import Path

    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Collects the portal's sentences, compiles their translations, or says what is wrong."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["extract", "compile", "check"])

    def handle(self, *_args: object, what: str, **_options: Any) -> None:
        root, po = settings.BASE_DIR, words.PO
        if what == "extract":
            self.stdout.write(extract(root, po))
        elif what == "check":
            self.stdout.write(check(root, po))
        elif words.compiled(po):
            self.stdout.write("Translations compiled")


def extract(root: Path, po: Path) -> str:
    """Brings the .po up to date: new sentences come in empty, those gone are dropped."""
    catalog = words.merged(words.collect(words.sources(root)), words.read(po))
    po.parent.mkdir(parents=True, exist_ok=True)
    text = words.written(catalog)
    if not po.exists() or text != po.read_text(encoding="utf-8"):
        po.write_text(text, encoding="utf-8")
    empty = [m for m in words.sentences(catalog) if not all(words.forms(m.string))]
    return f"{len(catalog)} sentences, {len(empty)} to translate"


def check(root: Path, po: Path) -> str:
    """Raises CommandError listing everything wrong; otherwise says how many sentences are right."""
    paths = list(words.sources(root))
    found = words.collect(paths)
    told = [
        f"{path.relative_to(root)}: Chinese in the template: {line}"
        for path in paths
        for line in words.chinese_in(path)
    ]
    told += [str(problem) for problem in words.problems(found, words.read(po))]
    if told:
        raise CommandError("\n".join([*told, f"{len(told)} to mend"]))
    return f"{len(found)} sentences, all translated"
