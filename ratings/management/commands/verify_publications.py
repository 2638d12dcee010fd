"""manage.py verify_publications: says whether anything that was published was changed since."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from ratings.actions.publications import look_at_chain
from ratings.models import ChainHead
from ratings.queries.publications import witnessed

WORDS = {
    "missing": "is missing",
    "moved": "does not follow the one before it",
    "changed": "was changed",
    "witness": "is not what was written down when it was published",
    "personal": "names other personal words than it was published with",
    "row": "differs from what it was published from",
    "head": "is the last link, and the head of the chain names another",
    "unsaid": "stands as published, and no link says so:",
}


class Command(BaseCommand):
    help = (
        "Looks at every link of the chain of publications, at the rows behind them, and at "
        "what was written down elsewhere: the witness file, and hashes given as NUMBER:HASH, as "
        "a printed bulletin or a feed has them. Names what was changed, removed, added or moved."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--witness", type=Path, help="another file than the setting names")
        parser.add_argument("known", nargs="*", help="NUMBER:HASH, as somebody wrote it down")

    def handle(self, *args: Any, **options: Any) -> None:
        witnesses = witnessed(options["witness"])
        for words in options["known"]:
            number, _colon, known = words.partition(":")
            if not number.isdigit() or not known:
                raise CommandError(f"{words!r} is not NUMBER:HASH.")
            witnesses[int(number)] = known
        found = look_at_chain(witnesses)
        for each in found:
            self.stdout.write(f"{each.sequence or '-'} {WORDS[each.what]} {each.title}".rstrip())
        head = ChainHead.objects.filter(pk=1).first()
        if found:
            raise CommandError(f"{len(found)} differences: something past was changed.")
        last = f"{head.sequence}:{head.hash}" if head and head.sequence else "nothing yet"
        self.stdout.write(f"Nothing that was published has changed. Last link: {last}")
